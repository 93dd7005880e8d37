// Randomness, as a seam: a simulation that is handed a seed makes the same choices again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace holdfast {

// One thread unless an implementation says otherwise.
class Random {
 public:
  virtual ~Random() = default;

  virtual void fill(std::span<std::uint8_t> out) = 0;

  // All 64 bits.
  virtual std::uint64_t next();

  // Every value of [0, n) equally likely. n > 0.
  std::uint64_t below(std::uint64_t n);

  // [0, 1) in steps of 2^-53.
  double unit();

  // True with probability p.
  bool chance(double p) { return unit() < p; }

  template <std::size_t N>
  std::array<std::uint8_t, N> bytes() {
    std::array<std::uint8_t, N> out;
    fill(out);
    return out;
  }

  template <class Container>
  void shuffle(Container& items) {
    using std::swap;
    for (std::size_t left = items.size(); left > 1; --left) {
      swap(items[left - 1], items[below(left)]);
    }
  }
};

// The kernel's generator: fit for keys and tokens. Any thread.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<std::uint8_t> out) override;
};

// xoshiro256** (Blackman and Vigna), seeded through splitmix64. The same on every platform, and
// predictable: never for keys or tokens.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);

  void fill(std::span<std::uint8_t> out) override;
  std::uint64_t next() override;

  // An independent stream, so that one part's draws do not shift another's.
  SeededRandom fork() { return SeededRandom(next()); }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace holdfast
