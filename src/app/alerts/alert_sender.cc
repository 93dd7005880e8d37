#include "app/alerts/alert_sender.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "app/alerts/alert_message.h"
#include "base/check.h"
#include "base/log.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kJobsMax = 200;
constexpr Ms kWaitMax{3'600'000};
constexpr Ms kGiveUpAfter{86'400'000};

}  // namespace

AlertSender::AlertSender(net::Loop& loop, Clock& clock, const AlertsConfig& config,
                         const std::string& build)
    : loop_(loop), config_(config), workers_(config.effects, clock, build) {}

void AlertSender::send(const alerts::Alert& alert) {
  for (const std::string& url : config_.webhooks) add(alert, url, false);
  for (const std::string& address : config_.mail_to) add(alert, address, true);
  retry_due();
}

void AlertSender::add(const alerts::Alert& alert, const std::string& to, bool is_mail) {
  if (jobs_.size() >= kJobsMax) give_up(jobs_.begin()->first, "too many alerts wait");
  const MonoMs now = loop_.now();
  jobs_.emplace(next_++, Job{alert, to, is_mail, now, now, config_.retry});
}

void AlertSender::retry_due() {
  const MonoMs now = loop_.now();
  for (auto& [number, job] : jobs_) {
    if (!job.under_way && job.next <= now) attempt(number, job);
  }
}

void AlertSender::attempt(std::uint64_t number, Job& job) {
  node::Perform perform{node::PerformId(number), {}};
  if (job.is_mail) {
    perform.what = alert_mail(job.alert, job.to);
  } else {
    auto post = alert_webhook(job.alert, job.to, config_.secret, loop_.wall_and_mono().wall);
    CHECK(post, "the secret was looked at when the configuration was read");
    perform.what = std::move(*post);
  }
  job.under_way = true;
  workers_.perform(
      std::move(perform), [this, number, alive = std::weak_ptr(alive_)](node::Input answer) {
        loop_.post([this, number, alive, outcome = std::get<node::Performed>(std::move(answer))] {
          if (!alive.expired()) attempted(number, outcome);
        });
      });
}

void AlertSender::attempted(std::uint64_t number, const node::Performed& outcome) {
  const auto found = jobs_.find(number);
  if (found == jobs_.end()) return;
  Job& job = found->second;
  if (outcome.ok) {
    ++delivered_;
    jobs_.erase(found);
    return;
  }
  const MonoMs now = loop_.now();
  if (outcome.hopeless || now - job.began >= kGiveUpAfter) return give_up(number, outcome.why);
  log::warn("alerts", "{} does not take an alert yet: {}", job.to, outcome.why);
  job.under_way = false;
  job.next = now + job.wait;
  job.wait = std::min(job.wait * 2, kWaitMax);
}

void AlertSender::give_up(std::uint64_t number, const std::string& why) {
  const auto job = jobs_.extract(number);
  ++given_up_;
  log::error("alerts", "{} was not told ({}): {}", job.mapped().to, why, job.mapped().alert.text);
}

}  // namespace holdfast::app
