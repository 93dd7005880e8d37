#include "sim/workers.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "sim/report.h"

namespace holdfast::sim {
namespace {

// Child number `job` takes every jobs-th seed from `from` on.
struct Worker {
  pid_t pid = -1;
  int pipe = -1;
  std::uint64_t next = 0;  // the seed that it works on
  std::string unread;
};

void write_all(int pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(pipe, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) _exit(3);
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

// CPU time of this process, for the report: a run itself must not know of it.
std::int64_t cpu_us() {
  return std::int64_t{std::clock()} * 1'000'000 / CLOCKS_PER_SEC;
}

void run_seeds(const Campaign& campaign, std::uint64_t from, int pipe) {
  const auto end = campaign.first + campaign.seeds;
  for (std::uint64_t seed = from; seed < end; seed += static_cast<std::uint64_t>(campaign.jobs)) {
    RunOptions options = campaign.run;
    options.seed = seed;
    const std::int64_t began_us = cpu_us();
    RunResult result = run(options);
    result.cpu_us = cpu_us() - began_us;
    if (campaign.repeat_every > 0 && (seed - campaign.first) % campaign.repeat_every == 0) {
      options.verbose = false;
      const RunResult again = run(options);
      result.sometimes["run twice"] += 1;
      if (again.trace_hash != result.trace_hash) {
        result.failures.push_back(
            fmt::format("[determinism] two runs differ: trace {:016x} and {:016x}",
                        result.trace_hash, again.trace_hash));
      }
    }
    write_all(pipe, to_line(result));
  }
}

void start(Worker& worker, const Campaign& campaign) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  std::fflush(nullptr);
  worker.pid = fork();
  CHECK(worker.pid >= 0);
  if (worker.pid == 0) {
    close(ends[0]);
    run_seeds(campaign, worker.next, ends[1]);
    std::fflush(nullptr);
    _exit(0);
  }
  close(ends[1]);
  worker.pipe = ends[0];
}

// True when something came; false at the end of its output.
bool read_some(Worker& worker, const Campaign& campaign,
               const std::function<void(RunResult)>& done) {
  char buffer[65'536];
  const ssize_t got = read(worker.pipe, buffer, sizeof buffer);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  worker.unread.append(buffer, static_cast<std::size_t>(got));
  for (std::size_t end; (end = worker.unread.find('\n')) != std::string::npos;) {
    done(from_line(worker.unread.substr(0, end)));
    worker.unread.erase(0, end + 1);
    worker.next += static_cast<std::uint64_t>(campaign.jobs);
  }
  return true;
}

// Its output ended: it is done, or it died over a seed and another one goes on after that.
void reap(Worker& worker, const Campaign& campaign, const std::function<void(RunResult)>& done) {
  close(worker.pipe);
  worker.pipe = -1;
  int status = 0;
  waitpid(worker.pid, &status, 0);
  const bool finished = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  const auto end = campaign.first + campaign.seeds;
  if (finished && worker.next >= end) return;
  RunResult dead;
  dead.seed = worker.next;
  dead.failures.push_back(
      fmt::format("[crash] the process died over this seed ({} {}); what it said stands above",
                  WIFSIGNALED(status) ? "signal" : "status",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
  done(dead);
  worker.unread.clear();
  worker.next += static_cast<std::uint64_t>(campaign.jobs);
  if (worker.next < end) start(worker, campaign);
}

// Nobody wants to know what becomes of its seed.
void end(Worker& worker) {
  kill(worker.pid, SIGKILL);
  waitpid(worker.pid, nullptr, 0);
  close(worker.pipe);
  worker.pipe = -1;
}

}  // namespace

void run_campaign(const Campaign& campaign, const std::function<bool(RunResult)>& goes_on) {
  bool enough = false;
  const auto done = [&](RunResult result) {
    if (!enough) enough = !goes_on(std::move(result));
  };
  std::vector<Worker> workers(static_cast<std::size_t>(campaign.jobs));
  for (std::size_t i = 0; i < workers.size(); ++i) {
    workers[i].next = campaign.first + i;
    if (i < campaign.seeds) start(workers[i], campaign);
  }
  while (!enough) {
    std::vector<pollfd> polls;
    std::vector<Worker*> polled;
    for (Worker& worker : workers) {
      if (worker.pipe < 0) continue;
      polls.push_back({worker.pipe, POLLIN, 0});
      polled.push_back(&worker);
    }
    if (polls.empty()) return;
    if (poll(polls.data(), polls.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < polls.size(); ++i) {
      if (!enough && polls[i].revents != 0 && !read_some(*polled[i], campaign, done))
        reap(*polled[i], campaign, done);
    }
  }
  for (Worker& worker : workers) {
    if (worker.pipe >= 0) end(worker);
  }
}

}  // namespace holdfast::sim
