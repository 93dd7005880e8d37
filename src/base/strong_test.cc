#include "base/strong.h"

#include <gtest/gtest.h>

#include <concepts>
#include <map>
#include <string>
#include <unordered_set>

namespace holdfast {
namespace {

using Epoch = Strong<struct EpochTag, std::uint64_t>;
using Term = Strong<struct TermTag, std::uint64_t>;
using Name = Strong<struct NameTag, std::string>;

static_assert(!std::convertible_to<std::uint64_t, Epoch>);
static_assert(!std::convertible_to<Epoch, std::uint64_t>);
static_assert(!std::equality_comparable_with<Epoch, Term>);

TEST(Strong, OrdersLikeItsContent) {
  EXPECT_LT(Epoch{1}, Epoch{2});
  EXPECT_EQ(Name{"a"}, Name{"a"});
}

TEST(Strong, StartsAtTheZeroOfItsContent) {
  EXPECT_EQ(Epoch{}, Epoch{0});
}

TEST(Strong, IsAKeyOfOrderedAndHashedContainers) {
  std::map<Name, int> ordered{{Name{"b"}, 2}, {Name{"a"}, 1}};
  EXPECT_EQ(ordered.begin()->second, 1);
  std::unordered_set<Epoch> hashed{Epoch{1}, Epoch{1}};
  EXPECT_EQ(hashed.size(), 1u);
}

TEST(Strong, PrintsItsContent) {
  EXPECT_EQ(fmt::format("{} of {:>3}", Name{"epoch"}, Epoch{7}), "epoch of   7");
}

}  // namespace
}  // namespace holdfast
