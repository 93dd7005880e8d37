#include "bench/book.h"

#include <charconv>

#include "base/check.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view kMark = "\"text\":\"message ";

}  // namespace

std::size_t Book::write(std::uint32_t pair, Side by, Moment meant) {
  messages_.push_back({pair, by, meant, {}, false, false});
  return messages_.size() - 1;
}

std::string Book::text(std::size_t number) const {
  std::string text = "message " + std::to_string(number) + " ";
  if (text.size() < bytes_) text.append(bytes_ - text.size(), 'x');
  return text;
}

std::optional<std::size_t> Book::number_in(std::string_view body) {
  const auto at = body.find(kMark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = body.substr(at + kMark.size());
  std::size_t number = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  return number;
}

const Message* Book::saw(std::size_t number, Moment at) {
  CHECK(number < messages_.size(), "message {} was never said", number);
  Message& message = messages_[number];
  if (message.seen) {
    message.doubled = true;
    ++doubled_;
    return nullptr;
  }
  message.seen = at;
  ++seen_;
  return &message;
}

void Book::accepted(std::size_t number) {
  CHECK(number < messages_.size(), "message {} was never said", number);
  Message& message = messages_[number];
  if (!std::exchange(message.accepted, true)) ++accepted_;
}

}  // namespace holdfast::bench
