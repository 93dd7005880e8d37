// Made by tools/gen_protocol from src/protocol/schema.json. Change the schema, not this file.
//
// Every frame of docs/protocol.md §§4 and 9 as a struct, its strict parser and its encoder. A parser refuses what is too
// large, too deep, not UTF-8, not JSON, doubled, missing, of a wrong type or out of bounds, with the code of §5 and a `why`
// that names the field; unknown fields are ignored. Heads and bodies are embedded texts and pass verbatim.
// clang-format off
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "protocol/codes.h"
#include "protocol/event.h"
#include "protocol/ids.h"
#include "protocol/intervals.h"

namespace holdfast::protocol {

enum class Role { kVisitor, kOperator, kProbe };
std::string_view name_of(Role value);
enum class ChatState { kQueued, kAssigned, kClosed };
std::string_view name_of(ChatState value);
enum class AskWhat { kAccept, kClose, kRelease, kTransfer };
std::string_view name_of(AskWhat value);
enum class Presence { kOnline, kAway };
std::string_view name_of(Presence value);

struct Versions {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  friend bool operator==(const Versions&, const Versions&) = default;
};
// A verdict as it travels: section 8. `p` is the payload's exact bytes.
struct SignedVerdict {
  std::string p;
  KeyId k;
  std::string s;
  friend bool operator==(const SignedVerdict&, const SignedVerdict&) = default;
};
struct ChatDigest {
  ChatId chat;
  Hash32 digest;
  friend bool operator==(const ChatDigest&, const ChatDigest&) = default;
};
struct KnownChat {
  ChatId chat;
  Hash32 digest;
  ChatState state{};
  friend bool operator==(const KnownChat&, const KnownChat&) = default;
};
struct SafeAt {
  Origin o;
  Seq s;
  ChainHash h;
  friend bool operator==(const SafeAt&, const SafeAt&) = default;
};
struct KnownOutbox {
  Digest digest;
  std::vector<Acceptance> acc;
  std::optional<SafeAt> safe{};
  friend bool operator==(const KnownOutbox&, const KnownOutbox&) = default;
};
// What a holder has of one event: its digest, then the m of its acceptances.
struct HeldItem {
  Digest digest;
  std::vector<Mac> macs;
  friend bool operator==(const HeldItem&, const HeldItem&) = default;
};
struct GivenEvent {
  std::string head;
  std::optional<std::string> body;  // null when erased
  std::vector<Acceptance> acc;
  friend bool operator==(const GivenEvent&, const GivenEvent&) = default;
};
// Somebody of the site who writes to a visitor: the name that the operator wants to be shown.
struct PersonSeen {
  Author id;
  std::string name;
  friend bool operator==(const PersonSeen&, const PersonSeen&) = default;
};
// Opening hours: day 1 is Monday; minutes after midnight, `to` is exclusive.
struct OpenSpan {
  std::uint64_t day = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  friend bool operator==(const OpenSpan&, const OpenSpan&) = default;
};
// What the pages of a site show of its settings. `zone` is an IANA time zone; `transcripts`: visitors may ask for them by e-mail.
struct SiteView {
  std::string name;
  std::optional<std::string> colour{};
  std::optional<std::string> greeting{};
  std::optional<std::string> away{};
  std::optional<std::string> zone{};
  std::optional<std::vector<OpenSpan>> hours{};
  bool transcripts = false;
  friend bool operator==(const SiteView&, const SiteView&) = default;
};
// A chat in the answer to find: when its newest matching (or newest) event was accepted, and that event's text.
struct FoundChat {
  ChatId chat;
  ChatState state{};
  std::optional<Author> operator_id{};
  Author visitor;
  std::optional<std::string> name{};
  WallMs at;
  Digest digest;
  Author author;
  std::string excerpt;
  friend bool operator==(const FoundChat&, const FoundChat&) = default;
};
// A register of the settings as its site's administrators see it; `value` (JSON) is null for a secret that is set. `by`, `at`: who wrote the value that counts, and when that was accepted.
struct RegisterSeen {
  std::string entity;
  std::string field;
  std::optional<std::string> value;  // null when erased
  std::vector<Digest> unreplaced;
  std::optional<Author> by{};
  std::optional<WallMs> at{};
  friend bool operator==(const RegisterSeen&, const RegisterSeen&) = default;
};
struct OperatorSeen {
  Author id;
  std::string name;
  bool online = false;
  friend bool operator==(const OperatorSeen&, const OperatorSeen&) = default;
};
struct PeerState {
  bool up = false;
  std::uint64_t behind = 0;
  friend bool operator==(const PeerState&, const PeerState&) = default;
};
struct SecretAuth {
  std::string secret;
  friend bool operator==(const SecretAuth&, const SecretAuth&) = default;
};
struct KeyAuth {
  std::string pub;
  std::string sig;
  friend bool operator==(const KeyAuth&, const KeyAuth&) = default;
};
struct TokenAuth {
  std::string token;
  std::optional<std::string> pub{};
  std::optional<std::string> sig{};
  friend bool operator==(const TokenAuth&, const TokenAuth&) = default;
};
struct ProbeAuth {
  WallMs at;
  Mac mac;
  bool peer = false;
  friend bool operator==(const ProbeAuth&, const ProbeAuth&) = default;
};
using Auth = std::variant<SecretAuth, KeyAuth, TokenAuth, ProbeAuth>;
struct OriginHoldings {
  Origin o;
  std::vector<Interval> i;
  friend bool operator==(const OriginHoldings&, const OriginHoldings&) = default;
};
struct PeerEntry {
  Acceptance acc;
  std::string head;
  std::optional<std::string> body;  // null when erased
  friend bool operator==(const PeerEntry&, const PeerEntry&) = default;
};
struct PeerRun {
  Seq a;
  ChainHash p;
  std::vector<PeerEntry> e;
  friend bool operator==(const PeerRun&, const PeerRun&) = default;
};
struct PeerPresence {
  SiteId site;
  Author id;
  Presence state{};
  friend bool operator==(const PeerPresence&, const PeerPresence&) = default;
};
struct PeerReport {
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  WallMs at;
  friend bool operator==(const PeerReport&, const PeerReport&) = default;
};

namespace from_client {

// Hello: who I am, what I hold
struct Hello {
  Versions versions;
  Role as{};
  SiteId site;
  Auth auth;
  std::vector<Digest> outbox;
  std::vector<ChatDigest> chats;
  bool warm = false;
  std::optional<std::string> page{};
  friend bool operator==(const Hello&, const Hello&) = default;
};
// Send: take this event
struct Send {
  std::string head;
  std::string body;
  bool hedge = false;
  std::vector<Acceptance> acc{};
  friend bool operator==(const Send&, const Send&) = default;
};
// Have: what I hold of this chat
struct Have {
  ChatId chat;
  std::vector<HeldItem> items;
  bool more = false;
  friend bool operator==(const Have&, const Have&) = default;
};
// Give: give-back, after want; opening event first
struct Give {
  ChatId chat;
  std::vector<GivenEvent> events;
  friend bool operator==(const Give&, const Give&) = default;
};
// Ask: please decide; idempotent
struct Ask {
  std::string rid;
  ChatId chat;
  AskWhat what{};
  std::vector<Digest> covers{};
  std::optional<Author> to{};
  friend bool operator==(const Ask&, const Ask&) = default;
};
// Find: consoles: chats in which every word of the text occurs, newest first; an empty text: all. `before`: `next` of the page before
struct Find {
  std::string rid;
  std::string text;
  std::optional<std::string> before{};
  std::optional<std::uint64_t> limit{};
  friend bool operator==(const Find&, const Find&) = default;
};
// Look: consoles: show me this chat although it is not mine, until off; answered with chat or error
struct Look {
  ChatId chat;
  bool on = false;
  friend bool operator==(const Look&, const Look&) = default;
};
// View: consoles: the settings that I may change, now and when they change, until off
struct View {
  bool on = false;
  friend bool operator==(const View&, const View&) = default;
};
// Signal: to the other party, never stored
struct Signal {
  ChatId chat;
  std::string what;
  bool on = false;
  friend bool operator==(const Signal&, const Signal&) = default;
};
// Status: an operator's presence, held by the session
struct Status {
  Presence state{};
  friend bool operator==(const Status&, const Status&) = default;
};
// Report: what I saw of the other deployment; feeds health
struct Report {
  std::uint64_t hedges_won = 0;
  std::uint64_t late_acks = 0;
  std::uint64_t failed_connects = 0;
  WallMs at;
  std::optional<std::uint64_t> age_ms{};
  friend bool operator==(const Report&, const Report&) = default;
};
// Beat: I am here
struct Beat {
  friend bool operator==(const Beat&, const Beat&) { return true; }
};

using Frame = std::variant<Hello, Send, Have, Give, Ask, Find, Look, View, Signal, Status, Report, Beat>;

std::string encode(const Hello& frame);
std::string encode(const Send& frame);
std::string encode(const Have& frame);
std::string encode(const Give& frame);
std::string encode(const Ask& frame);
std::string encode(const Find& frame);
std::string encode(const Look& frame);
std::string encode(const View& frame);
std::string encode(const Signal& frame);
std::string encode(const Status& frame);
std::string encode(const Report& frame);
std::string encode(const Beat& frame);
std::string encode(const Frame& frame);

}  // namespace from_client

namespace from_node {

// Challenge: sign this if you have a key
struct Challenge {
  Hash32 nonce;
  Deployment deployment{};
  Versions versions;
  WallMs time;
  friend bool operator==(const Challenge&, const Challenge&) = default;
};
// Welcome: the session stands
struct Welcome {
  std::uint64_t version = 0;
  Author author;
  Deployment deployment{};
  std::string node;
  WallMs time;
  std::uint64_t heartbeat_ms = 0;
  std::optional<SignedVerdict> verdict{};
  std::optional<std::vector<SiteId>> sites{};
  std::vector<std::string> peers;
  std::vector<std::string> moderators;
  std::vector<KnownChat> chats;
  std::vector<KnownOutbox> outbox;
  bool available = false;
  std::optional<std::vector<OperatorSeen>> operators{};
  std::optional<PeerState> peer{};
  std::optional<SiteView> site{};
  std::optional<std::vector<PersonSeen>> people{};
  std::optional<std::string> role{};
  friend bool operator==(const Welcome&, const Welcome&) = default;
};
// Accepted: durable here
struct Accepted {
  Digest digest;
  Acceptance acc;
  friend bool operator==(const Accepted&, const Accepted&) = default;
};
// Safe: durable in both: the other deployment holds entry s of o with chain hash h
struct Safe {
  Digest digest;
  Origin o;
  Seq s;
  ChainHash h;
  friend bool operator==(const Safe&, const Safe&) = default;
};
// Refused: this event was not taken
struct Refused {
  Digest digest;
  Code code{};
  std::string why;
  std::optional<std::uint64_t> retry_ms{};
  friend bool operator==(const Refused&, const Refused&) = default;
};
// Event: an event with every acceptance known; body null when erased
struct Event {
  ChatId chat;
  std::string head;
  std::optional<std::string> body;  // null when erased
  std::vector<Acceptance> acc;
  bool safe = false;
  friend bool operator==(const Event&, const Event&) = default;
};
// Acc: more acceptances of an event that you have
struct Acc {
  ChatId chat;
  Digest digest;
  std::vector<Acceptance> acc;
  friend bool operator==(const Acc&, const Acc&) = default;
};
// Want: please give these back
struct Want {
  ChatId chat;
  std::vector<Digest> digests;
  friend bool operator==(const Want&, const Want&) = default;
};
// Wait: do not: somebody else is sending them
struct Wait {
  ChatId chat;
  std::vector<Digest> digests;
  friend bool operator==(const Wait&, const Wait&) = default;
};
// Chat: a chat in a console's list changed
struct Chat {
  ChatId chat;
  ChatState state{};
  std::optional<Author> operator_id{};
  Hash32 digest;
  bool gone = false;
  friend bool operator==(const Chat&, const Chat&) = default;
};
// Decided: answer to ask
struct Decided {
  std::string rid;
  bool ok = false;
  std::optional<Code> code{};
  std::optional<std::string> why{};
  std::optional<Digest> digest{};
  friend bool operator==(const Decided&, const Decided&) = default;
};
// Pending: the ask is alive; renewed every 5 s
struct Pending {
  std::string rid;
  std::string why;
  friend bool operator==(const Pending&, const Pending&) = default;
};
// Signal: from the other party, never stored
struct Signal {
  ChatId chat;
  std::string what;
  bool on = false;
  Author from;
  friend bool operator==(const Signal&, const Signal&) = default;
};
// Presence: is an operator there
struct Presence {
  bool available = false;
  std::optional<std::vector<OperatorSeen>> operators{};
  friend bool operator==(const Presence&, const Presence&) = default;
};
// Site: what the site shows of its settings changed; consoles: also when their own role did
struct Site {
  SiteView site;
  std::optional<std::string> role{};
  friend bool operator==(const Site&, const Site&) = default;
};
// Person: visitors: who somebody is that writes to you, before their first event, and when the name changed
struct Person {
  PersonSeen person;
  friend bool operator==(const Person&, const Person&) = default;
};
// Erased: the bodies of these events are erased: drop them, and never give them back
struct Erased {
  ChatId chat;
  std::vector<Digest> digests;
  friend bool operator==(const Erased&, const Erased&) = default;
};
// Found: answer to find; `next`: there are more, ask with this before
struct Found {
  std::string rid;
  std::vector<FoundChat> chats;
  std::optional<std::string> next{};
  friend bool operator==(const Found&, const Found&) = default;
};
// Registers: answer to view, in pages; later the changed ones alone
struct Registers {
  std::vector<RegisterSeen> registers;
  bool more = false;
  friend bool operator==(const Registers&, const Registers&) = default;
};
// Verdict: which deployment is active
struct Verdict {
  SignedVerdict verdict;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};
// Peer: the peer link, and how many entries are not yet in both
struct Peer {
  bool up = false;
  std::uint64_t behind = 0;
  friend bool operator==(const Peer&, const Peer&) = default;
};
// Beat: every heartbeat_ms, with the digests of this link's open chats
struct Beat {
  WallMs time;
  std::vector<ChatDigest> chats;
  friend bool operator==(const Beat&, const Beat&) = default;
};
// Error: about the last frame or the link
struct Error {
  Code code{};
  std::string why;
  std::optional<std::uint64_t> retry_ms{};
  friend bool operator==(const Error&, const Error&) = default;
};

using Frame = std::variant<Challenge, Welcome, Accepted, Safe, Refused, Event, Acc, Want, Wait, Chat, Decided, Pending, Signal, Presence, Site, Person, Erased, Found, Registers, Verdict, Peer, Beat, Error>;

std::string encode(const Challenge& frame);
std::string encode(const Welcome& frame);
std::string encode(const Accepted& frame);
std::string encode(const Safe& frame);
std::string encode(const Refused& frame);
std::string encode(const Event& frame);
std::string encode(const Acc& frame);
std::string encode(const Want& frame);
std::string encode(const Wait& frame);
std::string encode(const Chat& frame);
std::string encode(const Decided& frame);
std::string encode(const Pending& frame);
std::string encode(const Signal& frame);
std::string encode(const Presence& frame);
std::string encode(const Site& frame);
std::string encode(const Person& frame);
std::string encode(const Erased& frame);
std::string encode(const Found& frame);
std::string encode(const Registers& frame);
std::string encode(const Verdict& frame);
std::string encode(const Peer& frame);
std::string encode(const Beat& frame);
std::string encode(const Error& frame);
std::string encode(const Frame& frame);

}  // namespace from_node

namespace from_peer {

// Peer_hello: both send it first
struct PeerHello {
  Versions versions;
  Deployment deployment{};
  std::string node;
  Origin origin;
  Hash32 nonce;
  std::string build;
  std::string config;
  friend bool operator==(const PeerHello&, const PeerHello&) = default;
};
// Peer_proof: the peer key is known
struct PeerProof {
  Mac mac;
  friend bool operator==(const PeerProof&, const PeerProof&) = default;
};
// Holds: what I hold; a full one first, later the changed origins only
struct Holds {
  std::vector<OriginHoldings> origins;
  bool full = false;
  WallMs time;
  std::optional<SignedVerdict> verdict{};
  bool more = false;
  friend bool operator==(const Holds&, const Holds&) = default;
};
// Pull: send me entries of o in [a,b]
struct Pull {
  std::uint64_t n = 0;
  Origin o;
  Seq a;
  Seq b;
  bool live = false;
  std::uint64_t max = 0;
  friend bool operator==(const Pull&, const Pull&) = default;
};
// Entries: runs of consecutive entries, each with the hash before its first; answers pull n
struct Entries {
  std::uint64_t n = 0;
  Origin o;
  std::vector<PeerRun> runs;
  bool done = false;
  bool more = false;
  friend bool operator==(const Entries&, const Entries&) = default;
};
// Ask: an operator's ask, for the decider
struct Ask {
  std::string rid;
  SiteId site;
  ChatId chat;
  AskWhat what{};
  Author operator_id;
  std::vector<Digest> covers{};
  std::optional<Author> to{};
  friend bool operator==(const Ask&, const Ask&) = default;
};
// Decided: answer to ask
struct Decided {
  std::string rid;
  bool ok = false;
  std::optional<Code> code{};
  std::optional<std::string> why{};
  std::optional<Digest> digest{};
  friend bool operator==(const Decided&, const Decided&) = default;
};
// Pending: the ask is alive; renewed every 5 s
struct Pending {
  std::string rid;
  std::string why;
  friend bool operator==(const Pending&, const Pending&) = default;
};
// Presence: who is connected at my side
struct Presence {
  std::vector<PeerPresence> operators;
  bool full = false;
  friend bool operator==(const Presence&, const Presence&) = default;
};
// Verdict: which deployment is active
struct Verdict {
  SignedVerdict verdict;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};
// Beat: every second
struct Beat {
  WallMs time;
  std::vector<PeerReport> reports{};
  friend bool operator==(const Beat&, const Beat&) = default;
};

using Frame = std::variant<PeerHello, PeerProof, Holds, Pull, Entries, Ask, Decided, Pending, Presence, Verdict, Beat>;

std::string encode(const PeerHello& frame);
std::string encode(const PeerProof& frame);
std::string encode(const Holds& frame);
std::string encode(const Pull& frame);
std::string encode(const Entries& frame);
std::string encode(const Ask& frame);
std::string encode(const Decided& frame);
std::string encode(const Pending& frame);
std::string encode(const Presence& frame);
std::string encode(const Verdict& frame);
std::string encode(const Beat& frame);
std::string encode(const Frame& frame);

}  // namespace from_peer

Parsed<from_client::Frame> parse_client_frame(std::string_view text);
Parsed<from_node::Frame> parse_node_frame(std::string_view text);
Parsed<from_peer::Frame> parse_peer_frame(std::string_view text);

// A verdict by itself, as POST /v1/verdict takes it and GET gives it.
Parsed<SignedVerdict> parse_signed_verdict(std::string_view text);
std::string encode(const SignedVerdict& verdict);
// One acceptance by itself.
std::string encode(const Acceptance& acceptance);

}  // namespace holdfast::protocol
