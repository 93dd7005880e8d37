#include <algorithm>
#include <iterator>
#include <string_view>

#include "chat/body_reader.h"
#include "chat/chat.h"
#include "protocol/json_writer.h"

namespace holdfast::chat {
namespace {

using protocol::JsonReader;
using State = Decision::State;

constexpr std::string_view kDecisionMembers[] = {"nonce", "state",    "epoch",  "term",
                                                 "auto",  "replaces", "covers", "operator"};

std::string_view name_of(State state) {
  switch (state) {
    case State::kQueued:
      return "queued";
    case State::kAssigned:
      return "assigned";
    case State::kClosed:
      break;
  }
  return "closed";
}

bool read_state(JsonReader& in, State& out) {
  std::string text;
  if (!in.read_text(text)) return false;
  for (const State state : {State::kQueued, State::kAssigned, State::kClosed}) {
    if (text != name_of(state)) continue;
    out = state;
    return true;
  }
  return in.fail(protocol::Code::kBadFrame, "none of queued, assigned, closed");
}

bool read_member(JsonReader& in, std::size_t member, Decision& value) {
  switch (member) {
    case 0:
      return read_nonce(in);
    case 1:
      return read_state(in, value.state);
    case 2:
      return protocol::read_epoch(in, value.epoch);
    case 3:
      return protocol::read_term(in, value.term);
    case 4:
      return in.read_bool(value.autonomous);
    case 5:
      return read_digests(in, value.replaces);
    case 6:
      return read_digests(in, value.covers);
    default:
      return protocol::read_operator(in, value.operator_id.emplace());
  }
}

bool read(JsonReader& in, Decision& value) {
  protocol::Members members;
  if (!read_members(in, members, kDecisionMembers, value, read_member)) return false;
  const std::uint32_t required = value.state == State::kAssigned ? 0b1111'1111 : 0b0111'1111;
  if (!members.complete(in, required, kDecisionMembers)) return false;
  if (value.state != State::kAssigned) value.operator_id.reset();
  return true;
}

void write_digests(protocol::JsonWriter& out, const std::vector<protocol::Digest>& digests) {
  out.raw('[');
  for (std::size_t i = 0; i < digests.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(digests[i].value());
  }
  out.raw(']');
}

}  // namespace

Result<Decision> parse_decision(const protocol::Content& content) {
  return read_body<Decision>(content, "route",
                             [](JsonReader& in, Decision& value) { return read(in, value); });
}

std::string decision_body(const Decision& decision, const std::string& nonce) {
  protocol::JsonWriter out;
  out.raw("{\"nonce\":");
  out.text(nonce);
  out.raw(",\"state\":");
  out.text(name_of(decision.state));
  if (decision.operator_id) {
    out.raw(",\"operator\":");
    out.text(decision.operator_id->value());
  }
  out.raw(",\"epoch\":");
  out.number(decision.epoch.value());
  out.raw(",\"term\":");
  out.number(decision.term.value());
  out.raw(",\"auto\":");
  out.boolean(decision.autonomous);
  out.raw(",\"replaces\":");
  write_digests(out, decision.replaces);
  out.raw(",\"covers\":");
  write_digests(out, decision.covers);
  out.raw('}');
  return out.take();
}

}  // namespace holdfast::chat
