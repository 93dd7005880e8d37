// /v1/client.json: what a page has to know to reach everything. Public: URLs and public keys.
// docs/protocol.md §10.
#pragma once

#include <string>

#include "node/node.h"

namespace holdfast::app {

std::string client_facts(const node::Config& config);

// Of the console's pages: code and style from here only, connections to the deployments and
// moderators only.
std::string content_security_policy(const node::Config& config);

}  // namespace holdfast::app
