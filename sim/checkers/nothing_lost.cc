#include "sim/checkers/nothing_lost.h"

namespace holdfast::sim {

void NothingLost::view_changed(const View& view) {
  for (const ViewLine& line : view.lines) {
    if (!line.acceptances->empty())
      accepted_[line.content->digest] |= accepted_by(*line.acceptances);
  }
}

void NothingLost::at_end(const Ending& ending) {
  check_disasters(ending);
  check_tabs(ending);
}

void NothingLost::check_disasters(const Ending& ending) {
  for (const auto& [digest, by] : accepted_) {
    const bool held =
        ending.primary.events.contains(digest) || ending.redundant.events.contains(digest);
    if (held) continue;
    const auto found = destroyed_.find(digest);
    const unsigned destroyed = found == destroyed_.end() ? 0 : found->second;
    // Each deployment that accepted it, or both when it was safe, must have lost it in a disaster.
    const unsigned held_once = safe_.contains(digest) ? 3U : by;
    if ((held_once & ~destroyed) != 0) {
      return failures_.add(kRule, "{} event {} is in no journal (accepted by {}, destroyed at {})",
                           safe_.contains(digest) ? "safe" : "accepted", short_name(digest), by,
                           destroyed);
    }
    trace_.sometimes("event lost in a disaster that nothing survived");
  }
}

// What a browser with its storage holds has come back, whatever happened to the journals.
void NothingLost::check_tabs(const Ending& ending) {
  for (const auto& tab : ending.tabs) {
    for (const auto& [chat, set] : tab->client().chats()) {
      for (const auto& [digest, held] : set.events()) {
        // Of an erased event only the head can come back, and only where the erasure is known.
        if (held.refused || !held.content->body_bytes ||
            (ending.primary.events.contains(digest) && ending.redundant.events.contains(digest)))
          continue;
        return failures_.add(kRule,
                             "event {} ({} by {}) of chat {} stands on the screen of {}, {}, and "
                             "is not in both journals",
                             short_name(digest), held.content->head.kind, held.content->head.author,
                             short_name(chat), tab->name(),
                             held.acc.empty() ? "unaccepted" : "accepted");
      }
    }
    for (const Digest& digest : tab->storage().ever_kept()) {
      const auto kept = accepted_.find(digest);
      if (kept == accepted_.end() || ending.primary.events.contains(digest)) continue;
      const auto stored = tab->storage().events().find(digest);
      const bool erased =
          stored != tab->storage().events().end() && !stored->second.held.content->body_bytes;
      if (erased) continue;
      return failures_.add(
          kRule, "accepted event {} was kept by {}, whose storage was never lost, and is gone",
          short_name(digest), tab->name());
    }
  }
}

}  // namespace holdfast::sim
