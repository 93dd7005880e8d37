// "It holds all that the other held": the barrier before a planned move.
//
// Under live traffic two deployments are never equal at one moment, so equality is the wrong
// question. The barrier takes down what the active deployment holds at one moment, then asks the
// other one until it holds all of that. What came after the barrier is replicated as always and
// needs no waiting.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "protocol/ids.h"
#include "protocol/intervals.h"

namespace holdfast::moderator {

class Barrier {
 public:
  // A new barrier: all that the other one holds from now on must be held by `to`.
  void raise(protocol::Deployment to, MonoMs now);
  void drop();

  bool raised() const { return to_.has_value(); }
  bool raised_for(protocol::Deployment to) const { return to_ == to; }
  bool reached() const { return reached_; }
  // Whose holdings to ask for now, if it is time to; the question then counts as asked.
  std::optional<protocol::Deployment> ask(MonoMs now, Ms interval);
  // The answer, empty when there was none. One question is under way at a time; the answer to one
  // that was asked for an earlier barrier is not taken for this one's.
  void heard(protocol::Deployment from, const std::optional<protocol::Holdings>& holdings);
  std::string text() const;

 private:
  std::optional<protocol::Deployment> to_;
  std::optional<protocol::Holdings> due_;  // what `to` must hold
  std::uint64_t missing_ = 0;              // entries of it, when last looked
  bool reached_ = false;
  MonoMs next_ask_;
  bool asking_ = false;         // a question is under way
  bool asking_for_us_ = false;  // and this barrier asked it
};

// How many entries of `due` are not in `held`.
std::uint64_t entries_missing(const protocol::Holdings& held, const protocol::Holdings& due);

}  // namespace holdfast::moderator
