// A page of a scan while it is being filled: knows when it is full.
#pragma once

#include <cstddef>
#include <utility>

#include "journal/journal.h"

namespace holdfast::journal {

inline std::size_t weight_of(const protocol::Content& content) {
  return kEntryOverhead + content.head_bytes.size() +
         (content.body_bytes ? content.body_bytes->size() : 0);
}

class PageBuilder {
 public:
  explicit PageBuilder(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // False when it does not fit any more: the page is over, and there is more. The first entry
  // always fits.
  bool add(StoredEntry stored) {
    const std::size_t weight = weight_of(*stored.entry.content);
    if (!page_.entries.empty() && bytes_ + weight > bytes_max_) {
      page_.more = true;
      return false;
    }
    bytes_ += weight;
    page_.entries.push_back(std::move(stored));
    return true;
  }

  Page finish() && { return std::move(page_); }

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  Page page_;
};

}  // namespace holdfast::journal
