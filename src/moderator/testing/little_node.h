// A deployment that does just what a moderator looks at: it relays a synthetic chat, tells its
// state, takes verdicts. What it should do wrong is switched on by a test.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "moderator/synthetic_chat.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"

namespace holdfast::moderator::testing {

inline protocol::SecretKey secret(std::uint8_t byte) {
  protocol::SecretKey key;
  key.id = protocol::KeyId("s1");
  key.bytes.fill(byte);
  return key;
}

// Its client links; both parties of the one site see every event.
class LittleNode {
 public:
  using Side = SyntheticChat::Side;
  using ToClient = std::function<void(Side, std::string)>;

  explicit LittleNode(ToClient to_client) : to_client_(std::move(to_client)) {}

  bool accepts = true;               // false: a disk that never answers
  bool delivers = true;              // false: accepts, and tells nobody
  bool shows_twice = false;          // under another id, as if it had been said again
  bool promises = false;             // tells `safe` of what it accepts
  std::set<protocol::Digest> holds;  // what it has accepted
  std::optional<protocol::Code> refuses;
  std::vector<std::string> kinds;  // of what was sent
  std::vector<protocol::from_client::Hello> hellos;
  std::vector<protocol::from_client::Ask> asks;
  int beats = 0;

  std::string challenge() const {
    protocol::from_node::Challenge challenge;
    challenge.nonce = sha256(std::string_view("nonce"));
    challenge.versions = {1, 1};
    return protocol::from_node::encode(challenge);
  }

  void frame(Side side, const std::string& text) {
    const auto frame = protocol::parse_client_frame(text);
    if (!frame) {
      to_client_(side, protocol::from_node::encode(
                           protocol::from_node::Error{frame.error().code, frame.error().why, {}}));
      return;
    }
    std::visit([&](const auto& it) { on(side, it); }, *frame);
  }

 private:
  void on(Side side, const protocol::from_client::Hello& hello) {
    hellos.push_back(hello);
    protocol::from_node::Welcome welcome;
    welcome.version = 1;
    welcome.author = protocol::Author(side == Side::kVisitor ? "v:probe" : "o:probe");
    welcome.node = "n1";
    welcome.heartbeat_ms = 5'000;
    for (const protocol::Digest& digest : hello.outbox) {
      if (holds.contains(digest)) welcome.outbox.push_back({digest, {}, {}});
    }
    to_client_(side, protocol::from_node::encode(welcome));
  }
  void on(Side side, const protocol::from_client::Send& send) {
    const auto content = protocol::read_content(send.head, send.body);
    if (!content) {
      to_client_(
          side,
          protocol::from_node::encode(protocol::from_node::Refused{
              protocol::digest_of(send.head), content.error().code, content.error().why, {}}));
      return;
    }
    kinds.push_back((*content)->head.kind);
    if (refuses) {
      to_client_(side, protocol::from_node::encode(protocol::from_node::Refused{
                           (*content)->digest, *refuses, "as the test wants", {}}));
      return;
    }
    if (!accepts) return;
    const protocol::Acceptance acceptance{
        protocol::Origin("primary/n1/01JZZZZZZZZZZZZZZZZZZZZZZZ"), protocol::Seq(++seq_),
        protocol::Hlc(seq_), protocol::KeyId("s1"), protocol::Mac(sha256(std::string_view("mac")))};
    to_client_(side, protocol::from_node::encode(
                         protocol::from_node::Accepted{(*content)->digest, acceptance}));
    holds.insert((*content)->digest);
    if (promises) {
      to_client_(side, protocol::from_node::encode(protocol::from_node::Safe{
                           (*content)->digest, acceptance.origin, acceptance.seq,
                           protocol::ChainHash(sha256(std::string_view("chain")))}));
    }
    if (!delivers) return;
    const auto show = [&](const std::string& head) {
      to_client_(side == Side::kVisitor ? Side::kOperator : Side::kVisitor,
                 protocol::from_node::encode(protocol::from_node::Event{
                     (*content)->head.chat, head, send.body, {acceptance}, false}));
    };
    if (shows_twice && (*content)->head.kind == "message") {
      std::string again = send.head;
      again.replace(again.find((*content)->head.id.value()), 26, "01JZZZZZZZZZZZZZZZZZZZZZZZ");
      for (int i = 0; i < 2; ++i) show(again);
    }
    show(send.head);
  }
  void on(Side, const protocol::from_client::Ask& ask) { asks.push_back(ask); }
  void on(Side, const protocol::from_client::Beat&) { ++beats; }
  template <class Other>
  void on(Side, const Other&) {}

  ToClient to_client_;
  std::uint64_t seq_ = 0;
};

}  // namespace holdfast::moderator::testing
