#include "protocol/json_reader.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/random.h"
#include "protocol/json_writer.h"

namespace holdfast::protocol {
namespace {

bool accepts(std::string_view text) {
  JsonReader in(text, 16);
  return in.skip_value() && in.finish();
}

TEST(JsonReader, TakesWhatJsonIs) {
  for (const std::string_view text :
       {"{}", "[]", " [ 1 , -0.5e+10 , null , true , false , \"\" ] ", "{\"\":{\"a\":[[]]}}", "0",
        "-0", "1E5", "\"\\u0000\\/\\b\\f\""}) {
    EXPECT_TRUE(accepts(text)) << text;
  }
}

TEST(JsonReader, RefusesWhatItIsNot) {
  for (const std::string_view text :
       {"",           "{",    "[1,]",   "[,1]",      "{\"a\":}",   "{\"a\" 1}", "{a:1}",
        "[1 2]",      "01",   "1.",     ".5",        "+1",         "1e",        "-",
        "nul",        "True", "\"\\",   "\"\\u12\"", "\"a",        "\"\t\"",    "[1]]",
        "{\"a\":1,}", "\v1",  "//x\n1", "[1}",       "\"\\u00g0\""}) {
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(JsonReader, FindsANameThatStandsTwiceAtAnyDepth) {
  EXPECT_FALSE(accepts("{\"a\":1,\"a\":1}"));
  EXPECT_FALSE(accepts("[{\"x\":{\"a\":1,\"b\":2,\"\\u0061\":3}}]"));
  EXPECT_TRUE(accepts("[{\"a\":1},{\"a\":1}]"));
}

TEST(JsonReader, GivesTheBytesOfAValue) {
  JsonReader in("[ {\"a\" : 1} , 2]", 4);
  std::string_view raw;
  ASSERT_TRUE(in.open_array() && in.next_item() && in.read_raw(raw));
  EXPECT_EQ(raw, "{\"a\" : 1}");
  ASSERT_TRUE(in.next_item() && in.read_raw(raw));
  EXPECT_EQ(raw, "2");
  EXPECT_FALSE(in.next_item());
  EXPECT_TRUE(in.finish());
}

TEST(JsonReader, KeepsItsFirstFailure) {
  JsonReader in("[1]", 4);
  std::string text;
  ASSERT_TRUE(in.open_array() && in.next_item());
  EXPECT_FALSE(in.read_text(text));
  EXPECT_FALSE(in.fail(Code::kTooMany, "later"));
  EXPECT_EQ(in.error().code, Code::kBadFrame);
  EXPECT_EQ(in.error().why, "a text was due at byte 1");
}

// Two parsers that share no code must agree on what is JSON.
TEST(JsonReader, AgreesWithTheOtherParser) {
  constexpr std::string_view kPieces[] = {"{",
                                          "}",
                                          "[",
                                          "]",
                                          ",",
                                          ":",
                                          "\"a\"",
                                          "\"b\"",
                                          "1",
                                          "-2.5",
                                          "0",
                                          "e1",
                                          "true",
                                          "null",
                                          " ",
                                          "\"\\n\"",
                                          "\"\\ud83d\\ude00\"",
                                          "\"\\ud83d\""};
  SeededRandom random(11);
  int accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (auto n = 1 + random.below(9); n > 0; --n)
      text += kPieces[random.below(std::size(kPieces))];
    const bool ours = accepts(text);
    ASSERT_EQ(ours, json::parse(text).has_value()) << text;
    accepted += ours ? 1 : 0;
  }
  EXPECT_GT(accepted, 2'000);
}

TEST(JsonWriter, WritesTextsThatReadBackAsTheyWere) {
  std::string all;
  for (int c = 1; c < 0x80; ++c) all += static_cast<char>(c);
  all += "\xC2\x80 ü 你好 👋 \xE2\x80\xA8";
  all += '\0';
  JsonWriter out;
  out.text(all);
  const std::string text = out.take();
  JsonReader in(text, 1);
  std::string back;
  ASSERT_TRUE(in.read_text(back) && in.finish());
  EXPECT_EQ(back, all);
  const auto other = json::parse(text);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(std::string_view(other->as_string()), all);
}

}  // namespace
}  // namespace holdfast::protocol
