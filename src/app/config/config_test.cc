#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/config/keys_file.h"
#include "app/config/moderate_config.h"
#include "app/config/serve_config.h"
#include "app/init/config_text.h"
#include "base/crypto.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

// An installation's files as init writes them, for tests to spoil one thing at a time.
class ConfigTest : public testing::Test {
 protected:
  ConfigTest() : dir_(fs::path(testing::TempDir()) / ("config-" + std::to_string(::getpid()))) {
    fs::create_directories(dir_);
    SeededRandom random(5);
    const auto keys = make_deployment_keys(random, WallMs{1'700'000'000'000});
    const auto moderator_keys = make_moderator_keys(keys, random, WallMs{1'700'000'000'000});
    const auto pair = Ed25519KeyPair::from_seed(moderator_keys.signing.bytes);
    const ModeratorPublic moderator{moderator_keys.signing.id.value(),
                                    Hash32{pair.public_key().bytes}.base64url()};
    const Places places{*net::parse_url("http://127.0.1.1:8080"),
                        *net::parse_url("http://127.0.2.1:8080"),
                        *net::parse_url("http://127.0.3.1:8080")};
    EXPECT_TRUE(write_secret_file(dir_ / "deployment.keys", keys_text(keys)));
    EXPECT_TRUE(write_secret_file(dir_ / "moderator.keys", keys_text(moderator_keys)));
    write("primary.toml", serve_config_text(protocol::Deployment::kPrimary, places, moderator));
    write("redundant.toml", serve_config_text(protocol::Deployment::kRedundant, places, moderator));
    write("moderator.toml", moderate_config_text(places, moderator, "demo"));
  }
  ~ConfigTest() override { fs::remove_all(dir_); }

  std::string read(const std::string& name) {
    std::ifstream in(dir_ / name);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / name) << text;
  }

  // Replaces `from` in a file; returns the line it stands in.
  int spoil(const std::string& name, const std::string& from, const std::string& to) {
    auto text = read(name);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    const int line =
        1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
    text.replace(at, from.size(), to);
    write(name, text);
    return line;
  }

  // What load says about the primary's file, without the folder in front.
  std::string complaint() {
    const auto config = load_serve_config(dir_ / "primary.toml");
    if (config) return "";
    auto why = config.error().why;
    EXPECT_EQ(why.find('\n'), std::string::npos) << why;
    const auto folder = dir_.string() + "/";
    for (auto at = why.find(folder); at != std::string::npos; at = why.find(folder))
      why.erase(at, folder.size());
    return why;
  }

  fs::path dir_;
};

TEST_F(ConfigTest, WhateverWasTypedIsRefusedInOneLine) {
  spoil("primary.toml", "name = \"primary\"", "name = \"prim\\nary\"");
  const auto value = load_serve_config(dir_ / "primary.toml");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().why.find('\n'), std::string::npos) << value.error().why;
  spoil("primary.toml", "name = \"prim\\nary\"", "name = \"primary\"");
  spoil("primary.toml", "keys_file = \"", "keys_file = \"no\\nsuch.");
  const auto path = load_serve_config(dir_ / "primary.toml");
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().why.find('\n'), std::string::npos) << path.error().why;
  spoil("moderator.toml", "[moderate]\n", "[moderate]\nx = t\n");
  const auto toml = load_moderate_config(dir_ / "moderator.toml");
  ASSERT_FALSE(toml);
  EXPECT_EQ(toml.error().why.find('\n'), std::string::npos) << toml.error().why;
  spoil("redundant.toml", "[deployment]\n", "[deployment]\n\"na\\nme\" = 1\n");
  const auto key = load_serve_config(dir_ / "redundant.toml");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().why.find('\n'), std::string::npos) << key.error().why;
}

TEST_F(ConfigTest, OfInitIsTaken) {
  const auto primary = load_serve_config(dir_ / "primary.toml");
  ASSERT_TRUE(primary) << primary.error().why;
  EXPECT_EQ(primary->node.deployment, protocol::Deployment::kPrimary);
  EXPECT_EQ(primary->data_dir, (dir_ / "primary").string());
  EXPECT_EQ(primary->listen.addresses.at(0).text(), "127.0.1.1:8080");
  EXPECT_EQ(primary->peer.dial.at(0).host, "127.0.2.1");
  EXPECT_EQ(primary->node.console_origins,
            (std::vector<std::string>{"http://127.0.1.1:8080", "http://127.0.2.1:8080"}));
  EXPECT_EQ(primary->node.keys.moderators.size(), 1u);
  EXPECT_EQ(primary->log.node, "primary/n1");

  const auto moderator = load_moderate_config(dir_ / "moderator.toml");
  ASSERT_TRUE(moderator) << moderator.error().why;
  EXPECT_EQ(moderator->primary.at(0).origin(), "http://127.0.1.1:8080");
  EXPECT_EQ(moderator->policy.failback_after_ms, moderator::profile("demo")->failback_after_ms);
}

