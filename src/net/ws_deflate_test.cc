#include "net/ws_deflate.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace holdfast::net {
namespace {

TEST(WsDeflate, CarriesMessagesAndItsContext) {
  WsDeflate out{DeflateTerms{}};
  WsDeflate in{DeflateTerms{}};
  const std::string message(5'000, 'm');
  const auto first = out.compress(message);
  const auto second = out.compress(message);
  EXPECT_LT(second.size(), first.size() + 1);
  EXPECT_EQ(in.expand(first, 1u << 20), message);
  EXPECT_EQ(in.expand(second, 1u << 20), message);
  EXPECT_EQ(in.expand(out.compress(""), 1u << 20), "");
}

TEST(WsDeflate, CarriesWhatDoesNotShrink) {
  SeededRandom random(3);
  WsDeflate out{DeflateTerms{true, false, 9}};
  WsDeflate in{DeflateTerms{false, true, 15}};
  for (int i = 0; i < 20; ++i) {
    std::string message(random.below(100'000), '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(message.data()), message.size()});
    EXPECT_EQ(in.expand(out.compress(message), 1u << 20), message);
  }
}

TEST(WsDeflate, StopsABombAtItsBound) {
  WsDeflate out{DeflateTerms{}};
  WsDeflate in{DeflateTerms{}};
  const auto bomb = out.compress(std::string(10u << 20, '\0'));
  ASSERT_LT(bomb.size(), 20'000u);
  const auto result = in.expand(bomb, 1u << 20);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kFull);
}

TEST(WsDeflate, RefusesWhatIsNoDeflateStream) {
  WsDeflate in{DeflateTerms{}};
  const auto result = in.expand("\xff\xff\xff\xff garbage", 1'000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
}

TEST(WsDeflateOffer, IsTakenWhenWeCanKeepItsTerms) {
  EXPECT_FALSE(accept_deflate_offer(""));
  EXPECT_FALSE(accept_deflate_offer("x-webkit-deflate-frame"));
  EXPECT_FALSE(accept_deflate_offer("permessage-deflate; server_max_window_bits=8"));
  EXPECT_FALSE(accept_deflate_offer("permessage-deflate; unheard_of"));
  EXPECT_EQ(accept_deflate_offer("permessage-deflate; client_max_window_bits")->response,
            "permessage-deflate");
  EXPECT_EQ(accept_deflate_offer(
                "permessage-deflate; unheard_of, permessage-deflate; server_max_window_bits=\"10\"")
                ->response,
            "permessage-deflate; server_max_window_bits=10");
}

TEST(WsDeflateAnswer, MayNotNameWhatWasNotOffered) {
  EXPECT_EQ(read_deflate_answer("")->has_value(), false);
  EXPECT_TRUE(read_deflate_answer("permessage-deflate; server_no_context_takeover")
                  ->value()
                  .their_context_reset);
  EXPECT_FALSE(read_deflate_answer("permessage-bzip2"));
  EXPECT_FALSE(read_deflate_answer("permessage-deflate; client_max_window_bits=9"));
}

}  // namespace
}  // namespace holdfast::net
