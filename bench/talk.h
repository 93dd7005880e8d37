// Who says something when.
#pragma once

#include <queue>
#include <vector>

#include "bench/crowd.h"

namespace holdfast::bench {

// Open loop: every chat has its own random moments (exponential gaps), whatever becomes of the
// messages. Nothing waits for an answer, so a stall is seen in full.
class OpenTalk {
 public:
  // `rate`: messages a second of all chats together. Begins at once, ends with it or by stop().
  OpenTalk(Crowd& crowd, double rate);
  void stop() { alarm_.clear(); }

 private:
  struct Turn {
    Moment at;
    std::uint32_t pair;
    bool operator>(const Turn& other) const { return at > other.at; }
  };
  void speak();
  Span gap();

  Crowd& crowd_;
  const double mean_s_;  // between two messages of one chat
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
  Alarm alarm_;
};

// Closed loop: whoever sees a message answers at once; one message in each chat is on its way.
class ClosedTalk {
 public:
  explicit ClosedTalk(Crowd& crowd);
  ~ClosedTalk() { stop(); }
  void stop();

 private:
  Crowd& crowd_;
};

}  // namespace holdfast::bench
