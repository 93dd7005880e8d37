#include "app/moderate/record_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "moderator/signing.h"

namespace holdfast::app {
namespace {

using ::testing::HasSubstr;

struct RecordFileTest : ::testing::Test {
  std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) /
                                 ("holdfast-record-" + std::to_string(::getpid()));
  std::string path = folder / "verdict.json";
  VerdictKeys keys{{{protocol::KeyId("k1"), protocol::KeyState::kActive,
                     Ed25519KeyPair::from_seed({1}).public_key().bytes}},
                   protocol::KeyId("k1")};

  void TearDown() override { std::filesystem::remove_all(folder); }

  moderator::Verdict verdict(std::uint64_t epoch) {
    const auto sign = moderator::make_signer(Ed25519KeyPair::from_seed({1}), protocol::KeyId("k1"));
    return {protocol::Epoch(epoch), "failover: \"x\"", WallMs(17),
            sign(protocol::Epoch(epoch), "failover: \"x\"", WallMs(17))};
  }
  Result<moderator::Started> load() {
    const auto file = RecordFile::open(path, keys);
    if (!file) return std::unexpected(file.error());
    moderator::Started loaded;
    (*file)->start({[&](moderator::Started started) { loaded = std::move(started); }, {}, {}});
    return loaded;
  }
  static Result<void> store(RecordFile& file, const moderator::Record& record) {
    Result<void> answer = fail(ErrorCode::kUnavailable, "no answer");
    file.store(record, [&](Result<void> stored) { answer = std::move(stored); });
    return answer;
  }
  void store(const moderator::Record& record) {
    const auto file = RecordFile::open(path, keys);
    ASSERT_TRUE(store(**file, record));
  }
  void write(std::string_view text) {
    std::filesystem::create_directories(folder);
    std::ofstream(path) << text;
  }
};

TEST_F(RecordFileTest, AVerdictOfARevokedKeyIsLoadedAsUntrusted) {
  store({verdict(4), false, {}});
  keys.moderators[0].state = protocol::KeyState::kCompromised;
  EXPECT_EQ(load()->signer, moderator::Trust::kUntrusted);
}

TEST_F(RecordFileTest, AFileThatCannotBeReadIsNeverTakenForNone) {
  for (const char* text : {"", "{", "[]", R"({"v":2,"frozen":false,"moves":[]})",
                           R"({"v":1,"moves":[]})", R"({"v":1,"frozen":true,"moves":["x"]})",
                           R"({"v":1,"frozen":true,"moves":[],"verdict":{"p":""}})",
                           R"({"v":1,"frozen":true,"moves":[],"maintenance":{"deployment":"x"}})",
                           R"({"v":1,"frozen":true,"moves":[],"maintenance":true})"}) {
    write(text);
    const auto started = load();
    ASSERT_FALSE(started) << text;
    EXPECT_EQ(started.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(started.error().why, HasSubstr(path));
  }
}

TEST_F(RecordFileTest, AWriteThatWasCutShortLeavesTheOldRecord) {
  store({verdict(4), false, {}});
  std::ofstream(path + ".next") << R"({"v":1,"fro)";
  EXPECT_EQ(load()->stored.verdict, verdict(4));
}

TEST_F(RecordFileTest, TwoModeratorsCannotShareARecord) {
  const auto first = RecordFile::open(path, keys);
  ASSERT_TRUE(first);
  const auto second = RecordFile::open(path, keys);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(RecordFileTest, AFolderThatCannotBeWrittenIsAnError) {
  const auto file = RecordFile::open(path, keys);
  ASSERT_TRUE(file);
  std::filesystem::remove_all(folder);
  const auto stored = store(**file, {verdict(4), false, {}});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace holdfast::app
