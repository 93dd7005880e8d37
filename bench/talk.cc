#include "bench/talk.h"

#include <cmath>

namespace holdfast::bench {

OpenTalk::OpenTalk(Crowd& crowd, double rate)
    : crowd_(crowd),
      mean_s_(static_cast<double>(crowd.pairs()) / rate),
      alarm_(crowd.poller(), [this] { speak(); }) {
  const Moment at = now();
  for (std::uint32_t pair = 0; pair < crowd_.pairs(); ++pair) turns_.push({at + gap(), pair});
  alarm_.at(turns_.top().at);
}

Span OpenTalk::gap() {
  return seconds(-std::log(1 - crowd_.random().unit()) * mean_s_);
}

void OpenTalk::speak() {
  const Moment at = now();
  while (turns_.top().at <= at) {
    const Turn turn = turns_.top();
    turns_.pop();
    crowd_.say(turn.pair, crowd_.random().chance(0.5) ? Side::kVisitor : Side::kOperator, turn.at);
    turns_.push({turn.at + gap(), turn.pair});
  }
  alarm_.at(turns_.top().at);
}

ClosedTalk::ClosedTalk(Crowd& crowd) : crowd_(crowd) {
  crowd_.on_seen(
      [this](const Message& message) { crowd_.say(message.pair, other(message.by), now()); });
  for (std::uint32_t pair = 0; pair < crowd_.pairs(); ++pair)
    crowd_.say(pair, Side::kVisitor, now());
}

void ClosedTalk::stop() {
  crowd_.on_seen([](const Message&) {});
}

}  // namespace holdfast::bench
