#include "bench/process.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

namespace holdfast::bench {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void become(const std::vector<std::string>& command, int log, std::optional<int> cpu,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  if (cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(*cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

Result<Process> Process::start(const std::vector<std::string>& command, const fs::path& log,
                               std::optional<int> cpu) {
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0) return fail(ErrorCode::kIo, "{}: {}", log.string(), std::strerror(errno));
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(command, out, cpu, parent);
  close(out);
  if (pid < 0) return fail(ErrorCode::kIo, "fork: {}", std::strerror(errno));
  return Process(pid);
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, 0);
  }
  return *this;
}

bool Process::runs() {
  if (pid_ == 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = 0;
  return false;
}

void Process::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

Result<void> Process::stop(Span patience) {
  if (pid_ == 0) return {};
  ::kill(pid_, SIGTERM);
  const Moment until = now() + patience;
  while (runs()) {
    if (now() > until) {
      kill();
      return fail(ErrorCode::kUnavailable, "did not end within {} s", in_s(patience));
    }
    std::this_thread::sleep_for(ms(5));
  }
  return {};
}

Usage Process::usage() const {
  Usage usage;
  std::error_code gone;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid_), gone)) {
    std::istringstream schedstat(first_line(task.path() / "schedstat"));
    Span::rep ns = 0;
    schedstat >> ns;
    usage.cpu += Span(ns);
    usage.parts[first_line(task.path() / "comm")] += Span(ns);
  }
  std::istringstream statm(first_line(fmt::format("/proc/{}/statm", pid_)));
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  usage.rss_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return usage;
}

Result<std::string> run_to_end(const std::vector<std::string>& command, const fs::path& log) {
  HF_TRY(process, Process::start(command, log, std::nullopt));
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(process.pid()), &info, WEXITED | WNOWAIT);
  process.runs();
  std::ifstream in(log);
  std::stringstream text;
  text << in.rdbuf();
  if (info.si_code == CLD_EXITED && info.si_status == 0) return text.str();
  return fail(ErrorCode::kUnavailable, "{} {}: exit {}\n{}", command.at(0),
              command.size() > 1 ? command[1] : "", info.si_status, text.str());
}

}  // namespace holdfast::bench
