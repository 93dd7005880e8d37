// One program of the installation, started and ended by its pid, and what it costs the machine.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/moment.h"

namespace holdfast::bench {

// What a process used so far, from /proc.
struct Usage {
  Span cpu{};                         // of all threads
  std::map<std::string, Span> parts;  // by name of the thread, where threads have names
  std::uint64_t rss_bytes = 0;
};

class Process {
 public:
  // Output goes to `log`. It dies with the bench, whatever ends that. `cpu`: the only processor
  // that it may use.
  static Result<Process> start(const std::vector<std::string>& command,
                               const std::filesystem::path& log, std::optional<int> cpu);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process() { kill(); }

  pid_t pid() const { return pid_; }
  bool runs();
  // SIGKILL; returns when it is gone.
  void kill();
  // SIGTERM, and patience until it is gone.
  Result<void> stop(Span patience);
  Usage usage() const;

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_ = 0;
};

// To its end; what it printed, or why not.
Result<std::string> run_to_end(const std::vector<std::string>& command,
                               const std::filesystem::path& log);

}  // namespace holdfast::bench
