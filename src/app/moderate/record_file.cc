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

#include "base/json.h"
#include "moderator/signing.h"
#include "protocol/names.h"

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

json::Object json_of(const moderator::Maintenance& maintenance) {
  json::Object object;
  object["deployment"] = protocol::name_of(maintenance.deployment);
  object["by"] = maintenance.by;
  object["since"] = maintenance.since.value();
  if (maintenance.safe) object["safe"] = maintenance.safe->value();
  object["interrupted"] = maintenance.interrupted;
  return object;
}

Result<moderator::Maintenance> read_maintenance(const json::Object& object) {
  HF_TRY(name, json::get_text(object, "deployment"));
  const auto deployment = protocol::deployment_named(name);
  if (!deployment) return fail(ErrorCode::kInvalid, "maintenance.deployment: \"{}\" is none", name);
  HF_TRY(by, json::get_text(object, "by"));
  HF_TRY(since, json::get_int(object, "since"));
  HF_TRY(safe, json::find_int(object, "safe"));
  HF_TRY(interrupted, json::get_bool(object, "interrupted"));
  moderator::Maintenance read{*deployment, std::string(by), WallMs(since), {}, interrupted};
  if (safe) read.safe = WallMs(*safe);
  return read;
}

std::string text_of(const moderator::Record& record) {
  json::Object object;
  object["v"] = 1;
  if (record.verdict) object["verdict"] = *json::parse(record.verdict->text);
  object["frozen"] = record.frozen;
  json::Array moves;
  for (const WallMs at : record.moves) moves.push_back(at.value());
  object["moves"] = std::move(moves);
  if (record.maintenance) object["maintenance"] = json_of(*record.maintenance);
  return json::serialize(object) + "\n";
}

Result<moderator::Started> read(std::string_view text,
                                std::span<const protocol::PublicKey> moderators,
                                const protocol::KeyId& own_key) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(version, json::get_int(object, "v"));
  if (version != 1) return fail(ErrorCode::kInvalid, "v: {} is of a newer program", version);
  moderator::Started started;
  HF_TRY(frozen, json::get_bool(object, "frozen"));
  started.stored.frozen = frozen;
  HF_TRY(moves, json::get_array(object, "moves"));
  for (const json::Value& at : *moves) {
    if (!at.is_int64()) return fail(ErrorCode::kInvalid, "moves: not an integer");
    started.stored.moves.push_back(WallMs(at.get_int64()));
  }
  HF_TRY(maintenance, json::find_object(object, "maintenance"));
  if (maintenance != nullptr) {
    HF_TRY(read, read_maintenance(*maintenance));
    started.stored.maintenance = std::move(read);
  }
  HF_TRY(verdict, json::find_object(object, "verdict"));
  if (verdict == nullptr) return started;
  HF_TRY(heard, moderator::read_heard(json::serialize(*verdict), moderators, own_key));
  started.stored.verdict = std::move(heard.verdict);
  started.signer = heard.trust;
  return started;
}

}  // namespace

Result<RecordFile> RecordFile::open(std::string path) {
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
  return RecordFile(std::move(path), lock);
}

RecordFile::RecordFile(RecordFile&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RecordFile::~RecordFile() {
  if (lock_ >= 0) ::close(lock_);
}

Result<moderator::Started> RecordFile::load(std::span<const protocol::PublicKey> moderators,
                                            const protocol::KeyId& own_key) const {
  if (!std::filesystem::exists(path_)) return moderator::Started{};
  std::ifstream file(path_, std::ios::binary);
  std::stringstream text;
  if (!file || !(text << file.rdbuf()))
    return fail(ErrorCode::kCorrupt, "{} cannot be read, or is empty", path_);
  auto started = read(text.str(), moderators, own_key);
  if (!started) return fail(ErrorCode::kCorrupt, "{}: {}", path_, started.error().why);
  return started;
}

Result<void> RecordFile::store(const moderator::Record& record) const {
  const std::string next = path_ + ".next";
  {
    File file(next, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open()) return system_error("cannot open", next);
    if (!file.write(text_of(record))) return system_error("cannot write", next);
    if (!file.sync()) return system_error("cannot sync", next);
  }
  if (std::rename(next.c_str(), path_.c_str()) != 0) return system_error("cannot rename", next);
  const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
  File folder(parent.empty() ? "." : parent.string(), O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || !folder.sync()) return system_error("cannot sync the folder of", path_);
  return {};
}

}  // namespace holdfast::app
