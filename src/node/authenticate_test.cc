// Who is let in as whom, and with which code the others are sent away.
#include "node/authenticate.h"

#include <gtest/gtest.h>

#include "node/test_fixture.h"
#include "protocol/base64url32.h"
#include "protocol/hashes.h"
#include "protocol/token.h"

namespace holdfast::node {
namespace {

// A key of a browser, and what it signed for a challenge of 32 bytes of 7 at the host chat.example.
constexpr const char* kPub =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsV1mrJ3heW0doz-A7uTx2LJsCW4jxtIcxdxrUxRy_"
    "enfZOuG7KfNDWGJDChkO-OlIl6StXpucgggnJgsBbGDlA";
constexpr const char* kSig =
    "EwJoyu6AotgtA_TNDMENXAiQh6tOxTGvE7Gz9Xnwvuhv8duycmfJyZwhoNgWOZA8AiT7lll0wezJ-CEw9S1tJQ";

class Authenticate : public NodeTest {
 protected:
  Authenticate() : config(world.config(Deployment::kPrimary)) {
    world.install_settings(Deployment::kPrimary);
    const auto all = world.journal(Deployment::kPrimary).read_settings();
    for (const auto& stored : *all) {
      settings.hold(stored.entry.content, stored.entry.acceptance);
    }
    session.nonce.bytes.fill(7);
    session.host = testing::kHost;
    session.http_origin = testing::kShopOrigin;
    hello.site = SiteId(testing::kSite);
    hello.as = protocol::Role::kVisitor;
    hello.auth = protocol::SecretAuth{secret};
  }

  void as_operator(const protocol::Token& token) {
    session.http_origin = testing::kConsoleOrigin;
    hello.as = protocol::Role::kOperator;
    hello.auth = protocol::TokenAuth{protocol::make_token(config.keys.session, token), {}, {}};
  }
  protocol::Token anns_token() const {
    return {SiteId(testing::kSite),
            Author("o:ann"),
            "01HZZZZZZZZZZZZZZZZZZZZZZ1",
            now,
            now + Ms(60'000),
            {}};
  }

  Parsed<Identity> result() const { return authenticate(config, settings, session, hello, now); }
  Code refusal() const {
    const auto identity = result();
    return identity ? Code{} : identity.error().code;
  }
  void write(std::string_view entity, std::string_view field, std::string_view value) {
    Writer admin = world.administrator();
    std::vector<Digest> replaces;
    const auto found = settings.registers().find(
        {SiteId(testing::kSite), std::string(entity), std::string(field)});
    if (found != settings.registers().end()) replaces = found->second.unreplaced;
    const auto content = admin.set(entity, field, value, replaces);
    settings.hold(content, protocol::accept(config.keys.cluster, content->digest,
                                            Origin("primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZ1"),
                                            Seq(++seq), protocol::Hlc(1)));
  }

