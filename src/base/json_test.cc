#include "base/json.h"

#include <gtest/gtest.h>

namespace holdfast::json {
namespace {

std::string why(const auto& result) {
  return result ? "no error" : result.error().why;
}

TEST(Json, ParsesWhatItSerializes) {
  const std::string text = R"({"a":[1,-2,3.5E0,"ü\n",true,null],"b":{}})";
  EXPECT_EQ(json::serialize(parse(text).value()), text);
}

TEST(Json, RefusesAnythingBeyondTheStandard) {
  for (const auto* text : {"", "{", "[1,]", "{\"a\":1,}", "/*c*/1", "1 2", "'a'", "NaN", "01",
                           "\"\xff\"", "\"\\ud800\"", "\"a\nb\"", "\xef\xbb\xbf{}"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
}

TEST(Json, RefusesANameThatStandsTwice) {
  EXPECT_FALSE(parse(R"({"a":1,"a":1})"));
  EXPECT_FALSE(parse(R"({"x":[{"a":1,"b":2,"\u0061":3}]})"));
  EXPECT_FALSE(parse(R"({"a":{"b":1},"a":{"c":1,"d":2}})"));
  EXPECT_TRUE(parse(R"({"a":{"a":1},"b":{"a":1}})"));
}

TEST(Json, RefusesNestingBelowTheDepthAllowed) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(16)));
  EXPECT_FALSE(parse(nested(17)));
  EXPECT_FALSE(parse(nested(3), {.depth_max = 2}));
  EXPECT_FALSE(parse(nested(1'000'000)));
}

TEST(Json, ParseObjectRefusesOtherValues) {
  EXPECT_TRUE(parse_object("{}"));
  EXPECT_FALSE(parse_object("[]"));
}

TEST(JsonFields, ErrorsNameTheField) {
  const Object object = parse_object(R"({"name":1,"ttl":"x","big":18446744073709551615})").value();
  EXPECT_EQ(why(get_text(object, "name")), "name: not a text");
  EXPECT_EQ(why(get_int(object, "ttl")), "ttl: not an integer");
  EXPECT_EQ(why(get_int(object, "missing")), "missing: missing");
  EXPECT_EQ(why(get_int(object, "name", {.min = 2, .max = 9})), "name: not within 2 to 9");
  EXPECT_EQ(why(get_int(object, "big", {.min = 0, .max = 9})), "big: not within 0 to 9");
  EXPECT_EQ(why(only_fields(object, {"name", "ttl"})), "big: unknown field");
}

TEST(JsonFields, GivesEachType) {
  const Object object =
      parse_object(R"({"t":"x","i":-7,"n":1,"b":true,"o":{"k":1},"a":[1]})").value();
  EXPECT_EQ(get_text(object, "t"), "x");
  EXPECT_EQ(get_int(object, "i"), -7);
  EXPECT_EQ(get_number(object, "n"), 1.0);
  EXPECT_EQ(get_bool(object, "b"), true);
  EXPECT_EQ(get_object(object, "o").value()->size(), 1u);
  EXPECT_EQ(get_array(object, "a").value()->size(), 1u);
}

TEST(JsonFields, AnIntegerHasNoFractionAndNoExponent) {
  const Object object = parse_object(R"({"a":1.0,"b":1e3})").value();
  EXPECT_FALSE(get_int(object, "a"));
  EXPECT_FALSE(get_int(object, "b"));
}

TEST(JsonFields, AbsentIsNoErrorButNullIs) {
  const Object object = parse_object(R"({"n":null})").value();
  EXPECT_EQ(find_text(object, "absent").value(), std::nullopt);
  EXPECT_EQ(find_object(object, "absent").value(), nullptr);
  EXPECT_FALSE(find_text(object, "n"));
  EXPECT_FALSE(find_int(object, "n"));
}

}  // namespace
}  // namespace holdfast::json
