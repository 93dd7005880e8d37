#include "tests/fold/set_json.h"

#include <algorithm>
#include <vector>

#include "chat/chat.h"
#include "protocol/base64url32.h"
#include "protocol/frames.gen.h"
#include "protocol/json_writer.h"

namespace holdfast::fold {
namespace {

using protocol::Digest;
using protocol::JsonWriter;

template <class Items, class WriteItem>
void list(JsonWriter& out, const Items& items, WriteItem write_item) {
  out.raw('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.raw(',');
    first = false;
    write_item(item);
  }
  out.raw(']');
}

void digests(JsonWriter& out, const std::vector<Digest>& all) {
  list(out, all, [&](const Digest& digest) { out.hash(digest.value()); });
}

void sorted_digests(JsonWriter& out, const std::vector<Digest>& all) {
  std::vector<std::string> texts;
  for (const Digest& digest : all) texts.emplace_back(protocol::HashText(digest.value()).view());
  std::ranges::sort(texts);
  list(out, texts, [&](const std::string& text) { out.text(text); });
}

std::string_view name_of(chat::Decision::State state) {
  switch (state) {
    case chat::Decision::State::kQueued:
      return "queued";
    case chat::Decision::State::kAssigned:
      return "assigned";
    case chat::Decision::State::kClosed:
      break;
  }
  return "closed";
}

void event(JsonWriter& out, const protocol::Event& event) {
  out.raw("{\"head\":");
  out.text(event.content->head_bytes);
  out.raw(",\"body\":");
  if (event.content->body_bytes) {
    out.text(*event.content->body_bytes);
  } else {
    out.raw("null");
  }
  out.raw(",\"acc\":");
  list(out, event.acceptances,
       [&](const protocol::Acceptance& acceptance) { out.raw(protocol::encode(acceptance)); });
  out.raw('}');
}

void route(JsonWriter& out, const chat::Routing& routing) {
  out.raw("{\"state\":");
  out.text(name_of(routing.state));
  out.raw(",\"operator\":");
  routing.operator_id ? out.text(routing.operator_id->value()) : out.raw("null");
  out.raw(",\"winner\":");
  routing.winner ? out.hash(routing.winner->value()) : out.raw("null");
  out.raw(",\"unreplaced\":");
  sorted_digests(out, routing.unreplaced);
  out.raw('}');
}

}  // namespace

std::string set_json(std::span<const protocol::Event> events, std::string_view name) {
  using protocol::Audience;
  const auto transcript = chat::fold_transcript(events);
  JsonWriter out(events.size() * 1024 + 1024);
  out.raw('{');
  if (!name.empty()) {
    out.raw("\"name\":");
    out.text(name);
    out.raw(',');
  }
  out.raw("\"events\":");
  list(out, events, [&](const protocol::Event& one) { event(out, one); });
  out.raw(",\"expect\":{\"order\":");
  list(out, transcript, [&](const chat::Placed& placed) { out.hash(placed.place.digest.value()); });
  out.raw(",\"places\":");
  list(out, transcript,
       [&](const chat::Placed& placed) { out.hlc(protocol::Hlc(placed.place.order)); });
  out.raw(",\"digest_chat\":");
  out.hash(chat::set_digest(events, Audience::kChat));
  out.raw(",\"digest_operators\":");
  out.hash(chat::set_digest(events, Audience::kOperators));
  out.raw(",\"route\":");
  route(out, chat::fold_routing(events));
  out.raw(",\"frontier_chat\":");
  digests(out, chat::frontier(events, Audience::kChat));
  out.raw(",\"frontier_operators\":");
  digests(out, chat::frontier(events, Audience::kOperators));
  out.raw("}}");
  return out.take();
}

}  // namespace holdfast::fold
