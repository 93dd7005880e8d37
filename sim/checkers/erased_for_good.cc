#include "sim/checkers/erased_for_good.h"

#include "chat/erasure.h"

namespace holdfast::sim {
namespace {

constexpr std::string_view kRule = "7 erased for good";

// Which events all erase events of both journals take.
class Covered {
 public:
  explicit Covered(const Ending& ending) {
    for (const Deployment deployment : kBoth) {
      for (const auto& [digest, event] : ending.of(deployment).events) {
        if (event.content->head.kind == "open")
          visitors_.emplace(event.content->head.chat, event.content->head.author);
        if (const auto what = chat::parse_erasure(*event.content)) erasures_.add(*what);
      }
    }
    for (const Deployment deployment : kBoth) {
      for (const auto& [digest, event] : ending.of(deployment).events) {
        if (covers(event)) digests_.insert(digest);
      }
    }
  }

  const std::set<Digest>& digests() const { return digests_; }

 private:
  bool covers(const protocol::Event& event) const {
    const protocol::Head& head = event.content->head;
    const auto visitor = visitors_.find(head.chat);
    const auto cut =
        erasures_.until(head.site, head.chat,
                        visitor == visitors_.end() ? std::nullopt : std::optional(visitor->second));
    return cut && chat::accepted_by(event.acceptances, *cut) && chat::is_erasable(*event.content);
  }

  chat::Erasures erasures_;
  std::map<ChatId, Author> visitors_;
  std::set<Digest> digests_;
};

}  // namespace

void ErasedForGood::at_end(const Ending& ending) {
  const Covered covered(ending);
  trace_.sometimes("event erased", static_cast<std::int64_t>(covered.digests().size()));
  for (const Deployment deployment : kBoth) {
    for (const auto& [arrival, entry] : ending.of(deployment).entries) {
      if (!entry.content->body_bytes || !covered.digests().contains(entry.content->digest))
        continue;
      return failures_.add(kRule, "the body of {} stands in row {} of {}",
                           short_name(entry.content->digest), arrival,
                           protocol::name_of(deployment));
    }
  }
  for (const auto& tab : ending.tabs) {
    for (const auto& [digest, stored] : tab->storage().events()) {
      if (stored.held.content->body_bytes && covered.digests().contains(digest))
        return failures_.add(kRule, "the body of {} is kept by {}", short_name(digest),
                             tab->name());
    }
    for (const auto& [chat, set] : tab->client().chats()) {
      for (const auto& [digest, held] : set.events()) {
        if (held.content->body_bytes && covered.digests().contains(digest))
          return failures_.add(kRule, "the body of {} stands on the screen of {}",
                               short_name(digest), tab->name());
      }
    }
  }
}

}  // namespace holdfast::sim
