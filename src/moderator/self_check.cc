#include "moderator/self_check.h"

#include <fmt/format.h>

#include <utility>

namespace holdfast::moderator {

std::optional<std::string> SelfCheck::step(Now now) {
  const std::optional<Now> last = std::exchange(last_, now);
  if (!last) return std::nullopt;
  const Ms passed = now.mono - last->mono;
  if (passed > pause_max_) return fmt::format("was paused for {} ms", passed.count());
  const Ms jump = (now.wall - last->wall) - passed;
  if (jump > clock_jump_max_ || -jump > clock_jump_max_) {
    return fmt::format("its clock jumped by {} ms", jump.count());
  }
  return std::nullopt;
}

}  // namespace holdfast::moderator
