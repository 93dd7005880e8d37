// What clients have and this deployment lacks comes back through them, and nothing else does.
#include "node/test_fixture.h"
#include "protocol/hashes.h"

namespace holdfast::node {
namespace {

using protocol::Audience;
using ::testing::Contains;
using ::testing::ElementsAre;

// The incarnation of Primary that is gone.
const Origin kGone("primary/n1/01HZZZZZZZZZZZZZZZZZZZZZZ1");

// What a client holds of a chat, with the acceptances it was told.
struct Held {
  protocol::ContentPtr content;
  std::vector<protocol::Acceptance> acceptances;
};

protocol::GivenEvent given(const Held& held) {
  return {held.content->head_bytes, held.content->body_bytes, held.acceptances};
}

protocol::HeldItem item(const Held& held) {
  protocol::HeldItem item{held.content->digest, {}};
  for (const auto& acceptance : held.acceptances) item.macs.push_back(acceptance.mac);
  return item;
}

// Redundant has never heard of a chat that Primary took; Primary is gone.
class GiveBack : public NodeTest {
 protected:
  GiveBack()
      : host(world.add(Deployment::kRedundant)),
        vera(world, "vera"),
        ann(world, "ann"),
        bob(world, "bob") {
    world.install_settings(Deployment::kRedundant);
    world.start_all();
    world.pass(Ms(1'500));
    opening = accepted_by_primary(vera.writer.open());
    chat = opening.content->head.chat;
    question = accepted_by_primary(vera.writer.message(chat, "hello?", {opening.content->digest}));
    answer = accepted_by_primary(ann.writer.message(chat, "hello!", {question.content->digest}));
  }

  Held accepted_by_primary(const protocol::ContentPtr& content) {
    ++seq;
    const protocol::Hlc hlc(static_cast<std::uint64_t>(world.clock.now().wall.value()) * 65'536 +
                            seq);
    return {content, {protocol::accept(world.keys.cluster, content->digest, kGone, Seq(seq), hlc)}};
  }
  from_client::Have have(const std::vector<Held>& all) const {
    from_client::Have have{chat, {}, false};
    for (const Held& each : all) have.items.push_back(item(each));
    return have;
  }
  from_client::Give give(const std::vector<Held>& all) const {
    from_client::Give give{chat, {}};
    for (const Held& each : all) give.events.push_back(given(each));
    return give;
  }
  std::vector<journal::StoredEntry> stored() {
    return disk(Deployment::kRedundant).read_chat({SiteId(testing::kSite), chat}).value();
  }

  Host& host;
  Visitor vera;
  Agent ann, bob;
  std::uint64_t seq = 0;
  protocol::ChatId chat;
  Held opening, question, answer;
};

TEST_F(GiveBack, WhatIsMissingIsAskedOfTheHolderAndBecomesOurOwnEntries) {
  Client link = vera.link(host);
  link.say(have({opening, question, answer}));
  world.settle();
  ASSERT_TRUE(link.last<from_node::Want>());
  EXPECT_EQ(link.last<from_node::Want>()->digests.size(), 3u);
  link.say(give({opening, question, answer}));
  world.settle();

  const auto entries = stored();
  ASSERT_EQ(entries.size(), 3u);
  for (const auto& each : entries) {
    EXPECT_EQ(each.entry.origin, host.node().origin());
    EXPECT_EQ(each.entry.acceptance.origin, kGone);
  }
}

// Its machine was rolled back, memory and disk, and nobody but a browser knows: going on would give
// a number of its chain to a second acceptance.
TEST_F(GiveBack, AnAcceptanceOfOursThatWeDoNotKnowEndsTheIncarnation) {
  const Origin ours = host.node().origin();
  const protocol::Hlc hlc(static_cast<std::uint64_t>(world.clock.now().wall.value()) * 65'536);
  opening.acceptances = {
      protocol::accept(world.keys.cluster, opening.content->digest, ours, Seq(3), hlc)};
  Client link = vera.link(host);
  link.say(give({opening}));
  host.work();
  EXPECT_EQ(link.closed(), Code::kReincarnated);
  EXPECT_TRUE(stored().empty());
  world.pass(Ms(1'500));

  const Origin next = host.node().origin();
  ASSERT_NE(next, ours);
  Client back = vera.link(host);
  back.say(give({opening}));
  world.settle();
  ASSERT_EQ(stored().size(), 1u);
  EXPECT_EQ(stored()[0].entry.origin, next);
  EXPECT_EQ(stored()[0].entry.acceptance, opening.acceptances[0]) << "as it was";
}

TEST_F(GiveBack, TheOtherPartySeesWhatWasGivenBack) {
  Client anns = ann.link(host);
  Client link = vera.link(host);
  link.say(give({opening, question, answer}));
  world.settle();
  EXPECT_THAT(anns.texts(), ElementsAre("hello?", "hello!"));
}

TEST_F(GiveBack, AnOperatorsBrowserGivesBackTheVisitorsWords) {
  Client anns = ann.link(host);
  anns.say(give({opening, question, answer}));
  world.settle();
  EXPECT_EQ(stored().size(), 3u);
}

// The decision that gave them the chat died with the other deployment; here it is somebody else's.
TEST_F(GiveBack, AnOperatorWhoseChatItWasIsAskedButNotTold) {
  Client anns = ann.link(host);
  anns.say(give({opening, question}));
  world.settle();
  anns.say(from_client::Ask{"01HZZZZZZZZZZZZZZZZZZZZZZ1", chat, protocol::AskWhat::kAccept, {}});
  world.pass(Ms(8'000));  // it decides without the other deployment
  Client bobs = bob.link(host);
  const Held words =
      accepted_by_primary(bob.writer.message(chat, "let me see", {question.content->digest}));
  bobs.say(have({opening, words}));
  world.settle();
  EXPECT_EQ(bobs.count<from_node::Event>(), 0u);
  ASSERT_TRUE(bobs.last<from_node::Want>());
  EXPECT_THAT(bobs.last<from_node::Want>()->digests, ElementsAre(words.content->digest));
  bobs.say(give({words}));
  world.settle();
  EXPECT_THAT(anns.texts(), Contains("let me see"));
}

TEST_F(GiveBack, OnlyOneHolderIsAskedAndTheNextWhenItFails) {
  Client veras = vera.link(host);
  Client anns = ann.link(host);
  veras.say(have({opening, question}));
  anns.say(have({opening, question}));
  world.settle();
  EXPECT_EQ(veras.count<from_node::Want>(), 1u);
  EXPECT_EQ(anns.count<from_node::Want>(), 0u);
  EXPECT_EQ(anns.last<from_node::Wait>()->digests.size(), 2u);
  world.pass(Ms(2'100));
  ASSERT_TRUE(anns.last<from_node::Want>());
  EXPECT_EQ(anns.last<from_node::Want>()->digests.size(), 2u);
  EXPECT_EQ(veras.count<from_node::Want>(), 1u);
}

TEST_F(GiveBack, WhenTheHolderLeavesTheNextIsAskedAtOnce) {
  Client veras = vera.link(host);
  Client anns = ann.link(host);
  veras.say(have({opening}));
  anns.say(have({opening}));
  world.settle();
  veras.leave();
  world.pass(Ms(200));
  EXPECT_EQ(anns.count<from_node::Want>(), 1u);
}

TEST_F(GiveBack, WhenNobodyIsLeftTheNextHaveStartsAgain) {
  Client link = vera.link(host);
  link.say(have({opening}));
  world.pass(Ms(2'500));
  link.say(have({opening}));
  world.settle();
  EXPECT_EQ(link.count<from_node::Want>(), 2u);
}

TEST_F(GiveBack, TheClientIsSentWhatItLacks) {
  Client link = vera.link(host);
  link.say(give({opening, question, answer}));
  world.settle();
  link.forget();
  link.say(have({opening}));
  world.settle();
  EXPECT_THAT(link.texts(), ElementsAre("hello?", "hello!"));
  EXPECT_EQ(link.count<from_node::Want>(), 0u);
}

TEST_F(GiveBack, AcceptancesThatOneSideLacksAreExchangedToo) {
  Client link = vera.link(host);
  const auto own = vera.writer.open();
  link.send(own);
  world.settle();
  chat = own->head.chat;
  Held mine = accepted_by_primary(own);
  link.forget();
  link.say(have({mine}));
  world.settle();
  ASSERT_TRUE(link.last<from_node::Acc>());
  EXPECT_EQ(link.last<from_node::Acc>()->acc.size(), 1u);
  EXPECT_THAT(link.last<from_node::Want>()->digests, ElementsAre(own->digest));
  link.say(give({mine}));
  world.settle();
  const auto entries = stored();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].entry.acceptance, mine.acceptances[0]);
}

TEST_F(GiveBack, ASecondAcceptanceMakesNoSecondEvent) {
  Client anns = ann.link(host);
  Client link = vera.link(host);
  const auto own = vera.writer.open();
  link.send(own);
  world.settle();
  chat = own->head.chat;
  link.say(give({accepted_by_primary(own)}));
  world.settle();
  EXPECT_EQ(anns.count<from_node::Event>(), 1u);
  ASSERT_TRUE(anns.last<from_node::Acc>());
  // Both know of two acceptances now: from a fresh link the digest says so.
  Client fresh = vera.link(host, {{chat, {}}});
  fresh.say(from_client::Have{chat, {}, false});
  world.settle();
  ASSERT_EQ(fresh.count<from_node::Event>(), 1u);
  EXPECT_EQ(fresh.last<from_node::Event>()->acc.size(), 2u);
}

TEST_F(GiveBack, ABrokenMacMakesNothing) {
  Client link = vera.link(host);
  link.say(give({opening}));
  world.settle();
  Held forged = answer;
  forged.acceptances[0].hlc = protocol::Hlc(forged.acceptances[0].hlc.value() - 1);
  link.say(give({forged}));
  world.settle();
  ASSERT_TRUE(link.refused(forged.content->digest));
  EXPECT_EQ(link.refused(forged.content->digest)->code, Code::kBadMac);
  EXPECT_EQ(stored().size(), 1u);
  EXPECT_GT(host.metric("give_back_bad_mac_total"), 0);
}

TEST_F(GiveBack, AKeyThatNobodyKnowsProvesNothing) {
  Client link = vera.link(host);
  link.say(give({opening}));
  world.settle();
  Held forged = answer;
  forged.acceptances[0].key = protocol::KeyId("c9");
  link.say(give({forged}));
  world.settle();
  EXPECT_EQ(link.refused(forged.content->digest)->code, Code::kBadMac);
}

TEST_F(GiveBack, WordsThatNobodyAcceptedCountOnlyAsTheSendersOwn) {
  Client link = vera.link(host);
  Held invented{ann.writer.message(chat, "you get a refund"), {}};
  Held own{vera.writer.message(chat, "thank you"), {}};
  link.say(give({opening, invented, own}));
  world.settle();
  EXPECT_EQ(link.refused(invented.content->digest)->code, Code::kBadMac);
  EXPECT_TRUE(link.accepted(own.content->digest));
}

TEST_F(GiveBack, AChatOfSomebodyElseIsRefused) {
  Visitor mallory(world, "mallory");
  Client evil = mallory.link(host);
  evil.say(give({opening, question}));
  world.settle();
  EXPECT_EQ(evil.refused(opening.content->digest)->code, Code::kNotYourChat);
  EXPECT_TRUE(stored().empty());
}

TEST_F(GiveBack, AnUnknownChatStartsWithItsOpeningEvent) {
  Client link = vera.link(host);
  link.say(give({question, opening}));
  world.settle();
  EXPECT_EQ(link.refused(question.content->digest)->code, Code::kUnknownChat);
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(GiveBack, AnEventOfAnotherChatIsRefused) {
  Client link = vera.link(host);
  const Held other = accepted_by_primary(vera.writer.open());
  link.say(give({opening, other}));
  world.settle();
  EXPECT_EQ(link.refused(other.content->digest)->code, Code::kBadChat);
}

TEST_F(GiveBack, AVisitorCannotGiveBackNotes) {
  Client link = vera.link(host);
  const Held note = accepted_by_primary(ann.writer.note(chat, "angry"));
  link.say(give({opening, note}));
  world.settle();
  EXPECT_EQ(link.refused(note.content->digest)->code, Code::kForbiddenAudience);
}

TEST_F(GiveBack, AGenuineEventOfAKindFromTheFutureIsKept) {
  Client link = vera.link(host);
  auto draft = ann.writer.draft("sticker", chat, Audience::kChat);
  const Held sticker = accepted_by_primary(
      ann.writer.write(draft, "{\"nonce\":\"" + ann.writer.new_nonce() + "\",\"cat\":1}"));
  link.say(give({opening, sticker}));
  world.settle();
  EXPECT_EQ(stored().size(), 2u);
  EXPECT_EQ(*stored()[1].entry.content->body_bytes, *sticker.content->body_bytes);
}

TEST_F(GiveBack, TwoDigestsForOneIdBothStayAndAreAudited) {
  Client link = vera.link(host);
  const auto [first, second] = vera.writer.two_under_one_id(chat);
  const Held yes = accepted_by_primary(first), no = accepted_by_primary(second);
  Client anns = ann.link(host);
  link.say(give({opening, yes}));
  world.settle();
  link.say(give({no}));
  world.settle();
  EXPECT_THAT(anns.texts(), ElementsAre("yes", "no"));
  EXPECT_EQ(host.metric("id_conflicts_total"), 1);
  const auto entries = stored();
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[3].entry.content->head.kind, "audit");
  // Nobody's link ever hears of it.
  for (const auto& event : anns.all<from_node::Event>())
    EXPECT_EQ(event.head.find("\"audit\""), std::string::npos);
}

TEST_F(GiveBack, MoreThanWasWantedIsRateLimited) {
  Client link = vera.link(host);
  link.say(give({opening}));
  world.settle();
  for (int i = 0; i < 20 && !link.closed(); ++i) {
    from_client::Give flood{chat, {}};
    for (int k = 0; k < 10; ++k)
      flood.events.push_back(given({vera.writer.message(chat, "x"), {}}));
    link.say(flood);
    world.settle();
  }
  EXPECT_EQ(link.error(), Code::kRateLimited);
  EXPECT_LE(link.count<from_node::Accepted>(), host.config().rate_burst + 1);
}

TEST_F(GiveBack, WhatWasWantedIsNotRateLimited) {
  std::vector<Held> all{opening};
  for (std::uint32_t i = 0; i < host.config().rate_burst * 2; ++i) {
    all.push_back(accepted_by_primary(ann.writer.message(chat, std::to_string(i))));
  }
  Client link = vera.link(host);
  from_client::Have first = have(all), rest{chat, {}, false};
  rest.items.assign(first.items.begin() + 80, first.items.end());
  first.items.resize(80);
  first.more = true;
  link.say(first);
  link.say(rest);
  world.settle();
  EXPECT_EQ(link.last<from_node::Want>()->digests.size(), all.size());
  for (std::size_t i = 0; i < all.size(); i += 10) {
    link.say(give({all.begin() + static_cast<std::ptrdiff_t>(i),
                   all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), i + 10))}));
    world.settle();
  }
  EXPECT_EQ(stored().size(), all.size());
}

TEST_F(GiveBack, ASendTellsTheAcceptancesThatItsClientKnows) {
  Client link = vera.link(host);
  link.send(opening.content, opening.acceptances);
  world.settle();
  EXPECT_TRUE(link.accepted(opening.content->digest));
  ASSERT_EQ(stored().size(), 2u);  // ours, and Primary's carried
  EXPECT_EQ(stored()[1].entry.acceptance, opening.acceptances[0]);
}

}  // namespace
}  // namespace holdfast::node
