// A queue that owns no memory while it is empty: for what each of 20,000 idle links has. An empty
// std::deque keeps 600 bytes.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/check.h"

namespace holdfast {

template <class T>
class Fifo {
 public:
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size() - head_; }

  T& front() {
    CHECK(!empty());
    return items_[head_];
  }
  T& back() {
    CHECK(!empty());
    return items_.back();
  }

  void push_back(T item) {
    if (head_ > 0 && items_.size() == items_.capacity() && 2 * head_ >= items_.size()) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
    items_.push_back(std::move(item));
  }

  void pop_front() {
    CHECK(!empty());
    items_[head_] = T();
    if (++head_ == items_.size()) clear();
  }

  void clear() {
    items_ = std::vector<T>();
    head_ = 0;
  }

  // Drops those for which `goes` is true, asked once each in their order; returns how many.
  template <class Goes>
  std::size_t erase_if(Goes goes) {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
    const std::size_t gone = std::erase_if(items_, goes);
    if (items_.empty()) clear();
    return gone;
  }

  auto begin() const { return items_.begin() + static_cast<std::ptrdiff_t>(head_); }
  auto end() const { return items_.end(); }

 private:
  std::vector<T> items_;  // from head_ on; those before it were taken
  std::size_t head_ = 0;
};

}  // namespace holdfast
