#include "base/crypto.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <unordered_set>

#include "base/encoding.h"

namespace holdfast {
namespace {

Bytes hex(std::string_view text) {
  return hex_decode(text).value();
}

template <std::size_t N>
std::array<std::uint8_t, N> array_of(const Bytes& bytes) {
  std::array<std::uint8_t, N> out;
  std::copy_n(bytes.begin(), N, out.begin());
  return out;
}

TEST(Sha256, VectorsOfTheStandard) {
  EXPECT_EQ(sha256(std::string_view("")).hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256(std::string_view("abc")).hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PartsAreOneText) {
  EXPECT_EQ(sha256(std::string("a"), std::string_view("bc")), sha256(to_bytes("abc")));
}

TEST(Hash32, RoundTripsAsText) {
  const Hash32 hash = sha256(std::string_view("abc"));
  EXPECT_EQ(Hash32::from_hex(hash.hex()), hash);
  EXPECT_EQ(Hash32::from_base64url(hash.base64url()), hash);
  EXPECT_EQ(hash.base64url(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  EXPECT_FALSE(Hash32::from_hex("00"));
  EXPECT_EQ(std::unordered_set<Hash32>({hash, hash}).size(), 1u);
}

TEST(Hash32, StandsInTheOrderOfItsBytes) {
  const auto with = [](std::size_t at, std::uint8_t byte) {
    Hash32 hash;
    hash.bytes[at] = byte;
    return hash;
  };
  EXPECT_LT(with(31, 255), with(0, 1));
  EXPECT_LT(with(7, 255), with(0, 1)) << "the first word counts from its first byte";
  EXPECT_LT(with(31, 1), with(31, 2));
  EXPECT_LT(with(8, 1), with(8, 128)) << "bytes have no sign";
  EXPECT_NE(with(31, 1), Hash32{});
}

TEST(HmacSha256, VectorOfRfc4231) {
  EXPECT_EQ(hmac_sha256(std::string_view("Jefe"), std::string_view("what do ya want "),
                        std::string_view("for nothing?"))
                .hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HmacSha256, TakesAKeyLongerThanABlock) {
  EXPECT_EQ(hmac_sha256(Bytes(131, 0xaa),
                        std::string_view("Test Using Larger Than Block-Size Key - Hash Key First"))
                .hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(ConstantTime, EqualMeansLengthAndContent) {
  EXPECT_TRUE(equal_in_constant_time(view_of("abc"), view_of("abc")));
  EXPECT_FALSE(equal_in_constant_time(view_of("abc"), view_of("abd")));
  EXPECT_FALSE(equal_in_constant_time(view_of("abc"), view_of("ab")));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
}

TEST(Ed25519, VectorOfRfc8032) {
  const auto pair = Ed25519KeyPair::from_seed(
      array_of<32>(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")));
  EXPECT_EQ(hex_encode(view_of(pair.public_key())),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(hex_encode(view_of(pair.sign("\x72"))),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(Ed25519, VerifiesOnlyTheSameMessageKeyAndSignature) {
  const auto pair = Ed25519KeyPair::from_seed({1});
  const auto other = Ed25519KeyPair::from_seed({2});
  auto signature = pair.sign("verdict");
  EXPECT_TRUE(verify_ed25519(pair.public_key(), view_of("verdict"), signature));
  EXPECT_FALSE(verify_ed25519(pair.public_key(), view_of("verdicts"), signature));
  EXPECT_FALSE(verify_ed25519(other.public_key(), view_of("verdict"), signature));
  signature.bytes[0] ^= 1;
  EXPECT_FALSE(verify_ed25519(pair.public_key(), view_of("verdict"), signature));
}

TEST(Ed25519, RefusesTheKeyThatSignsEverything) {
  // The point of order 1: with R = A and S = 0 the equation holds for every message.
  Ed25519PublicKey neutral{{1}};
  Ed25519Signature signature{{1}};
  EXPECT_FALSE(verify_ed25519(neutral, view_of("anything"), signature));
}

// Made by the openssl command line over the text "challenge".
const auto* const kP256Key =
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004cd9c9d0385f4614d6b3e86149d3bf857002e59cb"
    "8d495593462b3dc1cf175e371c3166691546a62249db654a88969f591109a4556200a5de3be53a3be823002b";
const auto* const kP256Signature =
    "959df7af551531a5f6702026cb90b6fbc022fda6fe07a22ffe8c1737f10b709d"
    "98012e12d9e31b576131e2b09c00a2d11ed7cf02e3410901bd89535b249283bf";
const auto* const kOtherCurveKey =
    "3056301006072a8648ce3d020106052b8104000a034200049961dcc6007aa6b9c782e3334dad4e022e45797cd79093"
    "5988a248297d52c69191c8aafcabaf09603a5f768d2444c8a3a52e1755438bd80a0fa581823abac3d8";

TEST(P256, VerifiesARawSignature) {
  EXPECT_TRUE(verify_p256(hex(kP256Key), view_of("challenge"), hex(kP256Signature)));
  EXPECT_FALSE(verify_p256(hex(kP256Key), view_of("challenges"), hex(kP256Signature)));
}

TEST(P256, RefusesWhatIsMalformed) {
  Bytes trailing = hex(kP256Key);
  trailing.push_back(0);
  EXPECT_FALSE(verify_p256(trailing, view_of("challenge"), hex(kP256Signature)));
  EXPECT_FALSE(verify_p256({}, view_of("challenge"), hex(kP256Signature)));
  EXPECT_FALSE(verify_p256(hex(kP256Key), view_of("challenge"), {}));
  EXPECT_FALSE(verify_p256(hex(kP256Key), view_of("challenge"), Bytes(64, 0)));
  EXPECT_FALSE(verify_p256(hex(kP256Key), view_of("challenge"), Bytes(64, 0xff)));
}

TEST(P256, RefusesAnotherCurve) {
  EXPECT_FALSE(verify_p256(hex(kOtherCurveKey), view_of("challenge"), hex(kP256Signature)));
}

TEST(P256, LeavesNoErrorBehindForTheNextTlsCall) {
  ERR_clear_error();
  verify_p256({}, view_of("challenge"), Bytes(64, 0xff));
  verify_p256(hex(kP256Key), view_of("challenge"), Bytes(64, 0xff));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(Password, VerifiesOnlyItself) {
  const std::string hash = hash_password("correct horse").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "wrong horse"));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_FALSE(verify_password("not a hash", "correct horse"));
}

}  // namespace
}  // namespace holdfast
