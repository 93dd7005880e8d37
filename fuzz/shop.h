// A deployment of one node with a shop on it, in which a harness lets people say what they like;
// and the memory of who said what, by which it is judged in the end.
//
// The rules (docs/protocol.md): a journal holds of a visitor or operator only what they said on a
// session of their own, or what carries a genuine acceptance; nobody else's session hears of a
// visitor's chat, and no visitor's of a note; whoever does nothing wrong is served as if nothing
// had happened.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "journal/memory/memory_journal.h"
#include "node/testing/client.h"
#include "node/testing/world.h"
#include "protocol/content.h"

namespace holdfast::fuzz {

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;
using node::testing::Agent;
using node::testing::Client;
using node::testing::Host;
using node::testing::Visitor;
using node::testing::World;
using node::testing::Writer;
using protocol::Acceptance;
using protocol::Author;
using protocol::ChatId;
using protocol::ContentPtr;
using protocol::Digest;

// A key of the cluster that is configured as compromised.
protocol::SecretKey compromised_key();

class Shop {
 public:
  // `moderators`: whose verdicts count; none: those of node/testing/world.h.
  explicit Shop(std::vector<protocol::PublicKey> moderators = {});

  // This text is about to be said on a session of `author`'s.
  void note_said(const Author& author, const std::string& text);
  // As note_said(), of any other bytes that may hold content: nobody vouches for it.
  void note_offered(const Digest& digest) { offered_.insert(digest); }
  // Makes an acceptance as a deployment makes it: whoever shows it is to be believed.
  Acceptance accept(const Digest& digest, const protocol::Origin& origin, std::uint64_t seq);

  // The session is this person's, from its welcome on.
  void watch(node::SessionId session, const Author& author) { watched_[session] = author; }
  // A visitor who opened a chat and is left in peace; to be called once, at the beginning.
  void admit_bystander();
  // Time goes by, with signs of life from the bystander.
  void pass(Ms time);

  // What must hold now. A peer is believed more than a client: that an event was erased, and what
  // was accepted under a key that was compromised since.
  enum class From { kClients, kPeer };
  void check_stored(From from = From::kClients);
  void check_heard();
  void check_bystander_is_served();

  World world;
  Host& host;
  Visitor vera, otto;
  Agent ann, bob;

 private:
  void check_frame(const std::string& text, const Author& author);
  bool may_see(const Author& author, const ChatId& chat) const;

  std::map<node::SessionId, Author> watched_;
  std::set<Digest> made_;     // by their authors, or vouched for by a deployment
  std::set<Digest> offered_;  // by anybody
  std::map<ChatId, Author> openers_;
  std::map<Digest, Author> authors_;
  std::optional<Client> bystander_;
  ChatId bystanders_chat_;
};

}  // namespace holdfast::fuzz
