#include "app/moderate/record_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace holdfast::app {
namespace {

std::unexpected<Error> system_error(std::string_view what, const std::string& path) {
  return fail(ErrorCode::kIo, "{} {}: {}", what, path, std::strerror(errno));
}

// An open file that is closed at the end of its scope.
class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool sync() { return ::fsync(fd_) == 0; }

 private:
  int fd_;
};

}  // namespace

Result<std::unique_ptr<RecordFile>> RecordFile::open(std::string path, const VerdictKeys& keys) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::error_code ignored;  // what is wrong with the folder, opening the lock tells
  if (!parent.empty()) std::filesystem::create_directories(parent, ignored);
  const std::string lock_path = path + ".lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return system_error("cannot open", lock_path);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return fail(ErrorCode::kConflict, "{} is in use by another moderator", path);
  }
  std::unique_ptr<RecordFile> opened(new RecordFile(std::move(path), lock));
  HF_TRY(loaded, opened->load(keys));
  opened->loaded_ = std::move(loaded);
  return opened;
}

RecordFile::~RecordFile() {
  ::close(lock_);
}

Result<moderator::Started> RecordFile::load(const VerdictKeys& keys) const {
  if (!std::filesystem::exists(path_)) return moderator::Started{};
  std::ifstream file(path_, std::ios::binary);
  std::stringstream text;
  if (!file || !(text << file.rdbuf()))
    return fail(ErrorCode::kCorrupt, "{} cannot be read, or is empty", path_);
  auto loaded = read_record(text.str(), keys);
  if (!loaded) return fail(ErrorCode::kCorrupt, "{}: {}", path_, loaded.error().why);
  return loaded;
}

void RecordFile::start(Events events) {
  events.loaded(std::move(loaded_));
}

void RecordFile::store(const moderator::Record& record, Then then) {
  auto written = write(record);
  trouble_ = written ? "" : written.error().why;
  then(std::move(written));
}

Result<void> RecordFile::write(const moderator::Record& record) const {
  const std::string next = path_ + ".next";
  {
    File file(next, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open()) return system_error("cannot open", next);
    if (!file.write(record_text(record) + "\n")) return system_error("cannot write", next);
    if (!file.sync()) return system_error("cannot sync", next);
  }
  if (std::rename(next.c_str(), path_.c_str()) != 0) return system_error("cannot rename", next);
  const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
  File folder(parent.empty() ? "." : parent.string(), O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || !folder.sync()) return system_error("cannot sync the folder of", path_);
  return {};
}

}  // namespace holdfast::app
