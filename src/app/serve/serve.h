// `holdfast serve`: one node, its journal, its sockets.
#pragma once

#include <string>

#include "app/config/serve_config.h"

namespace holdfast::app {

// Until SIGTERM or SIGINT: then it takes nothing new, finishes what it accepted, says good-bye and
// returns 0. SIGHUP reloads the certificate. 1 with one line on stderr when it cannot start.
// Everything of the configuration was checked before.
int run_serve(ServeConfig config, const std::string& build);

// The pages that were built or installed beside this program; empty when there are none.
std::string web_root_beside_program();

}  // namespace holdfast::app
