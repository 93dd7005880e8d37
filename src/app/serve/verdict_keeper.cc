#include "app/serve/verdict_keeper.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/log.h"

namespace holdfast::app {
namespace {

constexpr node::RequestId kPost{1};
constexpr node::RequestId kGet{2};

Result<void> write_durably(const std::filesystem::path& file, const std::string& text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail(ErrorCode::kIo, "{}: {}", file.string(), std::strerror(errno));
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                  ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!ok) return fail(ErrorCode::kIo, "{}: {}", file.string(), std::strerror(error));
  return {};
}

void sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

std::optional<node::HttpRequest> VerdictKeeper::post_stored() {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return std::nullopt;
  stored_.assign(std::istreambuf_iterator<char>(in), {});
  if (stored_.empty()) return std::nullopt;
  return node::HttpRequest{kPost, "POST", "/v1/verdict", "", "", "", stored_};
}

node::HttpRequest VerdictKeeper::get_current() const {
  return {kGet, "GET", "/v1/verdict", "", "", "", ""};
}

std::optional<std::string> VerdictKeeper::news(const node::HttpReply& reply) {
  if (reply.request == kPost && reply.status != 200) {
    log::warn("verdict", "the stored verdict in {} was not taken: {}", file_.string(), reply.body);
  }
  if (reply.request != kGet || reply.status != 200 || reply.body == stored_) return std::nullopt;
  stored_ = reply.body;
  return stored_;
}

Result<void> VerdictKeeper::store(const std::filesystem::path& file, const std::string& verdict) {
  const auto fresh = file.string() + ".new";
  HF_CHECKED(write_durably(fresh, verdict));
  if (::rename(fresh.c_str(), file.c_str()) != 0)
    return fail(ErrorCode::kIo, "{}: {}", file.string(), std::strerror(errno));
  sync_folder(file.parent_path());
  return {};
}

}  // namespace holdfast::app
