// The command line's questions about side effects: GET /v1/admin/effects, POST
// /v1/admin/effects/retry. docs/protocol.md §10.
#pragma once

#include <string_view>

#include "node/effects.h"

namespace holdfast::node {

// Answers a request that was found genuine. False when `path` is none of these.
bool answer_effects(Turn& turn, SideEffects& effects, const HttpRequest& request,
                    std::string_view path);

}  // namespace holdfast::node
