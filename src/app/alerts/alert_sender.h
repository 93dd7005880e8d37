// Brings alerts to their receivers with the workers that carry webhooks and mail of chats
// (app/effects). Every receiver by itself: one that is away is tried again, twice as late each
// time, for a day; what cannot be delivered then is in the log. Loop thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/config/alerts_config.h"
#include "app/effects/effect_workers.h"
#include "moderator/alerts/alert_book.h"
#include "net/loop.h"

namespace holdfast::app {

class AlertSender {
 public:
  // All must outlive it.
  AlertSender(net::Loop& loop, Clock& clock, const AlertsConfig& config, const std::string& build);

  void send(const alerts::Alert& alert);
  // Call about once a second.
  void retry_due();

  std::int64_t delivered() const { return delivered_; }
  std::int64_t given_up() const { return given_up_; }

 private:
  struct Job {
    alerts::Alert alert;
    std::string to;  // a URL, or an address
    bool is_mail;
    MonoMs began;
    MonoMs next;
    Ms wait;
    bool under_way = false;
  };

  void add(const alerts::Alert& alert, const std::string& to, bool is_mail);
  void attempt(std::uint64_t number, Job& job);
  void attempted(std::uint64_t number, const node::Performed& outcome);
  void give_up(std::uint64_t number, const std::string& why);

  net::Loop& loop_;
  const AlertsConfig& config_;
  std::map<std::uint64_t, Job> jobs_;  // the oldest first
  std::uint64_t next_ = 1;
  std::int64_t delivered_ = 0;
  std::int64_t given_up_ = 0;
  // Gone with this: an answer that comes later finds nobody.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  EffectWorkers workers_;  // last: what is under way looks at the rest
};

}  // namespace holdfast::app
