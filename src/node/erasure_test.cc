// Bodies that were erased are gone from one deployment, and stay away. docs/protocol.md §11.
#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/ulid.h"
#include "node/erasure_fixture.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class OneErasing : public Erasing {
 protected:
  OneErasing() : host(world.add(Deployment::kPrimary)) {
    world.install_settings(Deployment::kPrimary);
    world.start_all();
    world.pass(Ms(1'500));
  }
  // A chat with a question, an answer and a note.
  void talk(Client& visitor, Client& agent) {
    opening = vera.writer.open();
    chat = opening->head.chat;
    visitor.send(opening);
    question = vera.writer.message(chat, "my secret", {opening->digest});
    visitor.send(question);
    world.settle();
    answer = ann.writer.message(chat, "your secret", {question->digest});
    note = ann.writer.note(chat, "a secret indeed");
    agent.send(answer);
    agent.send(note);
    world.settle();
  }

  Host& host;
  protocol::ChatId chat;
  ContentPtr opening, question, answer, note;
};

TEST_F(OneErasing, TakesBodiesFromJournalMemoryAndScreensAndLeavesHeads) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  visitor.forget();
  agent.forget();
  erase_vera(host);

  EXPECT_THAT(bodies(Deployment::kPrimary, chat), IsEmpty());
  ASSERT_TRUE(visitor.last<from_node::Erased>());
  EXPECT_THAT(visitor.last<from_node::Erased>()->digests,
              UnorderedElementsAre(opening->digest, question->digest, answer->digest));
  std::set<Digest> heard;
  for (const auto& frame : agent.all<from_node::Erased>())
    heard.insert(frame.digests.begin(), frame.digests.end());
  EXPECT_THAT(
      heard, UnorderedElementsAre(opening->digest, question->digest, answer->digest, note->digest));

  Client again = ann.link(host, {{chat, Hash32{}}});
  again.say(from_client::Have{chat, {}, false});
  world.settle();
  EXPECT_EQ(again.count<from_node::Event>(), 4u);
  for (const auto& event : again.all<from_node::Event>()) EXPECT_FALSE(event.body.has_value());
  EXPECT_EQ(*json::get_int(told(host), "carried_out"), 1);
  ASSERT_TRUE(host.config().erasures);
  EXPECT_EQ(host.config().erasures->count, 1u);
}

TEST_F(OneErasing, LeavesWhatIsSaidAfterTheCutAndWhatOthersSaid) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  Visitor other(world, "otto");
  Client others = other.link(host);
  const auto elsewhere = other.writer.open("Otto");
  others.send(elsewhere);
  erase_vera(host);
  visitor.send(vera.writer.message(chat, "said later", {question->digest}));
  world.settle();
  EXPECT_THAT(bodies(Deployment::kPrimary, chat), ElementsAre(HasSubstr("said later")));
  EXPECT_THAT(bodies(Deployment::kPrimary, elsewhere->head.chat), ElementsAre(HasSubstr("Otto")));
  EXPECT_THAT(agent.texts(), Contains("said later"));
}

TEST_F(OneErasing, TheDigestOfAChatIsWhatItWas) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  const auto digest = [&] {
    return Client(vera.link(host, {{chat, Hash32{}}}))
        .last<from_node::Welcome>()
        ->chats.at(0)
        .digest;
  };
  const Hash32 before = digest();
  erase_vera(host);
  EXPECT_EQ(digest(), before);
}

TEST_F(OneErasing, AConsoleThatHadAChatOnceHearsItToo) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  visitor.say(from_client::Ask{Ulid::make(world.clock.now().wall, world.random).text(),
                               chat,
                               protocol::AskWhat::kClose,
                               {},
                               {}});
  visitor.leave();
  for (int i = 0; i < 5; ++i) {
    world.pass(Ms(30'000));
    agent.say(from_client::Beat{});
  }
  ASSERT_EQ(host.metric("chats_in_memory"), 0);
  agent.forget();
  erase_vera(host);
  ASSERT_GT(agent.count<from_node::Erased>(), 0u);
  EXPECT_EQ(agent.last<from_node::Erased>()->digests.size(), 4u);
}

TEST_F(OneErasing, WhoComesLaterHearsWhatToDrop) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  visitor.leave();
  erase_vera(host);
  Client back = vera.link(host, {{chat, Hash32{}}});
  ASSERT_TRUE(back.last<from_node::Erased>());
  EXPECT_THAT(back.last<from_node::Erased>()->digests,
              UnorderedElementsAre(opening->digest, question->digest, answer->digest));
  EXPECT_EQ(Client(vera.link(host)).count<from_node::Erased>(), 0u);
}

TEST_F(OneErasing, WhoseHelloDidNotNameTheChatHearsItInAnswerToWhatTheyHold) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  erase_vera(host);
  Agent bob(world, "bob");
  for (const bool is_theirs : {true, false}) {
    Client back = is_theirs ? ann.link(host) : bob.link(host);
    back.forget();
    from_client::Have have{chat, {}, false};
    for (const ContentPtr& content : {question, note}) have.items.push_back({content->digest, {}});
    back.say(have);
    world.settle();
    ASSERT_TRUE(back.last<from_node::Erased>()) << is_theirs;
    EXPECT_THAT(back.last<from_node::Erased>()->digests,
                UnorderedElementsAre(question->digest, note->digest));
  }
  Client back = vera.link(host);
  back.forget();
  back.say(from_client::Have{chat, {{opening->digest, {}}, {note->digest, {}}}, false});
  world.settle();
  EXPECT_THAT(back.last<from_node::Erased>()->digests, ElementsAre(opening->digest));
}