TEST_F(ConfigTest, LetsAnOriginFrameTheConsoleOnlyWhenItIsNamedExactly) {
  EXPECT_TRUE(load_serve_config(dir_ / "primary.toml")->console_frame_ancestors.empty());
  const auto before = read("primary.toml");
  write("primary.toml",
        before + "\n[web]\nconsole_frame_ancestors = [\"http://127.0.0.1:8440\"]\n");
  EXPECT_EQ(load_serve_config(dir_ / "primary.toml")->console_frame_ancestors,
            std::vector<std::string>{"http://127.0.0.1:8440"});
  // A word more would be another directive of the policy.
  write("primary.toml",
        before + "\n[web]\nconsole_frame_ancestors = [\"https://a.example; script-src *\"]\n");
  EXPECT_NE(complaint().find("web.console_frame_ancestors"), std::string::npos) << complaint();
}

TEST_F(ConfigTest, DigestsOfBothDeploymentsAgreeUntilAKeyDiffers) {
  const auto primary = load_serve_config(dir_ / "primary.toml");
  EXPECT_EQ(primary->node.config_digest,
            load_serve_config(dir_ / "redundant.toml")->node.config_digest);
  auto other = primary->node;
  other.keys.cluster[0].bytes[0] ^= 1;
  EXPECT_NE(config_digest(other), primary->node.config_digest);
}

TEST_F(ConfigTest, ThePeersPublicAddressesAreVerifiedAsItsLinkIsUnlessSaidOtherwise) {
  spoil("primary.toml", "# verify_certificate = true\n# ca_file",
        "verify_certificate = false\nca_file");
  const auto as_peer = load_serve_config(dir_ / "primary.toml");
  ASSERT_TRUE(as_peer) << as_peer.error().why;
  EXPECT_FALSE(as_peer->peer_chat.tls.verify);
  EXPECT_EQ(as_peer->peer_chat.tls.ca_file, (dir_ / "authority.pem").string());
  write("primary.toml", read("primary.toml") +
                            "\n[peer_chat]\ninterval_ms = 500\nverify_certificate = true\n"
                            "ca_file = \"public.pem\"\n");
  const auto own = load_serve_config(dir_ / "primary.toml");
  ASSERT_TRUE(own) << own.error().why;
  EXPECT_EQ(own->peer_chat.interval_ms, 500u);
  EXPECT_TRUE(own->peer_chat.tls.verify);
  EXPECT_EQ(own->peer_chat.tls.ca_file, (dir_ / "public.pem").string());
  EXPECT_FALSE(own->peer.tls.verify);
}

TEST_F(ConfigTest, NamesAnUnknownKeyWithItsLine) {
  const int line = spoil("primary.toml", "data_dir", "date_dir");
  EXPECT_EQ(complaint(), fmt::format("primary.toml:{}: deployment.date_dir: unknown key; known "
                                     "here: data_dir, keys_file, name, node",
                                     line));
}

TEST_F(ConfigTest, SaysWhoseConfigurationAFileIs) {
  EXPECT_THAT(load_serve_config(dir_ / "moderator.toml").error().why,
              ::testing::HasSubstr("this is the Moderator's configuration"));
  EXPECT_THAT(load_moderate_config(dir_ / "primary.toml").error().why,
              ::testing::HasSubstr("this is a deployment's configuration"));
}

TEST_F(ConfigTest, NamesAnUnknownTable) {
  write("primary.toml", read("primary.toml") + "\n[limts]\n");
  EXPECT_TRUE(complaint().find("limts: unknown key") != std::string::npos) << complaint();
}

TEST_F(ConfigTest, NamesAMissingFieldAndWhatItIsFor) {
  spoil("primary.toml", "data_dir = \"primary\"\n", "");
  EXPECT_NE(complaint().find("[deployment] lacks data_dir: the folder of the journal"),
            std::string::npos)
      << complaint();
}

TEST_F(ConfigTest, NamesAMissingTable) {
  spoil("primary.toml", "[peer]", "[pear]");
  EXPECT_NE(complaint().find("pear: unknown key"), std::string::npos) << complaint();
}

