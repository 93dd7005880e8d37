// A client's link to this node: who it is, how far its handshake has come, what it may still do.
//
//   kGreeted --hello--> kLoading --chats read--> kOpen
//
// kGreeted: the challenge is out. kLoading: it is authenticated, and the chats that its hello lists
// are being read; frames that arrive wait. kOpen: the welcome is out. A session that breaks the
// order is closed; there is no way back.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/node.h"
#include "node/token_bucket.h"
#include "node/words.h"

namespace holdfast::node {

struct Session;
struct Crowd;

// Somebody on a site, as long as a session or a loaded chat of theirs is here.
struct Person {
  SiteId site;
  Author author;
  Crowd* crowd = nullptr;
  std::size_t links = 0;           // sessions that are this person, open or not
  std::vector<Session*> sessions;  // open ones
  std::set<ChatId> chats;          // loaded ones that a visitor opened
};

// Everybody on a site.
struct Crowd {
  SiteId site;
  std::vector<Session*> visitors;   // open sessions
  std::vector<Session*> operators;  // open sessions
  std::map<Author, Person*> present;
  bool available = false;  // as last told to its visitors
};

enum class Stage { kGreeted, kLoading, kOpen };

struct Session {
  SessionId id;
  std::string http_origin;
  std::string host;
  std::string address;
  Hash32 nonce;  // of the challenge
  MonoMs opened;
  MonoMs last_heard;
  MonoMs next_beat;
  ChatId beat_from;  // where the next beat's list of chats begins
  Stage stage = Stage::kGreeted;

  // From the hello on.
  bool is_operator = false;
  SiteId site;
  Author author;
  Person* person = nullptr;
  std::optional<WallMs> token_issued;  // operators with a token
  std::optional<WallMs> token_expires;
  std::string token_sid;
  bool online = false;             // operators: as they say
  bool views = false;              // operators: hears of the settings that they may change
  std::set<ChatId> looks;          // operators: chats that are shown to them without being theirs
  std::vector<Author> introduced;  // visitors: operators whose names they were told

  // While loading.
  from_client::Hello hello;
  std::size_t chats_to_load = 0;
  std::vector<std::string> waiting_frames;

  TokenBucket frames;   // of any kind
  TokenBucket facts;    // events, asks
  TokenBucket lists;    // `have`
  TokenBucket signals;  // signals, statuses, reports
  TokenBucket faults;   // frames that were refused as such

  std::map<ChatId, std::vector<protocol::HeldItem>> having;  // pages of a `have` so far

  Audience sees() const { return is_operator ? Audience::kOperators : Audience::kChat; }
  bool is_open() const { return stage == Stage::kOpen; }
};

}  // namespace holdfast::node
