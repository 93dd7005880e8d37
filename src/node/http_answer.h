// The answers of docs/protocol.md §10: JSON, and a refusal with its code.
#pragma once

#include <string>

#include "node/turn.h"

namespace holdfast::node {

void answer(Turn& turn, RequestId request, std::string json, int status = 200);
// The code's range sets the status.
void refuse_request(Turn& turn, RequestId request, const WireError& error,
                    std::uint64_t retry_ms = 0);

}  // namespace holdfast::node
