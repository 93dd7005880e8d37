#include "protocol/words.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/encoding.h"
#include "base/json.h"
#include "protocol/identity_token.h"
#include "protocol/words_table.gen.h"

namespace holdfast::protocol {
namespace {

enum class Class { kParts, kDropped, kWord, kAlone };

struct Decoded {
  char32_t code;
  std::size_t size;  // bytes
};

// Of valid UTF-8.
Decoded decode_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {char32_t(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (first < 0xF0)
    return {char32_t(first & 0x0F) << 12 | char32_t(byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {char32_t(first & 0x07) << 18 | char32_t(byte(1) & 0x3F) << 12 |
              char32_t(byte(2) & 0x3F) << 6 | (byte(3) & 0x3F),
          4};
}

void append(std::string& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

template <class Row, std::size_t N>
const Row* row_of(const Row (&rows)[N], char32_t code) {
  const auto* const after = std::ranges::upper_bound(rows, code, {}, &Row::first);
  if (after == std::begin(rows)) return nullptr;
  const Row* const row = after - 1;
  return code <= row->last ? row : nullptr;
}

bool stands_alone(char32_t code) {
  return (code >= 0x3040 && code <= 0x30FF) || (code >= 0x31F0 && code <= 0x31FF) ||
         (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x4E00 && code <= 0x9FFF) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x20000 && code <= 0x3FFFF);
}

Class class_of(char32_t code) {
  if (code < 0x80) {
    const bool word = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
                      (code >= 'A' && code <= 'Z');
    return word ? Class::kWord : Class::kParts;
  }
  if (row_of(words_table::kDropped, code) != nullptr) return Class::kDropped;
  if (row_of(words_table::kWord, code) == nullptr) return Class::kParts;
  return stands_alone(code) ? Class::kAlone : Class::kWord;
}

// Appends what stands for `code`; returns how many characters.
std::size_t append_folded(std::string& out, char32_t code) {
  if (code < 0x80) {
    append(out, code >= 'A' && code <= 'Z' ? code + 32 : code);
    return 1;
  }
  const auto* const several =
      std::ranges::lower_bound(words_table::kSeveral, code, {}, &words_table::Several::from);
  if (several != std::end(words_table::kSeveral) && several->from == code) {
    std::size_t chars = 0;
    for (const char32_t each : several->to) {
      if (each == 0) break;
      append(out, each);
      ++chars;
    }
    return chars;
  }
  const words_table::Run* const run = row_of(words_table::kRuns, code);
  const bool inside = run != nullptr && (code - run->first) % static_cast<char32_t>(run->step) == 0;
  append(out, inside ? static_cast<char32_t>(static_cast<std::int64_t>(code) + run->delta) : code);
  return 1;
}

}  // namespace

std::vector<Word> words_in(std::string_view text) {
  std::vector<Word> words;
  if (!is_valid_utf8(text)) return words;
  std::size_t chars = 0;  // of the word that is open; 0: none is
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode_at(text, at);
    const Class kind = class_of(decoded.code);
    if (kind == Class::kAlone || (kind == Class::kWord && chars == 0)) {
      words.push_back({{}, at});
      chars = 0;
    }
    if (kind == Class::kWord && chars >= kWordCharsMax) {
      ++chars;  // cut, and not the beginning of another
    } else if (kind == Class::kWord || kind == Class::kAlone) {
      chars += append_folded(words.back().text, decoded.code);
    }
    if (kind == Class::kAlone || kind == Class::kParts) chars = 0;
    at += decoded.size;
  }
  return words;
}

std::vector<std::string> distinct_words(std::string_view text) {
  std::vector<std::string> words;
  for (Word& word : words_in(text)) words.push_back(std::move(word.text));
  std::ranges::sort(words);
  const auto doubled = std::ranges::unique(words);
  words.erase(doubled.begin(), doubled.end());
  return words;
}

std::vector<std::string> wanted_words(std::string_view text) {
  std::vector<std::string> wanted;
  // Ascending: a beginning stands right before the words that begin so.
  for (std::string& word : distinct_words(text)) {
    if (!wanted.empty() && word.starts_with(wanted.back())) wanted.pop_back();
    wanted.push_back(std::move(word));
  }
  if (wanted.size() > kWordsWantedMax) wanted.resize(kWordsWantedMax);
  return wanted;
}

bool is_searched(std::string_view kind) {
  return kind == "message" || kind == "note" || kind == "open" || kind == "contact";
}

std::string searched_text(const Content& content) {
  if (!content.body_bytes) return {};
  return searched_text(content.head.kind, *content.body_bytes);
}

std::string searched_text(std::string_view kind, std::string_view body) {
  if (!is_searched(kind)) return {};
  const auto object = json::parse_object(body);
  if (!object) return {};
  const auto field = [&](std::string_view name) {
    const auto text = json::find_text(*object, name);
    return text && *text ? std::string(**text) : std::string();
  };
  if (kind == "message" || kind == "note") return field("text");
  // Of any other kind nobody checked it.
  const auto claims = kind == "contact" ? identity_claims(field("identity")) : std::nullopt;
  std::string all;
  for (const std::string& part :
       {field("name"), field("email"), claims ? claims->sub : std::string()}) {
    if (!all.empty() && !part.empty()) all += ' ';
    all += part;
  }
  return all;
}

std::string excerpt_at(std::string_view text, std::size_t at, std::size_t chars_max) {
  constexpr std::string_view kMore = "…";
  constexpr std::size_t kBefore = 3;  // a part of chars_max so large stands before `at`
  const auto continues = [&](std::size_t i) {
    return i < text.size() && (static_cast<std::uint8_t>(text[i]) & 0xC0) == 0x80;
  };
  if (code_points(text).value_or(0) <= chars_max) return std::string(text);
  const std::size_t room = chars_max - 2;
  std::size_t begin = std::min(at, text.size());
  while (begin > 0 && continues(begin)) --begin;
  for (std::size_t back = 0; back < room / kBefore && begin > 0; ++back) {
    do {
      --begin;
    } while (begin > 0 && continues(begin));
  }
  std::size_t end = begin;
  for (std::size_t chars = 0; chars < room && end < text.size(); ++chars) {
    do {
      ++end;
    } while (continues(end));
  }
  std::string excerpt(begin > 0 ? kMore : "");
  excerpt += text.substr(begin, end - begin);
  if (end < text.size()) excerpt += kMore;
  return excerpt;
}

}  // namespace holdfast::protocol
