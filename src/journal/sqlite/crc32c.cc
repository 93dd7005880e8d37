#include "journal/sqlite/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace holdfast::journal {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0x82f63b78u ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr auto kTable = make_table();

std::uint32_t update_by_table(std::uint32_t state, ByteView bytes) {
  for (const std::uint8_t byte : bytes) state = kTable[(state ^ byte) & 0xff] ^ state >> 8;
  return state;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t update_by_sse42(std::uint32_t state,
                                                                ByteView bytes) {
  std::uint64_t wide = state;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = static_cast<std::uint32_t>(wide);
  for (const std::uint8_t byte : bytes) state = _mm_crc32_u8(state, byte);
  return state;
}
#endif

using Update = std::uint32_t (*)(std::uint32_t, ByteView);

Update best_update() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return update_by_sse42;
#endif
  return update_by_table;
}

}  // namespace

Crc32c& Crc32c::update(ByteView bytes) {
  static const Update best = best_update();
  state_ = best(state_, bytes);
  return *this;
}

std::uint32_t crc32c_by_table(ByteView bytes) {
  return ~update_by_table(0xffffffff, bytes);
}

}  // namespace holdfast::journal
