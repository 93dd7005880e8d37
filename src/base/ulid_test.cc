#include "base/ulid.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Ulid, TextOfTheSpecificationsExample) {
  const Ulid id = Ulid::parse("01ARYZ6S41TSV4RRFFQ69G5FAV").value();
  EXPECT_EQ(id.when(), WallMs{1'469'918'176'385});
  EXPECT_EQ(id.text(), "01ARYZ6S41TSV4RRFFQ69G5FAV");
}

TEST(Ulid, ParsesWhatItWrites) {
  SeededRandom random(5);
  for (int i = 0; i < 1000; ++i) {
    const Ulid id = Ulid::make(WallMs{static_cast<std::int64_t>(random.below(1ull << 48))}, random);
    EXPECT_EQ(Ulid::parse(id.text()), id);
  }
}

TEST(Ulid, TextSortsAsTheValueDoes) {
  SeededRandom random(6);
  for (int i = 0; i < 1000; ++i) {
    const Ulid a{random.bytes<16>()};
    const Ulid b{random.bytes<16>()};
    EXPECT_EQ(a < b, a.text() < b.text());
  }
}

TEST(Ulid, LaterSortsAfterEarlierWhateverTheRandomBits) {
  std::array<std::uint8_t, 10> low{};
  std::array<std::uint8_t, 10> high;
  high.fill(0xff);
  EXPECT_LT(Ulid::make(WallMs{1000}, high), Ulid::make(WallMs{1001}, low));
}

TEST(Ulid, HoldsItsLargestValue) {
  EXPECT_EQ(Ulid::parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")->when(), WallMs{(1ll << 48) - 1});
}

TEST(Ulid, RefusesEverySpellingButItsOwn) {
  for (const auto* text :
       {"", "01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41TSV4RRFFQ69G5FAVV",
        "01aryz6s41tsv4rrffq69g5fav", "81ARYZ6S41TSV4RRFFQ69G5FAV", "01ARYZ6S41TSV4RRFFQ69G5FAU",
        "O1ARYZ6S41TSV4RRFFQ69G5FAV", "01ARYZ6S41-TSV4RRFFQ69G5FA"}) {
    EXPECT_FALSE(Ulid::parse(text)) << text;
    EXPECT_FALSE(is_ulid(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast
