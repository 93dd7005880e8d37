#include "sim/checkers/audiences.h"

#include "protocol/content.h"

namespace holdfast::sim {

void Audiences::composed(const Composed& made) {
  const protocol::Head& head = made.content->head;
  if (head.kind == "open") visitors_.emplace(head.chat, head.author);
}

void Audiences::arrived(const Arrived& event) {
  const protocol::Head& head = event.content.head;
  if (head.audience > event.up_to) {
    return failures_.add(kRule, "{} was sent {} ({}), which is for {} only", event.who,
                         short_name(event.content.digest), head.kind,
                         protocol::name_of(head.audience));
  }
  if (head.site != event.site)
    return failures_.add(kRule, "{} was sent {} of site {}", event.who,
                         short_name(event.content.digest), head.site);
  const auto visitor = visitors_.find(head.chat);
  const bool foreign = event.up_to == Audience::kChat && visitor != visitors_.end() &&
                       visitor->second != event.reader;
  if (foreign)
    failures_.add(kRule, "{} was sent {} of chat {}, which is another visitor's", event.who,
                  short_name(event.content.digest), short_name(head.chat));
}

}  // namespace holdfast::sim
