// The words of a text as search knows them: without regard to case and accents, whatever the
// script. One place, so that what was indexed, what is asked for and what is shown agree.
//
// A word is a run of letters, digits and vowel signs; characters without width are as if they were
// not there. Han and kana have no spaces between words: there every character is a word by itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/event.h"

namespace holdfast::protocol {

inline constexpr std::size_t kWordCharsMax = 32;  // longer ones are cut
// What is asked for at once.
inline constexpr std::size_t kWordsWantedMax = 12;

struct Word {
  std::string text;  // folded
  std::size_t at;    // where it begins in the text, in bytes
};
// In their order; a text that is not UTF-8 has none.
std::vector<Word> words_in(std::string_view text);

// Different folded words, ascending.
std::vector<std::string> distinct_words(std::string_view text);

// The beginnings of words that `text` asks for: different ones, none the beginning of another, at
// most kWordsWantedMax.
std::vector<std::string> wanted_words(std::string_view text);

// What search looks at in an event: the text of a message or note; of an opening or contact name,
// address and the verified id. Empty for any other kind, and for a body that is gone.
std::string searched_text(const Content& content);
std::string searched_text(std::string_view kind, std::string_view body);
bool is_searched(std::string_view kind);

// The part of `text` round the byte `at`, at most `chars_max` characters, cut between characters;
// "…" where something was left out.
std::string excerpt_at(std::string_view text, std::size_t at, std::size_t chars_max);

}  // namespace holdfast::protocol
