#include "moderator/node_words.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "protocol/names.h"

namespace holdfast::moderator {
namespace {

constexpr json::IntRange kSmall{.min = 0, .max = 0xffff'ffff};

Result<std::uint64_t> count_of(const json::Object& object, std::string_view field) {
  HF_TRY(value, json::find_int(object, field, {.min = 0}));
  return static_cast<std::uint64_t>(value.value_or(0));
}

Result<void> read_peer(const json::Object& node, State& state) {
  HF_TRY(peer, json::get_object(node, "peer"));
  HF_TRY(up, json::get_bool(*peer, "up"));
  HF_TRY(behind, count_of(*peer, "behind"));
  state.peer_up = up;
  state.behind = behind;
  return {};
}

Result<void> read_reports(const json::Object& node, ClientReports& reports) {
  HF_TRY(clients, count_of(node, "clients"));
  reports.clients = clients;
  HF_TRY(told, json::find_object(node, "reports"));
  if (told == nullptr) return {};
  HF_TRY(hedges_won, count_of(*told, "hedges_won"));
  HF_TRY(late_acks, count_of(*told, "late_acks"));
  HF_TRY(failed_connects, count_of(*told, "failed_connects"));
  reports.hedges_won = hedges_won;
  reports.late_acks = late_acks;
  reports.failed_connects = failed_connects;
  return {};
}

Result<void> read_late_reports(const json::Object& node, LateReports& reports) {
  HF_TRY(told, json::find_object(node, "reports"));
  if (told == nullptr) return {};
  HF_TRY(late, json::find_object(*told, "late"));
  if (late == nullptr) return {};
  HF_TRY(hedges_won, count_of(*late, "hedges_won"));
  HF_TRY(late_acks, count_of(*late, "late_acks"));
  HF_TRY(failed_connects, count_of(*late, "failed_connects"));
  HF_TRY(at, json::get_int(*late, "at", {.min = 0}));
  reports = {hedges_won, late_acks, failed_connects, WallMs(at)};
  return {};
}

Result<void> read_peer_chat(const json::Object& node, std::optional<PeerChat>& chat) {
  HF_TRY(told, json::find_object(node, "peer_chat"));
  if (told == nullptr) return {};
  HF_TRY(worked, count_of(*told, "worked"));
  HF_TRY(failures, json::get_int(*told, "failures", kSmall));
  HF_TRY(took_ms, json::get_int(*told, "took_ms", kSmall));
  HF_TRY(age_ms, json::get_int(*told, "age_ms", {.min = 0}));
  HF_TRY(why, json::find_text(*told, "why"));
  chat = PeerChat{worked, static_cast<std::uint32_t>(failures), static_cast<std::uint32_t>(took_ms),
                  Ms(age_ms), std::string(why.value_or(""))};
  return {};
}

// [min,max]; a node that does not tell it is of the first release, which spoke version 1.
Result<void> read_versions(const json::Object& node, State& state) {
  HF_TRY(range, json::find_array(node, "versions"));
  if (range == nullptr) return {};
  const auto whole = [](const json::Value& value) {
    return value.is_int64() && *value.if_int64() > 0;
  };
  if (range->size() != 2 || !std::ranges::all_of(*range, whole))
    return fail(ErrorCode::kInvalid, "versions: not [min,max]");
  state.versions = {static_cast<std::uint64_t>(range->at(0).get_int64()),
                    static_cast<std::uint64_t>(range->at(1).get_int64())};
  if (state.versions.min > state.versions.max)
    return fail(ErrorCode::kInvalid, "versions: not [min,max]");
  return {};
}

Result<std::optional<protocol::SignedVerdict>> read_verdict(const json::Object& node) {
  HF_TRY(object, json::find_object(node, "verdict"));
  if (object == nullptr) return std::nullopt;
  HF_TRY(payload, json::get_text(*object, "p"));
  HF_TRY(key, json::get_text(*object, "k"));
  HF_TRY(signature, json::get_text(*object, "s"));
  return protocol::SignedVerdict{std::string(payload), protocol::KeyId(std::string(key)),
                                 std::string(signature)};
}

Result<protocol::Interval> read_interval(const json::Value& value) {
  if (!value.is_object()) return fail(ErrorCode::kInvalid, "i: not an object");
  const json::Object& object = value.get_object();
  HF_TRY(first, json::get_int(object, "a", {.min = 1}));
  HF_TRY(last, json::get_int(object, "b", {.min = first}));
  HF_TRY(before, json::get_text(object, "p"));
  HF_TRY(after, json::get_text(object, "h"));
  HF_TRY(before_hash, Hash32::from_base64url(before));
  HF_TRY(after_hash, Hash32::from_base64url(after));
  return protocol::Interval{protocol::Seq(static_cast<std::uint64_t>(first)),
                            protocol::Seq(static_cast<std::uint64_t>(last)),
                            protocol::ChainHash(before_hash), protocol::ChainHash(after_hash)};
}

Result<protocol::IntervalSet> read_intervals(const json::Object& origin) {
  HF_TRY(list, json::get_array(origin, "i"));
  protocol::IntervalSet intervals;
  for (const json::Value& value : *list) {
    HF_TRY(interval, read_interval(value));
    if (intervals.add(interval) == protocol::AddResult::kFork)
      return fail(ErrorCode::kInvalid, "i: intervals contradict each other");
  }
  return intervals;
}

}  // namespace

Result<NodeState> read_node_state(std::string_view text) {
  HF_TRY(node, json::parse_object(text));
  HF_TRY(deployment, json::get_text(node, "deployment"));
  const auto named = protocol::deployment_named(deployment);
  if (!named) return fail(ErrorCode::kInvalid, "deployment: \"{}\" is none", deployment);

  NodeState read{*named, {}, {}};
  HF_TRY(ready, json::get_bool(node, "ready"));
  HF_TRY(reason, json::find_text(node, "reason"));
  HF_TRY(build, json::find_text(node, "build"));
  HF_TRY(time, json::find_int(node, "time"));
  HF_TRY(verdict, read_verdict(node));
  HF_CHECKED(read_peer(node, read.state));
  HF_CHECKED(read_reports(node, read.state.reports));
  HF_CHECKED(read_versions(node, read.state));
  HF_CHECKED(read_late_reports(node, read.state.late_reports));
  HF_CHECKED(read_peer_chat(node, read.state.peer_chat));
  HF_TRY(journal_ms, json::find_int(node, "journal_ms", kSmall));
  read.state.ready = ready;
  read.state.journal_ms = static_cast<std::uint32_t>(journal_ms.value_or(0));
  read.state.not_ready_reason = reason.value_or("");
  read.state.version = build.value_or("");
  if (time) read.state.clock = WallMs(*time);
  read.verdict = std::move(verdict);
  return read;
}

Result<protocol::Holdings> read_holds(std::string_view text) {
  HF_TRY(holds, json::parse_object(text));
  HF_TRY(origins, json::get_array(holds, "origins"));
  protocol::Holdings all;
  for (const json::Value& value : *origins) {
    if (!value.is_object()) return fail(ErrorCode::kInvalid, "origins: not an object");
    HF_TRY(name, json::get_text(value.get_object(), "o"));
    if (!protocol::is_origin(name))
      return fail(ErrorCode::kInvalid, "o: \"{}\" is no origin", name);
    HF_TRY(intervals, read_intervals(value.get_object()));
    all[protocol::Origin(std::string(name))] = std::move(intervals);
  }
  return all;
}

}  // namespace holdfast::moderator
