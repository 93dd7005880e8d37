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
  std::vector<protocol::PublicKey> keys{{protocol::KeyId("k1"), protocol::KeyState::kActive,
                                         Ed25519KeyPair::from_seed({1}).public_key().bytes}};

  void TearDown() override { std::filesystem::remove_all(folder); }

  moderator::Verdict verdict(std::uint64_t epoch) {
    const auto sign = moderator::make_signer(Ed25519KeyPair::from_seed({1}), protocol::KeyId("k1"));
    return {protocol::Epoch(epoch), "failover: \"x\"", WallMs(17),
            sign(protocol::Epoch(epoch), "failover: \"x\"", WallMs(17))};
  }
  Result<moderator::Started> load() {
    const auto file = RecordFile::open(path);
    if (!file) return std::unexpected(file.error());
    return file->load(keys, protocol::KeyId("k1"));
  }
  void write(std::string_view text) {
    std::filesystem::create_directories(folder);
    std::ofstream(path) << text;
  }
};

TEST_F(RecordFileTest, WithoutAFileThereIsAnEmptyRecord) {
  const auto started = load();
  ASSERT_TRUE(started);
  EXPECT_FALSE(started->stored.verdict);
  EXPECT_FALSE(started->stored.frozen);
}

TEST_F(RecordFileTest, WhatWasStoredIsLoaded) {
  {
    const auto file = RecordFile::open(path);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->store({verdict(3), false, {}}));
    ASSERT_TRUE(file->store({verdict(4), true, {WallMs(1), WallMs(2)}}));
  }
  const auto started = load();
  ASSERT_TRUE(started);
  EXPECT_EQ(started->stored.verdict, verdict(4));
  EXPECT_TRUE(started->stored.frozen);
  EXPECT_EQ(started->stored.moves, (std::vector{WallMs(1), WallMs(2)}));
  EXPECT_EQ(started->signer, moderator::Trust::kOwnKey);
}

TEST_F(RecordFileTest, MaintenanceIsKeptWithTheVerdict) {
  moderator::Maintenance maintenance{protocol::Deployment::kRedundant, "a:ann \"x\"", WallMs(5),
                                     WallMs(9), true};
  const auto file = RecordFile::open(path);
  ASSERT_TRUE(file->store({verdict(4), false, {}, maintenance}));
  EXPECT_EQ(file->load(keys, protocol::KeyId("k1"))->stored.maintenance, maintenance);
  maintenance.safe.reset();
  ASSERT_TRUE(file->store({verdict(4), false, {}, maintenance}));
  EXPECT_EQ(file->load(keys, protocol::KeyId("k1"))->stored.maintenance, maintenance);
  ASSERT_TRUE(file->store({verdict(4), false, {}}));
  EXPECT_FALSE(file->load(keys, protocol::KeyId("k1"))->stored.maintenance);
}

TEST_F(RecordFileTest, AVerdictOfARevokedKeyIsLoadedAsUntrusted) {
  {
    const auto file = RecordFile::open(path);
    ASSERT_TRUE(file->store({verdict(4), false, {}}));
  }
  keys[0].state = protocol::KeyState::kCompromised;
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
  {
    const auto file = RecordFile::open(path);
    ASSERT_TRUE(file->store({verdict(4), false, {}}));
  }
  std::ofstream(path + ".next") << R"({"v":1,"fro)";
  EXPECT_EQ(load()->stored.verdict, verdict(4));
}

TEST_F(RecordFileTest, TwoModeratorsCannotShareARecord) {
  const auto first = RecordFile::open(path);
  ASSERT_TRUE(first);
  const auto second = RecordFile::open(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(RecordFileTest, AFolderThatCannotBeWrittenIsAnError) {
  const auto file = RecordFile::open(path);
  ASSERT_TRUE(file);
  std::filesystem::remove_all(folder);
  const auto stored = file->store({verdict(4), false, {}});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace holdfast::app
