#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/plant.h"
#include "chat/body_reader.h"
#include "chat/chat.h"
#include "chat/text_order.h"
#include "protocol/json_writer.h"

namespace holdfast::chat {
namespace {

using protocol::JsonReader;

constexpr std::string_view kSettingMembers[] = {"nonce", "entity", "field",
                                                "value", "revoke", "replaces"};
constexpr protocol::Bounds kNameBytes{.min = 1, .max = 128};

bool read_value(JsonReader& in, std::string& out) {
  std::string_view raw;
  if (!in.read_raw(raw)) return false;
  out = raw;
  return true;
}

bool read_member(JsonReader& in, std::size_t member, Write& write) {
  switch (member) {
    case 0:
      return read_nonce(in);
    case 1:
      return protocol::read_clean(in, write.entity, kNameBytes);
    case 2:
      return protocol::read_clean(in, write.field, kNameBytes);
    case 3:
      return read_value(in, write.value_json);
    case 4:
      return in.read_bool(write.revoke);
    default:
      return read_digests(in, write.replaces);
  }
}

bool read(JsonReader& in, Write& write) {
  protocol::Members members;
  if (!read_members(in, members, kSettingMembers, write, read_member)) return false;
  return members.complete(in, 0b11'1111, kSettingMembers);
}

struct Held {
  const protocol::Event* event;
  Write write;
  protocol::Hlc hlc;
};

// Revocation beats grant: two administrators who were cut off must not undo a lock-out by accident
// of the clock.
bool beats(const Held& a, const Held& b) {
  if (a.write.revoke != b.write.revoke) return a.write.revoke;
  const auto& a_id = a.event->content->head.id;
  const auto& b_id = b.event->content->head.id;
  if (planted(Plant::kOlderSettingsWin)) return std::tie(a.hlc, a_id) < std::tie(b.hlc, b_id);
  if (std::tie(a.hlc, a_id) != std::tie(b.hlc, b_id))
    return std::tie(a.hlc, a_id) > std::tie(b.hlc, b_id);
  return text_order(a.event->content->digest.value(), b.event->content->digest.value()) > 0;
}

}  // namespace

Result<Write> parse_write(const protocol::Content& content) {
  return read_body<Write>(content, "set",
                          [](JsonReader& in, Write& write) { return read(in, write); });
}

std::string write_body(const Write& write, const std::string& nonce) {
  protocol::JsonWriter out;
  out.raw("{\"nonce\":");
  out.text(nonce);
  out.raw(",\"entity\":");
  out.text(write.entity);
  out.raw(",\"field\":");
  out.text(write.field);
  out.raw(",\"value\":");
  out.raw(write.value_json);
  out.raw(",\"revoke\":");
  out.boolean(write.revoke);
  out.raw(",\"replaces\":[");
  for (std::size_t i = 0; i < write.replaces.size(); ++i) {
    if (i != 0) out.raw(',');
    out.hash(write.replaces[i].value());
  }
  out.raw("]}");
  return out.take();
}

Register fold_register(std::span<const protocol::Event> writes) {
  std::vector<Held> held;
  std::vector<protocol::Digest> replaced;
  for (const protocol::Event& event : writes) {
    if (event.acceptances.empty()) continue;
    auto write = parse_write(*event.content);
    if (!write) continue;
    replaced.insert(replaced.end(), write->replaces.begin(), write->replaces.end());
    const auto first = std::ranges::min_element(event.acceptances, {}, &protocol::Acceptance::hlc);
    held.push_back({&event, *std::move(write), first->hlc});
  }
  std::ranges::sort(replaced);
  Register result;
  const Held* best = nullptr;
  for (const Held& one : held) {
    if (std::ranges::binary_search(replaced, one.event->content->digest)) continue;
    result.unreplaced.push_back(one.event->content->digest);
    if (best == nullptr || beats(one, *best)) best = &one;
  }
  std::ranges::sort(result.unreplaced);
  if (best != nullptr) {
    result.value_json = best->write.value_json;
    result.winner = best->event->content->digest;
  }
  return result;
}

}  // namespace holdfast::chat
