// What to do when our own invariant is broken.
//
// CHECK is for what must be true whatever peers, disks and clients do. It stays on in production: a
// node that no longer knows its own state stops at once and lets the others carry on.
// CHECK_SOFT is for what we believe but would rather serve than prove: a metric in production,
// fatal in tests and in the simulator.
// Neither is for input from outside: that is a Result.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <source_location>
#include <string>

// CHECK(seq == next);   CHECK(seq == next, "seq {} where {} was due", seq, next);
#define CHECK(condition, ...)   \
  (static_cast<bool>(condition) \
       ? static_cast<void>(0)   \
       : ::holdfast::internal::check_failed(#condition, ::holdfast::internal::why(__VA_ARGS__)))

#define CHECK_SOFT(condition, ...)                                         \
  (static_cast<bool>(condition) ? static_cast<void>(0)                     \
                                : ::holdfast::internal::soft_check_failed( \
                                      #condition, ::holdfast::internal::why(__VA_ARGS__)))

namespace holdfast {

// How often a CHECK_SOFT has failed in this process. Any thread.
std::uint64_t soft_check_failures();

// Tests and the simulator make a failed CHECK_SOFT abort like CHECK. Any thread.
void set_soft_checks_fatal(bool fatal);

namespace internal {

inline std::string why() {
  return {};
}

template <class... Args>
std::string why(fmt::format_string<Args...> text, Args&&... args) {
  return fmt::format(text, std::forward<Args>(args)...);
}

[[noreturn]] void check_failed(const char* condition, const std::string& why,
                               std::source_location where = std::source_location::current());

void soft_check_failed(const char* condition, const std::string& why,
                       std::source_location where = std::source_location::current());

}  // namespace internal
}  // namespace holdfast
