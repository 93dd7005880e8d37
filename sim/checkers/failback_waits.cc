#include "sim/checkers/failback_waits.h"

#include <algorithm>

#include "protocol/names.h"
#include "sim/checkers/holdings.h"

namespace holdfast::sim {
namespace {

constexpr std::size_t kNotes = 60;
constexpr Ms kRestsAfterDisaster{15'000};

}  // namespace

void FailbackWaits::holdings_seen(SimMs at, const protocol::Holdings& primary,
                                  const protocol::Holdings& redundant) {
  last_seen_ = at;
  notes_.push_back({at, primary, redundant});
  if (notes_.size() > kNotes) notes_.pop_front();
}

void FailbackWaits::failed_back(SimMs at, Deployment to, const protocol::Holdings& holdings) {
  const auto returned = returned_.find(to);
  if (returned == returned_.end() || (disturbed_ && at - *disturbed_ < kRestsAfterDisaster)) return;
  const auto since =
      std::ranges::find_if(notes_, [&](const Note& note) { return note.at >= returned->second; });
  if (since == notes_.end()) return;
  std::string first;
  for (auto note = since; note != notes_.end(); ++note) {
    const auto& other = to == Deployment::kPrimary ? note->redundant : note->primary;
    std::string text;
    if (lacking(holdings, other, &text) == 0) return;
    if (first.empty()) first = text;
  }
  failures_.add("7 failback waits",
                "failed back to {}, which lacks of what was held at its return {}",
                protocol::name_of(to), first);
}

}  // namespace holdfast::sim
