#include "journal/sqlite/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace holdfast::journal {

Result<FileLock> FileLock::take(const std::string& path) {
  FileLock lock;
  lock.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.descriptor_ < 0) return fail(ErrorCode::kIo, "{}: {}", path, std::strerror(errno));
  lock.alone_ = ::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0;
  // Somebody who is alone at this moment is opening it, and shares it soon.
  if (!lock.alone_ && ::flock(lock.descriptor_, LOCK_SH) != 0)
    return fail(ErrorCode::kIo, "{}: {}", path, std::strerror(errno));
  return lock;
}

Result<void> FileLock::share() {
  if (alone_ && ::flock(descriptor_, LOCK_SH) != 0)
    return fail(ErrorCode::kIo, "sharing the lock: {}", std::strerror(errno));
  alone_ = false;
  return {};
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace holdfast::journal
