// Time as the bench measures it: the machine's steady clock, to the nanosecond.
#pragma once

#include <chrono>

namespace holdfast::bench {

using Moment = std::chrono::steady_clock::time_point;
using Span = std::chrono::nanoseconds;

constexpr Moment kNever = Moment::max();

inline Moment now() {
  return std::chrono::steady_clock::now();
}

constexpr Span ms(double count) {
  return Span(static_cast<Span::rep>(count * 1e6));
}
constexpr Span seconds(double count) {
  return ms(count * 1e3);
}
constexpr double in_ms(Span span) {
  return static_cast<double>(span.count()) / 1e6;
}
constexpr double in_us(Span span) {
  return static_cast<double>(span.count()) / 1e3;
}
constexpr double in_s(Span span) {
  return static_cast<double>(span.count()) / 1e9;
}

}  // namespace holdfast::bench
