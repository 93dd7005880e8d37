// /v1/client.json: what a page has to know to reach everything. Public: URLs and public keys.
// docs/protocol.md §10.
#pragma once

#include <string>
#include <vector>

#include "node/node.h"

namespace holdfast::app {

std::string client_facts(const node::Config& config);

// Of the console's pages: code and style from here only, connections to the deployments and
// moderators only. Nobody may put them into a frame but the pages of `frame_ancestors` (origins): a
// page that frames a console could have an operator's clicks land where it likes.
std::string content_security_policy(const node::Config& config,
                                    const std::vector<std::string>& frame_ancestors);

}  // namespace holdfast::app
