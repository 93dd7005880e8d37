#include "sim/client/storage.h"

#include <algorithm>
#include <utility>

namespace holdfast::sim {
namespace {

constexpr Ms kWrite{4};

}  // namespace

void Storage::write(TabId tab, Changes changes) {
  const std::uint64_t number = ++writes_;
  pending_.emplace(number, Pending{tab, std::move(changes)});
  scheduler_.after(kWrite, [this, number] {
    if (auto made = pending_.extract(number)) apply(std::move(made.mapped()));
  });
}

void Storage::apply(Pending pending) {
  for (const auto& [digest, event] : pending.changes.puts) {
    events_[digest] = event;
    ever_kept_.insert(digest);
  }
  for (const Digest& digest : pending.changes.removes) events_.erase(digest);
  if (pending.changes.verdict) verdict_ = pending.changes.verdict;
  if (tell_) tell_(pending.tab, pending.changes);
}

std::size_t Storage::on_their_way(TabId tab) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      pending_, [tab](const auto& write) { return write.second.tab == tab; }));
}

void Storage::tab_ended(TabId tab, std::size_t survive) {
  for (auto at = pending_.begin(); at != pending_.end();) {
    if (at->second.tab != tab) {
      ++at;
      continue;
    }
    Pending ended = std::move(at->second);
    at = pending_.erase(at);
    if (survive == 0) continue;
    --survive;
    apply(std::move(ended));
  }
}

void Storage::lose_everything() {
  pending_.clear();
  events_.clear();
  verdict_.reset();
  ever_kept_.clear();
}

}  // namespace holdfast::sim
