#include "chat/effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/names.h"
#include "protocol/test_events.h"

namespace holdfast::chat {
namespace {

using protocol::Author;
using protocol::ContentPtr;
using protocol::Deployment;
using protocol::Digest;
using protocol::Event;
using protocol::Hlc;
using protocol::testing::kTestOperator;
using protocol::testing::kTestSite;
using protocol::testing::test_chat;
using protocol::testing::test_event;
using protocol::testing::test_message;
using protocol::testing::test_nonce;
using protocol::testing::test_opening;
using protocol::testing::test_ulid;
using protocol::testing::test_visitor;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ContentPtr make(unsigned n, const Author& author, const std::string& kind, std::string fields,
                protocol::Audience audience = protocol::Audience::kChat,
                std::vector<Digest> after = {}) {
  return protocol::compose(
      {kTestSite, test_chat(), author, protocol::EventId(test_ulid(n)), kind, audience,
       std::move(after)},
      "{\"nonce\":\"" + test_nonce(n) + "\"" + (fields.empty() ? "" : "," + fields) + "}");
}

ContentPtr contact(unsigned n, std::string fields) {
  return make(n, test_visitor(), "contact", std::move(fields));
}

ContentPtr closing(unsigned n, std::vector<Digest> covers, Deployment by = Deployment::kPrimary) {
  Decision decision;
  decision.state = Decision::State::kClosed;
  decision.epoch = protocol::Epoch(by == Deployment::kPrimary ? 1 : 2);
  decision.term = protocol::Term(1);
  decision.covers = std::move(covers);
  return protocol::compose({kTestSite,
                            test_chat(),
                            protocol::author_of(by),
                            protocol::EventId(test_ulid(n)),
                            "route",
                            protocol::Audience::kChat,
                            {}},
                           decision_body(decision, test_nonce(n)));
}

std::vector<std::string> texts(const std::vector<SideEffect>& effects) {
  std::vector<std::string> out;
  for (const auto& effect : effects) out.push_back(effect.what + " " + effect.to);
  return out;
}

const std::vector<StandingOrder> kTranscripts{{"email.transcript", "", Hlc(0)}};
const std::string kWanted = R"("email":"vera@example.com","transcript":true)";

TEST(EffectsOfAnEvent, AreThoseThatTheSiteAsksForByName) {
  const std::vector<StandingOrder> orders{{"webhook:message.created", "crm", Hlc(0)},
                                          {"webhook:chat.opened", "crm", Hlc(0)},
                                          {"email.offline", "desk@example.com", Hlc(0)}};
  EXPECT_THAT(texts(effects_of(test_event(test_opening(), 1), orders)),
              ElementsAre("webhook:chat.opened crm"));
  const auto said = test_event(test_message(1, test_visitor()), 2);
  EXPECT_THAT(texts(effects_of(said, orders)), ElementsAre("webhook:message.created crm"));
  const auto left =
      test_event(make(2, test_visitor(), "message", R"("text":"nobody there?","offline":true)"), 3);
  EXPECT_THAT(texts(effects_of(left, orders)),
              ElementsAre("webhook:message.created crm", "email.offline desk@example.com"));
}

TEST(EffectsOfAnEvent, AreNoneForWhatWasAcceptedBeforeTheOrderWasGiven) {
  const std::vector<StandingOrder> orders{{"webhook:message.created", "crm", Hlc(10)}};
  EXPECT_THAT(effects_of(test_event(test_message(1, test_visitor()), 10), orders), IsEmpty());
  EXPECT_EQ(effects_of(test_event(test_message(1, test_visitor()), 11), orders).size(), 1u);
}

TEST(EffectsOfAnEvent, AreNoneForNotesAndForWhatAnOperatorMarksOffline) {
  const std::vector<StandingOrder> orders{{"webhook:message.created", "crm", Hlc(0)},
                                          {"email.offline", "desk@example.com", Hlc(0)}};
  const auto note =
      make(1, kTestOperator, "note", R"("text":"a secret")", protocol::Audience::kOperators);
  EXPECT_THAT(effects_of(test_event(note, 1), orders), IsEmpty());
  const auto said = make(2, kTestOperator, "message", R"("text":"hello","offline":true)");
  EXPECT_THAT(texts(effects_of(test_event(said, 2), orders)),
              ElementsAre("webhook:message.created crm"));
}

TEST(EffectsOfAnEvent, AreNoneOnceItsBodyIsErased) {
  const std::vector<StandingOrder> orders{{"webhook:message.created", "crm", Hlc(0)}};
  Event erased = test_event(test_message(1, test_visitor()), 1);
  protocol::Content content = *erased.content;
  content.body_bytes.reset();
  erased.content = std::make_shared<const protocol::Content>(std::move(content));
  EXPECT_THAT(effects_of(erased, orders), IsEmpty());
}

TEST(EffectKey, DiffersInEveryPartAndIsTheSameForEverybody) {
  const SideEffect effect{"webhook:chat.opened", test_opening()->digest, "crm"};
  const EffectKey key = key_of(kTestSite, test_chat(), effect);
  EXPECT_EQ(key, key_of(kTestSite, test_chat(), effect));
  SideEffect other = effect;
  other.to = "crm2";
  EXPECT_NE(key, key_of(kTestSite, test_chat(), other));
  EXPECT_NE(key, key_of(protocol::SiteId("shop2"), test_chat(), effect));
}

class OwedTranscript : public ::testing::Test {
 protected:
  // opening, question, answer, contact; `fields` are the contact's.
  std::vector<Event> conversation(const std::string& fields) {
    return {test_event(test_opening(), 1), test_event(question, 2), test_event(answer, 3),
            test_event(contact(5, fields), 4)};
  }
  ContentPtr question = test_message(1, test_visitor(), {test_opening()->digest});
  ContentPtr answer = test_message(2, kTestOperator, {question->digest});
};

TEST_F(OwedTranscript, IsOwedOnceTheChatIsClosedToWhoeverAskedForIt) {
  auto events = conversation(kWanted);
  EXPECT_FALSE(transcript_owed(events, kTranscripts));
  events.push_back(test_event(closing(9, {answer->digest}), 9));
  const auto owed = transcript_owed(events, kTranscripts);
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->to, "vera@example.com");
  EXPECT_EQ(owed->of, answer->digest);
  EXPECT_FALSE(transcript_owed(events, {}));
}

TEST_F(OwedTranscript, IsNotOwedUnasked) {
  for (const std::string fields : {R"("email":"vera@example.com")", R"("transcript":true)",
                                   R"("email":"vera@example.com","transcript":false)"}) {
    auto events = conversation(fields);
    events.push_back(test_event(closing(9, {answer->digest}), 9));
    EXPECT_FALSE(transcript_owed(events, kTranscripts)) << fields;
  }
}

TEST_F(OwedTranscript, IsOneForBothDeploymentsThatCloseTheChatAtOnce) {
  auto here = conversation(kWanted);
  auto there = here;
  here.push_back(test_event(closing(9, {answer->digest}), 9));
  there.push_back(test_event(closing(8, {answer->digest}, Deployment::kRedundant), 10));
  EXPECT_EQ(transcript_owed(here, kTranscripts), transcript_owed(there, kTranscripts));
}

TEST_F(OwedTranscript, OfAChatInWhichNoOperatorSpokeIsNotSent) {
  auto events = conversation(kWanted);
  events.push_back(test_event(closing(9, {question->digest}), 9));
  EXPECT_FALSE(transcript_owed(events, kTranscripts));
}

TEST_F(OwedTranscript, WaitsForWhatTheClosingCovers) {
  auto events = conversation(kWanted);
  events.push_back(test_event(closing(9, {answer->digest}), 9));
  std::erase_if(events, [&](const Event& e) { return e.content->digest == answer->digest; });
  EXPECT_FALSE(transcript_owed(events, kTranscripts));
}

TEST(ClaimAndDone, ReadBackAsTheyWereWritten) {
  Claim claim;
  claim.effect = {"webhook:chat.opened", test_opening()->digest, "crm"};
  claim.key = key_of(kTestSite, test_chat(), claim.effect);
  claim.epoch = protocol::Epoch(3);
  claim.term = protocol::Term(4);
  const auto content = protocol::compose({kTestSite,
                                          test_chat(),
                                          Author("n:primary"),
                                          protocol::EventId(test_ulid(1)),
                                          "claim",
                                          protocol::Audience::kNodes,
                                          {}},
                                         claim_body(claim, test_nonce(1)));
  const auto read = parse_claim(*content);
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(read->key, claim.key);
  EXPECT_EQ(read->effect, claim.effect);
  EXPECT_EQ(read->epoch, claim.epoch);
  EXPECT_EQ(read->term, claim.term);

  const Done done{claim.key, false, 17, "refused"};
  const auto done_content = protocol::compose({kTestSite,
                                               test_chat(),
                                               Author("n:primary"),
                                               protocol::EventId(test_ulid(2)),
                                               "done",
                                               protocol::Audience::kNodes,
                                               {}},
                                              done_body(done, test_nonce(2)));
  const auto done_read = parse_done(*done_content);
  ASSERT_TRUE(done_read) << done_read.error().why;
  EXPECT_EQ(done_read->key, done.key);
  EXPECT_FALSE(done_read->ok);
  EXPECT_EQ(done_read->tries, 17u);
  EXPECT_EQ(done_read->why, "refused");
}

TEST(ClaimAndDone, OfAnybodyButADeploymentAndUnderAForeignKeyMeanNothing) {
  Claim claim;
  claim.effect = {"webhook:chat.opened", test_opening()->digest, "crm"};
  claim.key = key_of(kTestSite, test_chat(), claim.effect);
  claim.epoch = protocol::Epoch(1);
  const auto by = [&](const Author& author, const Claim& said) {
    return protocol::compose({kTestSite,
                              test_chat(),
                              author,
                              protocol::EventId(test_ulid(1)),
                              "claim",
                              protocol::Audience::kNodes,
                              {}},
                             claim_body(said, test_nonce(1)));
  };
  EXPECT_TRUE(parse_claim(*by(Author("n:primary"), claim)));
  EXPECT_FALSE(parse_claim(*by(test_visitor(), claim)));
  Claim of_no_epoch = claim;
  of_no_epoch.epoch = protocol::Epoch(0);
  EXPECT_FALSE(parse_claim(*by(Author("n:primary"), of_no_epoch)));
  Claim bent = claim;
  bent.effect.to = "other";
  EXPECT_FALSE(parse_claim(*by(Author("n:primary"), bent)));
}

TEST(Contact, TakesEachFieldFromTheLastOneThatNamesIt) {
  const std::vector<Event> events{
      test_event(test_opening(), 1),
      test_event(contact(1, R"("name":"Vera V.","email":"old@example.com","transcript":true)"), 2),
      test_event(contact(2, R"("email":"new@example.com")"), 3)};
  const Contact now = contact_of(events);
  EXPECT_EQ(now.name, "Vera V.");
  EXPECT_EQ(now.email, "new@example.com");
  EXPECT_TRUE(now.transcript);
}

}  // namespace
}  // namespace holdfast::chat
