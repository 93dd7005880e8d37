// The node's core: a pure function of its inputs.
//
//   effects = node.handle(input, now)
//
// One thread, no I/O, no clock; randomness is the generator it was given. Same seed, same inputs,
// same effects, always: that is what makes the simulator possible. Shells (src/app, sim/) turn
// sockets, disks and clocks into inputs and carry effects out in the order given. Nothing that
// depends on an Append is sent before its Committed came back. The shell discards a Node that
// emitted Restart and starts another over the same journal; it gets a new incarnation.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "base/result.h"
#include "base/strong.h"
#include "journal/journal.h"
#include "protocol/codes.h"
#include "protocol/event.h"
#include "protocol/keys.h"

namespace holdfast::node {

using SessionId = Strong<struct SessionIdTag, std::uint64_t>;  // a client's link to this node
using PeerId = Strong<struct PeerIdTag, std::uint64_t>;        // a peer link's connection
using PerformId = Strong<struct PerformIdTag, std::uint64_t>;  // one attempt at a side effect
using BatchId = Strong<struct BatchIdTag, std::uint64_t>;
using ReadId = Strong<struct ReadIdTag, std::uint64_t>;
using RequestId =
    Strong<struct RequestIdTag, std::uint64_t>;    // an HTTP request that waits for its reply
using Frame = std::shared_ptr<const std::string>;  // encoded once, shared by all who get it

// How many erasures were carried out here, and the hash over them in the order of their arrival.
// `restored`: the journal was made from a backup and is not known to be as new as its erasures.
struct ErasureMark {
  std::uint64_t count = 0;
  Hash32 head{};
  bool restored = false;
  friend bool operator==(const ErasureMark&, const ErasureMark&) = default;
};

// Everything that is configured and does not change while the node lives. Defaults are the
// product's.
struct Config {
  protocol::Deployment deployment;
  std::string node_name = "n1";
  protocol::Keys keys;  // cluster, session, peer, admin, probe, moderators' public keys
  std::vector<std::string> own_urls;  // of this deployment, as clients know it
  std::vector<std::string>
      peer_urls;  // of the other deployment, as clients know it (told in welcome)
  std::vector<std::string> moderator_urls;
  std::vector<std::string> console_origins;  // HTTP Origins that may open an operator's link
  std::string build = "dev";
  std::string config_digest;
  std::uint32_t heartbeat_ms = 5'000;
  std::uint32_t autonomous_after_ms = 5'000;
  std::uint32_t clock_bound_ms = 30'000;  // off by more: stop accepting
  std::uint32_t lease_ms = 10'000;
  std::uint32_t give_back_lapse_ms = 2'000;
  std::uint32_t peer_dead_ms = 3'000;
  std::uint32_t report_late_ms =
      30'000;  // clients tell what they saw within 10 s where they can: older is not of now
  std::uint64_t peer_history_bytes_per_s = 128u << 20;  // of a catch-up; 0 = as fast as it goes
  std::uint32_t session_silent_ms = 60'000;
  std::uint32_t token_ms = 12 * 3'600'000;
  std::uint32_t rate_burst = 40;  // events of one visitor
  std::uint32_t rate_per_s = 10;
  std::size_t sessions_max = 18'000;
  std::size_t new_chats_per_minute = 6'000;  // of the whole node
  // Of one address, and as many at once; 0: no limit. Loopback has none: there a proxy stands for
  // everybody.
  std::size_t new_chats_per_address_per_minute = 300;
  bool webhooks_http_to_loopback = false;  // for tests: a webhook may be http://127.0.0.1/…
  std::uint32_t peer_grace_ms =
      1'000;  // at start: so long a node that could go on alone waits for the peer's settings
  bool mail = false;                      // this deployment can send e-mail
  std::uint32_t effect_retry_ms = 5'000;  // after the first failure; then three times as long
  std::uint32_t effect_retry_max_ms = 7'200'000;  // each time, up to this
  std::uint32_t effect_give_up_ms = 86'400'000;   // from the first claim on
  std::uint32_t effect_patience_ms = 20'000;  // for another decider's claim to come to its `done`
  std::uint32_t effect_alone_ms = 300'000;    // a standby whose peer is silent for so long performs
                                              // effects itself
  // What the shell stored last of StoreErasures; nothing when it never did.
  std::optional<ErasureMark> erasures;
  bool erase_again = false;     // the journal was repaired, from pages that may be older
  bool shared_journal = false;  // other nodes append to the same journal: look for their entries
                                // even when no doorbell rang
};

// ---- inputs ----
struct SessionOpened {
  SessionId session;
  std::string http_origin;  // header `Origin`, "" when absent
  std::string host;         // header `Host` without the port: part of a key's proof
  std::string address;      // of the client, for limits
};
struct ClientFrame {
  SessionId session;
  std::string text;
};
struct SessionClosed {
  SessionId session;
};
struct Committed {
  BatchId batch;
  journal::Arrival last;
};
struct AppendFailed {
  BatchId batch;
  Error error;
};

struct ChatRead {
  std::vector<journal::StoredEntry> entries;
};
struct SettingsRead {
  std::vector<journal::StoredEntry> entries;
};
struct SeededRead {
  bool seeded;
};
struct PageRead {
  journal::Page page;
};
struct OpenChatsRead {
  std::vector<journal::ChatKey> chats;
};
struct HoldingsRead {
  protocol::Holdings holdings;
  journal::Arrival last;
};
struct LeaseRead {
  journal::Lease lease;
};
struct BranchesRead {
  std::vector<protocol::Entry> entries;
};
struct ChatsFoundRead {
  journal::ChatsFound found;
};
struct ChatKeysRead {
  std::vector<journal::ChatKey> chats;
};
struct ClosedChatsRead {
  std::vector<journal::ClosedChat> chats;
};
struct ErasuresRead {
  std::vector<journal::StoredEntry> entries;
};
struct ErasedRead {
  journal::Erased erased;
};
struct WriteDone {};  // mark_seeded, freeze_origin, clear_branches, mark_closed
using ReadAnswer = std::variant<ChatRead, SettingsRead, SeededRead, PageRead, OpenChatsRead,
                                HoldingsRead, LeaseRead, BranchesRead, ChatsFoundRead, ChatKeysRead,
                                ClosedChatsRead, ErasuresRead, ErasedRead, WriteDone>;
struct ReadDone {
  ReadId read;
  Result<ReadAnswer> answer;
};

struct PeerOpened {
  PeerId peer;
  bool dialled;
};
struct PeerFrame {
  PeerId peer;
  std::string text;
};
struct PeerClosed {
  PeerId peer;
};
struct BusMessage {
  std::string topic;
  std::string payload;
};
struct Performed {
  PerformId attempt;
  bool ok;
  bool hopeless;    // trying again would not help
  std::string why;  // of a failure, for people
};
struct PasswordChecked {
  RequestId request;
  bool ok;
};
struct PasswordHashed {
  RequestId request;
  std::optional<std::string> hash;  // empty: it could not be made now
};
struct HttpRequest {
  RequestId request;
  std::string method, target, authorization, http_origin, address, body;
};
struct JournalDamaged {};  // damage was found in the journal: what it said is held, and which chats
                           // are open, may have been wrong; ask for it again
// A round of the synthetic chats that the shell has with the other deployment has ended.
struct PeerChatDone {
  std::uint64_t worked = 0;    // rounds that did, since the process started
  std::uint32_t failures = 0;  // in a row; 0: this one worked
  std::uint32_t took_ms = 0;
  std::string why;  // this one failed
};
struct Tick {};   // every 100 ms or so; the core's only sense of passing time
struct Drain {};  // stop taking, finish what is under way, close links with going_away
using Input =
    std::variant<SessionOpened, ClientFrame, SessionClosed, Committed, AppendFailed, ReadDone,
                 PeerOpened, PeerFrame, PeerClosed, BusMessage, PasswordChecked, PasswordHashed,
                 Performed, HttpRequest, JournalDamaged, PeerChatDone, Tick, Drain>;

// ---- effects ----
enum class Lane { kFact, kSignal };  // signals are dropped first when a link's queue is full
struct Send {
  SessionId session;
  Frame frame;
  Lane lane = Lane::kFact;
};
struct CloseSession {
  SessionId session;
  protocol::Code code;
  std::string why;
};
struct Append {
  BatchId batch;
  std::vector<protocol::Entry> entries;
  std::optional<journal::LeaseClaim> lease;
};

struct ReadChat {
  journal::ChatKey key;
};
struct ReadSettings {};
struct ReadSeeded {};
struct MarkSeeded {};
struct ReadOrigin {
  journal::OriginRange range;
};
struct ReadArrivals {
  journal::Arrival after;
  std::size_t bytes_max;
};
struct ReadOpenChats {};
struct ReadHoldings {};
struct AcquireLease {
  std::string holder;
  WallMs until;
};
struct FreezeOrigin {
  protocol::Origin origin;
  protocol::Seq last_common;
};
struct ReadBranches {};
struct ClearBranches {};
struct SearchChats {
  journal::ChatSearch search;
};
struct MarkClosed {
  journal::ChatKey key;
  journal::Arrival as_of;
};
struct ReadErasures {};
struct ReadChatsOf {
  protocol::SiteId site;
  protocol::Author visitor;
};
struct ReadClosedChats {
  protocol::SiteId site;
  protocol::ChatId after;
  std::size_t max;
};
struct EraseBodies {
  journal::ChatKey key;
  std::vector<protocol::Digest> events;
};
using JournalAsk = std::variant<ReadChat, ReadSettings, ReadSeeded, MarkSeeded, ReadOrigin,
                                ReadArrivals, ReadOpenChats, ReadHoldings, AcquireLease,
                                FreezeOrigin, ReadBranches, ClearBranches, SearchChats, MarkClosed,
                                ReadErasures, ReadChatsOf, ReadClosedChats, EraseBodies>;
struct Read {
  ReadId read;
  JournalAsk ask;
};  // answered by exactly one ReadDone; asks are carried out in order, after the Appends emitted
    // before them

struct PeerSend {
  PeerId peer;
  Frame frame;
};
struct ClosePeer {
  PeerId peer;
  std::string why;
};
struct Publish {
  std::string topic;
  std::string payload;
};  // to the other nodes of this deployment
struct CheckPassword {
  RequestId request;
  std::string hash;
  std::string password;
};  // Argon2id, off the core's thread
struct HashPassword {
  RequestId request;
  std::string password;
};  // Argon2id, off the core's thread; answered by one PasswordHashed
// One attempt at a side effect, answered by exactly one Performed. Bounded: the core has at most
// kPerformsAtOnce under way. A receiver may see one twice, but under one id.
inline constexpr std::size_t kPerformsAtOnce = 16;
struct PostWebhook {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON
};
struct SendMail {
  std::string id;  // of the Message-ID
  std::string to;
  std::string reply_to;   // or ""
  std::string from_name;  // beside the configured address
  std::string subject;
  std::string text;
  std::string html;
};
struct Perform {
  PerformId attempt;
  std::variant<PostWebhook, SendMail> what;
};
struct HttpReply {
  RequestId request;
  int status;
  std::string content_type;
  std::string body;
};
// To be kept in a file outside the journal and its backups, synced; given back as
// Config::erasures.
struct StoreErasures {
  ErasureMark mark;
};
struct Restart {
  std::string why;
};  // this incarnation is over
using Effect =
    std::variant<Send, CloseSession, Append, Read, PeerSend, ClosePeer, Publish, CheckPassword,
                 HashPassword, Perform, HttpReply, StoreErasures, Restart>;
using Effects = std::vector<Effect>;

class NodeImpl;

class Node {
 public:
  // `random` must outlive the node. The incarnation is drawn from it.
  Node(Config config, Random& random, Now now);
  ~Node();
  Node(Node&&) noexcept;

  // First effects: the reads that load settings, holdings, branches and open chats. Call once,
  // before handle().
  Effects start(Now now);
  Effects handle(Input input, Now now);

  const protocol::Origin& origin() const;
  bool ready() const;
  std::string not_ready_reason() const;
  // The link to the other deployment is alive.
  bool peer_up() const;
  // Monotonic counters and gauges by metric name (without the holdfast_ prefix), for /metrics and
  // for the simulator's "sometimes" assertions.
  std::map<std::string, std::int64_t> metrics() const;

 private:
  std::unique_ptr<NodeImpl> impl_;
};

}  // namespace holdfast::node
