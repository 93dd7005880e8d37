// How often a test that draws its input repeats itself: fewer times under sanitizers, which make
// each round several times slower and look for something else.
#pragma once

namespace holdfast {

constexpr int rounds(int n) {
#ifdef HOLDFAST_SANITIZED
  return n < 8 ? 1 : n / 8;
#else
  return n;
#endif
}

}  // namespace holdfast
