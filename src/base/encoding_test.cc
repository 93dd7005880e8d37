#include "base/encoding.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace holdfast {
namespace {

std::string base64url(std::string_view text) {
  return base64url_encode(view_of(text));
}

TEST(Base64url, EncodesTheVectorsOfTheStandard) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("foob"), "Zm9vYg");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(Base64url, DecodesWhatItEncodes) {
  SeededRandom random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    Bytes bytes(size);
    random.fill(bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
  }
}

TEST(Base64url, RefusesEverySpellingButItsOwn) {
  for (const auto* text :
       {"Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "+/8", "Zg ", "Zg\n", "Z\xc3"}) {
    EXPECT_FALSE(base64url_decode(text)) << text;
  }
}

TEST(Hex, RoundTripsInLowerCaseOnly) {
  EXPECT_EQ(hex_encode(view_of("\x01\xab")), "01ab");
  EXPECT_EQ(hex_decode("01ab"), to_bytes("\x01\xab"));
  for (const auto* text : {"01AB", "0", "0g", "0x"}) EXPECT_FALSE(hex_decode(text)) << text;
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(code_points(""), 0u);
  EXPECT_EQ(code_points("naïve"), 5u);
  EXPECT_EQ(code_points("日本語"), 3u);
  EXPECT_EQ(code_points("👋🏽"), 2u);
  EXPECT_EQ(code_points(std::string_view("a\0b", 3)), 3u);
}

TEST(Utf8, AcceptsTheEdgesOfEachLength) {
  for (const auto* text :
       {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(code_points(text), 1u) << hex_encode(view_of(std::string_view(text)));
  }
}

TEST(Utf8, RefusesWhatIsNotShortestFormOrNoCodePoint) {
  for (const auto* text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc2", "\xe2\x28\xa1"}) {
    EXPECT_FALSE(is_valid_utf8(text)) << hex_encode(view_of(std::string_view(text)));
  }
}

// ASCII is read in words: a bad byte must be found at every place of one.
TEST(Utf8, FindsABadByteWhereverItStands) {
  for (std::size_t size = 1; size < 40; ++size) {
    EXPECT_EQ(code_points(std::string(size, 'a')), size);
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\x80';
      EXPECT_FALSE(is_valid_utf8(text)) << size << " " << at;
      text.replace(at, 1, "ü");
      EXPECT_EQ(code_points(text), size);
    }
  }
}

}  // namespace
}  // namespace holdfast
