#include "sim/checkers/authentic.h"

#include "protocol/hashes.h"

namespace holdfast::sim {

bool Authentic::genuine(const protocol::Content& content) const {
  if (content.head.site.value() == protocol::kProbeSite) return true;
  const auto kind = protocol::author_kind(content.head.author.value());
  const bool person =
      kind == protocol::AuthorKind::kVisitor || kind == protocol::AuthorKind::kOperator;
  return !person || made_.contains(content.digest);
}

void Authentic::view_changed(const View& view) {
  for (const ViewLine& line : view.lines) {
    if (genuine(*line.content)) continue;
    return failures_.add(kRule, "{} shows {} of {}, who never wrote it", view.who,
                         short_name(line.content->digest), line.content->head.author);
  }
}

void Authentic::at_end(const Ending& ending) {
  for (const FinalJournal* journal : {&ending.primary, &ending.redundant}) {
    for (const auto& [digest, event] : journal->events) {
      if (!genuine(*event.content))
        return failures_.add(kRule, "a journal holds {} of {}, who never wrote it",
                             short_name(digest), event.content->head.author);
      for (const Acceptance& acceptance : event.acceptances) {
        if (protocol::check_acceptance(ending.keys.cluster, digest, acceptance) ==
            protocol::MacCheck::kValid)
          continue;
        return failures_.add(kRule, "a journal holds {} with a forged acceptance by {}",
                             short_name(digest), acceptance.origin);
      }
    }
  }
}

}  // namespace holdfast::sim
