// Time, as a seam. Nothing but SystemClock asks the machine what time it is, so that a simulation
// and a test own every clock, and so that a node's core can be handed `Now` with each input.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <ostream>

#include <fmt/format.h>

namespace holdfast {

using Ms = std::chrono::milliseconds;

// A point on one time line. Points on different time lines never mix; a difference is Ms.
template <class Line>
class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(std::int64_t ms) : ms_(ms) {}

  constexpr std::int64_t value() const { return ms_; }

  auto operator<=>(const Instant&) const = default;

  constexpr Instant& operator+=(Ms d) {
    ms_ += d.count();
    return *this;
  }
  friend constexpr Instant operator+(Instant t, Ms d) { return Instant(t.ms_ + d.count()); }
  friend constexpr Instant operator-(Instant t, Ms d) { return Instant(t.ms_ - d.count()); }
  friend constexpr Ms operator-(Instant a, Instant b) { return Ms(a.ms_ - b.ms_); }

  friend std::ostream& operator<<(std::ostream& out, Instant t) { return out << t.ms_ << " ms"; }

 private:
  std::int64_t ms_ = 0;
};

// Milliseconds since 1970 in UTC. May be wrong and may jump either way: for people and for hybrid
// clocks, never for a timeout.
using WallMs = Instant<struct WallLine>;

// Milliseconds since some moment of this process's own. Never goes back: for timeouts.
using MonoMs = Instant<struct MonoLine>;

struct Now {
  WallMs wall;
  MonoMs mono;

  bool operator==(const Now&) const = default;
};

// Safe to call from any thread unless an implementation says otherwise.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() = 0;
};

class SystemClock final : public Clock {
 public:
  Now now() override;
};

// Stands still until told otherwise. One thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Now start = {WallMs{1'700'000'000'000}, MonoMs{1'000}}) : now_(start) {}

  Now now() override { return now_; }

  // Time passes.
  void advance(Ms d) {
    now_.wall += d;
    now_.mono += d;
  }

  // Somebody, or NTP, sets the wall clock; no time passes.
  void set_wall(WallMs wall) { now_.wall = wall; }

 private:
  Now now_;
};

}  // namespace holdfast

template <class Line>
struct fmt::formatter<holdfast::Instant<Line>> : fmt::formatter<std::int64_t> {
  template <class Context>
  auto format(holdfast::Instant<Line> t, Context& context) const {
    return fmt::formatter<std::int64_t>::format(t.value(), context);
  }
};
