#include "sim/checkers/effects.h"

#include <algorithm>
#include <map>
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

protocol::Hlc taken_at(const protocol::Event& event) {
  return std::ranges::min_element(event.acceptances, {}, &Acceptance::hlc)->hlc;
}

// From when on all that makes the webhook had been said. That is before everything, but after a
// disaster that one of its settings did not survive, it is when people said that one anew.
protocol::Hlc ordered_since(const FinalJournal& journal) {
  std::map<std::string, protocol::Hlc> said;
  for (const auto& [digest, event] : journal.events) {
    if (event.content->head.kind != "set" || event.acceptances.empty()) continue;
    const auto write = chat::parse_write(*event.content);
    if (!write || write->entity != "webhook:crm") continue;
    const auto [first, fresh] = said.emplace(write->field, taken_at(event));
    if (!fresh) first->second = std::min(first->second, taken_at(event));
  }
  protocol::Hlc since;
  for (const auto& [field, at] : said) since = std::max(since, at);
  return since;
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
  const protocol::Hlc since = ordered_since(ending.primary);
  for (const auto& [digest, event] : ending.primary.events) {
    const protocol::Content& content = *event.content;
    const bool erased = !content.body_bytes;  // perhaps before anybody could be told
    if (erased || event.acceptances.empty()) continue;
    const std::string what = told_as(content);
    if (what.empty()) continue;
    const auto key = chat::key_of(content.head.site, content.head.chat, {what, digest, "crm"});
    const auto arrived = received_.find(key.value().base64url());
    if (arrived == received_.end() && taken_at(event) <= since) {
      trace_.sometimes("an event from before its webhook was said anew");
      continue;
    }
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
