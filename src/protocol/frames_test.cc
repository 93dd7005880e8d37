// What a parser refuses, beyond the cases of tests/vectors/frames.json: what no JSON file can hold,
// and what must hold of all of them.
#include <gtest/gtest.h>

#include "base/random.h"
#include "protocol/codes.h"
#include "protocol/frames.gen.h"
#include "protocol/test_events.h"

namespace holdfast::protocol {
namespace {

using testing::kTestPrimary;
using testing::test_message;
using testing::test_ulid;

Code code_of_frame(std::string_view text) {
  const auto frame = parse_client_frame(text);
  EXPECT_FALSE(frame.has_value()) << text;
  return frame ? Code::kGoingAway : frame.error().code;
}

std::string why_of(std::string_view text) {
  const auto frame = parse_client_frame(text);
  return frame ? "" : frame.error().why;
}

std::string a_send() {
  const auto message = test_message(1, testing::test_visitor(), {}, "Grüße \"dort\"\n👋");
  return encode(from_client::Send{message->head_bytes,
                                  *message->body_bytes,
                                  true,
                                  {testing::test_acceptance(message, kTestPrimary, 3, 4)}});
}

TEST(ClientFrames, RefuseInvalidUtf8) {
  for (const std::string_view bytes :
       {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_EQ(code_of_frame("{\"t\":\"beat\",\"x\":\"" + std::string(bytes) + "\"}"),
              Code::kBadUtf8);
  }
}

TEST(ClientFrames, RefuseNulBytes) {
  EXPECT_EQ(code_of_frame(std::string("{\"t\":\"beat\"}\0", 13)), Code::kBadFrame);
  EXPECT_EQ(code_of_frame(std::string("{\"t\":\"be\0at\"}", 13)), Code::kBadFrame);
}

TEST(ClientFrames, AreTooLargeFromTheFirstByteAboveTheBound) {
  const auto beat = [](std::size_t size) {
    return "{\"t\":\"beat\",\"x\":\"" + std::string(size - 19, 'x') + "\"}";
  };
  ASSERT_EQ(beat(100).size(), 100u);
  EXPECT_TRUE(parse_client_frame(beat(kFrameBytesClientMax)).has_value());
  EXPECT_EQ(code_of_frame(beat(kFrameBytesClientMax + 1)), Code::kFrameTooLarge);
}

TEST(ClientFrames, MayNestEightDeepAndNoDeeper) {
  const auto nested = [](std::size_t depth) {
    return "{\"t\":\"beat\",\"x\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') +
           "}";
  };
  EXPECT_TRUE(parse_client_frame(nested(8)).has_value());
  EXPECT_EQ(code_of_frame(nested(9)), Code::kTooDeep);
}

TEST(ClientFrames, NameTheFieldThatIsWrong) {
  const std::string good =
      encode(from_client::Have{testing::test_chat(), {{Digest(), {Mac(), Mac()}}}, false});
  std::string bad = good;
  bad.replace(bad.rfind("AAAA"), 4, "!!!!");
  EXPECT_EQ(why_of(bad), "items[0][2]: not 43 characters of base64url");
  EXPECT_EQ(why_of("{\"t\":\"status\"}"), "state: missing");
}

TEST(ClientFrames, IgnoreUnknownFieldsEverywhere) {
  std::string text = a_send();
  text.insert(text.size() - 1, ",\"later\":{\"x\":[1,2.5e-3,null,\"\\u00fc\"]}");
  text.insert(text.find("\"acc\":[{") + 8, "\"later\":-0.5,");
  const auto frame = parse_client_frame(text);
  ASSERT_TRUE(frame.has_value()) << frame.error().why;
  EXPECT_EQ(encode(*frame), a_send());
}

TEST(ClientFrames, MayHaveTheirTypeAnywhere) {
  const auto frame = parse_client_frame(" { \"state\" : \"away\" ,\r\n\t\"t\" : \"status\" } ");
  ASSERT_TRUE(frame.has_value()) << frame.error().why;
  EXPECT_EQ(std::get<from_client::Status>(*frame).state, Presence::kAway);
}

TEST(ClientFrames, CarryHeadsAndBodiesVerbatim) {
  const std::string head = "{ \"x\" : \"\\u00e9\\\\ \\\"\" }\n";
  const std::string body = "{\"text\":\"tab\\t\x7f 你好 \xF0\x9F\x91\x8B\"}";
  const auto frame = parse_client_frame(encode(from_client::Send{head, body, false, {}}));
  ASSERT_TRUE(frame.has_value()) << frame.error().why;
  EXPECT_EQ(std::get<from_client::Send>(*frame).head, head);
  EXPECT_EQ(std::get<from_client::Send>(*frame).body, body);
}

TEST(ClientFrames, ReadNumbersUpToTwoToThe53) {
  const auto report = [](std::string_view n) {
    return parse_client_frame("{\"t\":\"report\",\"hedges_won\":" + std::string(n) +
                              ",\"late_acks\":0,\"failed_connects\":0,\"at\":0}");
  };
  EXPECT_EQ(std::get<from_client::Report>(*report("9007199254740991")).hedges_won,
            9'007'199'254'740'991u);
  EXPECT_FALSE(report("9007199254740992").has_value());
  EXPECT_FALSE(report("99999999999999999999999999").has_value());
  EXPECT_TRUE(report("0").has_value());
  EXPECT_FALSE(report("-0").has_value());
}

TEST(ClientFrames, WithManyUnknownFieldsCostNoMoreThanTheirLength) {
  std::string text = "{\"t\":\"beat\"";
  for (int i = 0; text.size() < 16'000; ++i) text += ",\"" + std::to_string(i) + "\":0";
  EXPECT_TRUE(parse_client_frame(text + "}").has_value());
  EXPECT_EQ(code_of_frame(text + ",\"7\":0}"), Code::kBadFrame);
}

// Every prefix, and every single changed byte, of a frame is read or refused; never crashes, never
// is read as more than it says.
TEST(ClientFrames, SurviveDamage) {
  const std::string good = a_send();
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_client_frame(good.substr(0, size)).has_value()) << size;
  SeededRandom random(7);
  std::size_t refused = 0;
  constexpr int kRounds = 20'000;
  for (int round = 0; round < kRounds; ++round) {
    std::string text = good;
    for (auto n = 1 + random.below(3); n > 0; --n)
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    const auto frame = parse_client_frame(text);
    refused += frame.has_value() ? 0 : 1;
    if (frame) {
      const auto again = parse_client_frame(encode(*frame));
      ASSERT_TRUE(again.has_value()) << text;
      EXPECT_EQ(*again, *frame);
    } else {
      EXPECT_GE(number(frame.error().code), 4300) << text;
      EXPECT_FALSE(frame.error().why.empty());
    }
  }
  EXPECT_GT(refused, 1'000u);
}

TEST(PeerFrames, RefuseWhatAClientWouldBeRefused) {
  EXPECT_EQ(parse_peer_frame("{\"t\":\"holds\",\"origins\":[{\"o\":\"primary/"
                             "n1\",\"i\":[]}],\"full\":true,\"time\":1}")
                .error()
                .why,
            "origins[0].o: not an origin");
  EXPECT_EQ(parse_peer_frame("{\"t\":\"pull\",\"n\":1,\"o\":\"" + kTestPrimary.value() +
                             "\",\"a\":0,\"b\":1,\"live\":true,\"max\":1}")
                .error()
                .why.substr(0, 2),
            "a:");
  EXPECT_EQ(parse_peer_frame(std::string(kFrameBytesPeerMax + 1, ' ')).error().code,
            Code::kFrameTooLarge);
}

TEST(NodeFrames, KeepCodesThatThisVersionDoesNotKnow) {
  const auto frame = parse_node_frame("{\"t\":\"error\",\"code\":4377,\"why\":\"of the future\"}");
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(number(std::get<from_node::Error>(*frame).code), 4377);
  EXPECT_EQ(client_action(std::get<from_node::Error>(*frame).code), ClientAction::kGiveUp);
}

TEST(Codes, SayByTheirRangeWhatAClientDoes) {
  EXPECT_EQ(client_action(Code::kOverloaded), ClientAction::kRetry);
  EXPECT_EQ(client_action(Code::kUnknownChat), ClientAction::kResync);
  EXPECT_EQ(client_action(Code::kExpiredToken), ClientAction::kAuthenticate);
  EXPECT_EQ(client_action(Code::kBadFrame), ClientAction::kGiveUp);
}

TEST(Codes, HaveTheirNamesFromTheTable) {
  EXPECT_EQ(name(Code::kGoingAway), "going_away");
  EXPECT_EQ(meaning(Code::kJournalFailed), "this node accepts nothing any more");
  EXPECT_EQ(name(static_cast<Code>(4999)), "unknown");
  EXPECT_EQ(code_of(4300), Code::kBadFrame);
  EXPECT_EQ(code_of(1000), std::nullopt);
}

}  // namespace
}  // namespace holdfast::protocol
