#include "sim/checkers/effects.h"

#include <set>
#include <tuple>

#include "chat/effects.h"
#include "protocol/content.h"
#include "protocol/names.h"

namespace holdfast::sim {
namespace {

// The name of what the world's one webhook is told of an event; written down here a second time.
std::string told_as(const protocol::Content& content) {
  const std::string& kind = content.head.kind;
  if (content.head.site.value() == protocol::kProbeSite) return "";
  if (kind == "open") return "webhook:chat.opened";
  if (kind == "message")
    return protocol::check_body(kind, *content.body_bytes) ? "webhook:message.created" : "";
  if (kind != "route") return "";
  const auto decision = chat::parse_decision(content);
  return decision && decision->state == chat::Decision::State::kClosed ? "webhook:chat.closed" : "";
}

}  // namespace

void Effects::at_end(const Ending& ending) {
  check_claims(ending);
  check_arrivals(ending);
}

void Effects::check_claims(const Ending& ending) {
  std::set<std::tuple<chat::EffectKey, protocol::Author, Epoch, protocol::Term>> seen;
  std::map<chat::EffectKey, int> claims;
  for (const auto& [digest, event] : ending.primary.events) {
    if (event.content->head.kind != "claim" || !event.content->body_bytes) continue;
    const auto claim = chat::parse_claim(*event.content);
    if (!claim) return failures_.add(kRule, "claim {}: {}", short_name(digest), claim.error().why);
    if (++claims[claim->key] == 2) trace_.sometimes("an effect was claimed again");
    if (claim->autonomous) trace_.sometimes("an effect was claimed autonomously");
    const auto& author = event.content->head.author;
    if (seen.emplace(claim->key, author, claim->epoch, claim->term).second) continue;
    if (struck_.contains(author)) {
      // The claim was among what the disaster took, and with it the count of terms.
      trace_.sometimes("a claim was repeated after a disaster");
      continue;
    }
    return failures_.add(kRule, "effect {} was claimed twice by {} in epoch {}, term {}",
                         claim->key.value().base64url().substr(0, 8), author, claim->epoch,
                         claim->term);
  }
}

void Effects::check_arrivals(const Ending& ending) {
  for (const auto& [digest, event] : ending.primary.events) {
    const protocol::Content& content = *event.content;
    const bool erased = !content.body_bytes;  // perhaps before anybody could be told
    if (erased || event.acceptances.empty()) continue;
    const std::string what = told_as(content);
    if (what.empty()) continue;
    const auto key = chat::key_of(content.head.site, content.head.chat, {what, digest, "crm"});
    const auto arrived = received_.find(key.value().base64url());
    if (arrived == received_.end()) {
      return failures_.add(kRule, "nobody was told of {} {} ({})", content.head.kind,
                           short_name(digest), what);
    }
    if (arrived->second > 1) trace_.sometimes("an effect arrived twice under one id");
  }
  if (!received_.empty())
    trace_.sometimes("effects arrived", static_cast<std::int64_t>(received_.size()));
}

}  // namespace holdfast::sim
