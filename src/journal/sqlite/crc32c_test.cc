#include "journal/sqlite/crc32c.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace holdfast::journal {
namespace {

std::uint32_t crc_of(ByteView bytes) {
  return Crc32c().update(bytes).value();
}

TEST(Crc32c, GivesTheValuesOfRfc3720) {
  EXPECT_EQ(crc_of(view_of("123456789")), 0xe3069283u);
  EXPECT_EQ(crc_of(Bytes(32, 0x00)), 0x8a9136aau);
  EXPECT_EQ(crc_of(Bytes(32, 0xff)), 0x62a8ab43u);
}

TEST(Crc32c, IsTheSameWithAndWithoutTheProcessorsHelpAndInAnyPieces) {
  SeededRandom random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    Bytes bytes(size);
    random.fill(bytes);
    const std::size_t cut = random.below(size + 1);
    const ByteView all = bytes;
    EXPECT_EQ(crc_of(all), crc32c_by_table(all));
    EXPECT_EQ(Crc32c().update(all.first(cut)).update(all.subspan(cut)).value(), crc_of(all));
  }
}

}  // namespace
}  // namespace holdfast::journal
