#include "base/log.h"

#include <gtest/gtest.h>

namespace holdfast::log {
namespace {

TEST(Log, TextLineHasLevelNodeAreaAndText) {
  EXPECT_EQ(line_of(Form::kText, "a1", Level::kWarn, "peer", "lost"), "warn  a1 peer: lost");
}

TEST(Log, TextCannotForgeALine) {
  EXPECT_EQ(line_of(Form::kText, "", Level::kInfo, "peer", "x\nerror"), "info  peer: x\\x0aerror");
}

TEST(Log, JsonLineEscapesItsText) {
  EXPECT_EQ(line_of(Form::kJson, "", Level::kError, "peer", "say \"hi\"\n"),
            R"("level":"error","area":"peer","text":"say \"hi\"\n")");
}

TEST(Log, LinesBelowTheLevelAreNotFormatted) {
  EXPECT_FALSE(enabled(Level::kDebug));
  EXPECT_TRUE(enabled(Level::kError));
}

}  // namespace
}  // namespace holdfast::log
