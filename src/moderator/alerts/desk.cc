#include "moderator/alerts/desk.h"

#include <algorithm>
#include <utility>

namespace holdfast::alerts {
namespace {

// Longer than it takes to know that a moderator is not at work any more.
constexpr Ms kHeldFor{60'000};
constexpr Ms kBelievedAfter{10'000};

bool is_own(const Symptom& symptom) {
  return symptom.name.starts_with("moderator.");
}

}  // namespace

bool speaks_for_all(std::string_view own, const std::vector<std::string>& at_work) {
  return std::ranges::all_of(at_work, [own](const std::string& other) { return own <= other; });
}

Desk::Desk(Ms remind_every)
    : remind_every_(remind_every),
      own_(remind_every),
      common_(remind_every),
      switches_(remind_every) {}

void Desk::take_or_leave_the_word(bool for_all, Now now) {
  const bool fresh = std::exchange(fresh_, false);
  if (!for_all) first_since_.reset();
  if (for_all && !first_since_) first_since_ = now.mono;
  const bool speaks = for_all && (speaks_ || fresh || now.mono - *first_since_ >= kBelievedAfter);
  if (std::exchange(speaks_, speaks) != speaks) common_.emplace(remind_every_);
}

std::vector<Alert> Desk::look(const std::vector<Symptom>& symptoms, const moderator::Status& status,
                              bool for_all, Now now) {
  std::vector<Symptom> own, common;
  for (const Symptom& symptom : symptoms) (is_own(symptom) ? own : common).push_back(symptom);
  std::vector<Alert> alerts = own_.see(own, now);

  take_or_leave_the_word(for_all, now);
  if (auto moved = switches_.see_verdict(status, now)) held_ = std::move(moved);
  if (held_ && now.wall - held_->at > kHeldFor) held_.reset();
  if (!speaks_) return alerts;

  if (held_) alerts.push_back(*std::exchange(held_, std::nullopt));
  for (Alert& alert : common_->see(common, now)) alerts.push_back(std::move(alert));
  return alerts;
}

}  // namespace holdfast::alerts
