#include "sim/client/give_back.h"

#include <algorithm>
#include <utility>

#include "protocol/codes.gen.h"

namespace holdfast::sim {
namespace {

constexpr Ms kLasting{protocol::kGiveBackAfterMs};
constexpr Ms kExchangeEvery{2'000};
constexpr int kBusyMax =
    2;  // differing beats in a busy chat before lists are exchanged all the same
constexpr std::size_t kFrameBytes = protocol::kFrameBytesClientMax - 256;

}  // namespace

GiveBack::Doubt& GiveBack::doubt(Link& link, const ChatId& chat) {
  const auto [known, fresh] = doubts_of(link).try_emplace(chat);
  Doubt& at = known->second;
  if (!fresh && at.connection == link.connection()) return at;
  set_due(at, kNever);
  return at = {.link = &link,
               .chat = chat,
               .connection = link.connection(),
               .theirs = {},
               .exchanged_at = {}};
}

bool GiveBack::same(const ChatId& chat, const Hash32& theirs) const {
  const ChatSet* const set = find_(chat);
  return set != nullptr && set->digest() == theirs;
}

void GiveBack::compare_now(Link& link, const ChatId& chat, const Hash32& theirs) {
  Doubt& at = doubt(link, chat);
  if (same(chat, theirs)) return settle(at);
  exchange(link, chat);
}

void GiveBack::compare(Link& link, const ChatId& chat, const Hash32& theirs) {
  Doubt& at = doubt(link, chat);
  if (same(chat, theirs)) return settle(at);
  at.theirs = theirs;
  at.moved = false;
  set_due(at, env_.now() + kLasting);
}

void GiveBack::moved(Link& link, const ChatId& chat) {
  auto& doubts = doubts_of(link);
  const auto known = doubts.find(chat);
  if (known != doubts.end()) known->second.moved = true;
}

void GiveBack::exchange(Link& link, const ChatId& chat) {
  Doubt& at = doubt(link, chat);
  settle(at);
  const MonoMs now = env_.now();
  if (at.exchanged_at && now < *at.exchanged_at + kExchangeEvery) return;
  at.exchanged_at = now;
  env_.trace.sometimes("lists exchanged");
  protocol::from_client::Have have{chat, {}, false};
  std::size_t bytes = 0;
  for (const Held* held : visible(chat)) {
    protocol::HeldItem item{held->content->digest, {}};
    for (const Acceptance& acceptance : held->acc) item.macs.push_back(acceptance.mac);
    const std::size_t size = (item.macs.size() + 1) * 46 + 2;
    if (have.items.size() == protocol::kItemsMax || bytes + size > kFrameBytes) {
      have.more = true;
      link.send(have);
      have = {chat, {}, false};
      bytes = 0;
    }
    have.items.push_back(std::move(item));
    bytes += size;
  }
  link.send(have);
}

void GiveBack::give(Link& link, const ChatId& chat, const std::vector<Digest>& digests) {
  auto held = visible(chat);
  // The opening event also unasked: it may have been asked of a holder who never answered.
  std::erase_if(held, [&](const Held* one) {
    return one->content->head.kind != "open" &&
           std::ranges::find(digests, one->content->digest) == digests.end();
  });
  std::ranges::sort(held, [](const Held* a, const Held* b) {
    const bool opens_a = a->content->head.kind == "open", opens_b = b->content->head.kind == "open";
    return opens_a != opens_b ? opens_a : a->content->head.id < b->content->head.id;
  });
  protocol::from_client::Give give{chat, {}};
  std::size_t bytes = 0;
  for (const Held* one : held) {
    const protocol::Content& content = *one->content;
    // Quotes and backslashes double inside a frame.
    const std::size_t size =
        (content.head_bytes.size() + (content.body_bytes ? content.body_bytes->size() : 4)) * 3 /
            2 +
        one->acc.size() * 200 + 64;
    if (!give.events.empty() &&
        (give.events.size() == protocol::kItemsMax || bytes + size > kFrameBytes)) {
      link.send(give);
      give.events.clear();
      bytes = 0;
    }
    give.events.push_back({content.head_bytes, content.body_bytes, one->acc});
    bytes += size;
  }
  if (!give.events.empty()) link.send(give);
  if (!held.empty())
    env_.trace.sometimes("events given back", static_cast<std::int64_t>(held.size()));
}

void GiveBack::ring() {
  const MonoMs now = env_.now();
  if (due() > now) return;
  for (auto& doubts : doubts_) {
    for (auto& [chat, at] : doubts) {
      if (at.due <= now) lapsed(at);
    }
  }
}

void GiveBack::lapsed(Doubt& at) {
  set_due(at, kNever);
  if (!at.theirs || at.connection != at.link->connection()) return;
  if (same(at.chat, *at.theirs)) return settle(at);
  if (at.moved && ++at.busy < kBusyMax) return;
  exchange(*at.link, at.chat);
}

void GiveBack::settle(Doubt& at) {
  at.theirs.reset();
  set_due(at, kNever);
  at.busy = 0;
}

std::vector<const Held*> GiveBack::visible(const ChatId& chat) const {
  std::vector<const Held*> found;
  const ChatSet* const set = find_(chat);
  if (set == nullptr) return found;
  for (const auto& [digest, held] : set->events()) {
    if (!held.acc.empty() && held.content->head.audience <= up_to_) found.push_back(&held);
  }
  return found;
}

void GiveBack::set_due(Doubt& at, MonoMs due) {
  if (at.due == next_ && due > next_) next_is_old_ = true;
  at.due = due;
  next_ = std::min(next_, due);
}

// Asked after every turn, and nearly always what it was before: a client has hundreds of chats.
MonoMs GiveBack::due() const {
  if (std::exchange(next_is_old_, false)) {
    next_ = kNever;
    for (const auto& doubts : doubts_) {
      for (const auto& [chat, at] : doubts) next_ = std::min(next_, at.due);
    }
  }
  return next_;
}

}  // namespace holdfast::sim
