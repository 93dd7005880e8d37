// Made by tools/gen_protocol from src/protocol/schema.json. Change the schema, not this file.
// clang-format off
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::protocol {

enum class Code : std::uint16_t {
  kGoingAway = 4000,  // shutting down or drained
  kOverloaded = 4001,  // too much to do; come back later
  kSlowConsumer = 4002,  // the queue of this link was full
  kNotReady = 4003,  // settings or history not loaded yet
  kJournalFailed = 4004,  // this node accepts nothing any more
  kClockOff = 4005,  // this node's clock differs too much from its peer's and the Moderator's
  kHedgeRefused = 4006,  // overloaded; the first send is still welcome
  kRateLimited = 4007,  // too much in too short a time
  kSilent = 4008,  // no sign of life from the client
  kReincarnated = 4009,  // the node starts again as a new incarnation
  kUnknownChat = 4100,  // its opening event is not here: give it first
  kOutOfStep = 4101,  // a frame out of order
  kBadToken = 4200,  // forged, or not a token
  kExpiredToken = 4201,  // the token's time is over
  kRevoked = 4202,  // the session or its owner was revoked
  kBadProof = 4203,  // the key's signature does not fit the challenge
  kBadPassword = 4204,  // not the password
  kBadFrame = 4300,  // not JSON, or a field missing or of the wrong type
  kFrameTooLarge = 4301,  // more bytes than allowed
  kTooDeep = 4302,  // nested deeper than allowed
  kBadUtf8 = 4303,  // not UTF-8
  kBadText = 4304,  // control characters, empty, or too long
  kUnknownKind = 4305,  // no kind that this node knows
  kForbiddenAudience = 4306,  // not the audience of this kind and role
  kWrongAuthor = 4307,  // not the session's author
  kWrongSite = 4308,  // not the session's site
  kIdConflict = 4309,  // another event with this id is held
  kNotYourChat = 4310,  // the chat belongs to somebody else
  kBadAfter = 4311,  // more than 32, doubled, malformed, or of another chat or a narrower audience
  kBadMac = 4312,  // the acceptance is not genuine
  kOriginRefused = 4313,  // no page of this origin may connect
  kVersionUnsupported = 4314,  // no version in common
  kNotAllowed = 4315,  // the role may not do this
  kVerdictRefused = 4316,  // bad signature, unknown key, or a jump
  kBodyMismatch = 4317,  // the body is not the one that the head names
  kTooMany = 4318,  // a list is longer than allowed
  kBadChat = 4319,  // chat is not the hash of its opening event
  kUnknownSite = 4320,  // no such site here
  kNotFound = 4321,  // no such thing here
  kBadIdentity = 4322,  // the identity token proves nothing
};

struct CodeRow {
  Code code;
  std::string_view name;
  std::string_view meaning;
};

inline constexpr CodeRow kCodeTable[] = {
    {Code::kGoingAway, "going_away", "shutting down or drained"},
    {Code::kOverloaded, "overloaded", "too much to do; come back later"},
    {Code::kSlowConsumer, "slow_consumer", "the queue of this link was full"},
    {Code::kNotReady, "not_ready", "settings or history not loaded yet"},
    {Code::kJournalFailed, "journal_failed", "this node accepts nothing any more"},
    {Code::kClockOff, "clock_off", "this node's clock differs too much from its peer's and the Moderator's"},
    {Code::kHedgeRefused, "hedge_refused", "overloaded; the first send is still welcome"},
    {Code::kRateLimited, "rate_limited", "too much in too short a time"},
    {Code::kSilent, "silent", "no sign of life from the client"},
    {Code::kReincarnated, "reincarnated", "the node starts again as a new incarnation"},
    {Code::kUnknownChat, "unknown_chat", "its opening event is not here: give it first"},
    {Code::kOutOfStep, "out_of_step", "a frame out of order"},
    {Code::kBadToken, "bad_token", "forged, or not a token"},
    {Code::kExpiredToken, "expired_token", "the token's time is over"},
    {Code::kRevoked, "revoked", "the session or its owner was revoked"},
    {Code::kBadProof, "bad_proof", "the key's signature does not fit the challenge"},
    {Code::kBadPassword, "bad_password", "not the password"},
    {Code::kBadFrame, "bad_frame", "not JSON, or a field missing or of the wrong type"},
    {Code::kFrameTooLarge, "frame_too_large", "more bytes than allowed"},
    {Code::kTooDeep, "too_deep", "nested deeper than allowed"},
    {Code::kBadUtf8, "bad_utf8", "not UTF-8"},
    {Code::kBadText, "bad_text", "control characters, empty, or too long"},
    {Code::kUnknownKind, "unknown_kind", "no kind that this node knows"},
    {Code::kForbiddenAudience, "forbidden_audience", "not the audience of this kind and role"},
    {Code::kWrongAuthor, "wrong_author", "not the session's author"},
    {Code::kWrongSite, "wrong_site", "not the session's site"},
    {Code::kIdConflict, "id_conflict", "another event with this id is held"},
    {Code::kNotYourChat, "not_your_chat", "the chat belongs to somebody else"},
    {Code::kBadAfter, "bad_after", "more than 32, doubled, malformed, or of another chat or a narrower audience"},
    {Code::kBadMac, "bad_mac", "the acceptance is not genuine"},
    {Code::kOriginRefused, "origin_refused", "no page of this origin may connect"},
    {Code::kVersionUnsupported, "version_unsupported", "no version in common"},
    {Code::kNotAllowed, "not_allowed", "the role may not do this"},
    {Code::kVerdictRefused, "verdict_refused", "bad signature, unknown key, or a jump"},
    {Code::kBodyMismatch, "body_mismatch", "the body is not the one that the head names"},
    {Code::kTooMany, "too_many", "a list is longer than allowed"},
    {Code::kBadChat, "bad_chat", "chat is not the hash of its opening event"},
    {Code::kUnknownSite, "unknown_site", "no such site here"},
    {Code::kNotFound, "not_found", "no such thing here"},
    {Code::kBadIdentity, "bad_identity", "the identity token proves nothing"},
};

// Bounds of docs/protocol.md.
inline constexpr std::uint64_t kProtocolVersion = 1;
inline constexpr std::uint64_t kFrameBytesClientMax = 16384;
inline constexpr std::uint64_t kFrameBytesNodeMax = 65536;
inline constexpr std::uint64_t kFrameBytesPeerMax = 1048576;
inline constexpr std::uint64_t kDepthMax = 8;
inline constexpr std::uint64_t kHeadBytesMax = 4096;
inline constexpr std::uint64_t kBodyBytesMax = 14336;
inline constexpr std::uint64_t kEventBytesMax = 14848;
inline constexpr std::uint64_t kTextCharsMax = 4000;
inline constexpr std::uint64_t kNameCharsMax = 2000;
inline constexpr std::uint64_t kAfterMax = 32;
inline constexpr std::uint64_t kOutboxMax = 200;
inline constexpr std::uint64_t kChatsMax = 100;
inline constexpr std::uint64_t kItemsMax = 80;
inline constexpr std::uint64_t kAcceptancesMax = 64;
inline constexpr std::uint64_t kCoversMax = 32;
inline constexpr std::uint64_t kSafeIntegerMax = 9007199254740991;
inline constexpr std::uint64_t kEpochJumpMax = 1000000;
inline constexpr std::uint64_t kGiveBackAfterMs = 1000;
inline constexpr std::uint64_t kGiveBackLapseMs = 2000;

// The kinds that this version knows: who may author them, and their audience.
struct KindRow {
  std::string_view kind;
  bool visitor, operator_, deployment, administrator;
  std::string_view audience;
  bool from_client;
};

inline constexpr KindRow kKindTable[] = {
    {"open", true, false, false, false, "chat", true},
    {"message", true, true, false, false, "chat", true},
    {"note", false, true, false, false, "operators", true},
    {"route", false, false, true, false, "chat", false},
    {"contact", true, false, false, false, "chat", true},
    {"set", false, true, false, true, "nodes", true},
    {"erase", false, true, true, true, "nodes", true},
    {"claim", false, false, true, false, "nodes", false},
    {"done", false, false, true, false, "nodes", false},
    {"audit", false, false, true, false, "nodes", false},
};

}  // namespace holdfast::protocol
