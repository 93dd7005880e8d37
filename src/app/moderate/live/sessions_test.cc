#include "app/moderate/live/sessions.h"

#include <gtest/gtest.h>

#include <cctype>

namespace holdfast::app {
namespace {

struct LiveSessionsTest : ::testing::Test {
  SeededRandom random{7};
  LiveSessions sessions{random};
  MonoMs now{1'000};
};

TEST_F(LiveSessionsTest, ACodeSignsInOnceInItsRole) {
  const std::string code = sessions.make_code(LiveRole::kOperate, "a:ann", now);
  EXPECT_EQ(code.size(), 14u);
  const auto token = sessions.sign_in(code, now);
  ASSERT_TRUE(token);
  const LiveSession* const session = sessions.find(*token, now);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->role, LiveRole::kOperate);
  EXPECT_EQ(session->by, "a:ann");
  EXPECT_FALSE(sessions.sign_in(code, now)) << "a copy";
  EXPECT_EQ(sessions.find(code, now), nullptr);
  EXPECT_EQ(sessions.find("", now), nullptr);
}

TEST_F(LiveSessionsTest, ACodeMayBeTypedAsPeopleType) {
  std::string code = sessions.make_code(LiveRole::kView, "a:ann", now);
  std::string typed = " ";
  for (const char c : code) {
    if (c != '-') typed += static_cast<char>(std::tolower(c));
  }
  EXPECT_TRUE(sessions.sign_in(typed, now));
}

TEST_F(LiveSessionsTest, CodesAndSessionsLapse) {
  const std::string late = sessions.make_code(LiveRole::kView, "a:ann", now);
  EXPECT_FALSE(sessions.sign_in(late, now + kCodeLasts));
  const auto token = sessions.sign_in(sessions.make_code(LiveRole::kView, "a:ann", now), now);
  EXPECT_NE(sessions.find(*token, now + kSessionLasts - Ms(1)), nullptr);
  EXPECT_EQ(sessions.find(*token, now + kSessionLasts), nullptr);
}

TEST_F(LiveSessionsTest, SigningOutEndsIt) {
  const auto token = sessions.sign_in(sessions.make_code(LiveRole::kView, "a:ann", now), now);
  sessions.sign_out(*token);
  EXPECT_EQ(sessions.find(*token, now), nullptr);
}

TEST_F(LiveSessionsTest, TheOldestCodeMakesRoom) {
  const std::string first = sessions.make_code(LiveRole::kView, "a:ann", now);
  const std::string second = sessions.make_code(LiveRole::kView, "a:ann", now + Ms(1));
  for (int i = 0; i < 15; ++i) (void)sessions.make_code(LiveRole::kView, "a:ann", now + Ms(2));
  EXPECT_FALSE(sessions.sign_in(first, now + Ms(3)));
  EXPECT_TRUE(sessions.sign_in(second, now + Ms(3)));
}

}  // namespace
}  // namespace holdfast::app
