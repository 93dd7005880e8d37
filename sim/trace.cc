#include "sim/trace.h"

#include <cstdio>
#include <cstring>

namespace holdfast::sim {
namespace {

constexpr std::size_t kLinesKept = 2'000;

std::string clock_text(SimMs now) {
  const std::int64_t ms = now.value();
  return fmt::format("{:4}.{:03}", ms / 1'000, ms % 1'000);
}

}  // namespace

void Trace::mix(std::uint64_t number) {
  hash_ = (hash_ ^ number) * 0x9E37'79B9'7F4A'7C15ULL;
  hash_ ^= hash_ >> 29;
}

void Trace::mix(std::string_view bytes) {
  mix(static_cast<std::uint64_t>(scheduler_.now().value()));
  mix(bytes.size());
  // Every frame passes here twice: four words at a time do not wait for each other.
  while (bytes.size() >= 32) {
    std::uint64_t words[4];
    std::memcpy(words, bytes.data(), 32);
    mix(words[0] * 0x9E37'79B9'7F4A'7C15ULL + words[1] * 0xBF58'476D'1CE4'E5B9ULL +
        words[2] * 0x94D0'49BB'1331'11EBULL + words[3]);
    bytes.remove_prefix(32);
  }
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    mix(word);
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  mix(rest);
}

void Trace::add_line(std::string text) {
  std::string line = clock_text(scheduler_.now()) + "  " + std::move(text);
  if (verbose_) std::printf("%s\n", line.c_str());
  lines_.push_back(std::move(line));
  if (lines_.size() > kLinesKept) lines_.pop_front();
}

std::vector<std::string> Trace::last_lines(std::size_t count) const {
  const std::size_t from = lines_.size() > count ? lines_.size() - count : 0;
  return {lines_.begin() + static_cast<std::ptrdiff_t>(from), lines_.end()};
}

std::int64_t Trace::faults_injected() const {
  std::int64_t all = 0;
  for (const auto& [kind, count] : faults_) all += count;
  return all;
}

}  // namespace holdfast::sim
