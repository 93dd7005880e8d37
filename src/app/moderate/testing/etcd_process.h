// A real etcd of one member, in a folder and on ports of its own; it dies with the test.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "net/http_client.h"

namespace holdfast::app::testing {

class EtcdProcess {
 public:
  explicit EtcdProcess(std::string_view name)
      : folder_(std::filesystem::path(::testing::TempDir()) /
                fmt::format("holdfast-etcd-{}-{}", name, ::getpid())),
        client_(free_port()),
        peer_(free_port()) {
    std::filesystem::create_directories(folder_);
    start();
  }
  ~EtcdProcess() {
    kill();
    std::filesystem::remove_all(folder_);
  }
  EtcdProcess(const EtcdProcess&) = delete;
  EtcdProcess& operator=(const EtcdProcess&) = delete;

  net::Url url() const { return *net::parse_url(at(client_)); }

  // With what it had stored.
  void start() {
    const std::vector<std::string> arguments{"etcd",
                                             "--name",
                                             "test",
                                             "--data-dir",
                                             folder_ / "data",
                                             "--listen-client-urls",
                                             at(client_),
                                             "--advertise-client-urls",
                                             at(client_),
                                             "--listen-peer-urls",
                                             at(peer_),
                                             "--initial-advertise-peer-urls",
                                             at(peer_),
                                             "--initial-cluster",
                                             "test=" + at(peer_),
                                             "--heartbeat-interval",
                                             "10",
                                             "--election-timeout",
                                             "100",
                                             "--log-level",
                                             "error"};
    std::vector<char*> argv;
    for (const std::string& each : arguments) argv.push_back(const_cast<char*>(each.c_str()));
    argv.push_back(nullptr);
    const std::string log = folder_ / "log";
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (std::freopen(log.c_str(), "a", stdout) && ::dup2(STDOUT_FILENO, STDERR_FILENO) >= 0)
        ::execvp("etcd", argv.data());
      ::_exit(127);
    }
    wait_ready();
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

 private:
  static std::string at(std::uint16_t port) { return fmt::format("http://127.0.9.1:{}", port); }

  static std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, "127.0.9.1", &address.sin_addr);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(probe, any, size) == 0 && ::getsockname(probe, any, &size) == 0);
    ::close(probe);
    return ntohs(address.sin_port);
  }

  void wait_ready() {
    SystemClock clock;
    const MonoMs end = clock.now().mono + Ms(30'000);
    while (clock.now().mono < end) {
      ASSERT_EQ(::waitpid(pid_, nullptr, WNOHANG), 0)
          << "etcd ended at once: is etcd-server installed (tools/setup)?";
      net::HttpCall health;
      health.url = url().with_target("/health");
      const auto answer = net::http_call_and_wait(clock, std::move(health));
      if (answer && answer->status == 200) return;
      ::usleep(10'000);
    }
    FAIL() << "etcd did not come up";
  }

  std::filesystem::path folder_;
  std::uint16_t client_;
  std::uint16_t peer_;
  pid_t pid_ = 0;
};

}  // namespace holdfast::app::testing
