// Settings that operators write in the console: accepted, obeyed everywhere, shown, and safe.
#include "base/json.h"
#include "chat/chat.h"
#include "node/test_fixture.h"
#include "protocol/hashes.h"
#include "protocol/token.h"

namespace holdfast::node {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::string_view kSomePassword =
    "\"$argon2id$v=19$m=65536,t=2,p=1$b3zVnA8q1kq8sTZ2Cq0J0w$"
    "0pMZ2m3m4y1H0j6cB0gq1yTzG1m1s8o8m1tC2Jk0y3E\"";

// The unreplaced writes of a register, as a console learns them.
std::vector<Digest> unreplaced(const Client& console, const std::string& entity,
                               const std::string& field) {
  std::vector<Digest> found;
  for (const auto& page : console.all<from_node::Registers>()) {
    for (const auto& each : page.registers) {
      if (each.entity == entity && each.field == field) found = each.unreplaced;
    }
  }
  return found;
}

std::optional<protocol::RegisterSeen> seen(const Client& console, const std::string& entity,
                                           const std::string& field) {
  std::optional<protocol::RegisterSeen> found;
  for (const auto& page : console.all<from_node::Registers>()) {
    for (const auto& each : page.registers) {
      if (each.entity == entity && each.field == field) found = each;
    }
  }
  return found;
}

class OperatorsSettings : public TwoDeployments {
 protected:
  OperatorsSettings() : olga(world, "olga") {
    // As the command line does.
    for (const std::string who : {"ann", "bob", "olga"}) {
      admin("operator:" + who, "role", who == "olga" ? "\"owner\"" : "\"operator\"");
      if (who == "olga") admin("operator:olga", "active", "true");
      if (who == "olga") admin("operator:olga", "name", "\"Olga\"");
    }
    world.pass(Ms(1'500));
  }
  void admin(const std::string& entity, const std::string& field, const std::string& value) {
    administer(primary, entity, field, value);
  }

  Agent olga;
};

TEST_F(OperatorsSettings, AWriteHasTheTwoTicksOfAMessage) {
  Client console = olga.link(primary);
  const auto write = olga.writer.set("site:shop", "name", "\"Better shop\"");
  console.send(write);
  EXPECT_FALSE(console.accepted(write->digest));
  world.settle();
  ASSERT_TRUE(console.accepted(write->digest));
  world.pass(Ms(1'500));
  ASSERT_THAT(console.all<from_node::Safe>(), SizeIs(1));
  EXPECT_EQ(console.last<from_node::Safe>()->digest, write->digest);
}

TEST_F(OperatorsSettings, ARepeatedOrHedgedWriteIsOneWrite) {
  Client console = olga.link(primary);
  Client warm = olga.link(redundant);
  const auto write = olga.writer.set("site:shop", "name", "\"Better shop\"");
  for (int i = 0; i < 3; ++i) console.send(write);
  warm.send(write, {}, true);
  world.pass(Ms(1'500));
  EXPECT_TRUE(console.accepted(write->digest));
  EXPECT_TRUE(warm.accepted(write->digest));
  console.say(from_client::View{true});
  EXPECT_THAT(unreplaced(console, "site:shop", "name"), SizeIs(2));  // init's and this one
}

TEST_F(OperatorsSettings, AreObeyedAtBothDeployments) {
  Client console = olga.link(primary);
  Client visitor = vera.link(redundant);
  Client here = vera.link(primary);
  console.send(olga.writer.set("site:shop", "colour", "\"#aa0000\""));
  world.pass(Ms(1'500));
  for (const Client* link : {&visitor, &here, &console}) {
    ASSERT_TRUE(link->last<from_node::Site>());
    EXPECT_EQ(link->last<from_node::Site>()->site.colour, "#aa0000");
  }
  EXPECT_EQ(vera.link(redundant).last<from_node::Welcome>()->site->colour, "#aa0000");
}

TEST_F(OperatorsSettings, WhoMayNotIsRefusedByTheNode) {
  Client console = ann.link(primary);
  const auto write = ann.writer.set("site:shop", "name", "\"Ann's\"");
  console.send(write);
  world.settle();
  EXPECT_EQ(console.refused(write->digest)->code, Code::kNotAllowed);
  EXPECT_THAT(console.refused(write->digest)->why, HasSubstr("name of site:shop"));
  Client visitor = vera.link(primary);
  Writer mallory(SiteId(testing::kSite), vera.writer.author(), world.clock, world.random);
  const auto by_visitor = mallory.set("site:shop", "name", "\"Vera's\"");
  visitor.send(by_visitor);
  world.settle();
  EXPECT_EQ(visitor.refused(by_visitor->digest)->code, Code::kNotAllowed);
}

TEST_F(OperatorsSettings, WhatIsWrongIsRefusedWithItsField) {
  Client console = olga.link(primary);
  const auto write = olga.writer.set("site:shop", "origins", "[\"https://shop.example/\"]");
  console.send(write);
  world.settle();
  EXPECT_EQ(console.refused(write->digest)->code, Code::kBadFrame);
  EXPECT_THAT(console.refused(write->digest)->why, HasSubstr("origins[0]"));
}

TEST_F(OperatorsSettings, EverybodyMayRenameThemselvesAndVisitorsHearIt) {
  Client visitor = vera.link(primary);
  Client console = ann.link(primary);
  const auto opening = vera.writer.open();
  visitor.send(opening);
  world.settle();
  console.send(ann.writer.message(opening->head.chat, "hello"));
  world.settle();
  console.send(ann.writer.set("operator:ann", "name", "\"Annabel\""));
  world.settle();
  EXPECT_EQ(visitor.last<from_node::Person>()->person,
            (protocol::PersonSeen{ann.writer.author(), "Annabel"}));
  Client stranger = bob.link(primary);
  const auto foreign = bob.writer.set("operator:ann", "name", "\"Bobby\"");
  stranger.send(foreign);
  world.settle();
  EXPECT_EQ(stranger.refused(foreign->digest)->code, Code::kNotAllowed);
}

TEST_F(OperatorsSettings, AWriteThatOnlyABrowserStillHasIsTakenWithItsAcceptance) {
  world.cut();
  Client console = olga.link(primary);
  const auto write = olga.writer.set("site:shop", "name", "\"Better shop\"");
  console.send(write);
  world.settle();
  const auto acceptance = console.accepted(write->digest);
  ASSERT_TRUE(acceptance);
  primary.stop();  // and with it the only copy
  administer(redundant, "operator:bob", "role", "\"owner\"");
  administer(redundant, "operator:olga", "role", "\"operator\"");
  Client other = olga.link(redundant, {}, {write->digest});
  EXPECT_THAT(other.last<from_node::Welcome>()->outbox, IsEmpty());
  other.send(write, {*acceptance});
  world.settle();
  ASSERT_TRUE(other.accepted(write->digest));
  EXPECT_EQ(vera.link(redundant).last<from_node::Welcome>()->site->name, "Better shop");
  Client again = olga.link(redundant, {}, {write->digest});
  ASSERT_THAT(again.last<from_node::Welcome>()->outbox, SizeIs(1));
}

TEST_F(OperatorsSettings, AForgedAcceptanceHelpsNobody) {
  Client console = ann.link(primary);
  const auto write = ann.writer.set("site:shop", "name", "\"Ann's\"");
  Acceptance forged = *[&] {
    const auto own = ann.writer.set("operator:ann", "name", "\"A\"");
    console.send(own);
    world.settle();
    return console.accepted(own->digest);
  }();
  console.send(write, {forged});
  world.settle();
  EXPECT_EQ(console.refused(write->digest)->code, Code::kNotAllowed);
}

TEST_F(OperatorsSettings, ASecondWriteWithOneIdIsRefused) {
  Client console = olga.link(primary);
  const auto first = olga.writer.set("site:shop", "name", "\"One\"");
  protocol::Draft same = olga.writer.draft("set", {}, Audience::kNodes);
  same.id = first->head.id;
  const auto second = olga.writer.write(
      same, chat::write_body({"site:shop", "name", "\"Two\"", false, {}}, olga.writer.new_nonce()));
  console.send(first);
  console.send(second);
  world.settle();
  EXPECT_TRUE(console.accepted(first->digest));
  EXPECT_EQ(console.refused(second->digest)->code, Code::kIdConflict);
}

TEST_F(OperatorsSettings, OfTwoOwnersWhoLeaveAtOnceOneStays) {
  admin("operator:bob", "role", "\"owner\"");
  world.settle();
  Client olgas = olga.link(primary);
  Client bobs = bob.link(primary);
  primary.hold_disk(true);
  const auto one = bob.writer.set("operator:olga", "role", "\"admin\"");
  const auto other = olga.writer.set("operator:bob", "role", "\"admin\"");
  bobs.send(one);
  olgas.send(other);
  primary.hold_disk(false);
  world.settle();
  EXPECT_TRUE(bobs.accepted(one->digest));
  EXPECT_EQ(olgas.refused(other->digest)->code, Code::kOverloaded);
  olgas.send(other);
  world.settle();
  EXPECT_EQ(olgas.all<from_node::Refused>().back().code, Code::kNotAllowed);
}

TEST_F(OperatorsSettings, NobodyWritesThousandsOfThem) {
  Client console = olga.link(primary);
  std::size_t sent = 0;
  while (console.count<from_node::Refused>() == 0 && sent < 500) {
    console.send(olga.writer.set("site:shop", "name", "\"" + std::to_string(++sent) + "\""));
    if (sent % 50 == 0) world.pass(Ms(1'000));
  }
  const auto refused = *console.last<from_node::Refused>();
  EXPECT_EQ(refused.code, Code::kRateLimited);
  EXPECT_GT(refused.retry_ms.value_or(0), 0u);
}

TEST_F(OperatorsSettings, AfterARestartAWriteIsKnownAndSafe) {
  const auto write = olga.writer.set("site:shop", "name", "\"Better shop\"");
  olga.link(primary).send(write);
  world.pass(Ms(1'500));
  primary.stop();
  primary.start();
  world.connect(primary, redundant);
  world.pass(Ms(3'000));
  Client back = olga.link(primary, {}, {write->digest});
  const auto welcome = *back.last<from_node::Welcome>();
  ASSERT_THAT(welcome.outbox, SizeIs(1));
  EXPECT_TRUE(welcome.outbox[0].safe);
  EXPECT_EQ(welcome.site->name, "Better shop");
}

// ---- what consoles see of them ----

class Views : public OperatorsSettings {};

TEST_F(Views, AnOwnerSeesEverythingButSecrets) {
  Client console = olga.link(primary);
  console.say(from_client::View{true});
  ASSERT_TRUE(seen(console, "site:shop", "origins"));
  EXPECT_EQ(seen(console, "site:shop", "name")->value, "\"Shop\"");
  EXPECT_EQ(seen(console, "site:shop", "name")->by, Author("a:init"));
  EXPECT_TRUE(seen(console, "site:shop", "name")->at);
  ASSERT_TRUE(seen(console, "operator:ann", "password"));
  EXPECT_EQ(seen(console, "operator:ann", "password")->value, std::nullopt);
  EXPECT_FALSE(console.last<from_node::Registers>()->more);
}

TEST_F(Views, AnOperatorSeesThemselves) {
  Client console = ann.link(primary);
  console.say(from_client::View{true});
  EXPECT_TRUE(seen(console, "operator:ann", "name"));
  EXPECT_FALSE(seen(console, "operator:bob", "name"));
  EXPECT_FALSE(seen(console, "site:shop", "name"));
}

TEST_F(Views, AWebhooksSecretIsSetAndNothingMore) {
  Client console = olga.link(primary);
  console.say(from_client::View{true});
  console.send(
      olga.writer.set("webhook:crm", "secret", "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\""));
  console.send(olga.writer.set("webhook:crm", "url", "\"https://hooks.example/\""));
  world.settle();
  EXPECT_EQ(seen(console, "webhook:crm", "secret")->value, std::nullopt);
  EXPECT_EQ(seen(console, "webhook:crm", "url")->value, "\"https://hooks.example/\"");
  const RequestId id = primary.admin("GET", "/v1/admin/settings");
  EXPECT_THAT(primary.reply(id).body, Not(HasSubstr("whsec_")));
}

TEST_F(Views, WhatChangesIsToldToThoseWhoLook) {
  Client viewing = olga.link(redundant);
  Client elsewhere = olga.link(redundant);
  viewing.say(from_client::View{true});
  viewing.forget();
  Client writing = olga.link(primary);
  writing.send(olga.writer.set("site:shop", "greeting", "\"Hi\""));
  world.pass(Ms(1'500));
  EXPECT_EQ(seen(viewing, "site:shop", "greeting")->value, "\"Hi\"");
  EXPECT_EQ(elsewhere.count<from_node::Registers>(), 0u);
  viewing.say(from_client::View{false});
  viewing.forget();
  writing.send(olga.writer.set("site:shop", "greeting", "\"Ho\""));
  world.pass(Ms(1'500));
  EXPECT_EQ(viewing.count<from_node::Registers>(), 0u);
}

TEST_F(Views, WhoIsDemotedHearsItAndSeesNoMore) {
  admin("operator:ann", "role", "\"admin\"");
  Client anns = ann.link(primary);
  anns.say(from_client::View{true});
  EXPECT_TRUE(seen(anns, "site:shop", "origins"));
  Client olgas = olga.link(primary);
  olgas.say(from_client::View{true});
  anns.forget();
  olgas.send(olga.writer.set("operator:ann", "role", "\"operator\"",
                             unreplaced(olgas, "operator:ann", "role")));
  world.settle();
  EXPECT_EQ(anns.last<from_node::Site>()->role, "operator");
  EXPECT_FALSE(seen(anns, "site:shop", "origins"));
  anns.forget();
  olgas.send(olga.writer.set("site:shop", "transcripts", "true"));
  world.settle();
  EXPECT_EQ(anns.count<from_node::Registers>(), 0u);
  const auto write = ann.writer.set("site:shop", "transcripts", "false");
  anns.send(write);
  world.settle();
  EXPECT_EQ(anns.refused(write->digest)->code, Code::kNotAllowed);
}

TEST_F(Views, LongSettingsComeInPagesOfWhichEachFitsItsFrame) {
  Client console = olga.link(primary);
  std::string text;
  for (int i = 0; i < 1'990; ++i) text += "\\\"";
  for (int i = 0; i < 12; ++i) {
    console.send(
        olga.writer.set("site:shop", i % 2 == 0 ? "greeting" : "away", "\"" + text + "\""));
    console.send(olga.writer.set("operator:u" + std::to_string(i), "name", "\"U\""));
  }
  std::string origins = "[\"https://shop.example\"";
  for (int i = 0; i < 99; ++i)
    origins += ",\"https://" + std::string(100, 'a') + std::to_string(i) + ".example\"";
  console.send(olga.writer.set("site:shop", "origins", origins + "]"));
  world.settle();
  console.forget();
  console.say(from_client::View{true});
  const auto pages = console.all<from_node::Registers>();
  ASSERT_GT(pages.size(), 1u);
  std::size_t registers = 0;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    EXPECT_EQ(pages[i].more, i + 1 < pages.size());
    registers += pages[i].registers.size();
  }
  EXPECT_GT(registers, 3 * pages.size()) << "pages, and not a frame for each";
  EXPECT_TRUE(seen(console, "site:shop", "greeting"));
  EXPECT_TRUE(seen(console, "site:shop", "origins"));
}

TEST_F(Views, AreNotForVisitors) {
  Client visitor = vera.link(primary);
  visitor.say(from_client::View{true});
  EXPECT_EQ(visitor.error(), Code::kNotAllowed);
  EXPECT_EQ(visitor.count<from_node::Registers>(), 0u);
}

// ---- sessions that end ----

class EndedSessions : public OperatorsSettings {};

TEST_F(EndedSessions, WhoeverIsDeactivatedIsOutAtBothDeployments) {
  Client here = ann.link(primary);
  Client there = ann.link(redundant);
  Client olgas = olga.link(primary);
  olgas.say(from_client::View{true});
  olgas.send(olga.writer.set("operator:ann", "active", "false",
                             unreplaced(olgas, "operator:ann", "active")));
  world.settle();
  EXPECT_EQ(here.closed(), Code::kRevoked);
  world.pass(Ms(1'500));
  EXPECT_EQ(there.closed(), Code::kRevoked);
  EXPECT_FALSE(olgas.closed());
}

TEST_F(EndedSessions, ASessionThatItsOwnerEndedIsOutAndStaysOut) {
  Client here = ann.link(primary);
  Client there = ann.link(redundant);
  const auto token = protocol::read_token(world.keys.session, ann.token, world.clock.now().wall);
  here.send(ann.writer.set("session:" + token->sid, "ended", "true"));
  world.settle();
  EXPECT_EQ(here.closed(), Code::kRevoked);
  world.pass(Ms(1'500));
  EXPECT_EQ(there.closed(), Code::kRevoked);
  Client again(world, redundant, testing::kConsoleOrigin);
  again.say(again.operator_hello(ann.token));
  world.settle();
  EXPECT_EQ(again.closed(), Code::kRevoked);
  // Another session of the same operator goes on.
  EXPECT_TRUE(Agent(world, "ann").link(primary).last<from_node::Welcome>());
}

TEST_F(EndedSessions, NobodyEndsSomebodyElsesSession) {
  Client anns = ann.link(primary);
  Client bobs = bob.link(primary);
  const auto token = protocol::read_token(world.keys.session, ann.token, world.clock.now().wall);
  bobs.send(bob.writer.set("session:" + token->sid, "ended", "true"));
  world.settle();
  EXPECT_FALSE(anns.closed());
}

TEST_F(EndedSessions, SessionsOfBeforeAPointInTimeEnd) {
  Client here = ann.link(primary);
  const auto later = std::to_string(world.clock.now().wall.value() + 1);
  Client olgas = olga.link(primary);
  olgas.send(olga.writer.set("operator:ann", "sessions_after", later));
  world.settle();
  EXPECT_EQ(here.closed(), Code::kRevoked);
}

// ---- what a link is told of the site and its people ----

class Names : public OperatorsSettings {};

TEST_F(Names, TheWelcomeTellsRoleAndSite) {
  const auto console = *olga.link(primary).last<from_node::Welcome>();
  EXPECT_EQ(console.role, "owner");
  EXPECT_EQ(console.site->name, "Shop");
  EXPECT_FALSE(console.people);
  const auto visitor = *vera.link(primary).last<from_node::Welcome>();
  EXPECT_FALSE(visitor.role);
  EXPECT_EQ(visitor.site->name, "Shop");
  EXPECT_THAT(*visitor.people, IsEmpty());
}

TEST_F(Names, AVisitorHearsAnOperatorsNameBeforeAnythingOfTheirs) {
  Client visitor = vera.link(primary);
  const auto opening = vera.writer.open();
  visitor.send(opening);
  world.settle();
  Client console = ann.link(primary);
  visitor.forget();
  console.say(from_client::Ask{
      "01HZZZZZZZZZZZZZZZZZZZZZ01", opening->head.chat, protocol::AskWhat::kAccept, {}});
  console.send(ann.writer.message(opening->head.chat, "hello"));
  world.settle();
  const auto heard = visitor.heard();
  ASSERT_GE(heard.size(), 3u);
  ASSERT_TRUE(std::holds_alternative<from_node::Person>(heard[0]));
  EXPECT_EQ(std::get<from_node::Person>(heard[0]).person,
            (protocol::PersonSeen{ann.writer.author(), "ann"}));
  EXPECT_EQ(visitor.count<from_node::Person>(), 1u);
  EXPECT_EQ(console.count<from_node::Person>(), 0u);
}

TEST_F(Names, AVisitorWhoComesBackHearsThemInTheWelcome) {
  Client visitor = vera.link(primary);
  const auto opening = vera.writer.open();
  visitor.send(opening);
  world.settle();
  ann.link(primary).send(ann.writer.message(opening->head.chat, "hello"));
  world.settle();
  const auto welcome = *vera.link(primary).last<from_node::Welcome>();
  ASSERT_THAT(*welcome.people, SizeIs(1));
  EXPECT_EQ((*welcome.people)[0].name, "ann");
}

TEST_F(Names, ANoteNamesNobodyToAVisitor) {
  Client visitor = vera.link(primary);
  const auto opening = vera.writer.open();
  visitor.send(opening);
  world.settle();
  ann.link(primary).send(ann.writer.note(opening->head.chat, "hm"));
  world.settle();
  EXPECT_EQ(visitor.count<from_node::Person>(), 0u);
}

}  // namespace
}  // namespace holdfast::node
