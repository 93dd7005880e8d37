#include "app/moderate/live/form.h"

#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

TEST(Form, IsReadAsBrowsersSendIt) {
  const auto fields = read_form("code=AB+C%2d1&do=&empty&x=%zz&y=%4&code=second");
  EXPECT_EQ(fields.at("code"), "AB C-1");
  EXPECT_EQ(fields.at("do"), "");
  EXPECT_EQ(fields.at("empty"), "");
  EXPECT_EQ(fields.at("x"), "%zz");
  EXPECT_EQ(fields.at("y"), "%4");
  EXPECT_TRUE(read_form("").empty());
}

TEST(Form, ACookieIsFoundByItsWholeName) {
  EXPECT_EQ(cookie_named("xlive=1; live=2; live=3", "live"), "2");
  EXPECT_EQ(cookie_named("live", "live"), "");
  EXPECT_EQ(cookie_named("", "live"), "");
}

}  // namespace
}  // namespace holdfast::app
