// Looks all the time whether somebody must be told something, and has him told. Loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/alerts/alert_sender.h"
#include "app/certificate_guard.h"
#include "app/moderate/shell.h"
#include "moderator/alerts/desk.h"

namespace holdfast::app {

class Alarm {
 public:
  // All must outlive it; `config` is copied. `name`: of this moderator.
  Alarm(net::Loop& loop, const AlertsConfig& config, std::string name, const ModerateShell& shell,
        const CertificateGuard& certificate, const std::string& build);

  // Once, when the shell has started.
  void start() { look(); }

  std::int64_t open() const { return static_cast<std::int64_t>(desk_.open()); }
  std::int64_t delivered() const { return sender_.delivered(); }
  std::int64_t given_up() const { return sender_.given_up(); }

 private:
  void look();
  alerts::OwnState own_state(Now now);
  bool speaks_for_all() const;

  const AlertsConfig config_;
  const std::string name_;
  const ModerateShell& shell_;
  const CertificateGuard& certificate_;
  SystemClock clock_;
  alerts::Desk desk_;
  std::int64_t stores_failed_ = 0;
  std::optional<MonoMs> store_failed_;
  std::uint64_t broken_ = 0;  // promises, as the audit counts them
  std::optional<MonoMs> broken_at_;
  AlertSender sender_;
  net::Timer timer_;
};

}  // namespace holdfast::app
