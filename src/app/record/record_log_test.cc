#include "app/record/record_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "app/record/record_files.h"

namespace holdfast::app {
namespace {

using record::Condition;
using record::Deployment;
using ::testing::HasSubstr;

const WallMs kNoon = record::begin_of(20'000) + Ms(43'200'000);

struct RecordLogTest : ::testing::Test {
  std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) /
                                 ("holdfast-record-" + std::to_string(::getpid()));
  std::optional<RecordLog> log;

  void SetUp() override {
    std::filesystem::create_directories(folder);
    open();
  }
  void TearDown() override {
    log.reset();
    std::filesystem::remove_all(folder);
  }
  // Closing waits for the writer.
  void open() {
    log.reset();
    log.emplace(folder, 90);
  }
  void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::app) << text;
  }
  std::string read(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  // Both work from `at` on, for a minute.
  void live(WallMs at) {
    log->add({record::Began{at, "test"},
              record::Turned{at, Deployment::kPrimary, Condition::kUp, at, ""},
              record::Turned{at, Deployment::kRedundant, Condition::kUp, at, ""}},
             at);
    log->add({record::Sample{at + Ms(60'000), at, {}}}, at + Ms(60'000));
  }
  Ms up() const { return record::sums_since(log->summary(), 0).service.up; }
};

TEST_F(RecordLogTest, OutlivesARestart) {
  live(kNoon);
  const record::Summary before = log->summary();
  EXPECT_EQ(up(), Ms(60'000));
  open();
  EXPECT_EQ(log->summary(), before);
  live(kNoon + Ms(200'000));
  open();
  EXPECT_EQ(up(), Ms(120'000)) << "what was between was not observed";
}

TEST_F(RecordLogTest, ATornLineIsPassedOverAndTheNextOneIsWhole) {
  live(kNoon);
  log.reset();
  write(lines_file(folder, 0), R"({"t":"sample","at":17)");
  open();
  EXPECT_EQ(up(), Ms(60'000));
  EXPECT_EQ(log->lines_skipped(), 1u);
  live(kNoon + Ms(200'000));
  open();
  EXPECT_EQ(up(), Ms(120'000));
  EXPECT_EQ(log->lines_skipped(), 1u);
}

TEST_F(RecordLogTest, AtTheEndOfADayTheLinesAreFoldedIntoTheSummary) {
  live(kNoon);
  live(kNoon + Ms(86'400'000));
  const record::Summary before = log->summary();
  log.reset();
  EXPECT_THAT(read(summary_file(folder)), HasSubstr(R"("generation":1)"));
  EXPECT_FALSE(std::filesystem::exists(lines_file(folder, 0)));
  EXPECT_THAT(read(lines_file(folder, 1)), HasSubstr("sample"));
  open();
  EXPECT_EQ(log->summary(), before);
}

TEST_F(RecordLogTest, LinesThatTheSummaryHoldsAreNotCountedAgain) {
  live(kNoon);
  log.reset();
  const std::string lines = read(lines_file(folder, 0));
  open();
  live(kNoon + Ms(86'400'000));
  const record::Summary before = log->summary();
  log.reset();
  write(lines_file(folder, 0), lines);  // as if the crash had come before it was removed
  open();
  EXPECT_EQ(log->summary(), before);
  EXPECT_FALSE(std::filesystem::exists(lines_file(folder, 0)));
}

TEST_F(RecordLogTest, WhatIsOlderThanNinetyDaysIsForgotten) {
  live(kNoon);
  live(kNoon + Ms(90 * 86'400'000LL));
  EXPECT_EQ(log->summary().days.size(), 1u);
}

TEST_F(RecordLogTest, ADiskThatFailsIsSaidAndStopsNothing) {
  live(kNoon);
  log.reset();
  std::filesystem::remove_all(folder);
  open();
  live(kNoon);
  EXPECT_EQ(up(), Ms(60'000));
  while (log->failing().empty()) ::usleep(1'000);
  EXPECT_THAT(log->failing(), HasSubstr("record.0.jsonl"));
  std::filesystem::create_directories(folder);
  live(kNoon + Ms(200'000));
  const record::Summary before = log->summary();
  open();
  EXPECT_EQ(log->summary(), before) << "written with the next line";
}

TEST_F(RecordLogTest, ASummaryThatCannotBeReadIsMovedAside) {
  live(kNoon);
  log.reset();
  write(summary_file(folder), "{");
  open();
  EXPECT_EQ(up(), Ms(60'000)) << "from the lines";
  EXPECT_TRUE(std::filesystem::exists(folder / "record.json.unreadable"));
}

}  // namespace
}  // namespace holdfast::app
