#include "base/random.h"

#include <sodium.h>

#include <bit>

#include "base/check.h"

namespace holdfast {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes<8>()) value = value << 8 | byte;
  return value;
}

std::uint64_t Random::below(std::uint64_t n) {
  CHECK(n > 0);
  // 2^64 mod n values at the bottom would make the small results likelier: draw again.
  const std::uint64_t biased = (0 - n) % n;
  while (true) {
    const std::uint64_t value = next();
    if (value >= biased) return value % n;
  }
}

double Random::unit() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

SystemRandom::SystemRandom() {
  CHECK(sodium_init() >= 0, "libsodium does not start");
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  randombytes_buf(out.data(), out.size());
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  for (auto& word : state_) word = splitmix64(seed);
}

std::uint64_t SeededRandom::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = next();
    out[i] = static_cast<std::uint8_t>(word >> (i % 8 * 8));
  }
}

}  // namespace holdfast
