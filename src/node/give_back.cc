#include "node/give_back.h"

#include <algorithm>
#include <memory>

#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

// Of lists that are not complete yet, over all chats of a session.
constexpr std::size_t kVisitorItemsMax = 5'000;
constexpr std::size_t kOperatorItemsMax = 20'000;
constexpr std::size_t kDigestsPerFrame = 300;
constexpr std::size_t kWantedMax = 200'000;

bool knows(const Event& event, const Mac& mac) {
  return std::ranges::binary_search(event.acceptances, mac, {}, &Acceptance::mac);
}

// `want`, `wait` or `erased`, in frames that are not too large.
template <class WireFrame>
void tell_digests(Turn& turn, SessionId session, const ChatId& chat,
                  const std::vector<Digest>& digests) {
  for (std::size_t i = 0; i < digests.size(); i += kDigestsPerFrame) {
    const std::size_t end = std::min(digests.size(), i + kDigestsPerFrame);
    turn.tell(session, WireFrame{chat,
                                 {digests.begin() + static_cast<std::ptrdiff_t>(i),
                                  digests.begin() + static_cast<std::ptrdiff_t>(end)}});
  }
}

}  // namespace

void GiveBack::have(Session& session, from_client::Have page) {
  if (!session.having.contains(page.chat) && !session.lists.take(turn_.mono())) {
    return turn_.complain(session.id, Code::kRateLimited, "too many lists",
                          session.lists.wait_ms(turn_.mono()));
  }
  Items& items = session.having[page.chat];
  std::size_t total = page.items.size();
  for (const auto& [chat, held] : session.having) total += held.size();
  const std::size_t items_max = session.is_operator ? kOperatorItemsMax : kVisitorItemsMax;
  if (total > items_max || session.having.size() > protocol::kChatsMax) {
    session.having.clear();
    return turn_.complain(session.id, Code::kTooMany,
                          "lists of more than " + std::to_string(items_max) + " events at once");
  }
  std::ranges::move(page.items, std::back_inserter(items));
  if (page.more) return;
  auto whole = std::make_shared<Items>(std::move(items));
  session.having.erase(page.chat);
  chats_.with({session.site, page.chat}, [this, id = session.id, whole](CachedChat& chat) {
    if (Session* const back = sessions_.find(id)) answer(*back, chat, *whole);
  });
}

void GiveBack::answer(Session& session, CachedChat& chat, const Items& items) {
  const bool sees = chat.empty() || Delivery::sees(session, chat);
  // An operator may have been given a chat by a decision that only their browser still knows: what
  // they hold is asked for all the same, and what is genuine in it decides what they see.
  if (!sees && !session.is_operator) {
    return turn_.complain(session.id, Code::kNotYourChat,
                          "chat " + chat.key().chat.value() + " is not yours to see");
  }
  turn_.counters.add(Count::kHavesAnswered);
  tell_erased(session, chat, items);
  if (sees) send_lacking(session, chat, items);
  if (!gate_.shut()) ask_for_missing(session, chat, items);
}

// Whoever holds a body that is gone is to drop it, also of a chat that a hello had no room for.
void GiveBack::tell_erased(Session& session, const CachedChat& chat, const Items& items) {
  std::vector<Digest> erased;
  for (const protocol::HeldItem& item : items) {
    const Event* const event = chat.find(item.digest);
    if (event != nullptr && !event->content->body_bytes &&
        event->content->head.audience <= session.sees())
      erased.push_back(item.digest);
  }
  tell_digests<from_node::Erased>(turn_, session.id, chat.key().chat, erased);
}

void GiveBack::send_lacking(Session& session, const CachedChat& chat, const Items& items) {
  std::map<Digest, const protocol::HeldItem*> held;
  for (const protocol::HeldItem& item : items) held.emplace(item.digest, &item);
  for (std::size_t i = 0; i < chat.events().size(); ++i) {
    const Event& event = chat.event(i);
    if (event.content->head.audience > session.sees()) continue;
    const auto theirs = held.find(event.content->digest);
    if (theirs == held.end()) {
      if (turn_.veil.hides(event)) continue;
      Frame frame;
      delivery_.show(chat, i, session, frame);
      continue;
    }
    from_node::Acc more{chat.key().chat, event.content->digest, {}};
    for (const Acceptance& acceptance : event.acceptances) {
      if (std::ranges::find(theirs->second->macs, acceptance.mac) == theirs->second->macs.end())
        more.acc.push_back(acceptance);
    }
    if (!more.acc.empty()) turn_.tell(session.id, more);
  }
}

bool GiveBack::lacks(const CachedChat& chat, const protocol::HeldItem& item) const {
  const Event* const event = chat.find(item.digest);
  if (event == nullptr) return !batches_.carries(item.digest);
  return std::ranges::any_of(
      item.macs, [&](const Mac& mac) { return !knows(*event, mac) && !batches_.carries(mac); });
}

