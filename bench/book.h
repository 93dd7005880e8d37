// Every message of a run: when it was meant to be said, when the other party saw it. The number
// stands in the message's text, so that what is seen can be told from what was said.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "bench/moment.h"
#include "protocol/ids.h"

namespace holdfast::bench {

enum class Side : std::uint8_t { kVisitor, kOperator };
constexpr Side other(Side side) {
  return side == Side::kVisitor ? Side::kOperator : Side::kVisitor;
}

struct Message {
  std::uint32_t pair = 0;
  Side by{};
  Moment meant;
  std::optional<Moment> seen;
  bool accepted = false;
  bool doubled = false;  // shown a second time, as another event
};

class Book {
 public:
  // Its text is `bytes` long at least.
  explicit Book(std::size_t bytes) : bytes_(bytes) {}

  std::size_t write(std::uint32_t pair, Side by, Moment meant);
  std::string text(std::size_t number) const;
  // Which message a body holds; nothing for bodies of other kinds.
  static std::optional<std::size_t> number_in(std::string_view body);

  // The other party has it on its screen. Nothing when it was there already.
  const Message* saw(std::size_t number, Moment at);
  void accepted(std::size_t number);

  const std::deque<Message>& messages() const { return messages_; }
  std::size_t said() const { return messages_.size(); }
  std::size_t seen() const { return seen_; }
  std::size_t doubled() const { return doubled_; }
  std::size_t acknowledged() const { return accepted_; }

 private:
  const std::size_t bytes_;
  std::deque<Message> messages_;
  std::size_t seen_ = 0;
  std::size_t doubled_ = 0;
  std::size_t accepted_ = 0;
};

}  // namespace holdfast::bench
