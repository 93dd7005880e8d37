// Bodies that were erased never come back: not from the peer, not from a browser, not from a
// backup.
#include <set>

#include "base/json.h"
#include "base/ulid.h"
#include "node/erasure_fixture.h"

namespace holdfast::node {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class TwoErasing : public Erasing {
 protected:
  TwoErasing()
      : primary(world.add(Deployment::kPrimary)), redundant(world.add(Deployment::kRedundant)) {
    world.install_settings(Deployment::kPrimary);
    world.start_all();
    world.connect(primary, redundant);
    world.pass(Ms(3'000));
  }
  void talk() {
    Client visitor = vera.link(primary);
    opening = vera.writer.open();
    chat = opening->head.chat;
    question = vera.writer.message(chat, "my secret", {opening->digest});
    visitor.send(opening);
    visitor.send(question);
    world.pass(Ms(500));
    acceptance = *visitor.accepted(question->digest);
    opened = *visitor.accepted(opening->digest);
  }

  Host& primary;
  Host& redundant;
  protocol::ChatId chat;
  ContentPtr opening, question;
  protocol::Acceptance acceptance, opened;
};

TEST_F(TwoErasing, IsObeyedByBoth) {
  talk();
  EXPECT_THAT(bodies(Deployment::kRedundant, chat), Not(IsEmpty()));
  erase_vera(primary);
  world.pass(Ms(1'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, chat), IsEmpty());
  EXPECT_THAT(bodies(Deployment::kRedundant, chat), IsEmpty());
  EXPECT_EQ(*json::get_text(told(primary), "head"), *json::get_text(told(redundant), "head"));
}

TEST_F(TwoErasing, OneThatBothWereGivenIsOneOrder) {
  talk();
  world.cut();
  world.jump(Ms(5));
  const auto erase = erase_content(vera.writer.author(), world.clock.now().wall - Ms(2));
  EXPECT_EQ(append(primary, erase).status, 200);
  EXPECT_EQ(append(redundant, erase).status, 200);
  world.connect(primary, redundant);
  world.pass(Ms(2'000));
  EXPECT_EQ(*json::get_int(told(primary), "carried_out"), 1);
  EXPECT_EQ(*json::get_int(told(redundant), "carried_out"), 1);
}

TEST_F(TwoErasing, IsObeyedByTheSideThatWasDown) {
  talk();
  redundant.stop();
  world.cut();
  erase_vera(primary);
  EXPECT_THAT(bodies(Deployment::kRedundant, chat), Not(IsEmpty()));
  redundant.start();
  world.connect(primary, redundant);
  world.pass(kLeaseIsOver);
  EXPECT_THAT(bodies(Deployment::kRedundant, chat), IsEmpty());
}

TEST_F(TwoErasing, WhatTheOtherSideNeverHadReachesItWithoutItsBody) {
  world.cut();
  talk();
  erase_vera(redundant);
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, chat), IsEmpty());
  EXPECT_THAT(bodies(Deployment::kRedundant, chat), IsEmpty());
  EXPECT_EQ(disk(Deployment::kRedundant).read_chat({SiteId(testing::kSite), chat})->size(), 2u);
}

// A deployment that lost everything knows the order before it has the heads again, and nobody's
// digest shows that they still have the bodies.
TEST_F(TwoErasing, AVisitorHearsOfItWhenTheOpeningEventComesLast) {
  redundant.stop();
  world.cut();
  talk();
  world.jump(Ms(5));
  const auto erase = erase_content(vera.writer.author(), world.clock.now().wall - Ms(2));
  EXPECT_EQ(append(primary, erase).status, 200);
  world.pass(Ms(300));
  world.install(Deployment::kRedundant, Deployment::kPrimary,
                {erase, protocol::without_body(*question)});
  redundant.start();
  world.pass(kLeaseIsOver);
  Client back = vera.link(redundant, {{chat, Hash32{}}});
  EXPECT_EQ(back.count<from_node::Erased>(), 0u) << "whose chat it is nobody knows here";
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  ASSERT_TRUE(back.last<from_node::Erased>());
  EXPECT_THAT(back.last<from_node::Erased>()->digests,
              UnorderedElementsAre(opening->digest, question->digest));
}

TEST_F(TwoErasing, AConsoleThatDoesNotSeeTheChatHearsOfItWhenItsHeadsCome) {
  Agent bob(world, "bob");
  world.cut();
  talk();
  Client agent = bob.link(primary);
  agent.say(from_client::Ask{Ulid::make(world.clock.now().wall, world.random).text(),
                             chat,
                             protocol::AskWhat::kAccept,
                             {},
                             {}});
  world.pass(Ms(500));
  world.jump(Ms(5));
  const auto erase = erase_content(vera.writer.author(), world.clock.now().wall - Ms(2));
  EXPECT_EQ(append(redundant, erase).status, 200);
  EXPECT_EQ(append(primary, erase).status, 200);
  world.pass(Ms(300));
  Client other = ann.link(redundant, {{chat, Hash32{}}});
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  std::set<Digest> heard;
  for (const auto& frame : other.all<from_node::Erased>())
    heard.insert(frame.digests.begin(), frame.digests.end());
  EXPECT_THAT(heard, UnorderedElementsAre(opening->digest, question->digest));
}

TEST_F(TwoErasing, ABrowserThatStillHoldsABodyGivesBackAHead) {
  world.cut();
  talk();
  erase_vera(redundant);
  Client back = vera.link(redundant);
  back.say(from_client::Have{chat, {{question->digest, {acceptance.mac}}}, false});
  world.settle();
  back.say(from_client::Give{chat,
                             {{opening->head_bytes, opening->body_bytes, {}},
                              {question->head_bytes, question->body_bytes, {acceptance}}}});
  world.pass(Ms(500));
  const auto held = bodies(Deployment::kRedundant, chat);
  EXPECT_THAT(held, Not(Contains(HasSubstr("my secret"))));
  EXPECT_EQ(disk(Deployment::kRedundant).read_chat({SiteId(testing::kSite), chat})->size(), 2u);
  ASSERT_TRUE(back.last<from_node::Erased>()) << "and the browser is told to drop it";
  EXPECT_THAT(back.last<from_node::Erased>()->digests, Contains(question->digest));
}

TEST_F(TwoErasing, AHeadAloneIsTakenOnlyWhereAnErasureCoversIt) {
  world.cut();
  talk();
  const auto give = [&](Client& link) {
    link.say(from_client::Give{chat,
                               {{opening->head_bytes, opening->body_bytes, {}},
                                {question->head_bytes, std::nullopt, {acceptance}}}});
    world.pass(Ms(500));
  };
  Client early = vera.link(redundant);
  give(early);
  ASSERT_TRUE(early.refused(question->digest));
  EXPECT_EQ(early.refused(question->digest)->code, protocol::Code::kBodyMismatch);
  erase_vera(redundant);
  give(early);
  EXPECT_EQ(disk(Deployment::kRedundant).read_chat({SiteId(testing::kSite), chat})->size(), 2u);
}

TEST_F(TwoErasing, AWholeChatComesBackByItsHeads) {
  world.cut();
  talk();
  erase_vera(redundant);
  Client back = vera.link(redundant);
  back.say(from_client::Give{chat,
                             {{opening->head_bytes, std::nullopt, {opened}},
                              {question->head_bytes, std::nullopt, {acceptance}}}});
  world.pass(Ms(500));
  EXPECT_EQ(disk(Deployment::kRedundant).read_chat({SiteId(testing::kSite), chat})->size(), 2u);
}

// Whose chat it is says the opening event alone.
TEST_F(TwoErasing, AnAnswerThatCameBeforeTheOpeningOfItsChatGoesWhenThatComes) {
  primary.stop();
  world.cut();
  const auto opens = vera.writer.open();
  const auto answers = ann.writer.message(opens->head.chat, "your secret", {opens->digest});
  world.install(Deployment::kPrimary, Deployment::kPrimary, {answers});
  erase_vera(redundant);
  primary.start();
  world.connect(primary, redundant);
  world.pass(kLeaseIsOver);
  ASSERT_THAT(bodies(Deployment::kRedundant, opens->head.chat),
              ElementsAre(HasSubstr("your secret")));

  Client visitor = vera.link(redundant);
  visitor.send(opens);
  world.pass(Ms(500));
  ASSERT_TRUE(visitor.accepted(opens->digest));
  EXPECT_THAT(bodies(Deployment::kRedundant, opens->head.chat),
              Not(Contains(HasSubstr("your secret"))));
}

TEST_F(TwoErasing, ARestoredBackupLearnsFromThePeerBeforeItShowsAnything) {
  talk();
  const auto backup = disk(Deployment::kPrimary).clone();
  erase_vera(primary);
  world.pass(Ms(500));
  primary.stop();
  world.cut();
  disk(Deployment::kPrimary).restore(*backup);
  primary.start();
  world.pass(Ms(1'500));
  EXPECT_TRUE(*json::get_bool(told(primary), "in_doubt"));
  Client back = vera.link(primary, {{chat, Hash32{}}});
  back.say(from_client::Have{chat, {}, false});
  world.settle();
  EXPECT_EQ(back.count<from_node::Event>(), 0u);

  world.connect(primary, redundant);
  world.pass(kLeaseIsOver);
  EXPECT_FALSE(*json::get_bool(told(primary), "in_doubt"));
  EXPECT_THAT(bodies(Deployment::kPrimary, chat), IsEmpty());
  EXPECT_THAT(back.texts(), Not(Contains("my secret")));
}

}  // namespace
}  // namespace holdfast::node
