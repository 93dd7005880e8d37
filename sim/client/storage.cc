#include "sim/client/storage.h"

#include <utility>

namespace holdfast::sim {
namespace {

constexpr Ms kWrite{4};

}  // namespace

void Storage::write(Changes changes) {
  pending_.push_back(std::move(changes));
  scheduler_.after(kWrite, [this, generation = generation_] {
    if (generation != generation_ || pending_.empty()) return;
    apply(std::move(pending_.front()));
    pending_.pop_front();
  });
}

void Storage::apply(Changes changes) {
  for (auto& [digest, event] : changes.puts) {
    events_[digest] = std::move(event);
    ever_kept_.insert(digest);
  }
  for (const Digest& digest : changes.removes) events_.erase(digest);
  if (changes.verdict) verdict_ = std::move(changes.verdict);
}

void Storage::tab_ended(std::size_t survive) {
  ++generation_;
  for (; survive > 0 && !pending_.empty(); --survive) {
    apply(std::move(pending_.front()));
    pending_.pop_front();
  }
  pending_.clear();
}

void Storage::lose_everything() {
  ++generation_;
  pending_.clear();
  events_.clear();
  verdict_.reset();
  ever_kept_.clear();
}

}  // namespace holdfast::sim
