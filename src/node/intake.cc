#include "node/intake.h"

#include <algorithm>

#include "base/plant.h"
#include "node/identity.h"
#include "protocol/content.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

// So many entries on their way to the disk mean that it does not keep up: hedges are for the other
// deployment then.
constexpr std::size_t kInFlightMax = 4'000;
// Addresses that are remembered for the sake of their limit.
constexpr std::size_t kAddressesMax = 20'000;

protocol::AuthorKind role_of(bool is_operator) {
  return is_operator ? protocol::AuthorKind::kOperator : protocol::AuthorKind::kVisitor;
}

// Whoever comes from there stands behind a proxy on this machine, or tests it: the address says
// nothing about them.
bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.empty();
}

}  // namespace

Intake::Intake(Turn& turn, Sessions& sessions, const Settings& settings, Chats& chats,
               Batches& batches, Ledger& ledger, Delivery& delivery, Gate& gate,
               TakeChatless take_chatless, IsErased is_erased)
    : turn_(turn),
      sessions_(sessions),
      settings_(settings),
      chats_(chats),
      batches_(batches),
      ledger_(ledger),
      delivery_(delivery),
      gate_(gate),
      take_chatless_(std::move(take_chatless)),
      is_erased_(std::move(is_erased)),
      new_chats_(static_cast<double>(turn.config.new_chats_per_minute),
                 static_cast<double>(turn.config.new_chats_per_minute) / 60, turn.mono()) {}

void Intake::refuse_to(SessionId session, const Digest& digest, const WireError& error,
                       std::uint64_t retry_ms) {
  if (sessions_.find(session) != nullptr) turn_.refuse(session, digest, error, retry_ms);
}

bool Intake::within_rate(Session& session, const Digest& digest) {
  if (session.facts.take(turn_.mono())) return true;
  const WireError error{Code::kRateLimited, "too many events at once"};
  turn_.refuse(session.id, digest, error, session.facts.wait_ms(turn_.mono()));
  // Who goes on regardless is not a client of ours.
  if (!session.faults.take(turn_.mono()))
    sessions_.close(session, error.code, "a flood", kComeBackMs);
  return false;
}

Parsed<ContentPtr> Intake::own_content(const Session& session, std::string head,
                                       std::string body) const {
  auto content = protocol::read_content(std::move(head), std::move(body));
  if (!content) return content;
  const protocol::Head& said = (*content)->head;
  if (said.site != session.site)
    return refuse(Code::kWrongSite, "site {}, the session's is {}", said.site, session.site);
  if (said.author != session.author && !planted(Plant::kAuthorNotBound)) {
    return refuse(Code::kWrongAuthor, "author {}, the session's is {}", said.author,
                  session.author);
  }
  auto checked = protocol::check_client_content(**content, role_of(session.is_operator));
  if (!checked) return std::unexpected(std::move(checked).error());
  return content;
}

void Intake::send(Session& session, from_client::Send frame) {
  const Digest digest = protocol::digest_of(frame.head);
  if (!within_rate(session, digest)) return;
  if (const auto shut = gate_.shut()) return turn_.refuse(session.id, digest, *shut, kComeBackMs);
  auto content = own_content(session, std::move(frame.head), std::move(frame.body));
  if (!content) return turn_.refuse(session.id, digest, content.error());
  if ((*content)->head.chat.value().empty()) return take_chatless_(session, *content, frame.acc);
  if (frame.hedge && batches_.entries_in_flight() > kInFlightMax) {
    return turn_.refuse(session.id, digest, {Code::kHedgeRefused, "the disk does not keep up"},
                        kComeBackMs);
  }
  const ChatKey key{session.site, (*content)->head.chat};
  Claim claim{*std::move(content), std::move(frame.acc), session.id, session.is_operator};
  // The hot path has the chat at hand; only a chat that must be read first pays for a continuation.
  if (CachedChat* const chat = chats_.find(key)) return take(*chat, claim);
  chats_.with(key, [this, claim = std::move(claim)](CachedChat& chat) { take(chat, claim); });
}

void Intake::take(CachedChat& chat, const Claim& claim) {
  const ContentPtr& content = claim.content;
  if (!planted(Plant::kNoDedup) && answer_known(chat, claim)) return;
  if (const auto judged = judge(chat, claim); !judged) {
    std::uint64_t retry_ms = judged.error().code == Code::kOverloaded ? kComeBackMs : 0;
    if (judged.error().code == Code::kRateLimited)
      retry_ms = new_chats_from(claim.session)->wait_ms(turn_.mono());
    return refuse_to(claim.session, content->digest, judged.error(), retry_ms);
  }
  batches_.add(ledger_.accept(content));
  batches_.wait(content->digest, claim.session);
  carry(chat, content, claim.acceptances);
}

bool Intake::answer_known(CachedChat& chat, const Claim& claim) {
  const Digest& digest = claim.content->digest;
  const auto index = chat.index_of(digest);
  const bool on_its_way = batches_.carries(digest);
  if (!index && !on_its_way) return false;
  turn_.counters.add(Count::kEventsDuplicate);
  carry(chat, claim.content, claim.acceptances);
  if (!index) {
    batches_.wait(digest, claim.session);
  } else if (sessions_.find(claim.session) != nullptr) {
    delivery_.accepted(claim.session, chat, *index);
  }
  return true;
}

