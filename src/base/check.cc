#include "base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace holdfast {
namespace {

std::atomic<std::uint64_t> soft_failures{0};
std::atomic<bool> soft_checks_fatal{false};

void report(const char* condition, const std::string& why, const std::source_location& where) {
  std::fprintf(stderr, "%s:%u: check failed: %s%s%s\n", where.file_name(),
               static_cast<unsigned>(where.line()), condition, why.empty() ? "" : ": ",
               why.c_str());
  std::fflush(stderr);
}

}  // namespace

std::uint64_t soft_check_failures() {
  return soft_failures.load(std::memory_order_relaxed);
}

void set_soft_checks_fatal(bool fatal) {
  soft_checks_fatal.store(fatal);
}

namespace internal {

void check_failed(const char* condition, const std::string& why, std::source_location where) {
  report(condition, why, where);
  std::abort();
}

void soft_check_failed(const char* condition, const std::string& why, std::source_location where) {
  // A check inside a hot loop must not fill the disk with its log: report the first thousand.
  if (soft_failures.fetch_add(1, std::memory_order_relaxed) < 1000) {
    report(condition, why, where);
  }
  if (soft_checks_fatal.load()) std::abort();
}

}  // namespace internal
}  // namespace holdfast
