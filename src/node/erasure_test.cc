// Bodies that were erased are gone, and never come back. docs/protocol.md §11.
#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/json.h"
#include "base/ulid.h"
#include "chat/erasure.h"
#include "node/test_fixture.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"

namespace holdfast::node {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

// Until a new process may pull: the one before it was killed with its lease.
constexpr Ms kLeaseIsOver{13'000};

protocol::Hlc hlc_of(WallMs wall) {
  return protocol::Hlc(static_cast<std::uint64_t>(wall.value()) * protocol::kHlcPerMs + 65'535);
}

// What is known and done in each of the tests.
class Erasing : public NodeTest {
 protected:
  Erasing() : vera(world, "vera"), ann(world, "ann") {}

  ContentPtr erase_content(const Author& visitor, WallMs until) {
    Writer admin = world.administrator();
    const chat::Erasure what{SiteId(testing::kSite), visitor, {}, hlc_of(until)};
    return admin.write(admin.draft("erase", protocol::ChatId(), Audience::kNodes),
                       chat::erasure_body(what, admin.new_nonce(), "by letter"));
  }
  HttpReply append(Host& host, const ContentPtr& content) {
    json::Array events{json::Object{{"head", content->head_bytes}, {"body", *content->body_bytes}}};
    const RequestId id = host.admin("POST", "/v1/admin/append",
                                    json::serialize(json::Object{{"events", std::move(events)}}));
    world.settle();
    return host.reply(id);
  }
  // Everything that vera wrote, or was written to her, until a moment ago.
  void erase_vera(Host& host) {
    world.jump(Ms(5));
    const HttpReply reply =
        append(host, erase_content(vera.writer.author(), world.clock.now().wall - Ms(2)));
    ASSERT_EQ(reply.status, 200) << reply.body;
    world.pass(Ms(300));
  }
  // Bodies of a chat's people, as a journal has them.
  std::vector<std::string> bodies(Deployment deployment, const protocol::ChatId& chat) {
    std::vector<std::string> found;
    const auto held = disk(deployment).read_chat({SiteId(testing::kSite), chat}).value();
    for (const auto& stored : held) {
      const protocol::Content& content = *stored.entry.content;
      if (content.body_bytes && content.head.kind != "route") found.push_back(*content.body_bytes);
    }
    return found;
  }
  static json::Object told(Host& host) {
    const RequestId id = host.admin("GET", "/v1/admin/erasures");
    return json::parse_object(host.reply(id).body).value();
  }

  Visitor vera;
  Agent ann;
};

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

// ---- retention ----

class Keeping : public Erasing {
 protected:
  Keeping() : host(world.add(Deployment::kPrimary)) {
    world.install_settings(Deployment::kPrimary);
    Writer admin = world.administrator();
    const auto days = admin.set("site:shop", "retention_days", "30");
    const Origin origin("primary/init/01HZZZZZZZZZZZZZZZZZZZZZZ2");
    const auto acceptance = protocol::accept(world.keys.cluster, days->digest, origin, Seq(1),
                                             hlc_of(world.clock.now().wall));
    const auto before = protocol::chain_start(origin);
    const std::vector<Entry> entries{{origin, Seq(1),
                                      protocol::chain_next(before, days->digest, acceptance.mac),
                                      days, acceptance, before}};
    CHECK(disk(Deployment::kPrimary).append(entries, std::nullopt).has_value());
    world.start_all();
    world.pass(Ms(1'500));
  }
  protocol::ChatId talk(bool close) {
    Client visitor = vera.link(host);
    const auto opening = vera.writer.open();
    visitor.send(opening);
    world.settle();
    if (close) {
      visitor.say(from_client::Ask{Ulid::make(world.clock.now().wall, world.random).text(),
                                   opening->head.chat,
                                   protocol::AskWhat::kClose,
                                   {},
                                   {}});
    }
    world.pass(Ms(300));
    visitor.leave();
    return opening->head.chat;
  }

  Host& host;
};

TEST_F(Keeping, AChatIsErasedWhenItWasClosedForLongEnoughAndAnOpenOneIsNot) {
  const auto closed = talk(true);
  const auto open = talk(false);
  world.pass(Ms(2'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, closed), Not(IsEmpty()));
  host.stop();
  world.jump(Ms(29LL * 86'400'000));
  host.start();
  world.pass(Ms(5'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, closed), Not(IsEmpty()));
  host.stop();
  world.jump(Ms(2LL * 86'400'000));
  host.start();
  world.pass(Ms(5'000));
  EXPECT_THAT(bodies(Deployment::kPrimary, closed), IsEmpty());
  EXPECT_THAT(bodies(Deployment::kPrimary, open), Not(IsEmpty()));
  EXPECT_EQ(*json::get_int(told(host), "count"), 1);
  host.stop();
  host.start();
  world.pass(Ms(5'000));
  EXPECT_EQ(*json::get_int(told(host), "count"), 1) << "once is enough";
}

}  // namespace
}  // namespace holdfast::node
