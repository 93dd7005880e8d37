// The values are fixed by tests/vectors; here is what the functions must refuse and tell apart.
#include "protocol/hashes.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "protocol/base64url32.h"
#include "protocol/test_events.h"
#include "protocol/token.h"
#include "protocol/verdict.h"

namespace holdfast::protocol {
namespace {

using testing::test_key;

TEST(Base64url32, SpellsAsTheGeneralEncoderDoes) {
  for (int n = 0; n < 500; ++n) {
    const Hash32 hash = sha256(std::to_string(n));
    EXPECT_EQ(HashText(hash).view(), hash.base64url());
    EXPECT_EQ(decode_base64url32(hash.base64url()), hash);
  }
  EXPECT_FALSE(decode_base64url32(std::string(42, 'A') + "B").has_value());
  EXPECT_FALSE(decode_base64url32(std::string(42, 'A') + "\xFF").has_value());
  EXPECT_FALSE(decode_base64url32(std::string(44, 'A')).has_value());
}

TEST(Acceptance, IsBoundToEverythingItSays) {
  const std::vector<SecretKey> cluster = {test_key("c1", 1)};
  const auto content = testing::test_opening();
  const Acceptance good = accept(cluster, content->digest, testing::kTestPrimary, Seq(5), Hlc(6));
  EXPECT_EQ(check_acceptance(cluster, content->digest, good), MacCheck::kValid);
  Acceptance changed = good;
  changed.seq = Seq(6);
  EXPECT_EQ(check_acceptance(cluster, content->digest, changed), MacCheck::kWrong);
  changed = good;
  changed.hlc = Hlc(7);
  EXPECT_EQ(check_acceptance(cluster, content->digest, changed), MacCheck::kWrong);
  changed = good;
  changed.origin = testing::kTestRedundant;
  EXPECT_EQ(check_acceptance(cluster, content->digest, changed), MacCheck::kWrong);
  EXPECT_EQ(check_acceptance(cluster, Digest(sha256(std::string_view("other"))), good),
            MacCheck::kWrong);
}

TEST(Acceptance, OfARetiredKeyVerifiesAndOfACompromisedOneDoesNot) {
  const auto content = testing::test_opening();
  const SecretKey key = test_key("c1", 1);
  const Acceptance acceptance =
      accept({&key, 1}, content->digest, testing::kTestPrimary, Seq(1), Hlc(1));
  const std::vector<SecretKey> retired = {test_key("c2", 2), test_key("c1", 1, KeyState::kRetired)};
  const std::vector<SecretKey> compromised = {test_key("c2", 2),
                                              test_key("c1", 1, KeyState::kCompromised)};
  EXPECT_EQ(check_acceptance(retired, content->digest, acceptance), MacCheck::kValid);
  EXPECT_EQ(check_acceptance(compromised, content->digest, acceptance), MacCheck::kCompromisedKey);
  EXPECT_EQ(check_acceptance({retired.data(), 1}, content->digest, acceptance),
            MacCheck::kUnknownKey);
  EXPECT_EQ(accept(retired, content->digest, testing::kTestPrimary, Seq(1), Hlc(1)).key,
            KeyId("c2"));
}

TEST(PeerProof, OfOneSideIsNoProofOfTheOther) {
  const SecretKey key = test_key("p", 5);
  const Hash32 proof = peer_mac(key, Deployment::kPrimary, true, "a", "b");
  EXPECT_NE(proof, peer_mac(key, Deployment::kRedundant, true, "a", "b"));
  EXPECT_NE(proof, peer_mac(key, Deployment::kPrimary, false, "a", "b"));
  EXPECT_NE(proof, peer_mac(key, Deployment::kPrimary, true, "b", "a"));
}

TEST(AdminAuthorization, HoldsForItsRequestAndAMinute) {
  const SecretKey key = test_key("d", 6);
  const WallMs now(1'790'000'000'000);
  const std::string header = admin_authorization(key, now, "POST", "/v1/admin/append", "{}");
  const auto check = [&](std::string_view h, WallMs at, std::string_view method,
                         std::string_view path, std::string_view body) {
    return check_admin_authorization(key, h, at, method, path, body);
  };
  EXPECT_TRUE(check(header, now + Ms(60'000), "POST", "/v1/admin/append", "{}"));
  EXPECT_TRUE(check(header, now - Ms(60'000), "POST", "/v1/admin/append", "{}"));
  EXPECT_FALSE(check(header, now + Ms(60'001), "POST", "/v1/admin/append", "{}"));
  EXPECT_FALSE(check(header, now - Ms(60'001), "POST", "/v1/admin/append", "{}"));
  EXPECT_FALSE(check(header, now, "GET", "/v1/admin/append", "{}"));
  EXPECT_FALSE(check(header, now, "POST", "/v1/admin/state", "{}"));
  EXPECT_FALSE(check(header, now, "POST", "/v1/admin/append", "{ }"));
  EXPECT_FALSE(
      check_admin_authorization(test_key("e", 7), header, now, "POST", "/v1/admin/append", "{}"));
  for (const std::string_view bad : {"", "Holdfast", "Holdfast ", "Holdfast .", "Holdfast 1",
                                     "Holdfast 1.abc", "Bearer x", "Holdfast -1.AAAA"}) {
    EXPECT_FALSE(check(bad, now, "POST", "/v1/admin/append", "{}")) << bad;
  }
}

TEST(KeyProof, IsRefusedWhenMalformed) {
  EXPECT_FALSE(check_key_proof("", "", "nonce", "host"));
  EXPECT_FALSE(check_key_proof("AAAA", std::string(86, 'A'), "nonce", "host"));
  EXPECT_FALSE(check_key_proof("not base64url!", std::string(86, 'A'), "nonce", "host"));
}

TEST(Token, WithADoubledMemberIsNone) {
  const SecretKey key = test_key("s", 8);
  const std::string payload = base64url_encode(view_of(
      std::string_view("{\"k\":\"s\",\"site\":\"shop\",\"author\":\"o:ann\",\"author\":\"o:bob\","
                       "\"sid\":\"01M3XJ00000000000000000000\",\"iat\":1,\"exp\":9}")));
  const Hash32 mac = hmac_sha256(ByteView(key.bytes), std::string_view("holdfast:token:1\n"),
                                 std::string_view(payload));
  const auto token = read_token({&key, 1}, payload + "." + mac.base64url(), WallMs(5));
  ASSERT_FALSE(token.has_value());
  EXPECT_EQ(token.error().code, Code::kBadToken);
}

TEST(Verdict, KeepsFieldsThatThisVersionDoesNotKnow) {
  std::array<std::uint8_t, 32> seed{};
  const auto pair = Ed25519KeyPair::from_seed(seed);
  SignedVerdict verdict{"{\"epoch\":4,\"why\":\"x\",\"at\":1,\"later\":[1]}", KeyId("m"), ""};
  verdict.s = base64url_encode(
      ByteView(pair.sign(std::string_view("holdfast:verdict:1\n" + verdict.p)).bytes));
  const std::vector<PublicKey> moderators = {
      {KeyId("m"), KeyState::kActive, pair.public_key().bytes}};
  const auto passed_on = parse_signed_verdict(encode(verdict));
  ASSERT_TRUE(passed_on.has_value()) << passed_on.error().why;
  const auto read = read_verdict(moderators, *passed_on, kFirstEpoch);
  ASSERT_TRUE(read.has_value()) << read.error().why;
  EXPECT_EQ(read->epoch, Epoch(4));
}

}  // namespace
}  // namespace holdfast::protocol