Parsed<void> Intake::judge(CachedChat& chat, const Claim& claim) {
  const protocol::Head& head = claim.content->head;
  const bool opens = head.kind == "open";
  if (!chat.visitor() && !opens)
    return refuse(Code::kUnknownChat, "chat {} has no opening event here", head.chat);
  if (!claim.is_operator && chat.visitor() && *chat.visitor() != head.author) {
    return refuse(Code::kNotYourChat, "chat {} is another visitor's", head.chat);
  }
  if (auto after = check_after(chat, *claim.content); !after) return after;
  if (auto proven = check_identity(settings_, *claim.content, turn_.wall());
      !proven && !is_accepted_elsewhere(claim))
    return proven;
  if (opens && !chat.visitor()) {
    TokenBucket* const from_there = new_chats_from(claim.session);
    if (from_there != nullptr && !from_there->take(turn_.mono()))
      return refuse(Code::kRateLimited, "too many new chats from this address");
    if (!new_chats_.take(turn_.mono())) return refuse(Code::kOverloaded, "too many new chats");
    turn_.counters.add(Count::kChatsOpened);
  }
  if (!chat.claim(*claim.content) && !planted(Plant::kSecondDigestTaken)) {
    return refuse(Code::kIdConflict, "another event of {} has the id {}", head.author, head.id);
  }
  return {};
}

bool Intake::is_accepted_elsewhere(const Claim& claim) const {
  return std::ranges::any_of(claim.acceptances, [&](const Acceptance& acceptance) {
    return protocol::check_acceptance(turn_.config.keys.cluster, claim.content->digest,
                                      acceptance) == protocol::MacCheck::kValid;
  });
}

// A digest that nobody here knows may be on its way; one that stands in another chat, or is not for
// the same eyes, is wrong.
Parsed<void> Intake::check_after(const CachedChat& chat, const protocol::Content& content) {
  for (std::size_t i = 0; i < content.head.after.size(); ++i) {
    const Digest& digest = content.head.after[i];
    const CachedChat* const holder = chats_.holder_of(digest);
    if (holder == nullptr) continue;
    if (holder != &chat) return refuse(Code::kBadAfter, "after[{}] is of another chat", i);
    if (chat.find(digest)->content->head.audience > content.head.audience) {
      return refuse(Code::kBadAfter, "after[{}] is for fewer eyes", i);
    }
  }
  return {};
}

std::size_t Intake::carry(const CachedChat& chat, const ContentPtr& content,
                          const std::vector<Acceptance>& acceptances) {
  return carry_genuine(turn_, batches_, ledger_, content, acceptances, chat.find(content->digest));
}

TokenBucket* Intake::new_chats_from(SessionId id) {
  const Session* const session = sessions_.find(id);
  const auto per_minute = static_cast<double>(turn_.config.new_chats_per_address_per_minute);
  if (session == nullptr || per_minute == 0 || is_loopback(session->address)) return nullptr;
  // Who has not opened a chat for a minute has a full bucket, and nothing is lost by forgetting it.
  if (new_chats_by_address_.size() >= kAddressesMax) {
    std::erase_if(new_chats_by_address_,
                  [this](auto& each) { return each.second.is_full(turn_.mono()); });
  }
  return &new_chats_by_address_
              .try_emplace(session->address, per_minute, per_minute / 60, turn_.mono())
              .first->second;
}

void Intake::give(Session& session, CachedChat& chat, protocol::GivenEvent given) {
  const Digest digest = protocol::digest_of(given.head);
  const auto refused = [&](const WireError& error) { turn_.refuse(session.id, digest, error); };
  const bool by_its_head = !given.body;
  auto content = protocol::read_content(std::move(given.head), std::move(given.body));
  if (!content) return refused(content.error());
  const protocol::Head& head = (*content)->head;
  if (head.site != session.site) return refused({Code::kWrongSite, "another site's event"});
  if (head.chat != chat.key().chat) return refused({Code::kBadChat, "an event of another chat"});
  if (head.audience > session.sees())
    return refused({Code::kForbiddenAudience, "not for this session's eyes"});
  const bool opens = head.kind == "open";
  if (opens && head.chat != protocol::chat_id(head.site, head.author, head.id)) {
    return refused({Code::kBadChat, "chat is not the hash of its opening event"});
  }
  if (!opens && !chat.visitor())
    return refused({Code::kUnknownChat, "give the opening event first"});
  const Author& visitor = chat.visitor() ? *chat.visitor() : head.author;
  if (!session.is_operator && visitor != session.author)
    return refused({Code::kNotYourChat, "another visitor's chat"});

  // Whoever could bring others' events without their bodies could erase them.
  if (by_its_head && !is_erased_(chat, **content, given.acc))
    return refused({Code::kBodyMismatch, "an event without its body, and none that was erased"});
  turn_.counters.add(Count::kGiveBackGiven);
  const bool known = chat.index_of(digest).has_value() || batches_.carries(digest);
  const bool own = head.author == session.author;
  const bool genuine = carry(chat, *content, given.acc) != 0;
  if (genuine) {
    chat.claim(**content);  // two events with one id both stay: what was accepted is never refused
    if (own && batches_.carries(digest)) batches_.wait(digest, session.id);
    return;
  }
  if (own && !by_its_head) {
    if (auto checked = protocol::check_client_content(**content, role_of(session.is_operator));
        !checked) {
      return refused(checked.error());
    }
    return take(chat, {*std::move(content), {}, session.id, session.is_operator});
  }
  if (!known) refused({Code::kBadMac, "no genuine acceptance, and not your own"});
}

}  // namespace holdfast::node
