#include <gtest/gtest.h>

#include "chat/chat.h"
#include "protocol/test_events.h"

namespace holdfast::chat {
namespace {

using protocol::Event;
using protocol::testing::test_event;

protocol::ContentPtr write(unsigned n, const std::string& body) {
  return protocol::compose({protocol::testing::kTestSite,
                            protocol::ChatId(),
                            protocol::Author("a:cli"),
                            protocol::EventId(protocol::testing::test_ulid(n)),
                            "set",
                            protocol::Audience::kNodes,
                            {}},
                           body);
}

TEST(Write, ReadsBackAsItWasWrittenWithItsValueVerbatim) {
  const Write made{"site:shop",
                   "origins",
                   "[ \"https://a.example\" , 1.50e1 ]",
                   true,
                   {protocol::Digest(sha256(std::string_view("a")))}};
  const auto read = parse_write(*write(1, write_body(made, protocol::testing::test_nonce(1))));
  ASSERT_TRUE(read.has_value()) << read.error().why;
  EXPECT_EQ(read->entity, made.entity);
  EXPECT_EQ(read->field, made.field);
  EXPECT_EQ(read->value_json, made.value_json);
  EXPECT_TRUE(read->revoke);
  EXPECT_EQ(read->replaces, made.replaces);
}

TEST(Write, WithAFieldMissingIsNone) {
  const std::string nonce = protocol::testing::test_nonce(1);
  EXPECT_FALSE(
      parse_write(
          *write(
              1,
              "{\"nonce\":\"" + nonce +
                  "\",\"entity\":\"site:shop\",\"field\":\"name\",\"value\":1,\"revoke\":false}"))
          .has_value());
  EXPECT_FALSE(parse_write(*protocol::testing::test_opening()).has_value());
}

TEST(Register, WithoutAWriteHasNoValue) {
  EXPECT_EQ(fold_register({}).value_json, std::nullopt);
  EXPECT_TRUE(fold_register({}).unreplaced.empty());
}

TEST(Register, OverlooksWhatIsNoWrite) {
  const auto good = write(1, write_body({"site:shop", "name", "\"Shop\"", false, {}},
                                        protocol::testing::test_nonce(1)));
  const auto broken =
      write(2, "{\"nonce\":\"" + protocol::testing::test_nonce(2) + "\",\"entity\":7}");
  const std::vector<Event> events = {test_event(good, 1), test_event(broken, 9)};
  EXPECT_EQ(fold_register(events).value_json, "\"Shop\"");
  EXPECT_EQ(fold_register(events).unreplaced, std::vector{good->digest});
}

}  // namespace
}  // namespace holdfast::chat
