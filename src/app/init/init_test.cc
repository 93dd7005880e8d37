#include "app/init/init.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/config/moderate_config.h"
#include "app/config/serve_config.h"
#include "app/data_dir.h"
#include "app/init/genesis.h"
#include "base/crypto.h"
#include "chat/chat.h"
#include "journal/sqlite/sqlite_journal.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

class InitTest : public testing::Test {
 protected:
  InitTest() {
    options_.dir = fs::path(testing::TempDir()) / ("init-" + std::to_string(::getpid()));
    options_.site = "shop";
    options_.operator_id = "ann";
    options_.password = "correct horse";
    fs::remove_all(options_.dir);
  }
  ~InitTest() override { fs::remove_all(options_.dir); }

  std::vector<journal::StoredEntry> settings() {
    auto opened = journal::SqliteJournal::open(journal_file(options_.dir / "primary").string(),
                                               {clock_.now().wall});
    EXPECT_TRUE(opened);
    return *opened->journal->read_settings();
  }

  InitOptions options_;
  SystemRandom random_;
  ManualClock clock_;
};

TEST_F(InitTest, MakesConfigurationsThatLoad) {
  const auto report = run_init(options_, random_, clock_);
  ASSERT_TRUE(report) << report.error().why;
  for (const auto* file : {"primary.toml", "redundant.toml"}) {
    const auto config = load_serve_config(options_.dir / file);
    EXPECT_TRUE(config) << config.error().why;
  }
  EXPECT_TRUE(load_moderate_config(options_.dir / "moderator.toml"));
  struct stat info {};
  ASSERT_EQ(::stat((options_.dir / "deployment.keys").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(InitTest, SeedsPrimaryWithTheFirstSiteAndOperator) {
  ASSERT_TRUE(run_init(options_, random_, clock_));
  const auto keys = load_serve_config(options_.dir / "primary.toml")->node.keys;
  std::map<std::string, std::string> values;
  auto before = protocol::ChainHash{};
  for (const auto& stored : settings()) {
    const auto& entry = stored.entry;
    EXPECT_EQ(entry.content->head.author, protocol::Author("a:init"));
    EXPECT_TRUE(entry.origin.value().starts_with("primary/init/"));
    EXPECT_EQ(protocol::check_acceptance(keys.cluster, entry.content->digest, entry.acceptance),
              protocol::MacCheck::kValid);
    EXPECT_EQ(entry.before, entry.seq.value() == 1 ? protocol::chain_start(entry.origin) : before);
    before = entry.h;
    const auto write = chat::parse_write(*entry.content);
    ASSERT_TRUE(write) << write.error().why;
    values[write->entity + " " + write->field] = write->value_json;
  }
  EXPECT_EQ(values.size(), 6u);
  EXPECT_EQ(values["site:shop origins"], R"(["http://127.0.1.1:8080","http://127.0.2.1:8080"])");
  EXPECT_EQ(values["operator:ann active"], "true");
  EXPECT_EQ(values["operator:ann role"], "\"owner\"");
  const auto hash = values["operator:ann password"];
  EXPECT_TRUE(verify_password(hash.substr(1, hash.size() - 2), "correct horse"));
}

TEST_F(InitTest, GivesEveryRegisterItsFixedId) {
  const Genesis genesis{protocol::SiteId("shop"), "Shop", {}, "ann", "Ann", "x"};
  std::set<std::string> ids;
  for (const auto& write : genesis_writes(genesis)) ids.insert(genesis_id(write).value());
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_EQ(genesis_id(genesis_writes(genesis)[0]).value(),
            genesis_id(genesis_writes(genesis)[0]).value());
}

TEST_F(InitTest, LeavesAFolderAloneThatHoldsAnything) {
  fs::create_directories(options_.dir);
  std::ofstream(options_.dir / "precious") << "x";
  const auto report = run_init(options_, random_, clock_);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().why.find("is not empty; nothing was changed"), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(options_.dir), fs::directory_iterator()), 1);
}

TEST_F(InitTest, PrintsAFreshPasswordOnce) {
  options_.password.reset();
  const auto report = run_init(options_, random_, clock_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->password.size(), 19u);
  const auto text = next_steps(options_, *report, "build/holdfast");
  EXPECT_NE(text.find(report->password), std::string::npos);
  EXPECT_NE(text.find("  build/holdfast serve --config"), std::string::npos);
}

TEST_F(InitTest, RefusesWhatCannotBeMeant) {
  const auto refused = [&](auto change, const std::string& expected) {
    auto options = options_;
    change(options);
    const auto report = run_init(options, random_, clock_);
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().why.find(expected), std::string::npos) << report.error().why;
    EXPECT_FALSE(fs::exists(options.dir));
  };
  refused([](InitOptions& o) { o.site = "Shop!"; }, "--site:");
  refused([](InitOptions& o) { o.site = "holdfast-probe"; }, "--site:");
  refused([](InitOptions& o) { o.operator_id = ""; }, "--operator:");
  refused([](InitOptions& o) { o.origins = {"https://a.example/"}; }, "--origin:");
  refused([](InitOptions& o) { o.redundant_url = o.primary_url; }, "the same place");
  refused([](InitOptions& o) { o.primary_url = "primary"; }, "--primary-url:");
  refused([](InitOptions& o) { o.profile = "fast"; }, "--profile:");
  refused([](InitOptions& o) { o.password = "short"; }, "--password:");
}

TEST_F(InitTest, ListensEverywhereForAHostOfTheWorld) {
  options_.primary_url = "https://a.example";
  options_.redundant_url = "https://b.example:8443";
  const auto report = run_init(options_, random_, clock_);
  ASSERT_TRUE(report) << report.error().why;
  EXPECT_TRUE(report->far_apart);
  EXPECT_EQ(load_serve_config(options_.dir / "redundant.toml")->listen.addresses.at(0).text(),
            "0.0.0.0:8443");
}

}  // namespace
}  // namespace holdfast::app
