// Which tokens of a site's own server are believed, and what is said about the others.
#include "protocol/identity_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/test_identity.h"

namespace holdfast::protocol {
namespace {

const SiteId kShop("shop");
constexpr WallMs kNow{1'800'000'000'000};  // 1800000000 in seconds
constexpr std::string_view kGood =
    R"({"sub":"cust-17","aud":"shop","iat":1799999990,"exp":1800003590,)"
    R"("name":"Vera Lindqvist","email":"vera@example.com"})";

// "" when it is believed.
std::string why_not(std::string_view token,
                    std::vector<std::string> keys = {std::string(kSomeIdentityKey)}) {
  const auto claims = verify_identity(keys, kShop, token, kNow);
  if (claims) return "";
  EXPECT_EQ(claims.error().code, Code::kBadIdentity);
  return claims.error().why;
}

std::string claims_with(std::string_view rest) {
  return fmt::format(R"({{"sub":"cust-17","aud":"shop","iat":1799999990,"exp":1800003590{}}})",
                     rest);
}

TEST(IdentityToken, SaysWhoSomebodyIs) {
  const std::vector<std::string> keys{std::string(kSomeIdentityKey)};
  EXPECT_EQ(verify_identity(keys, kShop, make_jwt(kGood), kNow).value(),
            (IdentityClaims{"cust-17", "Vera Lindqvist", "vera@example.com"}));
  EXPECT_EQ(identity_claims(make_jwt(kGood))->sub, "cust-17");
  EXPECT_FALSE(identity_claims("cust-17"));
  EXPECT_FALSE(identity_claims(""));
}

TEST(IdentityToken, IsTakenAsLibrariesMakeIt) {
  for (const std::string_view claims : {
           R"({"sub":"1","aud":["app","shop"],"iat":1799999990,"exp":1800003590})",
           R"({"sub":"1","aud":"shop","iat":1799999990.25,"exp":1.8000035905e9})",
           R"({"sub":"1","aud":"shop","iat":1799999990,"exp":1800003590,"jti":"x","roles":[1]})",
           R"({"sub":"1","aud":"shop","iat":1799999990,"exp":1800003590,"nbf":1799999990})",
           R"({"sub":"1","aud":"shop","iat":1799999990,"exp":1800003590,"name":"","email":""})",
           R"({"sub":"1","aud":"shop","iat":1800000055,"exp":1800003590})",  // a clock ahead
           R"({"sub":"1","aud":"shop","iat":1799990000,"exp":1799999945})",  // and one behind
       }) {
    EXPECT_EQ(why_not(make_jwt(claims)), "") << claims;
  }
  EXPECT_EQ(why_not(make_jwt(kGood, kSomeIdentityKey, R"({"typ":"JWT","alg":"HS256","kid":"a"})")),
            "");
}

TEST(IdentityToken, OfAnyOfTheKeysIsGenuine) {
  const std::vector<std::string> keys{std::string(kOtherIdentityKey),
                                      std::string(kSomeIdentityKey)};
  EXPECT_EQ(why_not(make_jwt(kGood), keys), "");
}

TEST(IdentityToken, ThatNobodySignedIsRefused) {
  const std::string good = make_jwt(kGood);
  const std::string altered = make_jwt(claims_with(R"(,"name":"Somebody else")"));
  const std::string signature = good.substr(good.rfind('.'));
  const std::string no_match = "identity: signature does not match";
  EXPECT_EQ(why_not(make_jwt(kGood, kOtherIdentityKey)), no_match);
  EXPECT_EQ(why_not(altered.substr(0, altered.rfind('.')) + signature), no_match);
  EXPECT_EQ(why_not(good.substr(0, good.size() - 1)), no_match);
  EXPECT_EQ(why_not(good + "A"), no_match);
  EXPECT_EQ(why_not(good + "="), no_match);
  EXPECT_EQ(why_not(good.substr(0, good.rfind('.') + 1)), no_match);
  EXPECT_EQ(why_not(good, {}), "identity: this site has no identity key");
}

TEST(IdentityToken, OfAnotherAlgorithmIsRefusedWhateverItsSignature) {
  for (const std::string_view header :
       {R"({"alg":"none"})", R"({"alg":"HS384"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
        R"({"alg":"hs256"})", R"({"alg":["HS256"]})", R"({"typ":"JWT"})"}) {
    EXPECT_EQ(why_not(make_jwt(kGood, kSomeIdentityKey, header)),
              "identity: alg: only HS256 is taken")
        << header;
  }
  const std::string unsigned_one = make_jwt(kGood, kSomeIdentityKey, R"({"alg":"none"})");
  EXPECT_EQ(why_not(unsigned_one.substr(0, unsigned_one.rfind('.') + 1)),
            "identity: alg: only HS256 is taken");
  EXPECT_EQ(why_not(make_jwt(kGood, kSomeIdentityKey, R"({"alg":"HS256","crit":["b64"]})")),
            "identity: crit: nothing critical is known here");
}

TEST(IdentityToken, ThatIsNoneIsRefused) {
  for (const std::string_view text :
       {"", ".", "..", "a.b", "a.b.c.d", "{}.{}.{}", "bm8.bm8.bm8", "eyJhbGciOiJIUzI1NiJ9"}) {
    EXPECT_EQ(why_not(text), "identity: not a JSON Web Token") << text;
  }
  EXPECT_EQ(why_not(std::string(2'049, 'A')), "identity: more than 2048 characters");
  // Two members of one name: two readers would see two meanings.
  EXPECT_EQ(why_not(make_jwt(kGood, kSomeIdentityKey, R"({"alg":"HS256","alg":"HS256"})")),
            "identity: not a JSON Web Token");
  EXPECT_EQ(why_not(make_jwt(R"({"sub":"1","sub":"2"})")),
            "identity: its claims are not a JSON object");
  EXPECT_EQ(why_not(make_jwt("[]")), "identity: its claims are not a JSON object");
}

TEST(IdentityToken, IsForOneSiteAndOneTime) {
  const auto why = [](std::string_view rest) {
    return why_not(make_jwt(fmt::format(R"({{"sub":"cust-17"{}}})", rest)));
  };
  const std::string not_shop = "identity: aud: not \"shop\"";
  EXPECT_EQ(why(R"(,"iat":1799999990,"exp":1800003590)"), not_shop);
  EXPECT_EQ(why(R"(,"aud":"shop2","iat":1799999990,"exp":1800003590)"), not_shop);
  EXPECT_EQ(why(R"(,"aud":["Shop"],"iat":1799999990,"exp":1800003590)"), not_shop);
  EXPECT_EQ(why(R"(,"aud":7,"iat":1799999990,"exp":1800003590)"), not_shop);
  EXPECT_EQ(why(R"(,"aud":"shop","exp":1800003590)"), "identity: iat: missing");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1799999990)"), "identity: exp: missing");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":"1799999990","exp":1800003590)"),
            "identity: iat: not a time in seconds");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":-1,"exp":1800003590)"),
            "identity: iat: not a time in seconds");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1799999990,"exp":1e300)"),
            "identity: exp: not a time in seconds");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1799990000,"exp":1799999940)"), "identity: expired");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1800000061,"exp":1800003590)"), "identity: not valid yet");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1799999990,"exp":1800003590,"nbf":1800000061)"),
            "identity: not valid yet");
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1799999990,"exp":1800086391)"),
            "identity: exp: more than 24 hours after iat");
  // Milliseconds, as JavaScript has them.
  EXPECT_EQ(why(R"(,"aud":"shop","iat":1799999990000,"exp":1800003590000)"),
            "identity: iat: not a time in seconds");
}

