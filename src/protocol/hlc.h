// Hybrid logical clock: wall time as far as it goes, a counter where it does not. docs/protocol.md
// §1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "protocol/ids.h"

namespace holdfast::protocol {

inline constexpr std::uint64_t kHlcPerMs = 65'536;

constexpr WallMs wall_of(Hlc hlc) {
  return WallMs(static_cast<std::int64_t>(hlc.value() / kHlcPerMs));
}

// 16 lower-case hex digits; text order is number order.
std::string hlc_text(Hlc hlc);
std::optional<Hlc> parse_hlc(std::string_view text);

// Gives times that never repeat and never go back, whatever the wall clock does. One owner, one
// thread.
class HybridClock {
 public:
  // Greater than every time given or observed before, and not below `now`.
  Hlc next(WallMs now);

  // Somebody else's time: what is given later is greater. Refused, and forgotten, when it is more
  // than `bound` ahead of `now`: a node with a wrong clock must not drag ours along.
  bool observe(Hlc hlc, WallMs now, Ms bound);

  Hlc last() const { return last_; }

 private:
  Hlc last_{0};
};

}  // namespace holdfast::protocol