TEST_F(ConfigTest, NamesABadValueWithItsLine) {
  const auto refused = [&](const std::string& from, const std::string& to,
                           const std::string& expected) {
    const auto before = read("primary.toml");
    const int line = spoil("primary.toml", from, to);
    EXPECT_EQ(complaint(), fmt::format("primary.toml:{}: {}", line, expected));
    write("primary.toml", before);
  };
  refused("name = \"primary\"", "name = \"secondary\"",
          "deployment.name: \"secondary\" must be \"primary\" or \"redundant\"");
  refused("name = \"primary\"", "name = 1", "deployment.name: must be a text in quotes");
  refused("node = \"n1\"", "node = \"N 1\"",
          "deployment.node: \"N 1\" must be 1 to 16 of a-z, 0-9 and -");
  refused("127.0.1.1:8080\"]", "localhost:8080\"]",
          "listen.addresses: \"localhost\" is not an IP address");
  refused("addresses = [\"127.0.1.1:8080\"]", "addresses = \"127.0.1.1:8080\"",
          "listen.addresses: must be a list of texts: [\"…\", \"…\"]");
  refused("own = [\"http://127.0.1.1:8080\"]", "own = [\"http://127.0.1.1:8080/\"]",
          "urls.own: \"http://127.0.1.1:8080/\" must be written as browsers send it: "
          "\"http://127.0.1.1:8080\"");
  refused("dial = [\"http", "dial = [\"ftp",
          "peer.dial: \"ftp://127.0.2.1:8080\": a URL starts with http:// or https://");
  refused("dial = [", "verify_certificate = 1\ndial = [",
          "peer.verify_certificate: must be true or false");
}

TEST_F(ConfigTest, NamesANumberOutOfItsRange) {
  const int line =
      spoil("primary.toml", "# [limits]\n# sessions_max = 18000", "[limits]\nsessions_max = 0");
  EXPECT_EQ(
      complaint(),
      fmt::format("primary.toml:{}: limits.sessions_max: 0 is not in 1 to 1000000", line + 1));
}

TEST_F(ConfigTest, NamesASyntaxErrorWithItsLine) {
  const int line = spoil("primary.toml", "node = \"n1\"", "node = n1");
  EXPECT_TRUE(complaint().starts_with(fmt::format("primary.toml:{}: ", line))) << complaint();
}

TEST_F(ConfigTest, NamesAFileThatIsNotThere) {
  fs::remove(dir_ / "primary.toml");
  EXPECT_EQ(complaint(), "primary.toml: cannot be read: No such file or directory");
}

TEST_F(ConfigTest, WantsCertificateAndKeyTogether) {
  spoil("primary.toml", "# certificate_file", "certificate_file");
  EXPECT_NE(complaint().find("[listen]: certificate_file and key_file go together"),
            std::string::npos)
      << complaint();
}

TEST_F(ConfigTest, RefusesSecretsThatOthersMayRead) {
  ::chmod((dir_ / "deployment.keys").c_str(), 0640);
  EXPECT_EQ(complaint(),
            fmt::format("deployment.keys: others may read these secrets (mode 0640): chmod 600 {}",
                        "deployment.keys"));
}

TEST_F(ConfigTest, NamesAMissingKeysFile) {
  fs::remove(dir_ / "deployment.keys");
  EXPECT_TRUE(complaint().starts_with("deployment.keys: cannot be read: No such file or directory"))
      << complaint();
}

TEST_F(ConfigTest, NamesAMissingSecret) {
  spoil("deployment.keys", "[peer]", "[pier]");
  EXPECT_NE(complaint().find("pier: unknown key"), std::string::npos) << complaint();
}

TEST_F(ConfigTest, NeverRepeatsABrokenSecret) {
  const auto text = read("deployment.keys");
  const auto at = text.find("secret = \"") + 10;
  const auto secret = text.substr(at, 43);
  const int line = spoil("deployment.keys", secret, secret.substr(0, 42));
  EXPECT_EQ(complaint(),
            fmt::format(
                "deployment.keys:{}: cluster.secret: must be 43 characters of base64url (32 bytes)",
                line));
}

TEST_F(ConfigTest, WantsExactlyOneActiveKey) {
  spoil("deployment.keys", "state = \"active\"", "state = \"retired\"");
  EXPECT_EQ(complaint(),
            "deployment.keys: exactly one [[cluster]] key must be active, there are 0");
}

TEST_F(ConfigTest, OfTheModeratorIsHeldToTheSameRules) {
  const int line = spoil("moderator.toml", "profile = \"demo\"", "profile = \"fast\"");
  const auto config = load_moderate_config(dir_ / "moderator.toml");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().why.find(
                fmt::format("moderator.toml:{}: policy.profile: \"fast\" must be", line)),
            std::string::npos)
      << config.error().why;
}

}  // namespace
}  // namespace holdfast::app
