// The moderator's program over real sockets, against two little deployments.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/moderate/moderate.h"
#include "app/moderate/testing/little_deployment.h"
#include "net/http_client.h"

namespace holdfast::app::testing {

using protocol::Deployment;

struct ModerateFixture : ::testing::Test {
  SystemClock clock;
  SystemRandom random;
  net::Loop loop{clock};
  std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) /
                                 ("holdfast-moderate-" + std::to_string(::getpid()));
  std::vector<protocol::PublicKey> keys{
      {protocol::KeyId("s1"), protocol::KeyState::kActive,
       Ed25519KeyPair::from_seed(moderator::testing::secret(1).bytes).public_key().bytes}};
  std::optional<LittleDeployment> primary{std::in_place, loop, Deployment::kPrimary, keys};
  std::optional<LittleDeployment> redundant{std::in_place, loop, Deployment::kRedundant, keys};
  std::unique_ptr<Moderate> moderate;

  void SetUp() override { start(); }
  void TearDown() override {
    moderate.reset();
    std::filesystem::remove_all(folder);
  }

  // What a test wants otherwise.
  virtual void adapt(ModerateConfig&) {}
  ModerateConfig config() {
    ModerateConfig config;
    config.file = "moderator.toml";
    config.data_dir = folder;
    config.listen.addresses = {*net::parse_address("127.0.0.1", 0)};
    config.primary = {primary->url()};
    config.redundant = {redundant->url()};
    config.keys = {moderator::testing::secret(1), moderator::testing::secret(2),
                   moderator::testing::secret(3)};
    config.moderators = keys;
    config.policy = *moderator::profile("demo");
    config.policy.failback_after_ms = 500;
    adapt(config);
    return config;
  }
  void start() { moderate = Moderate::open(loop, random, config(), "test").value(); }

  // Runs the loop until `done`; a test that would wait for ever fails instead.
  void until(const std::function<bool()>& done, std::string_view what) {
    net::Timer poll(loop);
    int left = 3'000;
    std::function<void()> look = [&] {
      if (done() || --left == 0) return loop.stop();
      poll.start(Ms(10), look);
    };
    poll.start(Ms(0), look);
    loop.run();
    ASSERT_GT(left, 0) << "never came: " << what << "\n" << get("/v1/status").body;
  }
  void until_active(Deployment deployment) {
    until(
        [&] {
          const std::uint64_t epoch =
              (deployment == Deployment::kPrimary ? *primary : *redundant).epoch();
          return epoch > 0 && protocol::active_deployment(protocol::Epoch(epoch)) == deployment &&
                 status().active == deployment;
        },
        protocol::name_of(deployment));
  }
  void until_healthy() {
    until(
        [&] {
          return status().primary.usable && status().redundant.usable && status().abstains.empty();
        },
        "health");
  }
  moderator::Status status() { return moderate->shell().core().status(clock.now()); }

  net::HttpResponse call(net::HttpCall call, std::string_view path) {
    call.url = net::parse_url("http://" + moderate->addresses().front().text())
                   .value()
                   .with_target(std::string(path));
    std::optional<net::HttpResponse> answer;
    const auto pending =
        net::http_call(loop, std::move(call), [&](Result<net::HttpResponse> response) {
          answer =
              response ? std::move(*response) : net::HttpResponse::text(0, response.error().why);
          loop.stop();
        });
    loop.run();
    return *answer;
  }
  net::HttpResponse get(std::string_view path) { return call({}, path); }
  net::HttpResponse order(std::string path, std::string body, const protocol::SecretKey& key,
                          WallMs at) {
    net::HttpCall post;
    post.method = "POST";
    post.headers.add("Authorization", protocol::admin_authorization(key, at, "POST", path, body));
    post.body = std::move(body);
    return call(std::move(post), path);
  }
  net::HttpResponse order(std::string path, std::string body) {
    return order(std::move(path), std::move(body), moderator::testing::secret(2), clock.now().wall);
  }
};

}  // namespace holdfast::app::testing
