// Who has a journal open: `journal.db.lock`, shared by all who use it, exclusive for whoever must
// move it aside.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace holdfast::journal {

class FileLock {
 public:
  FileLock() = default;
  // Alone when nobody else has it, else shared.
  static Result<FileLock> take(const std::string& path);

  bool alone() const { return alone_; }
  // From now on others may come.
  Result<void> share();

  FileLock(FileLock&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), alone_(other.alone_) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(alone_, other.alone_);
    return *this;
  }
  ~FileLock();

 private:
  int descriptor_ = -1;
  bool alone_ = false;
};

}  // namespace holdfast::journal
