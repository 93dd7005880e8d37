#include "app/serve/verdict_keeper.h"

#include <fstream>
#include <iterator>

#include "app/durable_file.h"
#include "base/log.h"

namespace holdfast::app {
namespace {

constexpr node::RequestId kPost{1};
constexpr node::RequestId kGet{2};

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
  return replace_file(file, verdict);
}

}  // namespace holdfast::app
