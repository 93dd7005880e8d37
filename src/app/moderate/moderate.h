// `holdfast moderate`: watches both deployments from a third place and publishes verdicts.
#pragma once

#include <memory>
#include <string>

#include "app/certificate_guard.h"
#include "app/config/moderate_config.h"
#include "app/moderate/alarm.h"
#include "app/moderate/pages.h"
#include "app/moderate/shell.h"
#include "base/random.h"
#include "net/http_server.h"
#include "net/loop.h"

namespace holdfast::app {

// The moderator of one process: opened, then it runs as long as its loop does.
class Moderate {
 public:
  // Reads the record and listens; nothing is decided before the loop runs. Fails with one line for
  // a person. `loop` and `random` must outlive it.
  static Result<std::unique_ptr<Moderate>> open(net::Loop& loop, Random& random,
                                                const ModerateConfig& config, std::string build);

  // On failure the old one stays in use, and the log says why.
  void reload_certificate();

  const std::vector<net::SocketAddress>& addresses() const { return addresses_; }
  ModerateShell& shell() { return shell_; }

 private:
  Moderate(net::Loop& loop, Random& random, const ModerateConfig& config,
           std::shared_ptr<const net::TlsContext> tls, std::unique_ptr<RecordStore> store,
           const std::string& build);

  ModerateShell shell_;
  ModeratePages pages_;
  net::HttpServer server_;
  CertificateGuard certificate_;
  std::unique_ptr<Alarm> alarm_;  // where somebody wants to be told
  std::vector<net::SocketAddress> addresses_;
};

// The program: until SIGTERM or SIGINT; SIGHUP reads the certificate again. 0, or 1 with one line
// on stderr when it cannot start.
int run_moderate(const ModerateConfig& config, const std::string& build);

}  // namespace holdfast::app
