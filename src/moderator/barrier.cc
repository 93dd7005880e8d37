#include "moderator/barrier.h"

#include <fmt/format.h>

#include "moderator/verdict_log.h"

namespace holdfast::moderator {

using protocol::Deployment;

std::uint64_t entries_missing(const protocol::Holdings& held, const protocol::Holdings& due) {
  static const protocol::IntervalSet kNothing;
  std::uint64_t missing = 0;
  for (const auto& [origin, intervals] : due) {
    const auto it = held.find(origin);
    const protocol::IntervalSet& ours = it == held.end() ? kNothing : it->second;
    for (const protocol::Gap& gap : ours.missing_from(intervals)) {
      missing += gap.last.value() - gap.first.value() + 1;
    }
  }
  return missing;
}

void Barrier::raise(Deployment to, MonoMs now) {
  drop();
  to_ = to;
  next_ask_ = now;
}

void Barrier::drop() {
  const bool asking = asking_;
  *this = Barrier();
  asking_ = asking;
}

std::optional<Deployment> Barrier::ask(MonoMs now, Ms interval) {
  if (!to_ || reached_ || asking_ || now < next_ask_) return std::nullopt;
  asking_ = true;
  asking_for_us_ = true;
  next_ask_ = now + interval;
  return due_ ? *to_ : other(*to_);
}

void Barrier::heard(Deployment from, const std::optional<protocol::Holdings>& holdings) {
  const bool for_us = asking_for_us_;
  asking_ = false;
  asking_for_us_ = false;
  if (!to_ || !for_us || !holdings) return;
  if (!due_) {
    if (from != other(*to_)) return;
    due_ = holdings;
    next_ask_ = MonoMs();  // no need to wait between the two halves
    return;
  }
  if (from != *to_) return;
  missing_ = entries_missing(*holdings, *due_);
  reached_ = missing_ == 0;
}

std::string Barrier::text() const {
  if (!to_) return "";
  const std::string_view name = name_of(*to_);
  if (reached_) return fmt::format("{} holds all that was held at the barrier", name);
  if (!due_) return fmt::format("taking down what {} holds", name_of(other(*to_)));
  return fmt::format("{} lacks {} entries", name, missing_);
}

}  // namespace holdfast::moderator
