// The log of a process: one line per event on stderr, as text for people or as JSON for machines.
//
//   log::warn("peer", "{} behind by {} entries", origin, count);
//
// The area is the folder or the noun that speaks. Never log a message's text, a token or a key.
// Any thread. Before init() the level is info and the form text.
#pragma once

#include <fmt/core.h>

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::log {

enum class Level : int { kDebug, kInfo, kWarn, kError, kOff };
enum class Form { kText, kJson };

struct Options {
  Level level = Level::kInfo;
  Form form = Form::kText;
  std::string node = {};  // stands on every line when several processes share a log
};

void init(const Options& options);

namespace internal {
extern std::atomic<Level> threshold;
void write(Level level, std::string_view area, std::string_view text);
}  // namespace internal

inline bool enabled(Level level) {
  return level >= internal::threshold.load(std::memory_order_relaxed);
}

template <class... Args>
void write(Level level, std::string_view area, fmt::format_string<Args...> text, Args&&... args) {
  if (enabled(level)) {
    internal::write(level, area, fmt::format(text, std::forward<Args>(args)...));
  }
}

template <class... Args>
void debug(std::string_view area, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::kDebug, area, text, std::forward<Args>(args)...);
}

template <class... Args>
void info(std::string_view area, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::kInfo, area, text, std::forward<Args>(args)...);
}

template <class... Args>
void warn(std::string_view area, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::kWarn, area, text, std::forward<Args>(args)...);
}

template <class... Args>
void error(std::string_view area, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::kError, area, text, std::forward<Args>(args)...);
}

// The line that write() makes after the time: exposed for its test.
std::string line_of(Form form, std::string_view node, Level level, std::string_view area,
                    std::string_view text);

}  // namespace holdfast::log
