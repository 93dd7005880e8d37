// Search as the Journal offers it: which chats of a site, newest first, and how an implementation
// without an index of its own would find them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/event.h"

namespace holdfast::journal {

// A chat and when the newest event of it that search looks at was accepted: the order of the
// answers, descending. The same wherever the chat is held, so that a cursor means the same at both
// deployments.
struct SearchPlace {
  protocol::Hlc newest;
  protocol::ChatId chat;
  friend auto operator<=>(const SearchPlace&, const SearchPlace&) = default;
};

struct ChatSearch {
  protocol::SiteId site;
  std::vector<std::string> words;  // protocol::wanted_words(); none: every chat
  std::optional<SearchPlace> before;
  std::size_t max = 20;
};

struct ChatsFound {
  std::vector<SearchPlace> chats;  // descending
  // There may be more, behind this place: ask again. Work is bounded, so that `chats` may be short,
  // or empty, and the end not reached.
  std::optional<SearchPlace> next;
};

}  // namespace holdfast::journal
