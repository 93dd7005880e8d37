// Heads and bodies case by case stand in tests/vectors/content.json and bodies.json; here is who
// may say what.
#include "protocol/content.h"

#include <gtest/gtest.h>

#include "protocol/frames.gen.h"
#include "protocol/test_events.h"

namespace holdfast::protocol {
namespace {

using testing::kTestOperator;
using testing::kTestSite;
using testing::test_chat;
using testing::test_message;
using testing::test_nonce;
using testing::test_opening;
using testing::test_ulid;
using testing::test_visitor;

std::optional<Code> refusal(const ContentPtr& content, AuthorKind role) {
  const auto checked = check_client_content(*content, role);
  if (checked) return std::nullopt;
  return checked.error().code;
}

ContentPtr of(std::string kind, const Author& author, Audience audience, std::string body = "") {
  if (body.empty()) body = text_body(test_nonce(1), "hello");
  return compose(
      {kTestSite, test_chat(), author, EventId(test_ulid(1)), std::move(kind), audience, {}},
      std::move(body));
}

TEST(ClientContent, OfAVisitorIsAnOpeningAndMessages) {
  EXPECT_EQ(refusal(test_opening(), AuthorKind::kVisitor), std::nullopt);
  EXPECT_EQ(refusal(test_message(1, test_visitor()), AuthorKind::kVisitor), std::nullopt);
  EXPECT_EQ(refusal(of("note", test_visitor(), Audience::kOperators), AuthorKind::kVisitor),
            Code::kNotAllowed);
}

TEST(ClientContent, OfAnOperatorIsMessagesAndNotes) {
  EXPECT_EQ(refusal(test_message(1, kTestOperator), AuthorKind::kOperator), std::nullopt);
  EXPECT_EQ(refusal(of("note", kTestOperator, Audience::kOperators), AuthorKind::kOperator),
            std::nullopt);
  EXPECT_EQ(
      refusal(of("open", kTestOperator, Audience::kChat, "{\"nonce\":\"" + test_nonce(1) + "\"}"),
              AuthorKind::kOperator),
      Code::kNotAllowed);
}

TEST(ClientContent, IsNeverADecisionAnAuditOrASideEffect) {
  for (const std::string_view kind : {"route", "audit", "claim", "done"}) {
    EXPECT_EQ(refusal(of(std::string(kind), kTestOperator, Audience::kChat), AuthorKind::kOperator),
              Code::kNotAllowed);
    EXPECT_EQ(
        refusal(of(std::string(kind), test_visitor(), Audience::kNodes), AuthorKind::kVisitor),
        Code::kNotAllowed);
  }
}

TEST(ClientContent, SettingsAndErasuresAreForOperatorsAndBelongToNoChat) {
  for (const std::string_view kind : {"set", "erase"}) {
    EXPECT_EQ(
        refusal(of(std::string(kind), test_visitor(), Audience::kNodes), AuthorKind::kVisitor),
        Code::kNotAllowed);
    EXPECT_EQ(
        refusal(of(std::string(kind), kTestOperator, Audience::kNodes), AuthorKind::kOperator),
        Code::kBadChat);
  }
}

TEST(ClientContent, IsOfAKnownKind) {
  EXPECT_EQ(refusal(of("x.poll", test_visitor(), Audience::kChat), AuthorKind::kVisitor),
            Code::kUnknownKind);
}

TEST(ClientContent, HasTheAudienceOfItsKind) {
  EXPECT_EQ(refusal(of("message", test_visitor(), Audience::kOperators), AuthorKind::kVisitor),
            Code::kForbiddenAudience);
  EXPECT_EQ(refusal(of("note", kTestOperator, Audience::kChat), AuthorKind::kOperator),
            Code::kForbiddenAudience);
  EXPECT_EQ(refusal(of("message", kTestOperator, Audience::kNodes), AuthorKind::kOperator),
            Code::kForbiddenAudience);
}

TEST(ClientContent, OpensItsAuthorsChatOnly) {
  auto opening = *test_opening();
  std::string head = opening.head_bytes;
  const std::string other =
      chat_id(kTestSite, Author("v:AAAAAAAAAAAAAAAAAAAAAA"), EventId(test_ulid(0))).value();
  head.replace(head.find(test_chat().value()), other.size(), other);
  EXPECT_EQ(refusal(read_content(head, *opening.body_bytes).value(), AuthorKind::kVisitor),
            Code::kBadChat);
}

TEST(ClientContent, BelongsToAChat) {
  const auto content = compose(
      {kTestSite, ChatId(), test_visitor(), EventId(test_ulid(1)), "message", Audience::kChat, {}},
      text_body(test_nonce(1), "x"));
  EXPECT_EQ(refusal(content, AuthorKind::kVisitor), Code::kBadChat);
}

TEST(ClientContent, HasABody) {
  Content erased = *test_message(1, test_visitor());
  erased.body_bytes.reset();
  EXPECT_EQ(refusal(std::make_shared<const Content>(erased), AuthorKind::kVisitor),
            Code::kBadFrame);
}

// What a send can carry, a give with four acceptances of the longest names must carry too.
TEST(ClientContent, CanBeGivenBack) {
  const auto longest = [](std::size_t line_feeds) {
    return test_message(1, test_visitor(), {}, std::string(line_feeds, '\n'));
  };
  std::size_t most = 0;
  for (std::size_t n = 4'000; n > 0 && most == 0; --n) {
    if (!refusal(longest(n), AuthorKind::kVisitor)) most = n;
  }
  std::vector<Digest> after;
  for (int i = 0; i < 32; ++i) after.emplace_back(sha256(std::to_string(i)));
  const auto emoji = [&after](int n) {
    std::string text;
    for (int i = 0; i < n; ++i) text += "\U0001F600";
    return test_message(1, test_visitor(), after, text);
  };
  EXPECT_EQ(refusal(emoji(3'500), AuthorKind::kVisitor), Code::kFrameTooLarge);
  const Origin origin("redundant/abcdefghijklmnop/01M3XJ0000000000000000000R");
  Acceptance acceptance{origin, Seq(9'007'199'254'740'991), Hlc(~std::uint64_t{0}),
                        KeyId(std::string(32, 'k')), Mac()};
  for (const auto& content : {longest(most), emoji(3'150)}) {
    ASSERT_EQ(refusal(content, AuthorKind::kVisitor), std::nullopt);
    const from_client::Give give{
        test_chat(), {{content->head_bytes, content->body_bytes, std::vector(4, acceptance)}}};
    EXPECT_TRUE(parse_client_frame(encode(give)).has_value());
  }
}

TEST(Content, WithAnotherBodyIsRefused) {
  const auto content = test_message(1, test_visitor());
  const auto read = read_content(content->head_bytes, text_body(test_nonce(1), "other"));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::kBodyMismatch);
}

TEST(Content, ThatIsNotUtf8IsRefused) {
  std::string head = test_message(1, test_visitor())->head_bytes;
  head.insert(head.size() - 1, ",\"x\":\"\xFF\"");
  const auto read = read_content(head, std::nullopt);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::kBadUtf8);
  EXPECT_EQ(
      check_body("message", "{\"nonce\":\"" + test_nonce(1) + "\",\"text\":\"\xFF\"}").error().code,
      Code::kBadUtf8);
}

TEST(Content, ReadWithoutItsBodyHasTheSameIdentity) {
  const auto content = test_message(1, test_visitor());
  EXPECT_EQ(parse_content(content->head_bytes, std::nullopt).value()->digest, content->digest);
}

TEST(Acceptances, AreMergedByUnion) {
  const auto content = test_opening();
  const Acceptance one = testing::test_acceptance(content, testing::kTestPrimary, 1, 1);
  const Acceptance two = testing::test_acceptance(content, testing::kTestRedundant, 1, 2);
  std::vector<Acceptance> known;
  EXPECT_TRUE(add_acceptance(known, one));
  EXPECT_FALSE(add_acceptance(known, one));
  EXPECT_TRUE(add_acceptance(known, two));
  EXPECT_FALSE(add_acceptance(known, one));
  ASSERT_EQ(known.size(), 2u);
  EXPECT_LT(known[0].mac, known[1].mac);
}

}  // namespace
}  // namespace holdfast::protocol
