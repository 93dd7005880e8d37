// What `holdfast verify` and a deployment say to each other at POST /v1/admin/sums.
// docs/protocol.md §10. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "replication/verify.h"

namespace holdfast::app {

// {"mark":[{"o":origin,"r":[[a,b]…]}]}
std::string mark_json(const replication::Mark& mark);
Result<replication::Mark> read_mark(std::string_view json);

// {"chats":[{"site","chat","entries","sum"}]}
std::string sums_json(const replication::ChatSums& sums);
Result<replication::ChatSums> read_sums(std::string_view json);

}  // namespace holdfast::app
