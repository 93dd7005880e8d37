// The highest known verdict in a small file, so that a restart does not forget which deployment is
// active. The core hears it as if somebody had posted it, and is asked for it now and then.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "node/node.h"

namespace holdfast::app {

class VerdictKeeper {
 public:
  explicit VerdictKeeper(std::filesystem::path file) : file_(std::move(file)) {}

  // What to ask a new node: to take the stored verdict, when there is one. Ids of requests below
  // 100 belong to the keeper.
  std::optional<node::HttpRequest> post_stored();
  node::HttpRequest get_current() const;

  // A reply to one of its requests: a new verdict to store, or nothing. True when the reply was the
  // keeper's.
  static bool is_own(const node::HttpReply& reply) { return reply.request.value() < 100; }
  std::optional<std::string> news(const node::HttpReply& reply);

  // Replaces the file as one; on the journal's reading thread.
  static Result<void> store(const std::filesystem::path& file, const std::string& verdict);
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::string stored_;
};

}  // namespace holdfast::app
