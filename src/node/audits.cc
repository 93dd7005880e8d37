#include "node/audits.h"

#include <algorithm>
#include <utility>

#include "protocol/base64url32.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"

namespace holdfast::node {
namespace {

bool names_both(const Event& event, const Digest& a, const Digest& b) {
  const protocol::Content& content = *event.content;
  if (content.head.kind != "audit" || !content.body_bytes) return false;
  const auto names = [&](const Digest& digest) {
    return content.body_bytes->find(protocol::HashText(digest.value()).view()) != std::string::npos;
  };
  return names(a) && names(b);
}

}  // namespace

void Audits::id_conflict(const CachedChat& chat) {
  turn_.counters.add(Count::kIdConflicts);
  loaded(chat);
  write_due();
}

void Audits::loaded(const CachedChat& chat) {
  if (!chat.conflicts().empty()) due_.insert(chat.key());
}

void Audits::write_due() {
  if (due_.empty() || !lease_.held() || gate_.shut()) return;
  for (const ChatKey& key : std::exchange(due_, {})) {
    const CachedChat* const chat = chats_.find(key);
    if (chat == nullptr) continue;  // looked at again when it is read
    for (const Pair& both : chat->conflicts()) write(*chat, both);
  }
}

// Unless an audit that names both is held.
void Audits::write(const CachedChat& chat, const Pair& both) {
  const auto& [a, b] = both;
  const bool on_record = std::ranges::any_of(
      chat.events(), [&](const Event& event) { return names_both(event, a, b); });
  if (on_record || !written_.insert(both).second) return;
  const protocol::Head& head = chat.find(b)->content->head;
  protocol::JsonWriter body;
  body.raw(R"({"nonce":)");
  body.text(turn_.new_nonce());
  body.raw(R"(,"what":"id_conflict","author":)");
  body.text(head.author.value());
  body.raw(R"(,"id":)");
  body.text(head.id.value());
  body.raw(R"(,"digests":[)");
  body.hash(a.value());
  body.raw(',');
  body.hash(b.value());
  body.raw("]}");
  const protocol::Draft draft{chat.key().site,
                              chat.key().chat,
                              protocol::author_of(turn_.config.deployment),
                              turn_.new_event_id(),
                              "audit",
                              Audience::kNodes,
                              {}};
  batches_.add(ledger_.accept(protocol::compose(draft, body.take())));
  turn_.counters.add(Count::kAudits);
}

}  // namespace holdfast::node
