#include "protocol/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "protocol/test_identity.h"

namespace holdfast::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Words, AreFoundWithoutRegardToCaseAndAccents) {
  EXPECT_THAT(distinct_words("Straße, ÉTÉ; Ångström's 2nd café"),
              ElementsAre("2nd", "angstrom", "cafe", "ete", "s", "strasse"));
  EXPECT_EQ(distinct_words("Привет МИР"), distinct_words("привет мир"));
  EXPECT_EQ(distinct_words("ΣΊΣΥΦΟΣ"), distinct_words("σίσυφος"));
  EXPECT_EQ(distinct_words("ﬁnance Ｆｕｌｌ"), distinct_words("finance full"));
  // One accent as a character of its own, or inside another.
  EXPECT_EQ(distinct_words("e\u0301te\u0301"), distinct_words("été"));
}

TEST(Words, WhatHasNoWidthHidesNothing) {
  EXPECT_THAT(distinct_words("se\u200Bcr\u200Det\u2060"), ElementsAre("secret"));
  EXPECT_THAT(distinct_words("\u202Eevil\u202C"), ElementsAre("evil"));
}

TEST(Words, OfScriptsWithoutSpacesAreTheirCharacters) {
  EXPECT_THAT(distinct_words("東京です"), ElementsAre("す", "て", "京", "東"));
  EXPECT_THAT(distinct_words("한국어 안녕"), ElementsAre("안녕", "한국어"));
}

TEST(Words, NoTextHasNone) {
  EXPECT_THAT(distinct_words(""), IsEmpty());
  EXPECT_THAT(distinct_words("... --- 🙂 \n\t"), IsEmpty());
  EXPECT_THAT(distinct_words("\xFF broken"), IsEmpty());
}

TEST(Words, LongOnesAreCutAndAskedForAlike) {
  const std::string endless(5'000, 'x');
  ASSERT_EQ(distinct_words(endless).size(), 1u);
  EXPECT_EQ(distinct_words(endless)[0].size(), kWordCharsMax);
  EXPECT_EQ(wanted_words(endless), distinct_words(endless + "y"));
}

TEST(Words, StandWhereTheyAreSaidToStand) {
  const std::string text = "– Wo ist Ängström?";
  const auto words = words_in(text);
  ASSERT_EQ(words.size(), 3u);
  EXPECT_TRUE(text.substr(words[2].at).starts_with("Ängström"));
}

TEST(Words, OfAContactAreItsNameItsAddressAndTheVerifiedId) {
  const std::string body =
      fmt::format(R"({{"name":"Vera","email":"v@example.com","identity":"{}"}})",
                  make_jwt(R"({"sub":"cust-17","name":"Vera"})"));
  EXPECT_EQ(searched_text("contact", body), "Vera v@example.com cust-17");
  EXPECT_EQ(searched_text("contact", R"({"email":"v@example.com"})"), "v@example.com");
  EXPECT_EQ(searched_text("contact", R"({"name":"Vera","identity":"none"})"), "Vera");
  // Nobody checks one in an opening.
  EXPECT_EQ(searched_text("open", body), "Vera v@example.com");
}

TEST(WantedWords, ABeginningIsImpliedByTheLongerWord) {
  EXPECT_THAT(wanted_words("or order ord deliver"), ElementsAre("deliver", "order"));
}

TEST(WantedWords, AreNotEndless) {
  std::string text;
  for (char c = 'a'; c <= 'z'; ++c) text += std::string(3, c) + " ";
  EXPECT_EQ(wanted_words(text).size(), kWordsWantedMax);
}

TEST(Excerpt, IsTheTextWhenItIsShort) {
  EXPECT_EQ(excerpt_at("short", 2, 300), "short");
}

TEST(Excerpt, IsCutBetweenCharactersRoundTheMatch) {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "ä";
  text += " needle ";
  for (int i = 0; i < 1'000; ++i) text += "🙂";
  for (const std::size_t at : {std::size_t{0}, text.find("needle"), text.size() - 1, text.size()}) {
    const std::string excerpt = excerpt_at(text, at, 300);
    EXPECT_LE(code_points(excerpt).value_or(999), 300u);
    EXPECT_GT(code_points(excerpt).value_or(0), 50u);
  }
  EXPECT_NE(excerpt_at(text, text.find("needle"), 300).find("needle"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::protocol
