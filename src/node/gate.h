// Whether this node takes events now, and if not, what it says.
#pragma once

#include <optional>
#include <string>

#include "node/words.h"

namespace holdfast::node {

class Gate {
 public:
  // Each sets or lifts one reason. A failed journal and a rollback are for good: the incarnation is
  // over.
  void loading(std::optional<std::string> why) { loading_ = std::move(why); }
  // What the journal holds is known: an administrator may write settings, even when there are none
  // yet.
  void holdings_known() { holdings_known_ = true; }
  void draining() { draining_ = true; }
  void over(Code code, std::string why) { over_ = WireError{code, std::move(why)}; }
  void clock_off(std::optional<std::string> why) { clock_off_ = std::move(why); }

  bool is_over() const { return over_.has_value(); }
  bool is_draining() const { return draining_; }
  bool is_loading() const { return loading_.has_value(); }

  // Nothing when an administrator's write may be taken.
  std::optional<WireError> shut_for_settings() const {
    const auto why = shut();
    const bool only_loading = loading_ && holdings_known_ && !over_ && !draining_;
    return only_loading ? std::nullopt : why;
  }

  // Nothing when an event may be taken.
  std::optional<WireError> shut() const {
    if (over_) return over_;
    if (draining_) return WireError{Code::kGoingAway, "this node is being drained"};
    if (loading_) return WireError{Code::kNotReady, *loading_};
    if (clock_off_) return WireError{Code::kClockOff, *clock_off_};
    return std::nullopt;
  }

 private:
  std::optional<WireError> over_;
  bool draining_ = false;
  std::optional<std::string> loading_{"the journal is being read"};
  bool holdings_known_ = false;
  std::optional<std::string> clock_off_;
};

}  // namespace holdfast::node
