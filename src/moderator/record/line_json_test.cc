#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moderator/record/line.h"

namespace holdfast::record {
namespace {

using ::testing::HasSubstr;

const WallMs kAt{1'700'000'000'000};

TEST(RecordLine, ComesBackAsItWasWritten) {
  const Line lines[] = {
      Began{kAt, "0.1.0 \"x\"\n"},
      Blind{kAt, kAt - Ms(9), "was paused"},
      Turned{kAt, Deployment::kRedundant, Condition::kDown, kAt - Ms(4), "chat, peer"},
      Decided{kAt, Epoch(7), Cause::kFailover, "failover: primary is unhealthy"},
      Froze{kAt, true, "a:ann"},
      Maintained{kAt, Deployment::kPrimary, Step::kSafe, "a:ann"},
      Abstained{kAt, "frozen"},
      Sample{kAt,
             kAt - Ms(60'000),
             {Counts{60, 1, 2, 3, 4, 5, 6}, Counts{7, 0, 0, 0, 0, 0, 8}},
             Promises{30, 1, 2}},
  };
  for (const Line& line : lines) {
    const auto read = parse_line(text_of(line));
    ASSERT_TRUE(read) << text_of(line) << ": " << read.error().why;
    EXPECT_EQ(*read, line) << text_of(line);
    EXPECT_EQ(text_of(line).find('\n'), std::string::npos);
  }
}

TEST(RecordLine, ATornOneIsRefused) {
  const std::string whole = text_of(Sample{kAt, kAt, {}});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_line(whole.substr(0, length)));
  }
}

TEST(RecordLine, ASampleOfAnEarlierVersionCountedNoPromises) {
  std::string text = text_of(Sample{kAt, kAt, {}, Promises{1, 2, 3}});
  const std::size_t promises = text.find(R"(,"promises")");
  text.erase(promises, text.find('}', promises) + 1 - promises);
  const auto read = parse_line(text);
  ASSERT_TRUE(read) << text << ": " << read.error().why;
  EXPECT_EQ(std::get<Sample>(*read).promises, Promises{});
}

TEST(RecordLine, WhatIsWrongIsNamed) {
  EXPECT_THAT(parse_line(R"({"t":"sung","at":1})").error().why, HasSubstr("\"sung\""));
  EXPECT_THAT(parse_line(R"({"t":"froze","at":1,"on":1,"by":"x"})").error().why, HasSubstr("on: "));
  EXPECT_THAT(parse_line(R"({"t":"froze","at":-1})").error().why, HasSubstr("at: "));
}

}  // namespace
}  // namespace holdfast::record
