#include "bench/report.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace holdfast::bench {
namespace {

constexpr Span kEvery = ms(2'000);
constexpr Span kEveryOnATerminal = ms(100);

// As short as it is exact enough to read.
std::string readable(double value) {
  const double size = std::abs(value);
  if (size >= 1'000) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

}  // namespace

void Progress::phase(const std::string& what) {
  if (quiet_) return;
  end_line();
  phase_ = what;
  shown_ = {};
  at(0, 0);
}

void Progress::at(std::uint64_t done, std::uint64_t total) {
  if (quiet_) return;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (now() - shown_ < (terminal ? kEveryOnATerminal : kEvery)) return;
  shown_ = now();
  const std::string line = total == 0 ? phase_ : fmt::format("{}: {} of {}", phase_, done, total);
  std::fputs(terminal ? ("\r\033[K" + line).c_str() : (line + "\n").c_str(), stderr);
  open_line_ = terminal;
}

void Progress::end_line() {
  if (std::exchange(open_line_, false)) std::fputs("\n", stderr);
}

std::string Machine::load() {
  std::ifstream in("/proc/loadavg");
  std::string one;
  std::string five;
  std::string fifteen;
  in >> one >> five >> fifteen;
  return one + " " + five + " " + fifteen;
}

std::string Machine::kernel() {
  utsname name{};
  uname(&name);
  return std::string(name.sysname) + " " + name.release;
}

unsigned Machine::cpus() {
  return std::thread::hardware_concurrency();
}

Report::Report(std::string bench, json::Object options)
    : bench_(std::move(bench)), options_(std::move(options)), load_at_start_(Machine::load()) {}

void Report::put(const std::string& section, const std::string& name, json::Value value) {
  auto& part = result_[section];
  if (!part.is_object()) part = json::Object();
  part.get_object()[name] = std::move(value);
}

void Report::number(const std::string& section, const std::string& name, double value,
                    const std::string& unit, const std::string& goal) {
  rows_.push_back({section, name, readable(value) + (unit.empty() ? "" : " " + unit), goal});
  put(section, name, value);
}

void Report::count(const std::string& section, const std::string& name, std::uint64_t value) {
  rows_.push_back({section, name, std::to_string(value), ""});
  put(section, name, value);
}

void Report::delays(const std::string& section, const Quantiles& delays, const std::string& goal) {
  rows_.push_back({section, "p50 / p99 / max",
                   fmt::format("{} / {} / {} ms", readable(delays.at(0.5)),
                               readable(delays.at(0.99)), readable(delays.at(1))),
                   goal});
  result_[section] = delays.json();
}

void Report::text(const std::string& section, const std::string& name, const std::string& value) {
  rows_.push_back({section, name, value, ""});
  put(section, name, json::Value(value));
}

std::string Report::table() const {
  std::size_t wide = 0;
  std::size_t value_wide = 0;
  for (const Row& row : rows_) {
    wide = std::max(wide, row.section.size() + row.name.size() + 2);
    value_wide = std::max(value_wide, row.value.size());
  }
  std::string text = fmt::format("\n{}\n", bench_);
  for (const Row& row : rows_) {
    const auto label = row.section + ": " + row.name;
    text += row.goal.empty() ? fmt::format("  {:<{}}  {}\n", label, wide, row.value)
                             : fmt::format("  {:<{}}  {:<{}}  goal {}\n", label, wide, row.value,
                                           value_wide, row.goal);
  }
  text += fmt::format("  {:<{}}  {} before, {} after, of {} processors; {}\n", "load average", wide,
                      load_at_start_, Machine::load(), Machine::cpus(), Machine::kernel());
  return text;
}

json::Object Report::to_json() const {
  return {{"bench", bench_},
          {"version", 1},
          {"machine",
           {{"kernel", Machine::kernel()},
            {"processors", Machine::cpus()},
            {"load_before", load_at_start_},
            {"load_after", Machine::load()}}},
          {"options", options_},
          {"result", result_}};
}

Result<void> Report::publish(const std::string& json_file) {
  std::fputs(table().c_str(), stdout);
  std::fflush(stdout);
  if (json_file.empty()) return {};
  std::ofstream out(json_file, std::ios::trunc);
  out << json::serialize(to_json()) << "\n";
  if (!out.flush()) return fail(ErrorCode::kIo, "{}: not written", json_file);
  return {};
}

}  // namespace holdfast::bench