void GiveBack::ask_for_missing(Session& session, const CachedChat& chat, const Items& items) {
  std::vector<Digest> want, wait;
  const bool peer_sends = link_.alive() && link_.lacking() > 0;
  for (const protocol::HeldItem& item : items) {
    if (!lacks(chat, item)) continue;
    const auto found = wanted_.find({chat.key(), item.digest});
    if (found != wanted_.end()) {
      Wanted& known = found->second;
      if (known.asked == session.id) continue;
      if (std::ranges::find(known.holders, session.id) == known.holders.end())
        known.holders.push_back(session.id);
      wait.push_back(item.digest);
      continue;
    }
    if (wanted_.size() >= kWantedMax) break;
    Wanted wanted{{}, turn_.mono(), {}};
    if (peer_sends) {
      wanted.holders.push_back(session.id);
      wait.push_back(item.digest);
    } else {
      wanted.asked = session.id;
      want.push_back(item.digest);
    }
    wanted_.emplace(Key{chat.key(), item.digest}, std::move(wanted));
  }
  turn_.counters.add(Count::kGiveBackWanted, static_cast<std::int64_t>(want.size()));
  turn_.counters.add(Count::kGiveBackWaited, static_cast<std::int64_t>(wait.size()));
  tell_digests<from_node::Want>(turn_, session.id, chat.key().chat, want);
  tell_digests<from_node::Wait>(turn_, session.id, chat.key().chat, wait);
}

bool GiveBack::was_asked(const Session& session, const ChatKey& key,
                         const protocol::GivenEvent& given) const {
  const auto found = wanted_.find({key, protocol::digest_of(given.head)});
  return found != wanted_.end() && found->second.asked == session.id;
}

void GiveBack::give(Session& session, from_client::Give frame) {
  if (const auto shut = gate_.shut())
    return turn_.complain(session.id, shut->code, shut->why, kComeBackMs);
  const ChatKey key{session.site, frame.chat};
  // What was asked for is welcome; the rest is limited like any other event.
  for (const protocol::GivenEvent& given : frame.events) {
    if (was_asked(session, key, given) || session.facts.take(turn_.mono())) continue;
    turn_.complain(session.id, Code::kRateLimited, "more events than were wanted",
                   session.facts.wait_ms(turn_.mono()));
    if (!session.faults.take(turn_.mono()))
      sessions_.close(session, Code::kRateLimited, "a flood", kComeBackMs);
    return;
  }
  auto events = std::make_shared<std::vector<protocol::GivenEvent>>(std::move(frame.events));
  chats_.with(key, [this, id = session.id, events](CachedChat& chat) {
    for (protocol::GivenEvent& given : *events) {
      Session* const giver = sessions_.find(id);
      if (giver == nullptr) return;
      intake_.give(*giver, chat, std::move(given));
    }
  });
}

void GiveBack::arrived(const ChatKey& key, const Digest& digest) {
  if (!wanted_.empty()) wanted_.erase({key, digest});
}

void GiveBack::session_gone(SessionId session) {
  for (auto& [key, wanted] : wanted_) {
    std::erase(wanted.holders, session);
    if (wanted.asked == session) {
      wanted.asked.reset();
      wanted.since =
          turn_.mono() - Ms(turn_.config.give_back_lapse_ms);  // the next one's turn, now
    }
  }
}

void GiveBack::tick() {
  std::map<std::pair<SessionId, ChatKey>, std::vector<Digest>> asks;
  for (auto at = wanted_.begin(); at != wanted_.end();) {
    Wanted& wanted = at->second;
    if (turn_.mono() - wanted.since < Ms(turn_.config.give_back_lapse_ms)) {
      ++at;
      continue;
    }
    if (wanted.asked) turn_.counters.add(Count::kGiveBackLapsed);
    ask_next(at->first, wanted, asks);
    at = wanted.asked ? std::next(at) : wanted_.erase(at);
  }
  for (const auto& [who, digests] : asks) {
    turn_.counters.add(Count::kGiveBackWanted, static_cast<std::int64_t>(digests.size()));
    tell_digests<from_node::Want>(turn_, who.first, who.second.chat, digests);
  }
}

void GiveBack::ask_next(const Key& key, Wanted& wanted,
                        std::map<std::pair<SessionId, ChatKey>, std::vector<Digest>>& asks) {
  wanted.asked.reset();
  while (!wanted.holders.empty() && !wanted.asked) {
    const SessionId next = wanted.holders.front();
    wanted.holders.erase(wanted.holders.begin());
    if (sessions_.find(next) != nullptr) wanted.asked = next;
  }
  if (!wanted.asked) return;
  wanted.since = turn_.mono();
  asks[{*wanted.asked, key.first}].push_back(key.second);
}

}  // namespace holdfast::node