TEST_F(OneErasing, AnAcceptanceWithItsBodyThatComesLateIsKeptAsAHead) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  const Origin elsewhere("redundant/n1/01HZZZZZZZZZZZZZZZZZZZZZZ1");
  const auto late = protocol::accept(world.keys.cluster, question->digest, elsewhere, Seq(7),
                                     hlc_of(world.clock.now().wall));
  erase_vera(host);
  visitor.send(question, {late});
  world.settle();
  EXPECT_THAT(bodies(Deployment::kPrimary, chat), IsEmpty());
  EXPECT_EQ(host.metric("erased_bodies_refused_total"), 1);
  const auto entries = disk(Deployment::kPrimary).read_chat({SiteId(testing::kSite), chat}).value();
  EXPECT_EQ(
      std::ranges::count_if(
          entries, [&](const auto& stored) { return stored.entry.acceptance.mac == late.mac; }),
      1);
}

TEST_F(OneErasing, AnEntryThatWasOnItsWayToTheDiskIsWipedWhenItIsThere) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  const WallMs now = world.clock.now().wall;
  const auto erase = erase_content(vera.writer.author(), now);
  host.hold_disk(true);
  json::Array events{json::Object{{"head", erase->head_bytes}, {"body", *erase->body_bytes}}};
  host.admin("POST", "/v1/admin/append",
             json::serialize(json::Object{{"events", std::move(events)}}));
  visitor.send(vera.writer.message(chat, "at the same time", {question->digest}));
  host.hold_disk(false);
  world.pass(Ms(300));
  EXPECT_THAT(bodies(Deployment::kPrimary, chat), IsEmpty());
}

TEST_F(OneErasing, ACutAheadOfTimeAStrangersChatOrAnUnknownSiteIsRefused) {
  const auto reply =
      append(host, erase_content(vera.writer.author(), world.clock.now().wall + Ms(60'000)));
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("until"));
  Writer admin = world.administrator();
  const auto bad = [&](const std::string& body) {
    return append(host,
                  admin.write(admin.draft("erase", protocol::ChatId(), Audience::kNodes), body))
        .body;
  };
  EXPECT_THAT(bad(R"({"nonce":"AAAAAAAAAAAAAAAAAAAAAA","until":"0000000000000001"})"),
              HasSubstr("visitor, chat"));
  EXPECT_THAT(
      bad(R"({"nonce":"AAAAAAAAAAAAAAAAAAAAAA","visitor":"o:ann","until":"0000000000000001"})"),
      HasSubstr("visitor"));
  EXPECT_THAT(
      bad(R"({"nonce":"AAAAAAAAAAAAAAAAAAAAAA","visitor":"v:1234567890123456789012","until":7})"),
      HasSubstr("until"));
  EXPECT_EQ(*json::get_int(told(host), "count"), 0);
}

TEST_F(OneErasing, AnOrdinaryRestartHidesNothingAndDoesNothingTwice) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  erase_vera(host);
  Visitor otto(world, "otto");
  Client others = otto.link(host);
  const auto elsewhere = otto.writer.open("Otto");
  others.send(elsewhere);
  world.settle();
  host.stop();
  host.start();
  world.pass(Ms(1'500));
  EXPECT_FALSE(*json::get_bool(told(host), "in_doubt"));
  EXPECT_EQ(*json::get_int(told(host), "carried_out"), 1);
  Client back = otto.link(host, {{elsewhere->head.chat, Hash32{}}});
  back.say(from_client::Have{elsewhere->head.chat, {}, false});
  world.settle();
  EXPECT_EQ(back.count<from_node::Event>(), 1u);
}

TEST_F(OneErasing, DataFromBeforeErasureExistedIsNotHidden) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  host.stop();
  host.config().erasures.reset();
  host.start();
  world.pass(Ms(1'500));
  EXPECT_FALSE(*json::get_bool(told(host), "in_doubt"));
  EXPECT_TRUE(host.config().erasures.has_value());
}

TEST_F(OneErasing, ARestoredJournalHidesOldTranscriptsUntilAPersonConfirms) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  const auto backup = disk(Deployment::kPrimary).clone();
  erase_vera(host);
  host.stop();
  disk(Deployment::kPrimary).restore(*backup);
  host.start();
  world.pass(Ms(1'500));
  EXPECT_TRUE(*json::get_bool(told(host), "in_doubt"));

  Client back = vera.link(host, {{chat, Hash32{}}});
  back.say(from_client::Have{chat, {}, false});
  const auto fresh = vera.writer.message(chat, "is anybody there?");
  back.send(fresh);
  world.settle();
  EXPECT_TRUE(back.accepted(fresh->digest).has_value());
  EXPECT_EQ(back.count<from_node::Event>(), 0u);
  host.stop();
  host.start();
  world.pass(Ms(1'500));
  EXPECT_TRUE(*json::get_bool(told(host), "in_doubt")) << "a restart settles nothing";

  host.admin("POST", "/v1/admin/erasures", R"({"confirm":true})");
  world.pass(Ms(200));
  EXPECT_FALSE(*json::get_bool(told(host), "in_doubt"));
  Client seeing = vera.link(host, {{chat, Hash32{}}});
  seeing.say(from_client::Have{chat, {}, false});
  world.settle();
  EXPECT_THAT(seeing.texts(), Contains("my secret"));
}

TEST_F(OneErasing, AMissingMarkBesideErasuresIsADoubt) {
  Client visitor = vera.link(host);
  Client agent = ann.link(host);
  talk(visitor, agent);
  erase_vera(host);
  host.stop();
  host.config().erasures.reset();
  host.start();
  world.pass(Ms(1'500));
  EXPECT_TRUE(*json::get_bool(told(host), "in_doubt"));
}

}  // namespace
}  // namespace holdfast::node
