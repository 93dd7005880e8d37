#include "moderator/signing.h"

#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

Ed25519KeyPair key(std::uint8_t seed) {
  return Ed25519KeyPair::from_seed({seed});
}

struct SigningTest : ::testing::Test {
  std::vector<protocol::PublicKey> known{
      {protocol::KeyId("k1"), protocol::KeyState::kActive, key(1).public_key().bytes},
      {protocol::KeyId("k2"), protocol::KeyState::kRetired, key(2).public_key().bytes},
      {protocol::KeyId("k3"), protocol::KeyState::kCompromised, key(3).public_key().bytes}};

  std::string text(std::uint8_t seed, const char* id, std::uint64_t epoch = 5'000'000) {
    return make_signer(key(seed), protocol::KeyId(id))(Epoch(epoch), "failover: \"x\"", WallMs(17));
  }
  Result<Heard> heard(const std::string& text) {
    return read_heard(text, known, protocol::KeyId("k1"));
  }
};

TEST_F(SigningTest, WhatWeSignedWeTrust) {
  const auto verdict = heard(text(1, "k1"));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->trust, Trust::kOwnKey);
  EXPECT_EQ(verdict->verdict,
            (Verdict{Epoch(5'000'000), "failover: \"x\"", WallMs(17), text(1, "k1")}));
}

TEST_F(SigningTest, ARetiredKeyStillSpeaksForAnother) {
  EXPECT_EQ(heard(text(2, "k2"))->trust, Trust::kRetiredKey);
  known[1].state = protocol::KeyState::kActive;
  EXPECT_EQ(heard(text(2, "k2"))->trust, Trust::kOtherKey);
}

TEST_F(SigningTest, ACompromisedAnUnknownAndAFalseKeyAreNotTrustedButTheirEpochCounts) {
  for (const std::string& each : {text(3, "k3"), text(4, "k4"), text(4, "k1")}) {
    const auto verdict = heard(each);
    ASSERT_TRUE(verdict) << each;
    EXPECT_EQ(verdict->trust, Trust::kUntrusted);
    EXPECT_EQ(verdict->verdict.epoch, Epoch(5'000'000));
  }
}

TEST_F(SigningTest, WhatIsNoVerdictIsInvalid) {
  for (const char* each : {"", "{}", "[]", R"({"p":"{}","k":"k1","s":""})",
                           R"({"p":"{\"epoch\":0,\"why\":\"\",\"at\":1}","k":"k1","s":""})"}) {
    ASSERT_FALSE(heard(each)) << each;
    EXPECT_EQ(heard(each).error().code, ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace holdfast::moderator
