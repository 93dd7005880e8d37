// What a node's pages say, read into the moderator's words. docs/protocol.md §10. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "moderator/moderator.h"
#include "protocol/frames.gen.h"
#include "protocol/intervals.h"

namespace holdfast::moderator {

struct NodeState {
  protocol::Deployment deployment;
  State state;
  std::optional<protocol::SignedVerdict>
      verdict;  // state.epoch stays 0: whether it is genuine the caller finds out
};

// Fields that an older node does not tell are taken as nothing to report; `deployment`, `ready` and
// `peer` it must tell.
Result<NodeState> read_node_state(std::string_view json);
Result<protocol::Holdings> read_holds(std::string_view json);

}  // namespace holdfast::moderator
