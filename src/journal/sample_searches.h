// Searching, as tests ask for it.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/sample_entries.h"
#include "protocol/words.h"

namespace holdfast::journal {

inline ChatsFound find_chats(Journal& journal, const std::string& words,
                             std::optional<SearchPlace> before = {}, std::size_t max = 20,
                             const std::string& site = "shop") {
  const auto found = journal.search(
      {protocol::SiteId(site), protocol::wanted_words(words), std::move(before), max});
  EXPECT_TRUE(found.has_value()) << found.error().text();
  return found.value_or(ChatsFound{});
}
inline std::vector<protocol::ChatId> found_chats(Journal& journal, const std::string& words,
                                                 const std::string& site = "shop") {
  std::vector<protocol::ChatId> chats;
  for (const SearchPlace& place : find_chats(journal, words, {}, 20, site).chats)
    chats.push_back(place.chat);
  return chats;
}
inline std::vector<protocol::ChatId> named(std::initializer_list<const char*> names,
                                           const std::string& site = "shop") {
  std::vector<protocol::ChatId> chats;
  for (const char* name : names) chats.push_back(sample_chat(site, name).chat);
  return chats;
}

}  // namespace holdfast::journal
