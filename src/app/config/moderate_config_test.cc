#include "app/config/moderate_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "app/config/keys_file.h"
#include "app/init/config_text.h"
#include "base/crypto.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// moderator.toml as init writes it, with another [policy].
class PolicyConfigTest : public testing::Test {
 protected:
  PolicyConfigTest()
      : dir_(fs::path(testing::TempDir()) / ("policy-" + std::to_string(::getpid()))) {
    fs::create_directories(dir_);
    SeededRandom random(5);
    const auto keys = make_moderator_keys(make_deployment_keys(random, WallMs{1'700'000'000'000}),
                                          random, WallMs{1'700'000'000'000});
    EXPECT_TRUE(write_secret_file(dir_ / "moderator.keys", keys_text(keys)));
    const auto pair = Ed25519KeyPair::from_seed(keys.signing.bytes);
    text_ = moderate_config_text(
        {*net::parse_url("http://127.0.1.1:8080"), *net::parse_url("http://127.0.2.1:8080"),
         *net::parse_url("http://127.0.3.1:8080")},
        {keys.signing.id.value(), Hash32{pair.public_key().bytes}.base64url()}, "production");
  }
  ~PolicyConfigTest() override { fs::remove_all(dir_); }

  Result<ModerateConfig> with_policy(const std::string& lines) {
    std::string text = text_;
    const auto begin = text.find("[policy]\n") + 9;
    text.replace(begin, text.find("\n\n", begin) - begin, lines);
    std::ofstream(dir_ / "moderator.toml") << text;
    return load_moderate_config(dir_ / "moderator.toml");
  }
  moderator::PolicyConfig policy(const std::string& lines) {
    auto config = with_policy(lines);
    EXPECT_TRUE(config) << config.error().why;
    return config ? config->policy : moderator::PolicyConfig{};
  }
  std::string complaint(const std::string& lines) {
    const auto config = with_policy(lines);
    return config ? "taken: " + lines : config.error().why;
  }

  fs::path dir_;
  std::string text_;
};

struct Threshold {
  const char* field;
  std::uint32_t value;  // unlike that of any profile
  std::function<std::uint32_t(const moderator::PolicyConfig&)> read;
  const char* refused;  // a value that cannot be meant
};

