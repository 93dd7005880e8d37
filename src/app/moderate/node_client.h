// The moderator's questions to one deployment over HTTP, and the verdicts that it hands in. Loop
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "moderator/moderator.h"
#include "moderator/signing.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "net/url.h"
#include "protocol/keys.h"

namespace holdfast::app {

class NodeClient {
 public:
  struct Config {
    protocol::Deployment deployment;
    std::vector<net::Url> urls;  // at least one; the next after one that did not answer
    std::shared_ptr<const net::TlsContext> tls;
    protocol::SecretKey admin;
    std::vector<protocol::PublicKey> moderators;
    protocol::KeyId own_key;
    Ms timeout{2'000};
  };
  // What it knows, and the verdict of it.
  struct Told {
    moderator::State state;
    std::optional<moderator::Heard> verdict;
  };

  // `loop` must outlive it.
  NodeClient(net::Loop& loop, Config config) : loop_(loop), config_(std::move(config)) {}

  // Each calls `then` once, later; an error says why there is no answer. One call of a kind at a
  // time.
  void ask_state(std::function<void(Result<Told>)> then);
  void ask_holds(std::function<void(Result<protocol::Holdings>)> then);
  // Answers with what the deployment knows afterwards. Does nothing while one is under way: the
  // core comes again.
  void publish(const moderator::Verdict& verdict,
               std::function<void(Result<moderator::Heard>)> then);
  // Hands over the record, for the deployment's own status page. Does nothing while one is under
  // way.
  void hand_record(std::string record, std::function<void(Result<void>)> then);

 private:
  using Call = std::shared_ptr<net::PendingHttpCall>;
  // Calls `then` with the body of a good answer.
  Call call(std::string method, std::string path, std::string body, bool as_admin,
            std::function<void(Result<std::string>)> then);
  Result<Told> read_state(const std::string& body) const;

  net::Loop& loop_;
  Config config_;
  std::size_t url_ = 0;
  std::optional<WallMs> certificate_expires_;
  Call state_;
  Call holds_;
  Call publish_;
  bool publishing_ = false;
  Call hand_;
  bool handing_ = false;
};

}  // namespace holdfast::app
