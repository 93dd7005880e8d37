#include "app/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace holdfast::app {
namespace {

std::unexpected<Error> failed(const std::filesystem::path& file, int error) {
  return fail(error == ENOSPC ? ErrorCode::kFull : ErrorCode::kIo, "{}: {}", file.string(),
              std::strerror(error));
}

Result<void> write_durably(const std::filesystem::path& file, const std::string& text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed(file, errno);
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                  ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!ok) return failed(file, error);
  return {};
}

}  // namespace

Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path place = folder.empty() ? "." : folder;
  const int fd = ::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed(place, errno);
  const bool ok = ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!ok) return failed(place, error);
  return {};
}

Result<void> replace_file(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path fresh = file.string() + ".new";
  HF_CHECKED(write_durably(fresh, text));
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed(file, errno);
  return sync_folder(file.parent_path());
}

}  // namespace holdfast::app
