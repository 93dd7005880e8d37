#include "node/digest_index.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace holdfast::node {
namespace {

constexpr std::uint64_t kSalt = 0x9e3779b97f4a7c15;

Digest digest_of(Random& random) {
  Hash32 hash;
  random.fill(hash.bytes);
  return Digest(hash);
}

// Numbers from 1 on, each with its digest.
class Numbered {
  auto is(const Digest& digest) const {
    return [this, &digest](std::uint32_t number) { return digests_[number - 1] == digest; };
  }

 public:
  explicit Numbered(std::uint64_t salt = kSalt) : index_(salt) {}

  void add(const Digest& digest) {
    digests_.push_back(digest);
    index_.add(digest, static_cast<std::uint32_t>(digests_.size()));
  }
  std::uint32_t find(const Digest& digest) const { return index_.find(digest, is(digest)); }
  void erase(const Digest& digest) { index_.erase(digest, is(digest)); }
  std::size_t size() const { return index_.size(); }

 private:
  std::vector<Digest> digests_;
  DigestIndex<std::uint32_t> index_;
};

TEST(DigestIndex, FindsNothingWhereNothingIs) {
  SeededRandom random(1);
  Numbered index;
  EXPECT_EQ(index.find(digest_of(random)), 0u);
  index.erase(digest_of(random));
  index.add(digest_of(random));
  EXPECT_EQ(index.find(digest_of(random)), 0u);
}

TEST(DigestIndex, KnowsWhatATreeWouldKnow) {
  SeededRandom random(2);
  Numbered index;
  std::map<Digest, std::uint32_t> tree;
  std::vector<Digest> known;
  std::uint32_t added = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (random.chance(0.6) || known.empty()) {
      known.push_back(digest_of(random));
      index.add(known.back());
      tree[known.back()] = ++added;
    } else {
      const std::size_t at = random.below(known.size());
      index.erase(known[at]);
      tree.erase(known[at]);
    }
    const Digest& asked = known[random.below(known.size())];
    const auto found = tree.find(asked);
    ASSERT_EQ(index.find(asked), found == tree.end() ? 0u : found->second);
    ASSERT_EQ(index.size(), tree.size());
  }
  for (const Digest& each : known) {
    const auto found = tree.find(each);
    ASSERT_EQ(index.find(each), found == tree.end() ? 0u : found->second);
  }
}

// Digests that differ only where the index does not look: all stand at one place.
TEST(DigestIndex, TellsDigestsApartThatShareTheirBeginning) {
  SeededRandom random(3);
  const Digest first = digest_of(random);
  std::vector<Digest> alike;
  Numbered index;
  for (int i = 0; i < 100; ++i) {
    Hash32 hash = first.value();
    hash.bytes[31] = static_cast<std::uint8_t>(i);
    alike.push_back(Digest(hash));
    index.add(alike.back());
  }
  for (std::size_t i = 0; i < alike.size(); i += 2) index.erase(alike[i]);
  for (std::size_t i = 0; i < alike.size(); ++i)
    EXPECT_EQ(index.find(alike[i]), i % 2 == 0 ? 0u : i + 1);
}

TEST(DigestIndex, HasAnotherSaltInEveryLife) {
  const Origin one("primary/n1/01J00000000000000000000001");
  EXPECT_NE(index_salt(one), index_salt(Origin("primary/n1/01J00000000000000000000002")));
  EXPECT_EQ(index_salt(one), index_salt(one));
}

}  // namespace
}  // namespace holdfast::node
