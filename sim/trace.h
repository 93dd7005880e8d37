// What happened in a run: a hash over everything (two runs of one seed must agree in it), the last
// lines as a person reads them, and counters of what was reached.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/clock.h"

namespace holdfast::sim {

class Trace {
 public:
  explicit Trace(const Scheduler& scheduler, bool verbose)
      : scheduler_(scheduler), verbose_(verbose) {}

  // Goes into the hash.
  void mix(std::string_view bytes);
  void mix(std::uint64_t number);
  std::uint64_t hash() const { return hash_; }

  // A line of the timeline: faults, lives, verdicts, and with --verbose every frame.
  template <class... Args>
  void line(fmt::format_string<Args...> text, Args&&... args) {
    add_line(fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void detail(fmt::format_string<Args...> text, Args&&... args) {
    if (verbose_) add_line(fmt::format(text, std::forward<Args>(args)...));
  }
  bool verbose() const { return verbose_; }
  std::vector<std::string> last_lines(std::size_t count) const;

  // A state that the tests are worth something for only if some runs reach it.
  void sometimes(const std::string& what, std::int64_t n = 1) { sometimes_[what] += n; }
  void fault(const std::string& kind) { ++faults_[kind]; }
  const std::map<std::string, std::int64_t>& sometimes() const { return sometimes_; }
  const std::map<std::string, std::int64_t>& faults() const { return faults_; }
  std::int64_t faults_injected() const;

 private:
  void add_line(std::string text);

  const Scheduler& scheduler_;
  bool verbose_;
  std::uint64_t hash_ = 14'695'981'039'346'656'037ULL;
  std::deque<std::string> lines_;
  std::map<std::string, std::int64_t> sometimes_;
  std::map<std::string, std::int64_t> faults_;
};

}  // namespace holdfast::sim
