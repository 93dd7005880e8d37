// How far a JSON string goes on without anything that must be escaped: the inner loop of reading
// and writing frames.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <cstdint>

namespace holdfast::protocol {

constexpr bool ends_plain_run(char c) {
  return c == '"' || c == '\\' || static_cast<std::uint8_t>(c) < 0x20;
}

// The first quote, backslash or control character of [at, end), or `end`.
inline const char* plain_run_end(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1F);
  for (; end - at >= 16; at += 16) {
    const __m128i chars = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chars, last_control), chars);
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(chars, quote), _mm_cmpeq_epi8(chars, backslash));
    const int found = _mm_movemask_epi8(_mm_or_si128(control, special));
    if (found != 0) return at + __builtin_ctz(static_cast<unsigned>(found));
  }
#endif
  while (at != end && !ends_plain_run(*at)) ++at;
  return at;
}

}  // namespace holdfast::protocol