TEST(IdentityToken, NamesAPersonInTextsThatCanBeShown) {
  const auto why = [](std::string_view person) {
    return why_not(
        make_jwt(fmt::format(R"({{"aud":"shop","iat":1799999990,"exp":1800003590{}}})", person)));
  };
  EXPECT_EQ(why(""), "identity: sub: missing");
  EXPECT_EQ(why(R"(,"sub":"")"), "identity: sub: missing");
  EXPECT_EQ(why(R"(,"sub":17)"), "identity: sub: not a text");
  EXPECT_EQ(why(fmt::format(R"(,"sub":"{}")", std::string(129, 's'))),
            "identity: sub: more than 128 characters");
  EXPECT_EQ(why(fmt::format(R"(,"sub":"{}")", std::string(128, 's'))), "");
  EXPECT_EQ(why(R"(,"sub":"a\u001bb")"), "identity: sub: a control character");
  EXPECT_EQ(why(R"(,"sub":"1","name":null)"), "identity: name: not a text");
  EXPECT_EQ(why(R"(,"sub":"1","name":"a\u0000")"), "identity: name: a control character");
  EXPECT_EQ(why(R"(,"sub":"1","email":"vera")"), "identity: email: not an e-mail address");
}

TEST(IdentityKey, Is32BytesThatNobodyCanGuess) {
  EXPECT_TRUE(is_identity_key(kSomeIdentityKey));
  for (const std::string_view text :
       {"", "idk_", "secret", "whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE",
        "key_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE",
        "idk_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU",
        "idk_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF"}) {
    EXPECT_FALSE(is_identity_key(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::protocol
