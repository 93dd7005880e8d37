// Chats that a console looks at without their being its operator's.
#include "node/test_fixture.h"

namespace holdfast::node {
namespace {

using protocol::AskWhat;
using protocol::ChatState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Looking : public OneNode {
 protected:
  Looking() : veras(vera.link(host)), anns(ann.link(host)), bobs(bob.link(host)) {
    chat = open_chat(veras);
    ask(anns, AskWhat::kAccept);
    bobs.forget();
  }
  void ask(Client& who, AskWhat what) {
    who.say(from_client::Ask{
        "01HZZZZZZZZZZZZZZZZZZZZZ" + std::to_string(10 + ++asked), chat, what, {}});
    world.settle();
  }
  void look(Client& who, bool on = true) {
    who.say(from_client::Look{chat, on});
    world.settle();
  }
  void promote_bob(const std::string& role = "supervisor") {
    administer(host, "operator:bob", "role", "\"" + role + "\"");
    bobs.forget();
  }

  Client veras, anns, bobs;
  protocol::ChatId chat;
  int asked = 0;
};

TEST_F(Looking, ASupervisorSeesOthersOpenChatsLive) {
  promote_bob();
  look(bobs);
  ASSERT_TRUE(bobs.last<from_node::Chat>());
  EXPECT_FALSE(bobs.last<from_node::Chat>()->gone);
  EXPECT_EQ(bobs.last<from_node::Chat>()->operator_id, ann.writer.author());
  bobs.say(from_client::Have{chat, {}, false});
  EXPECT_GE(bobs.count<from_node::Event>(), 2u);
  bobs.forget();
  veras.send(vera.writer.message(chat, "secret"));
  anns.send(ann.writer.note(chat, "hm"));
  world.settle();
  EXPECT_THAT(bobs.texts(), ElementsAre("secret", "hm"));
  look(bobs, false);
  EXPECT_TRUE(bobs.last<from_node::Chat>()->gone);
  bobs.forget();
  veras.send(vera.writer.message(chat, "more"));
  world.settle();
  EXPECT_THAT(bobs.texts(), IsEmpty());
}

TEST_F(Looking, AnOperatorDoesNotSeeOthersOpenChats) {
  look(bobs);
  EXPECT_EQ(bobs.error(), Code::kNotAllowed);
  veras.send(vera.writer.message(chat, "secret"));
  world.settle();
  bobs.say(from_client::Have{chat, {}, false});
  EXPECT_THAT(bobs.texts(), IsEmpty());
}

TEST_F(Looking, EveryOperatorSeesClosedChats) {
  anns.send(ann.writer.message(chat, "bye"));
  world.settle();
  ask(anns, AskWhat::kClose);
  bobs.forget();
  look(bobs);
  EXPECT_EQ(bobs.last<from_node::Chat>()->state, ChatState::kClosed);
  EXPECT_FALSE(bobs.last<from_node::Chat>()->gone);
  bobs.say(from_client::Have{chat, {}, false});
  EXPECT_THAT(bobs.texts(), ElementsAre("bye"));
}

TEST_F(Looking, AClosedChatThatIsLookedAtStaysAndIsLiveWhenItOpensAgain) {
  ask(anns, AskWhat::kClose);
  look(bobs);
  veras.leave();
  for (int i = 0; i < 15; ++i) {
    world.pass(Ms(5'000));
    for (Client* const each : {&anns, &bobs}) each->say(from_client::Beat{});
  }
  bobs.forget();
  Client back = vera.link(host);
  back.send(vera.writer.message(chat, "again"));
  world.settle();
  EXPECT_THAT(bobs.texts(), ElementsAre("again"));
  // It waits now, so it is everybody's; once somebody else has it, it is theirs alone.
  ask(anns, AskWhat::kAccept);
  EXPECT_TRUE(bobs.last<from_node::Chat>()->gone);
  bobs.forget();
  back.send(vera.writer.message(chat, "secret"));
  world.settle();
  EXPECT_THAT(bobs.texts(), IsEmpty());
}

TEST_F(Looking, WhoIsDemotedWhileLookingSeesNoMore) {
  promote_bob();
  look(bobs);
  administer(host, "operator:bob", "role", "\"operator\"");
  EXPECT_TRUE(bobs.last<from_node::Chat>()->gone);
  bobs.forget();
  veras.send(vera.writer.message(chat, "secret"));
  world.settle();
  EXPECT_THAT(bobs.texts(), IsEmpty());
}

TEST_F(Looking, WhoGetsTheChatWhileLookingIsSentNothingTwice) {
  promote_bob();
  look(bobs);
  bobs.say(from_client::Have{chat, {}, false});
  bobs.forget();
  ask(bobs, AskWhat::kAccept);
  EXPECT_EQ(bobs.count<from_node::Event>(), 1u);  // the decision
  EXPECT_TRUE(anns.last<from_node::Chat>()->gone);
}

TEST_F(Looking, ALookerIsNotHeardTyping) {
  promote_bob();
  look(bobs);
  bobs.say(from_client::Signal{chat, "typing", true});
  EXPECT_EQ(veras.count<from_node::Signal>(), 0u);
  veras.say(from_client::Signal{chat, "typing", true});
  EXPECT_EQ(bobs.count<from_node::Signal>(), 1u);
}

TEST_F(Looking, VisitorsDoNotLook) {
  Visitor mallory(world, "mallory");
  Client evil = mallory.link(host);
  evil.say(from_client::Look{chat, true});
  world.settle();
  EXPECT_EQ(evil.error(), Code::kNotAllowed);
}

TEST_F(Looking, AChatThatIsNotHereIsNotFound) {
  bobs.say(from_client::Look{vera.writer.open()->head.chat, true});
  world.settle();
  EXPECT_EQ(bobs.error(), Code::kNotFound);
}

TEST_F(Looking, NobodyLooksAtHundreds) {
  promote_bob();
  for (int i = 0; i < 101; ++i) {
    Visitor someone(world, "v" + std::to_string(i));
    Client link = someone.link(host);
    const auto opening = someone.writer.open();
    link.send(opening);
    world.settle();
    bobs.say(from_client::Look{opening->head.chat, true});
    world.settle();
  }
  EXPECT_EQ(bobs.error(), Code::kTooMany);
}

}  // namespace
}  // namespace holdfast::node
