#include "replication/settings_gate.h"

namespace holdfast::replication {

using protocol::Origin;

void SettingsGate::heard_full(const HoldingsBook& book) {
  heard_ = true;
  open_ = false;
  marks_.clear();
  for (const auto& [incarnation, origin] : book.lacking()) {
    marks_[origin] = {book.theirs(origin).highest(), std::nullopt};
  }
}

bool SettingsGate::look(const HoldingsBook& book, const PullScheduler& pulls,
                        const Arrivals& arrivals) {
  if (open_ || !heard_) return false;
  // All must be reached, so the first that is not answers for the rest: this is asked after every
  // frame.
  while (!marks_.empty() &&
         reached(marks_.begin()->first, marks_.begin()->second, book, pulls, arrivals)) {
    marks_.erase(marks_.begin());
  }
  open_ = marks_.empty();
  return open_;
}

bool SettingsGate::reached(const Origin& origin, Mark& mark, const HoldingsBook& book,
                           const PullScheduler& pulls, const Arrivals& arrivals) {
  const auto gaps = book.lacking(origin);
  if (gaps.empty() || gaps.front().first > mark.upto) return true;
  const SeqRanges* waiting = arrivals.of(origin);
  if (!mark.awaiting) {
    if (!pulls.live_passed(origin, mark.upto)) return false;
    mark.awaiting = waiting == nullptr ? SeqRanges() : *waiting;
  }
  return waiting == nullptr || !waiting->touches(*mark.awaiting);
}

}  // namespace holdfast::replication
