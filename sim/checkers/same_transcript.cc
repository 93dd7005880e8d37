#include "sim/checkers/same_transcript.h"

#include <algorithm>
#include <cstring>

namespace holdfast::sim {
namespace {

// A hash of the lines in their order: nobody forges a screen, so it need not be a secure one. The
// digest is that of the head, which names the body by its hash; a body may be erased here sooner
// than there.
class Lines {
 public:
  void add(const protocol::Content& content) {
    std::uint64_t word;
    std::memcpy(&word, content.digest.value().bytes.data(), sizeof word);
    hash_ = (hash_ ^ word) * 0x9E37'79B9'7F4A'7C15ULL;
    hash_ ^= hash_ >> 29;
  }
  std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace

void SameTranscript::compare(const Hash32& set, std::uint64_t transcript, const std::string& who,
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
  Lines transcript;
  for (const ViewLine& line : view.lines) transcript.add(*line.content);
  compare(view.set.digest(), transcript.hash(), view.who, view.chat);
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
      Lines transcript;
      for (const auto& placed : chat::fold_transcript(events))
        transcript.add(*placed.event->content);
      compare(chat::set_digest(events, Audience::kChat), transcript.hash(),
              journal == &ending.primary ? "primary" : "redundant", chat);
    }
  }
}

}  // namespace holdfast::sim
