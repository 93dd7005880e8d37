// Which contents this file holds already, as far as the writer remembers: the last 65,536 that it
// wrote.
//
// A second entry of a content (the other deployment's acceptance of a hedged send, a give-back)
// comes within seconds of the first, so a short memory finds nearly all of them; for the others the
// content is simply stored once more. Asking the file instead would cost a random read for every
// new entry.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "journal/journal.h"

namespace holdfast::journal {

class RecentContents {
 public:
  struct Where {
    Arrival arrival;
    bool has_body;
  };

  std::optional<Where> find(const protocol::Digest& digest) const {
    const auto known = by_digest_.find(digest.value());
    return known == by_digest_.end() ? std::nullopt : std::optional(known->second);
  }

  void remember(const protocol::Digest& digest, Where where) {
    if (!by_digest_.insert_or_assign(digest.value(), where).second) return;
    if (ring_.size() < kMax) {
      ring_.push_back(digest.value());
      return;
    }
    by_digest_.erase(ring_[oldest_]);
    ring_[oldest_] = digest.value();
    oldest_ = (oldest_ + 1) % kMax;
  }

  // After a rollback, and when rows were taken away: what it remembers may not be there.
  void clear() {
    by_digest_.clear();
    ring_.clear();
    oldest_ = 0;
  }

 private:
  static constexpr std::size_t kMax = 65'536;
  std::unordered_map<Hash32, Where> by_digest_;
  std::vector<Hash32> ring_;
  std::size_t oldest_ = 0;
};

}  // namespace holdfast::journal
