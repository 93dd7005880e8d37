// A scripted client: one link of one person to one host. It does nothing by itself, so that a test
// can do what no client of ours would.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/testing/host.h"
#include "node/testing/world.h"
#include "protocol/frames.gen.h"

namespace holdfast::node::testing {

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;

class Client {
 public:
  // Opens a link; the challenge is read.
  Client(World& world, Host& host, const std::string& http_origin,
         const std::string& address_host = kHost);

  // The handshakes, each answered by the next settle().
  from_client::Hello visitor_hello(const std::string& secret) const;
  from_client::Hello operator_hello(const std::string& token) const;
  from_client::Hello probe_hello(bool as_operator) const;

  void say(const from_client::Frame& frame) { say_text(encode(frame)); }
  void say_text(const std::string& text);
  void send(const protocol::ContentPtr& content, std::vector<protocol::Acceptance> known = {},
            bool hedge = false);
  void leave();

  // All frames so far, and those of one type.
  std::vector<from_node::Frame> heard() const;
  template <class Frame>
  std::vector<Frame> all() const {
    std::vector<Frame> found;
    for (const auto& each : heard()) {
      if (const auto* const frame = std::get_if<Frame>(&each)) found.push_back(*frame);
    }
    return found;
  }
  template <class Frame>
  std::optional<Frame> last() const {
    const auto found = all<Frame>();
    if (found.empty()) return std::nullopt;
    return found.back();
  }
  template <class Frame>
  std::size_t count() const {
    return all<Frame>().size();
  }
  // What is heard from now on.
  void forget() { host_.said(session_).frames.clear(); }

  // The acceptance by which `digest` was accepted here, if it was.
  std::optional<protocol::Acceptance> accepted(const protocol::Digest& digest) const;
  std::optional<from_node::Refused> refused(const protocol::Digest& digest) const;
  // Texts of the messages and notes that came as events, in their order of coming.
  std::vector<std::string> texts() const;
  std::optional<protocol::Code> closed() const;
  std::optional<protocol::Code> error() const;
  const from_node::Challenge& challenge() const { return challenge_; }
  SessionId session() const { return session_; }

 private:
  World& world_;
  Host& host_;
  SessionId session_;
  from_node::Challenge challenge_;
};

// A visitor of the shop: a secret, the links that use it, and what it writes.
struct Visitor {
  Visitor(World& world, std::string secret_seed);
  // A link that was welcomed.
  Client link(Host& host, std::vector<protocol::ChatDigest> chats = {},
              std::vector<protocol::Digest> outbox = {});

  World& world;
  std::string secret;
  Writer writer;
};

// o:ann or o:bob, with a token that both deployments take.
struct Agent {
  Agent(World& world, const std::string& name);
  Client link(Host& host, std::vector<protocol::ChatDigest> chats = {},
              std::vector<protocol::Digest> outbox = {});

  World& world;
  std::string token;
  Writer writer;
};

// Body text of a message or note.
std::string text_of(const from_node::Event& event);

}  // namespace holdfast::node::testing
