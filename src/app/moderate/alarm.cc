#include "app/moderate/alarm.h"

#include <utility>
#include <vector>

namespace holdfast::app {
namespace {

// As often as the core is told the time: no verdict is overlooked.
constexpr Ms kAlarmEvery{100};
// A store that failed is tried again within seconds.
constexpr Ms kStoreFailsFor{30'000};
// A promise that was broken does not mend: long enough for whoever is woken to look.
constexpr Ms kBrokenFor{3'600'000};

}  // namespace

Alarm::Alarm(net::Loop& loop, const AlertsConfig& config, std::string name,
             const ModerateShell& shell, const CertificateGuard& certificate,
             const std::string& build)
    : config_(config),
      name_(std::move(name)),
      shell_(shell),
      certificate_(certificate),
      desk_(config_.remind_every),
      sender_(loop, clock_, config_, build),
      timer_(loop) {}

void Alarm::look() {
  timer_.start(kAlarmEvery, [this] { look(); });
  const Now now = shell_.now();
  const moderator::Status status = shell_.core().status(now);
  const auto symptoms = alerts::symptoms_of(status, own_state(now), config_.thresholds, now.wall);
  for (const alerts::Alert& alert : desk_.look(symptoms, status, speaks_for_all(), now))
    sender_.send(alert);
  sender_.retry_due();
}

bool Alarm::speaks_for_all() const {
  std::vector<std::string> at_work;
  for (const RecordStore::Colleague& other : shell_.store().others) {
    if (other.at_work) at_work.push_back(other.name);
  }
  return alerts::speaks_for_all(name_, at_work);
}

alerts::OwnState Alarm::own_state(Now now) {
  alerts::OwnState own;
  if (const auto days = certificate_.days_left()) {
    // It counts whole days.
    own.certificate_expires = now.wall + Ms(86'400'000) * (*days + 1) - Ms(1);
  }
  own.record_failing = shell_.record_log().failing();
  const std::int64_t failed = shell_.core().metrics(now).at("store_failed_total");
  if (failed > stores_failed_) store_failed_ = now.mono;
  stores_failed_ = failed;
  own.store_failing = store_failed_ && now.mono - *store_failed_ < kStoreFailsFor;
  const moderator::Audit::Counts& audit = shell_.audit();
  if (audit.lost + audit.unsaid > broken_) broken_at_ = now.mono;
  broken_ = audit.lost + audit.unsaid;
  if (broken_at_ && now.mono - *broken_at_ < kBrokenFor) {
    own.messages_lost = audit.lost;
    own.messages_unsaid = audit.unsaid;
  }
  for (const auto each : record::kDeployments) {
    own.clocks_off[record::index_of(each)] = shell_.clock_off(each);
  }
  return own;
}

}  // namespace holdfast::app
