// Single cases stand in tests/vectors/sets.json; here is what must hold of every set.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "chat/chat.h"
#include "protocol/test_events.h"

namespace holdfast::chat {
namespace {

using protocol::Audience;
using protocol::ContentPtr;
using protocol::Digest;
using protocol::Event;
using protocol::testing::kTestOperator;
using protocol::testing::kTestPrimary;
using protocol::testing::kTestRedundant;
using protocol::testing::test_acceptance;
using protocol::testing::test_chat;
using protocol::testing::test_event;
using protocol::testing::test_message;
using protocol::testing::test_nonce;
using protocol::testing::test_opening;
using protocol::testing::test_ulid;
using protocol::testing::test_visitor;

std::vector<Digest> order_of(std::span<const Event> events) {
  std::vector<Digest> order;
  for (const Placed& placed : fold_transcript(events)) order.push_back(placed.place.digest);
  return order;
}

std::size_t index_of(const std::vector<Digest>& order, const Digest& digest) {
  return static_cast<std::size_t>(std::ranges::find(order, digest) - order.begin());
}

ContentPtr note(unsigned n, std::vector<Digest> after = {}) {
  return protocol::compose(
      {protocol::testing::kTestSite, test_chat(), kTestOperator, protocol::EventId(test_ulid(n)),
       "note", Audience::kOperators, std::move(after)},
      protocol::text_body(test_nonce(n), "careful"));
}

// A conversation of two who see each other late; clocks of the deployments disagree by hours.
std::vector<Event> conversation(Random& random, std::size_t size) {
  std::vector<Event> events = {test_event(test_opening(), 1'000)};
  while (events.size() < size) {
    const auto n = static_cast<unsigned>(events.size());
    const std::size_t seen = 1 + random.below(events.size());
    const auto after = frontier({events.data(), seen}, Audience::kChat);
    const auto content =
        test_message(n, random.chance(0.5) ? test_visitor() : kTestOperator, after);
    const bool primary = random.chance(0.5);
    const std::uint64_t hlc = random.below(1'000) + (primary ? 0 : 500'000'000);
    events.push_back(
        {content, {test_acceptance(content, primary ? kTestPrimary : kTestRedundant, n, hlc)}});
  }
  return events;
}

TEST(Transcript, IsTheSameWhateverTheOrderOfArrival) {
  SeededRandom random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<Event> events = conversation(random, 20);
    const auto order = order_of(events);
    for (int i = 0; i < 5; ++i) {
      random.shuffle(events);
      EXPECT_EQ(order_of(events), order);
    }
  }
}

TEST(Transcript, NeverPutsAReplyBeforeWhatItAnswers) {
  SeededRandom random(2);
  for (int round = 0; round < 50; ++round) {
    const std::vector<Event> events = conversation(random, 20);
    const auto order = order_of(events);
    for (const Event& event : events) {
      for (const Digest& named : event.content->head.after) {
        EXPECT_LT(index_of(order, named), index_of(order, event.content->digest))
            << "round " << round;
      }
    }
  }
}

TEST(Transcript, ShowsEveryEventOnce) {
  SeededRandom random(3);
  const std::vector<Event> events = conversation(random, 40);
  auto order = order_of(events);
  ASSERT_EQ(order.size(), events.size());
  std::ranges::sort(order);
  EXPECT_EQ(std::ranges::adjacent_find(order), order.end());
}

TEST(Transcript, OfALongChainNeedsNoStack) {
  std::vector<Event> events = {test_event(test_opening(), 100'000)};
  for (unsigned n = 1; n < 20'000; ++n) {
    events.push_back(
        test_event(test_message(n, test_visitor(), {events.back().content->digest}), 0));
  }
  const auto last = events.back().content->digest;
  std::ranges::reverse(events);
  EXPECT_EQ(order_of(events).back(), last);
  EXPECT_EQ(past_of(events, std::vector{last}).size(), events.size());
}

TEST(Transcript, OfAnImpossibleCycleEnds) {
  auto one = *test_message(1, test_visitor()), two = *test_message(2, test_visitor());
  one.head.after = {two.digest};
  two.head.after = {one.digest};
  const std::vector<Event> events = {test_event(std::make_shared<const protocol::Content>(one), 1),
                                     test_event(std::make_shared<const protocol::Content>(two), 2)};
  EXPECT_EQ(order_of(events).size(), 2u);
}

TEST(Transcript, RaisesNoPlaceForAnEventOfAnotherChat) {
  const auto foreign =
      protocol::compose({protocol::testing::kTestSite,
                         protocol::chat_id(protocol::testing::kTestSite, test_visitor(),
                                           protocol::EventId(test_ulid(500))),
                         test_visitor(),
                         protocol::EventId(test_ulid(501)),
                         "message",
                         Audience::kChat,
                         {}},
                        protocol::text_body(test_nonce(501), "elsewhere"));
  const auto message = test_message(1, test_visitor(), {foreign->digest});
  const std::vector<Event> events = {test_event(foreign, 900), test_event(message, 5)};
  EXPECT_EQ(order_of(events).front(), message->digest);
}

TEST(Transcript, OfTwoAtOnceTheSmallerIdStandsFirst) {
  for (unsigned n = 1; n < 20; ++n) {
    const auto first = test_message(n, test_visitor()), second = test_message(n + 1, kTestOperator);
    const std::vector<Event> events = {test_event(second, 5), test_event(first, 5)};
    EXPECT_EQ(order_of(events).front(), first->digest) << "whatever their digests: " << n;
  }
}

TEST(Transcript, RaisesNoPlaceForAnEventThatIsMissing) {
  for (unsigned n = 10; n < 30; ++n) {
    const auto missing = test_message(n, kTestOperator);
    const auto message = test_message(1, test_visitor(), {missing->digest});
    const auto later = test_message(2, kTestOperator);
    const std::vector<Event> events = {test_event(message, 5), test_event(later, 900)};
    EXPECT_EQ(order_of(events).front(), message->digest) << n;
  }
}

TEST(Frontier, NamesTheLatestThirtyTwo) {
  std::vector<Event> events;
  for (unsigned n = 0; n < 40; ++n)
    events.push_back(test_event(test_message(n, test_visitor()), n));
  const auto ends = frontier(events, Audience::kChat);
  ASSERT_EQ(ends.size(), kFrontierMax);
  EXPECT_EQ(ends.front(), events[8].content->digest);
  EXPECT_EQ(ends.back(), events[39].content->digest);
}

TEST(Frontier, OfAnAudienceDoesNotLookAtNarrowerEvents) {
  const auto opening = test_opening();
  const auto internal = note(1, {opening->digest});
  const std::vector<Event> events = {test_event(opening, 1), test_event(internal, 2)};
  EXPECT_EQ(frontier(events, Audience::kChat), std::vector{opening->digest});
  EXPECT_EQ(frontier(events, Audience::kOperators), std::vector{internal->digest});
}

TEST(SetDigest, ChangesWithEveryAcceptanceAndIsBlindToNarrowerEvents) {
  const auto opening = test_opening();
  std::vector<Event> events = {test_event(opening, 1)};
  const Hash32 before = set_digest(events, Audience::kChat);
  events.push_back(test_event(note(1), 2));
  EXPECT_EQ(set_digest(events, Audience::kChat), before);
  EXPECT_NE(set_digest(events, Audience::kOperators), before);
  protocol::add_acceptance(events[0].acceptances, test_acceptance(opening, kTestRedundant, 1, 9));
  EXPECT_NE(set_digest(events, Audience::kChat), before);
}

// Written down a second time: base64url does not order as the bytes do.
TEST(SetDigest, IsTheHashOfItsLinesInTheOrderOfTheirText) {
  std::vector<Event> events;
  std::vector<std::string> lines;
  for (unsigned i = 1; i <= 100; ++i) {
    const auto content = test_message(i, test_visitor());
    Event event = test_event(content, i);
    protocol::add_acceptance(event.acceptances, test_acceptance(content, kTestRedundant, i, i));
    std::vector<std::string> macs;
    for (const auto& acceptance : event.acceptances)
      macs.push_back(acceptance.mac.value().base64url());
    std::ranges::sort(macs);
    lines.push_back(content->digest.value().base64url() + " " + macs[0] + "," + macs[1] + "\n");
    events.push_back(std::move(event));
  }
  std::ranges::sort(lines);
  std::string text = "holdfast:set:1\n";
  for (const std::string& line : lines) text += line;
  EXPECT_EQ(set_digest(events, Audience::kChat), sha256(text));
}

TEST(SetDigest, CountsOnlyWhatWasAccepted) {
  std::vector<Event> events = {test_event(test_opening(), 1)};
  const Hash32 before = set_digest(events, Audience::kChat);
  events.push_back({test_message(1, test_visitor()), {}});
  EXPECT_EQ(set_digest(events, Audience::kChat), before);
}

}  // namespace
}  // namespace holdfast::chat
