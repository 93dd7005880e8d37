// What each frame of a node changes in a client. After web/core/src/inbox.ts.
#include <utility>

#include "base/plant.h"
#include "protocol/codes.h"
#include "protocol/content.h"
#include "sim/client/client.h"

namespace holdfast::sim {

namespace from_client = protocol::from_client;
namespace from_node = protocol::from_node;

void Client::frame(Link& link, const from_node::Frame& frame) {
  std::visit(
      [&](const auto& one) {
        using Frame = std::decay_t<decltype(one)>;
        if constexpr (requires { take(link, one); }) {
          take(link, one);
        } else if constexpr (std::is_same_v<Frame, from_node::Want>) {
          give_back_.give(link, one.chat, one.digests);
        } else if constexpr (std::is_same_v<Frame, from_node::Wait>) {
          env_.trace.sometimes("give-back told to wait");
          give_back_.wait(link, one.chat);
        } else if constexpr (std::is_same_v<Frame, from_node::Decided>) {
          asks_.decided(link, one);
        } else if constexpr (std::is_same_v<Frame, from_node::Pending>) {
          asks_.pending(one);
        } else if constexpr (std::is_same_v<Frame, from_node::Presence>) {
          available_[link.deployment()] = one.available;
        } else if constexpr (std::is_same_v<Frame, from_node::Verdict>) {
          verdicts_.hear(&link, one.verdict);
        } else if constexpr (std::is_same_v<Frame, from_node::Error>) {
          env_.trace.sometimes(fmt::format("told {}", protocol::name(one.code)));
          env_.trace.detail("{} told {} {}", options_.name, protocol::name(one.code), one.why);
        }
      },
      frame);
}

void Client::take(Link& link, const from_node::Welcome& frame) {
  trouble_ = false;
  if (frame.verdict) verdicts_.hear(&link, *frame.verdict);
  available_[link.deployment()] = frame.available;
  const Listed listed = listed_[link.deployment()];
  // Each listed outbox event is answered: held there, or unknown there.
  std::set<Digest> known;
  for (const auto& one : frame.outbox) {
    known.insert(one.digest);
    accepted_at(link, one.digest, one.acc);
    const auto [set, held] = find(one.digest);
    if (one.safe && held != nullptr && !held->safe) settle(*set, *held);
  }
  for (const Digest& digest : listed.outbox) {
    const auto [set, held] = find(digest);
    OutboxItem* const item = held == nullptr ? nullptr : outbox_.find(*held);
    if (known.contains(digest) || item == nullptr) continue;
    item->unknown |= bit(link.deployment());
    if ((held->told & bit(link.deployment())) == 0) continue;
    env_.trace.sometimes("a deployment forgot an event of an outbox");
    held->told &= ~bit(link.deployment());
    keep(*held);
  }
  std::set<ChatId> known_chats;
  for (const auto& one : frame.chats) {
    known_chats.insert(one.chat);
    const auto told = told_.find(one.chat);
    if (told != told_.end() && told->second.gone) told->second = {one.state, std::nullopt, false};
    if (find_set(one.chat) == nullptr && one.state == protocol::ChatState::kClosed) continue;
    give_back_.compare_now(link, one.chat, one.digest);
  }
  for (const ChatId& chat : listed.chats) {
    const ChatSet* const set = find_set(chat);
    if (!known_chats.contains(chat) && set != nullptr && set->anything_accepted())
      give_back_.exchange(link, chat);
  }
  if (options_.role == protocol::Role::kOperator) link.send(from_client::Status{presence_});
}

void Client::accepted_at(Link& link, const Digest& digest,
                         const std::vector<Acceptance>& acceptances) {
  const auto took = link.answered(digest);
  if (took) {
    watcher_.answered(tab_, link.deployment(), env_.now());
    delivery_.answered(link, *took);
  }
  const auto [set, held] = find(digest);
  if (held == nullptr) return;
  const bool waited = held->acc.empty();
  if (OutboxItem* const item = outbox_.find(*held)) item->unknown &= ~bit(link.deployment());
  const unsigned told = held->told | bit(link.deployment());
  const bool news = std::exchange(held->told, told) != told;
  const bool merged = set->merge(*held, acceptances);
  if (accepted_by(held->acc) == 3) env_.trace.sometimes("event with two acceptances");
  watcher_.told_accepted(options_.name, digest, link.deployment());
  if (merged || news) changed(*set, *held);
  note_first_word(link, *held, waited);
  if (outbox_.find(*held) == nullptr) return;
  give_back_.moved(link, set->chat());
  if (planted(Plant::kOutboxDroppedOnAccepted)) {
    outbox_.remove(*held);
    unsaved_.puts.erase(digest);
    unsaved_.removes.insert(digest);
  }
}

void Client::note_first_word(Link& link, const Held& held, bool waited) {
  OutboxItem* const item = outbox_.find(held);
  if (item != nullptr && waited && !held.acc.empty()) delivery_.accepted(*item, link);
}

void Client::take(Link& link, const from_node::Accepted& frame) {
  accepted_at(link, frame.digest, {frame.acc});
}

void Client::take(Link& link, const from_node::Safe& frame) {
  watcher_.safe_named(options_.name, link.deployment(), frame);
  const auto [set, held] = find(frame.digest);
  if (held != nullptr && !held->safe) settle(*set, *held);
}

void Client::take(Link& link, const from_node::Refused& frame) {
  link.answered(frame.digest);
  env_.trace.sometimes(fmt::format("refused {}", protocol::name(frame.code)));
  watcher_.told_refused(options_.name, frame.digest, protocol::number(frame.code));
  const auto [set, held] = find(frame.digest);
  if (held == nullptr) return;
  if (OutboxItem* const item = outbox_.find(*held)) delivery_.refused(*item, link, frame);
}

void Client::take(Link& link, const from_node::Event& frame) {
  const auto content = protocol::read_content(frame.head, frame.body);
  if (!content) return bad_frame(link, content.error().why);
  const protocol::Head& head = (*content)->head;
  watcher_.arrived({options_.name, options_.author, up_to_, options_.site, **content});
  if (head.chat != frame.chat || head.site != options_.site)
    return bad_frame(link, "event of another chat or site");
  if (head.audience > up_to_ || frame.acc.empty())
    return bad_frame(link, "event that is not ours to see");
  give_back_.moved(link, head.chat);
  const Held* const known = find((*content)->digest).second;
  const bool waited = known != nullptr && known->acc.empty();
  const Received received = receive(*content, frame.acc);
  if (frame.safe && !received.held->safe) {
    settle(*received.set, *received.held);
  } else if (received.changed) {
    changed(*received.set, *received.held);
  }
  note_first_word(link, *received.held, waited);
}

void Client::take(Link& link, const from_node::Acc& frame) {
  give_back_.moved(link, frame.chat);
  const auto [set, held] = find(frame.digest);
  if (held == nullptr) return;
  const bool waited = held->acc.empty();
  if (set->merge(*held, frame.acc)) changed(*set, *held);
  note_first_word(link, *held, waited);
}

void Client::take(Link& link, const from_node::Chat& frame) {
  const ChatSet* const set = find_set(frame.chat);
  const bool held = set != nullptr && !set->empty();
  told_[frame.chat] = {frame.state, frame.operator_id, frame.gone};
  if (frame.gone || (!held && frame.state == protocol::ChatState::kClosed)) return;
  if (held) {
    give_back_.compare(link, frame.chat, frame.digest);
  } else {
    give_back_.exchange(link, frame.chat);
  }
}

void Client::take(Link& link, const from_node::Beat& frame) {
  link.send(from_client::Beat{});
  for (const auto& [chat, digest] : frame.chats) give_back_.compare(link, chat, digest);
}

void Client::take(Link&, const from_node::Erased& frame) {
  env_.trace.sometimes("client told what was erased");
  for (const Digest& digest : frame.digests) {
    const auto [set, held] = find(digest);
    if (held != nullptr && held->content->body_bytes) erase(*set, *held);
  }
}

}  // namespace holdfast::sim
