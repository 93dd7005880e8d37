#include "sim/checkers/one_id.h"

#include <algorithm>
#include <tuple>

#include "protocol/names.h"

namespace holdfast::sim {

void OneId::at_end(const Ending& ending) {
  using Key = std::tuple<protocol::SiteId, ChatId, Author, protocol::EventId>;
  for (const FinalJournal* journal : {&ending.primary, &ending.redundant}) {
    std::map<Key, Group> groups;
    for (const auto& [digest, event] : journal->events) {
      const protocol::Head& head = event.content->head;
      if (!head.chat.value().empty())
        groups[{head.site, head.chat, head.author, head.id}].push_back(&event);
    }
    for (const auto& [key, group] : groups) {
      if (group.size() > 1) check(group, *journal);
    }
  }
}

void OneId::check(const Group& group, const FinalJournal& journal) {
  trace_.sometimes("two digests for one id");
  std::map<protocol::Origin, const protocol::Event*> taken_by;
  for (const protocol::Event* event : group) {
    for (const Acceptance& acceptance : event->acceptances) {
      const auto deployment = protocol::deployment_of(acceptance.origin);
      // Who was rolled back does not know what it took before.
      if (!deployment || struck_.contains(*deployment)) continue;
      const auto [first, fresh] = taken_by.emplace(acceptance.origin, event);
      if (fresh || first->second == event) continue;
      return failures_.add(kRule, "{} took {} and {}, both id {} of {}", acceptance.origin,
                           short_name(first->second->content->digest),
                           short_name(event->content->digest), event->content->head.id,
                           event->content->head.author);
    }
  }
  if (struck_.empty() && !on_record(group, journal))
    failures_.add(kRule, "{} and {} have one id, and no audit says so",
                  short_name(group[0]->content->digest), short_name(group[1]->content->digest));
}

bool OneId::on_record(const Group& group, const FinalJournal& journal) const {
  return std::ranges::any_of(journal.events, [&](const auto& item) {
    const protocol::Content& content = *item.second.content;
    if (content.head.kind != "audit" || !content.body_bytes) return false;
    return std::ranges::all_of(group, [&](const protocol::Event* event) {
      return content.body_bytes->find(event->content->digest.value().base64url()) !=
             std::string::npos;
    });
  });
}

}  // namespace holdfast::sim
