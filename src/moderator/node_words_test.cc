#include "moderator/node_words.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::moderator {
namespace {

using ::testing::HasSubstr;

TEST(NodeState, ReadsWhatANodeTells) {
  const auto read = read_node_state(
      R"({"deployment":"redundant","node":"n1","build":"1.2","versions":[2,3],"config":"c","time":17,"ready":false,
    "reason":"no settings yet","verdict":{"p":"{}","k":"k1","s":"x"},"peer":{"up":true,"behind":4},"clients":17,
    "reports":{"hedges_won":1,"late_acks":2,"failed_connects":3},"of a later version":[]})");
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(read->deployment, protocol::Deployment::kRedundant);
  EXPECT_FALSE(read->state.ready);
  EXPECT_EQ(read->state.not_ready_reason, "no settings yet");
  EXPECT_TRUE(read->state.peer_up);
  EXPECT_EQ(read->state.behind, 4u);
  EXPECT_EQ(read->state.version, "1.2");
  EXPECT_EQ(read->state.versions, (protocol::Versions{2, 3}));
  EXPECT_EQ(read->state.clock, WallMs(17));
  EXPECT_EQ(read->state.reports.clients, 17u);
  EXPECT_EQ(read->state.reports.hedges_won, 1u);
  EXPECT_EQ(read->state.reports.late_acks, 2u);
  EXPECT_EQ(read->state.reports.failed_connects, 3u);
  EXPECT_EQ(read->verdict, (protocol::SignedVerdict{"{}", protocol::KeyId("k1"), "x"}));
}

TEST(NodeState, ReadsHowItsChatsWithTheOtherOneGoAndWhatClientsToldLate) {
  const auto read = read_node_state(
      R"({"deployment":"primary","ready":true,"peer":{"up":true},"journal_ms":5020,
    "peer_chat":{"ok":false,"worked":9,"failures":2,"took_ms":1500,"age_ms":320,"why":"timed out"},
    "reports":{"hedges_won":0,"late_acks":0,"failed_connects":0,
               "late":{"hedges_won":1,"late_acks":2,"failed_connects":35,"at":17}}})");
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(read->state.journal_ms, 5'020u);
  ASSERT_TRUE(read->state.peer_chat);
  EXPECT_EQ(read->state.peer_chat->worked, 9u);
  EXPECT_EQ(read->state.peer_chat->failures, 2u);
  EXPECT_EQ(read->state.peer_chat->took_ms, 1'500u);
  EXPECT_EQ(read->state.peer_chat->age, Ms(320));
  EXPECT_EQ(read->state.peer_chat->why, "timed out");
  EXPECT_EQ(read->state.late_reports.failed_connects, 35u);
  EXPECT_EQ(read->state.late_reports.seen_at, WallMs(17));
}

TEST(NodeState, WhatAnOlderNodeLeavesOutIsNothingToReport) {
  const auto read = read_node_state(R"({"deployment":"primary","ready":true,"peer":{"up":false}})");
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_FALSE(read->verdict);
  EXPECT_FALSE(read->state.peer_chat);
  EXPECT_EQ(read->state.behind, 0u);
  EXPECT_EQ(read->state.versions, (protocol::Versions{1, 1})) << "of the first release";
}

TEST(NodeState, ABadAnswerNamesTheField) {
  EXPECT_THAT(
      read_node_state(R"({"deployment":"third","ready":true,"peer":{"up":false}})").error().why,
      HasSubstr("deployment"));
  EXPECT_THAT(
      read_node_state(R"({"deployment":"primary","ready":1,"peer":{"up":false}})").error().why,
      HasSubstr("ready"));
  EXPECT_THAT(read_node_state(R"({"deployment":"primary","ready":true})").error().why,
              HasSubstr("peer"));
  EXPECT_THAT(
      read_node_state(R"({"deployment":"primary","ready":true,"peer":{"up":true,"behind":-1}})")
          .error()
          .why,
      HasSubstr("behind"));
  for (const char* range : {"[1]", "[2,1]", "[0,1]", "[1,2,3]", "[1,\"2\"]", "1"}) {
    EXPECT_THAT(
        read_node_state(
            fmt::format(
                R"({{"deployment":"primary","ready":true,"peer":{{"up":true}},"versions":{}}})",
                range))
            .error()
            .why,
        HasSubstr("versions"));
  }
  EXPECT_FALSE(read_node_state("<html>"));
}

std::string holds(std::string_view intervals) {
  return R"({"origins":[{"o":"primary/n1/01J00000000000000000000000","i":[)" +
         std::string(intervals) + "]}]}";
}
const std::string kHash(43, 'A');

TEST(Holds, ReadsIntervals) {
  const auto read =
      read_holds(holds(R"({"a":1,"b":4,"p":")" + kHash + R"(","h":")" + kHash +
                       R"("},{"a":9,"b":9,"p":")" + kHash + R"(","h":")" + kHash + R"("})"));
  ASSERT_TRUE(read) << read.error().why;
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->begin()->second.intervals().size(), 2u);
  EXPECT_TRUE(read->begin()->second.contains(protocol::Seq(4)));
  EXPECT_FALSE(read->begin()->second.contains(protocol::Seq(5)));
}

TEST(Holds, ABadAnswerNamesTheField) {
  EXPECT_THAT(read_holds("{}").error().why, HasSubstr("origins"));
  EXPECT_THAT(read_holds(R"({"origins":[{"o":"x","i":[]}]})").error().why,
              HasSubstr("\"x\" is no origin"));
  EXPECT_FALSE(read_holds(holds(R"({"a":4,"b":1,"p":")" + kHash + R"(","h":")" + kHash + R"("})")));
  EXPECT_FALSE(read_holds(holds(R"({"a":1,"b":4,"p":"short","h":")" + kHash + R"("})")));
  EXPECT_FALSE(read_holds(holds("7")));
}

}  // namespace
}  // namespace holdfast::moderator