const Threshold kThresholds[] = {
    {"probe_interval_ms", 700, [](auto& p) { return p.probe_interval_ms; }, "1"},
    {"probe_timeout_ms", 900, [](auto& p) { return p.probe_timeout_ms; }, "0"},
    {"links_renew_ms", 9'000, [](auto& p) { return p.links_renew_ms; }, "999"},
    {"peer_chat_failures", 7, [](auto& p) { return p.health.peer_chat_failures; }, "0"},
    {"peer_chat_ms_max", 9'000, [](auto& p) { return p.health.peer_chat_ms_max; }, "1"},
    {"journal_ms_max", 900, [](auto& p) { return p.health.journal_ms_max; }, "1"},
    {"clock_skew_ms_max", 700, [](auto& p) { return p.clock_skew_ms_max; }, "1"},
    {"chat_failures", 7, [](auto& p) { return p.health.chat_failures; }, "0"},
    {"state_interval_ms", 600, [](auto& p) { return p.state_interval_ms; }, "-1"},
    {"witness_ms_max", 4'000, [](auto& p) { return p.health.witness_ms_max; }, "1"},
    {"clients_window_ms", 4'000, [](auto& p) { return p.health.clients_window_ms; }, "1"},
    {"clients_bad_min", 9, [](auto& p) { return p.health.clients_bad_min; }, "0"},
    {"clients_bad_percent", 11, [](auto& p) { return p.health.clients_bad_percent; }, "101"},
    {"publish_retry_ms", 800, [](auto& p) { return p.publish_retry_ms; }, "1"},
    {"failback_after_ms", 120'000, [](auto& p) { return p.failback_after_ms; }, "86400001"},
    {"moves_per_hour_max", 5, [](auto& p) { return p.moves_per_hour_max; }, "-1"},
    {"barrier_poll_ms", 900, [](auto& p) { return p.barrier_poll_ms; }, "\"soon\""},
    {"pause_ms_max", 3'000, [](auto& p) { return p.pause_ms_max; }, "100"},
    {"clock_jump_ms_max", 3'000, [](auto& p) { return p.clock_jump_ms_max; }, "1"},
};

TEST_F(PolicyConfigTest, EveryThresholdOverridesTheProfileOnEitherSideOfIt) {
  for (const Threshold& each : kThresholds) {
    for (const char* profile : {"production", "demo", "drill"}) {
      const auto line = fmt::format("{} = {}", each.field, each.value);
      const auto named = fmt::format("profile = \"{}\"", profile);
      EXPECT_NE(each.read(policy(named)), each.value) << each.field;
      EXPECT_EQ(each.read(policy(named + "\n" + line)), each.value) << each.field;
      EXPECT_EQ(each.read(policy(line + "\n" + named)), each.value) << each.field;
    }
  }
}

TEST_F(PolicyConfigTest, AThresholdThatCannotBeMeantIsRefusedByName) {
  for (const Threshold& each : kThresholds) {
    EXPECT_THAT(complaint(fmt::format("{} = {}", each.field, each.refused)),
                HasSubstr(fmt::format("policy.{}: ", each.field)));
  }
}

TEST_F(PolicyConfigTest, WhatIsOldBeforeItIsHeardAgainIsRefused) {
  EXPECT_THAT(complaint("witness_ms_max = 1500"), HasSubstr("witness_ms_max must be at least"));
  EXPECT_THAT(complaint("state_interval_ms = 3000"), HasSubstr("witness_ms_max must be at least"));
  EXPECT_THAT(complaint("clients_window_ms = 1500"),
              HasSubstr("clients_window_ms must be at least"));
}

TEST_F(PolicyConfigTest, TheRecordHasATargetThatCanBeKept) {
  EXPECT_EQ(with_policy("")->record.days, 90u);
  const auto config = with_policy("\n[record]\ntarget_percent = \"99.9\"\ndays = 30\n");
  ASSERT_TRUE(config) << config.error().why;
  EXPECT_DOUBLE_EQ(config->record.target, 0.999);
  EXPECT_EQ(config->record.days, 30u);
  for (const char* target : {"100", "99.99999", "5", "many", "99.9 %"}) {
    EXPECT_THAT(complaint(fmt::format("\n[record]\ntarget_percent = \"{}\"\n", target)),
                HasSubstr("record.target_percent: "));
  }
}

TEST_F(PolicyConfigTest, AlertsNeedWhatTheyAreSentWith) {
  std::ofstream(dir_ / "secret") << "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
  fs::permissions(dir_ / "secret", fs::perms::owner_read | fs::perms::owner_write);
  const std::string mail = "\n[mail]\nsmtp = \"smtp://m:25\"\nfrom = \"a@b.example\"\n";
  const auto config = with_policy(
      "\n[alerts]\nwebhooks = [\"https://ops.example/x\"]\nsecret_file = \"secret\"\n"
      "mail_to = [\"ops@b.example\"]\nremind_hours = 2\nlag_for_ms = 5000\n" +
      mail);
  ASSERT_TRUE(config) << config.error().why;
  EXPECT_TRUE(config->alerts.any());
  EXPECT_EQ(config->alerts.remind_every, Ms(7'200'000));
  EXPECT_EQ(config->alerts.thresholds.lag_for, Ms(5'000));
  EXPECT_FALSE(with_policy("")->alerts.any());
  EXPECT_THAT(complaint("\n[alerts]\nwebhooks = [\"https://ops.example\"]\n"),
              HasSubstr("webhooks need secret_file"));
  EXPECT_THAT(complaint("\n[alerts]\nmail_to = [\"ops@b.example\"]\n"),
              HasSubstr("alerts.mail_to needs [mail]"));
  EXPECT_THAT(complaint("\n[alerts]\nmail_to = [\"ops\"]\n" + mail), HasSubstr("alerts.mail_to: "));
  EXPECT_THAT(complaint("\n[alerts]\nwebhooks = [\"ops.example\"]\n"),
              HasSubstr("alerts.webhooks: "));
}

TEST_F(PolicyConfigTest, WithoutAProfileIsProduction) {
  EXPECT_EQ(policy("").failback_after_ms, 600'000u);
  EXPECT_EQ(policy("profile = \"demo\"").failback_after_ms, 3'000u);
  EXPECT_EQ(policy("profile = \"drill\"").moves_per_hour_max, 1'000u);
  EXPECT_EQ(policy("preferred = \"redundant\"").preferred, protocol::Deployment::kRedundant);
  EXPECT_THAT(complaint("preferred = \"both\""), HasSubstr("policy.preferred: "));
}

// ---- [store] ----

class StoreConfigTest : public PolicyConfigTest {
 protected:
  Result<ModerateConfig> with_store(const std::string& lines) {
    return with_policy("\n[store]\n" + lines);
  }
  std::string refusal(const std::string& lines) {
    const auto config = with_store(lines);
    return config ? "taken: " + lines : config.error().why;
  }
};

TEST_F(StoreConfigTest, WithoutItTheRecordIsAFile) {
  EXPECT_TRUE(with_policy("")->store.etcd.empty());
}

TEST_F(StoreConfigTest, NamesTheEndpointsThatAreShared) {
  const auto config = with_store(
      "etcd = [\"http://10.0.0.1:2379\", \"https://etcd.example:2379\"]\nprefix = \"/a/b/\"\n"
      "poll_ms = 100");
  ASSERT_TRUE(config) << config.error().why;
  ASSERT_EQ(config->store.etcd.size(), 2u);
  EXPECT_TRUE(config->store.etcd[1].tls);
  EXPECT_EQ(config->store.prefix, "/a/b/");
  EXPECT_EQ(config->store.poll_ms, 100u);
  EXPECT_EQ(config->store.timeout_ms, 1'000u);
}

TEST_F(StoreConfigTest, WhatCannotBeMeantIsRefusedByName) {
  const std::string etcd = "etcd = [\"http://10.0.0.1:2379\"]\n";
  EXPECT_THAT(refusal("prefix = \"/a/\""), HasSubstr("[store] lacks etcd"));
  EXPECT_THAT(refusal("etcd = []"), HasSubstr("etcd needs a URL"));
  EXPECT_THAT(refusal("etcd = [\"10.0.0.1:2379\"]"), HasSubstr("store.etcd: "));
  EXPECT_THAT(refusal("etcd = [\"http://10.0.0.1:2379/v3\"]"), HasSubstr("no path"));
  for (const char* prefix : {"", "/", "holdfast", "/a b/"}) {
    EXPECT_THAT(refusal(etcd + fmt::format("prefix = \"{}\"", prefix)),
                HasSubstr("store.prefix: "));
  }
  EXPECT_THAT(refusal(etcd + "timeout_ms = 0"), HasSubstr("store.timeout_ms: "));
  EXPECT_THAT(refusal(etcd + "poll_ms = 1"), HasSubstr("store.poll_ms: "));
  EXPECT_THAT(refusal(etcd + "pasword = \"x\""), HasSubstr("pasword"));
}

}  // namespace
}  // namespace holdfast::app