  const std::string secret = std::string(43, 'A');
  Config config;
  Settings settings;
  Session session;
  from_client::Hello hello;
  WallMs now = world.clock.now().wall;
  std::uint64_t seq = 0;
};

TEST_F(Authenticate, AVisitorIsTheHashOfItsSecret) {
  ASSERT_TRUE(result());
  EXPECT_EQ(result()->author, protocol::visitor_of(hello.site, secret));
  EXPECT_FALSE(result()->is_operator);
}

TEST_F(Authenticate, ThePageMustBeOneOfTheSitesOriginsByteByByte) {
  for (const std::string origin :
       {"", "https://shop.example/", "https://shop.example.evil.net",
        "https://evil.net/https://shop.example", "http://shop.example", "https://SHOP.example",
        "https://shop.example:443", "https://xshop.example", "https://shop.exampl", "null"}) {
    session.http_origin = origin;
    EXPECT_EQ(refusal(), Code::kOriginRefused) << origin;
  }
}

TEST_F(Authenticate, AConsoleIsNoPageForVisitorsNorTheOtherWayRound) {
  session.http_origin = testing::kConsoleOrigin;
  EXPECT_EQ(refusal(), Code::kOriginRefused);
  as_operator(anns_token());
  ASSERT_TRUE(result()) << result().error().why;
  session.http_origin = testing::kShopOrigin;
  EXPECT_EQ(refusal(), Code::kOriginRefused);
}

TEST_F(Authenticate, AnUnknownSiteIsNamedSo) {
  hello.site = SiteId("other");
  EXPECT_EQ(refusal(), Code::kUnknownSite);
}

TEST_F(Authenticate, AVisitorsKeyIsProvenForTheHostThatItDialled) {
  hello.auth = protocol::KeyAuth{kPub, kSig};
  ASSERT_TRUE(result()) << result().error().why;
  EXPECT_EQ(result()->author, protocol::visitor_of(hello.site, kPub));
  session.host = "lapsed.example";
  EXPECT_EQ(refusal(), Code::kBadProof);
  session.host = testing::kHost;
  session.nonce.bytes.fill(8);
  EXPECT_EQ(refusal(), Code::kBadProof);
}

TEST_F(Authenticate, ATokenSpeaksForItsOperator) {
  as_operator(anns_token());
  ASSERT_TRUE(result());
  EXPECT_EQ(result()->author, Author("o:ann"));
  EXPECT_TRUE(result()->is_operator);
}

TEST_F(Authenticate, AForgedTokenIsRefused) {
  as_operator(anns_token());
  auto& token = std::get<protocol::TokenAuth>(hello.auth).token;
  token.back() = token.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(refusal(), Code::kBadToken);
  token = "not a token";
  EXPECT_EQ(refusal(), Code::kBadToken);
}

TEST_F(Authenticate, AnExpiredTokenIsRefused) {
  as_operator(anns_token());
  now += Ms(60'001);
  EXPECT_EQ(refusal(), Code::kExpiredToken);
}

TEST_F(Authenticate, ATokenOfAnotherSiteIsRefused) {
  protocol::Token token = anns_token();
  token.site = SiteId("other");
  as_operator(token);
  EXPECT_EQ(refusal(), Code::kWrongSite);
}

TEST_F(Authenticate, ATokenOfSomebodyWhoIsNoOperatorIsRefused) {
  protocol::Token token = anns_token();
  token.author = Author("o:eve");
  as_operator(token);
  EXPECT_EQ(refusal(), Code::kRevoked);
}

TEST_F(Authenticate, ADismissedOperatorsTokenIsRefused) {
  as_operator(anns_token());
  write("operator:ann", "active", "false");
  EXPECT_EQ(refusal(), Code::kRevoked);
}

TEST_F(Authenticate, ATokenFromBeforeTheCutIsRevoked) {
  as_operator(anns_token());
  write("operator:ann", "sessions_after", std::to_string(now.value() + 1));
  EXPECT_EQ(refusal(), Code::kRevoked);
  write("operator:ann", "sessions_after", std::to_string(now.value()));
  EXPECT_TRUE(result());
}

TEST_F(Authenticate, ABoundTokenIsWorthNothingWithoutItsKey) {
  protocol::Token token = anns_token();
  token.pub = protocol::pub_hash(kPub);
  as_operator(token);
  EXPECT_EQ(refusal(), Code::kBadProof);
  auto& auth = std::get<protocol::TokenAuth>(hello.auth);
  auth.pub = kPub;
  EXPECT_EQ(refusal(), Code::kBadProof);
  auth.sig = kSig;
  EXPECT_TRUE(result());
  session.host = "lapsed.example";
  EXPECT_EQ(refusal(), Code::kBadProof);
}

TEST_F(Authenticate, AVisitorsProofMakesNoOperator) {
  hello.as = protocol::Role::kOperator;
  EXPECT_EQ(refusal(), Code::kNotAllowed);
}

TEST_F(Authenticate, AProbeSpeaksOnlyOnItsOwnSite) {
  const protocol::HashText nonce(session.nonce);
  hello.auth =
      protocol::ProbeAuth{now, Mac(protocol::probe_mac(config.keys.probe, nonce.view())), false};
  EXPECT_EQ(refusal(), Code::kWrongSite);
  hello.site = SiteId(std::string(protocol::kProbeSite));
  session.http_origin = "";
  ASSERT_TRUE(result());
  EXPECT_EQ(result()->author, Author("v:probe"));
  hello.as = protocol::Role::kOperator;
  EXPECT_EQ(result()->author, Author("o:probe"));
  std::get<protocol::ProbeAuth>(hello.auth).mac = Mac();
  EXPECT_EQ(refusal(), Code::kBadProof);
}

TEST_F(Authenticate, NobodyElseSpeaksOnTheProbesSite) {
  hello.site = SiteId(std::string(protocol::kProbeSite));
  EXPECT_EQ(refusal(), Code::kUnknownSite);
  as_operator(anns_token());
  hello.site = SiteId(std::string(protocol::kProbeSite));
  EXPECT_EQ(refusal(), Code::kUnknownSite);
}

}  // namespace
}  // namespace holdfast::node
