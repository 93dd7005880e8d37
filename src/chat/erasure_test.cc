#include "chat/erasure.h"

#include <gtest/gtest.h>

#include "protocol/content.h"
#include "protocol/hlc.h"

namespace holdfast::chat {
namespace {

using protocol::Hlc;

const std::string kNonce(22, 'A');
const protocol::Author kVera("v:abcdefghijklmnopqrstuv");
const protocol::SiteId kShop("shop");

protocol::ContentPtr event(const std::string& author, const std::string& kind, std::string body,
                           const std::string& chat = std::string(43, 'A')) {
  const protocol::Draft draft{kShop,
                              protocol::ChatId(chat),
                              protocol::Author(author),
                              protocol::EventId("01J00000000000000000000000"),
                              kind,
                              protocol::Audience::kNodes,
                              {}};
  return protocol::compose(draft, std::move(body));
}

protocol::ContentPtr erase_by(const std::string& author, const Erasure& erasure) {
  return event(author, "erase", erasure_body(erasure, kNonce, "asked by letter"), "");
}

std::vector<protocol::Acceptance> accepted_at(const std::vector<std::uint64_t>& times) {
  std::vector<protocol::Acceptance> acceptances;
  for (const std::uint64_t time : times) acceptances.emplace_back().hlc = Hlc(time);
  return acceptances;
}

TEST(Erasure, IsReadBackAsItWasWritten) {
  const Erasure person{kShop, kVera, {}, Hlc(17 << 16)};
  const auto read = parse_erasure(*erase_by("a:cli", person));
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(read->visitor, kVera);
  EXPECT_FALSE(read->chat.has_value());
  EXPECT_EQ(read->until, Hlc(17 << 16));
  EXPECT_EQ(read->site, kShop);
}

TEST(Erasure, NamesEitherAPersonOrAChat) {
  const protocol::ChatId chat(std::string(43, 'A'));
  EXPECT_FALSE(parse_erasure(*erase_by("a:cli", {kShop, {}, {}, Hlc(1)})).has_value());
  EXPECT_FALSE(parse_erasure(*erase_by("a:cli", {kShop, kVera, chat, Hlc(1)})).has_value());
  EXPECT_FALSE(parse_erasure(*erase_by("a:cli", {kShop, protocol::Author("o:ann"), {}, Hlc(1)}))
                   .has_value());
  EXPECT_TRUE(parse_erasure(*erase_by("a:cli", {kShop, {}, chat, Hlc(1)})).has_value());
}

TEST(Erasure, IsADeploymentsToMakeOnlyOfAChatAndNeverAVisitors) {
  const protocol::ChatId chat(std::string(43, 'A'));
  EXPECT_TRUE(parse_erasure(*erase_by("n:primary", {kShop, {}, chat, Hlc(1)})).has_value());
  EXPECT_FALSE(parse_erasure(*erase_by("n:primary", {kShop, kVera, {}, Hlc(1)})).has_value());
  EXPECT_TRUE(parse_erasure(*erase_by("o:ann", {kShop, kVera, {}, Hlc(1)})).has_value());
  EXPECT_FALSE(parse_erasure(*erase_by(kVera.value(), {kShop, kVera, {}, Hlc(1)})).has_value());
}

TEST(Erasure, OfMalformedBodiesIsNoneAndSaysWhichField) {
  const auto why = [](const std::string& body) {
    const auto read = parse_erasure(*event("a:cli", "erase", body, ""));
    return read ? "" : read.error().why;
  };
  EXPECT_NE(
      why(R"({"nonce":")" + kNonce + R"(","visitor":")" + kVera.value() + R"("})").find("until"),
      std::string::npos);
  EXPECT_NE(why(R"({"nonce":")" + kNonce + R"(","visitor":7,"until":"0000000000000001"})")
                .find("visitor"),
            std::string::npos);
  EXPECT_FALSE(
      parse_erasure(*protocol::without_body(*erase_by("a:cli", {kShop, kVera, {}, Hlc(1)})))
          .has_value());
}

TEST(Erasure, TakesWhatPeopleWroteAndLeavesDecisions) {
  const std::string text = R"({"nonce":")" + kNonce + R"(","text":"hello"})";
  EXPECT_TRUE(is_erasable(*event(kVera.value(), "open", text)));
  EXPECT_TRUE(is_erasable(*event(kVera.value(), "from-the-future", text)));
  EXPECT_TRUE(is_erasable(*event("o:ann", "note", text)));
  EXPECT_FALSE(is_erasable(*event("n:primary", "route", text)));
  EXPECT_FALSE(is_erasable(*event("n:primary", "audit", text)));
  const auto claim = [](const std::string& what) {
    return event("n:primary", "claim",
                 R"({"nonce":")" + kNonce + R"(","what":")" + what + R"(","to":"x"})");
  };
  EXPECT_TRUE(is_erasable(*claim("email.transcript")));
  EXPECT_FALSE(is_erasable(*claim("webhook:message.created")));
}

TEST(Erasure, CoversAnEventByItsSmallestAcceptance) {
  EXPECT_FALSE(accepted_by(accepted_at({200, 100}), Hlc(99)));
  EXPECT_TRUE(accepted_by(accepted_at({200, 100}), Hlc(100)));
  EXPECT_FALSE(accepted_by({}, Hlc(500)));
}

TEST(Erasures, TheLatestCutCountsForAPersonAndForAChat) {
  const protocol::ChatId chat(std::string(43, 'A'));
  Erasures all;
  EXPECT_FALSE(all.until(kShop, chat, kVera).has_value());
  EXPECT_TRUE(all.add({kShop, kVera, {}, Hlc(20)}));
  EXPECT_FALSE(all.add({kShop, kVera, {}, Hlc(10)}));
  EXPECT_EQ(all.until(kShop, chat, kVera), Hlc(20));
  EXPECT_FALSE(all.until(kShop, chat, std::nullopt).has_value());
  EXPECT_FALSE(all.until(protocol::SiteId("other"), chat, kVera).has_value());
  EXPECT_TRUE(all.add({kShop, {}, chat, Hlc(30)}));
  EXPECT_EQ(all.until(kShop, chat, kVera), Hlc(30));
  EXPECT_EQ(all.until(kShop, chat, std::nullopt), Hlc(30));
}

}  // namespace
}  // namespace holdfast::chat
