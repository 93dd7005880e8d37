#include "sim/checkers/same_transcript.h"

#include <algorithm>

#include "base/crypto.h"

namespace holdfast::sim {
namespace {

// The digest is that of the head, which names the body by its hash; a body may be erased here
// sooner than there.
void add_line(Sha256& hash, const protocol::Content& content) {
  hash.update(view_of(content.digest.value()));
}

}  // namespace

void SameTranscript::compare(const Hash32& set, const Hash32& transcript, const std::string& who,
                             const ChatId& chat) {
  const auto [known, first] = known_.try_emplace(set, transcript, who);
  if (first || known->second.first == transcript) return;
  failures_.add("3 same transcript",
                "{} and {} hold the same events of chat {} and show them differently", who,
                known->second.second, short_name(chat));
}

void SameTranscript::view_changed(const View& view) {
  const bool settled = std::ranges::none_of(
      view.lines, [](const ViewLine& line) { return line.acceptances->empty(); });
  if (!settled) return;  // an outbox is nobody else's
  Sha256 transcript;
  for (const ViewLine& line : view.lines) add_line(transcript, *line.content);
  compare(view.set.digest(), transcript.finish(), view.who, view.chat);
}

// The journals' sets, in the order in which they happened to arrive there.
void SameTranscript::at_end(const Ending& ending) {
  for (const FinalJournal* journal : {&ending.primary, &ending.redundant}) {
    std::map<ChatId, std::vector<protocol::Event>> chats;
    for (const auto& [digest, event] : journal->events) {
      if (event.content->head.audience == Audience::kChat)
        chats[event.content->head.chat].push_back(event);
    }
    for (auto& [chat, events] : chats) {
      std::ranges::reverse(events);
      Sha256 transcript;
      for (const auto& placed : chat::fold_transcript(events))
        add_line(transcript, *placed.event->content);
      compare(chat::set_digest(events, Audience::kChat), transcript.finish(),
              journal == &ending.primary ? "primary" : "redundant", chat);
    }
  }
}

}  // namespace holdfast::sim
