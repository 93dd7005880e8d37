#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

#include "base/json.h"

namespace holdfast::log {
namespace {

constexpr auto kTextPattern = "%Y-%m-%dT%H:%M:%S.%e%z %v";
constexpr auto kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z",%v})";

// Kept alive by whoever is writing, so that init() may replace it under other threads.
struct Sink {
  spdlog::logger logger{"holdfast", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  Form form;
  std::string node;

  explicit Sink(const Options& options) : form(options.form), node(options.node) {
    logger.set_level(spdlog::level::trace);
    logger.set_pattern(form == Form::kText ? kTextPattern : kJsonPattern);
  }
};

std::mutex mutex;
std::shared_ptr<Sink> current;

std::shared_ptr<Sink> sink() {
  const std::lock_guard lock(mutex);
  if (!current) current = std::make_shared<Sink>(Options{});
  return current;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
    case Level::kOff:
      return "off";
  }
  return "unknown";
}

std::string quoted(std::string_view text) {
  return json::serialize(json::Value(text));
}

// A newline inside a text would let its author forge a log line.
std::string on_one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

namespace internal {

std::atomic<Level> threshold{Level::kInfo};

void write(Level level, std::string_view area, std::string_view text) {
  const auto to = sink();
  to->logger.log(spdlog::level::info, "{}", line_of(to->form, to->node, level, area, text));
}

}  // namespace internal

void init(const Options& options) {
  internal::threshold.store(options.level);
  auto fresh = std::make_shared<Sink>(options);
  const std::lock_guard lock(mutex);
  current = std::move(fresh);
}

std::string line_of(Form form, std::string_view node, Level level, std::string_view area,
                    std::string_view text) {
  if (form == Form::kText) {
    return fmt::format("{:5} {}{}{}: {}", name_of(level), node, node.empty() ? "" : " ", area,
                       on_one_line(text));
  }
  const std::string who = node.empty() ? "" : fmt::format(R"("node":{},)", quoted(node));
  return fmt::format(R"({}"level":"{}","area":{},"text":{})", who, name_of(level), quoted(area),
                     quoted(text));
}

}  // namespace holdfast::log
