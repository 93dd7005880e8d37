// The small parts of the link by themselves.
#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "base/ulid.h"
#include "protocol/content.h"
#include "protocol/frames.gen.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "replication/agreement.h"
#include "replication/announce.h"
#include "replication/arrivals.h"
#include "replication/clock_offset.h"
#include "replication/hash_tail.h"
#include "replication/holdings_book.h"
#include "replication/pull_scheduler.h"
#include "replication/responder.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {
namespace {

using protocol::ChainHash;
using protocol::Gap;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::Seq;

Gap gap(std::uint64_t first, std::uint64_t last) {
  return {Seq(first), Seq(last)};
}

// ---- SeqRanges ----

TEST(SeqRanges, IsTheSetOfItsNumbers) {
  SeededRandom dice(7);
  for (int round = 0; round < 200; ++round) {
    SeqRanges ranges;
    std::set<std::uint64_t> numbers;
    for (int i = 0; i < 20; ++i) {
      const auto first = 1 + dice.below(40);
      const auto last = first + dice.below(8);
      const bool add = dice.chance(0.6);
      add ? ranges.add(gap(first, last)) : ranges.remove(gap(first, last));
      for (auto n = first; n <= last; ++n) add ? (void)numbers.insert(n) : (void)numbers.erase(n);
    }
    EXPECT_EQ(ranges.count(), numbers.size());
    std::set<std::uint64_t> left;
    for (const Gap& one : ranges.cut_from({gap(3, 20), gap(25, 45)})) {
      for (auto n = one.first.value(); n <= one.last.value(); ++n) left.insert(n);
    }
    for (std::uint64_t n = 1; n <= 50; ++n) {
      EXPECT_EQ(ranges.contains(Seq(n)), numbers.contains(n));
      const bool wanted = (n >= 3 && n <= 20) || (n >= 25 && n <= 45);
      EXPECT_EQ(left.contains(n), wanted && !numbers.contains(n)) << n;
    }
    const auto parts = ranges.ranges();
    for (std::size_t i = 1; i < parts.size(); ++i)
      EXPECT_LT(parts[i - 1].last.value() + 1, parts[i].first.value());
  }
}

// ---- HashTail ----

ChainHash hash(std::uint64_t n) {
  return ChainHash(sha256(std::to_string(n)));
}

TEST(HashTail, KeepsTheNewestUntilConfirmed) {
  HashTail tail(10);
  for (std::uint64_t n = 1; n <= 15; ++n) tail.add(Seq(n), hash(n));
  EXPECT_EQ(tail.at(Seq(5)), std::nullopt);
  EXPECT_EQ(tail.at(Seq(6)), hash(6));
  tail.confirm(Seq(12));
  EXPECT_EQ(tail.at(Seq(11)), std::nullopt);
  EXPECT_EQ(tail.at(Seq(12)), hash(12));
  EXPECT_EQ(tail.at(Seq(16)), std::nullopt);
}

TEST(HashTail, JumpForwardBeginsAnew) {
  HashTail tail;
  tail.add(Seq(1), hash(1));
  tail.add(Seq(5), hash(5));
  EXPECT_EQ(tail.at(Seq(1)), std::nullopt);
  EXPECT_EQ(tail.at(Seq(5)), hash(5));
  tail.add(Seq(5), hash(6));
  EXPECT_EQ(tail.at(Seq(5)), hash(5)) << "no news";
}

// ---- ClockOffset ----

TEST(ClockOffset, BelievesTheLeastDelayedOfTheNewest) {
  ClockOffset offset;
  EXPECT_EQ(offset.ms(), std::nullopt);
  offset.sample(WallMs(1'000), WallMs(1'700));
  offset.sample(WallMs(2'000), WallMs(2'010));
  EXPECT_EQ(offset.ms(), -10);
  for (int i = 0; i < 8; ++i) offset.sample(WallMs(3'000), WallMs(63'000));
  EXPECT_EQ(offset.ms(), -60'000) << "a clock that was set back shows";
}

// ---- Arrivals ----

const Origin kArriving("redundant/n1/01J00000000000000000000003");

Interval run(std::uint64_t first, std::uint64_t last) {
  return {Seq(first), Seq(last), first == 1 ? protocol::chain_start(kArriving) : hash(first - 1),
          hash(last)};
}

TEST(Arrivals, WeighUntilTheLastEntryOfARunIsHeld) {
  Arrivals arrivals;
  arrivals.add(kArriving, run(1, 3), {}, 300, MonoMs(0));
  arrivals.held(kArriving, gap(1, 2));
  EXPECT_EQ(arrivals.bytes(), 300u);
  EXPECT_TRUE(arrivals.contains(kArriving, Seq(3)));
  arrivals.held(kArriving, gap(3, 3));
  EXPECT_EQ(arrivals.bytes(), 0u);
  EXPECT_EQ(arrivals.of(kArriving), nullptr);
}

TEST(Arrivals, ARunThatIsNotTakenChangesNothing) {
  Arrivals arrivals;
  arrivals.add(kArriving, run(1, 3), {}, 300, MonoMs(0));
  EXPECT_EQ(arrivals.add(kArriving, run(2, 3), {}, 200, MonoMs(0)),
            protocol::AddResult::kAlreadyHeld);
  EXPECT_TRUE(arrivals.contains(kArriving, Seq(1)));
  EXPECT_EQ(arrivals.bytes(), 300u);

  Arrivals nothing;
  IntervalSet ours;
  ours.add(run(1, 3));
  nothing.add(kArriving, run(1, 3), ours, 300, MonoMs(0));
  EXPECT_EQ(nothing.of(kArriving), nullptr);
}

// ---- Agreement ----

const Origin kOurs("primary/n1/01J00000000000000000000001");
const Origin kOld("primary/n1/01H00000000000000000000001");
const Origin kTheirs("redundant/n1/01J00000000000000000000002");

IntervalSet held(std::uint64_t first, std::uint64_t last, const Origin& origin = kOurs) {
  IntervalSet set;
  set.add({Seq(first), Seq(last), first == 1 ? protocol::chain_start(origin) : hash(first - 1),
           hash(last)});
  return set;
}

TEST(Agreement, EqualEdgesConfirmEverythingBelow) {
  Agreement agreement(kOurs);
  EXPECT_TRUE(agreement.look(kOurs, held(1, 9), held(1, 9)));
  EXPECT_TRUE(agreement.confirmed(kOurs, Seq(1), held(1, 9), held(1, 9)));
  EXPECT_TRUE(agreement.confirmed(kOurs, Seq(9), held(1, 9), held(1, 9)));
  EXPECT_FALSE(agreement.confirmed(kOurs, Seq(10), held(1, 9), held(1, 9)));
}

TEST(Agreement, EdgeInsideOursIsAskedOfTheJournal) {
  Agreement agreement(kOurs);
  agreement.look(kOurs, held(1, 9), held(1, 5));
  EXPECT_FALSE(agreement.confirmed(kOurs, Seq(3), held(1, 9), held(1, 5)));
  const auto questions = agreement.take_questions(10);
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_EQ(questions[0].seq, Seq(5));
  EXPECT_TRUE(agreement.answer(questions[0], hash(5)));
  EXPECT_TRUE(agreement.confirmed(kOurs, Seq(5), held(1, 9), held(1, 5)));
  EXPECT_FALSE(agreement.confirmed(kOurs, Seq(6), held(1, 9), held(1, 5)));
}

TEST(Agreement, OtherHashInsideOursIsAContradiction) {
  Agreement agreement(kOurs);
  agreement.look(kOurs, held(1, 9), held(1, 5));
  agreement.answer(agreement.take_questions(10)[0], hash(50));
  EXPECT_EQ(agreement.contradiction(kOurs), Seq(5));
  EXPECT_FALSE(agreement.confirmed(kOurs, Seq(1), held(1, 9), held(1, 5)));
}

TEST(Agreement, AnotherHashWhereThePeerAgreedOnceIsAContradiction) {
  Agreement agreement(kOurs);
  agreement.look(kOurs, held(1, 9), held(1, 9));
  IntervalSet other;
  other.add({Seq(1), Seq(9), protocol::chain_start(kOurs), hash(77)});
  agreement.look(kOurs, held(1, 9), other);
  EXPECT_EQ(agreement.contradiction(kOurs), Seq(9));
}

TEST(Agreement, TailAnswersWithoutAsking) {
  Agreement agreement(kOurs);
  for (std::uint64_t n = 1; n <= 9; ++n) agreement.held(kOurs, Seq(n), hash(n));
  agreement.look(kOurs, held(1, 9), held(1, 5));
  EXPECT_TRUE(agreement.take_questions(10).empty());
  EXPECT_TRUE(agreement.confirmed(kOurs, Seq(5), held(1, 9), held(1, 5)));
}

TEST(Agreement, WhatWasConfirmedStaysConfirmedWhenThePeerReportsMore) {
  Agreement agreement(kTheirs);
  agreement.look(kOld, held(1, 5, kOld), held(1, 5, kOld));
  agreement.look(kOld, held(1, 5, kOld), held(1, 9, kOld));  // their 9 is beyond us
  EXPECT_TRUE(agreement.confirmed(kOld, Seq(5), held(1, 5, kOld), held(1, 9, kOld)));
}

TEST(Agreement, MoreOfOursThanWeHoldIsAskedAndThenAContradiction) {
  Agreement agreement(kOurs);
  agreement.look(kOurs, held(1, 5), held(1, 9));
  const auto questions = agreement.take_questions(10);
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_TRUE(agreement.answer(questions[0], std::nullopt));
  EXPECT_EQ(agreement.contradiction(kOurs), Seq(9));
}

TEST(Agreement, MoreOfAnotherOriginThanWeHoldIsAGap) {
  Agreement agreement(kOurs);
  agreement.look(kOld, held(1, 5, kOld), held(1, 9, kOld));
  EXPECT_TRUE(agreement.take_questions(10).empty());
  EXPECT_EQ(agreement.contradiction(kOld), std::nullopt);
}

TEST(Agreement, PointBeyondAHoleProvesNothingBeforeIt) {
  Agreement agreement(kOurs);
  IntervalSet ours = held(1, 4, kOld);
  ours.add({Seq(8), Seq(9), hash(7), hash(9)});
  agreement.look(kOld, ours, held(1, 9, kOld));
  EXPECT_TRUE(agreement.confirmed(kOld, Seq(8), ours, held(1, 9, kOld)));
  EXPECT_FALSE(agreement.confirmed(kOld, Seq(4), ours, held(1, 9, kOld)));
}

TEST(Agreement, WrongStartOfAnOriginIsAContradiction) {
  Agreement agreement(kOurs);
  IntervalSet theirs;
  theirs.add({Seq(1), Seq(5), hash(99), hash(5)});
  agreement.look(kOld, held(1, 5, kOld), theirs);
  EXPECT_EQ(agreement.contradiction(kOld), Seq(0));
}

TEST(Agreement, ARunThatDoesNotFitIsAContradictionWhateverArrivesElsewhere) {
  Agreement agreement(kOurs);
  IntervalSet ours = held(1, 5, kOld);
  const IntervalSet theirs = held(1, 9, kOld);
  agreement.look(kOld, ours, theirs);
  agreement.contradict(kOld, {Seq(6), Seq(7), hash(55), hash(7)});
  EXPECT_EQ(agreement.contradiction(kOld), Seq(6));
  ours.add({Seq(9), Seq(9), hash(8), hash(9)});  // a browser had it
  agreement.look(kOld, ours, theirs);
  EXPECT_EQ(agreement.contradiction(kOld), Seq(6));
  // Our branch was taken off; or the peer has that run no more.
  agreement.look(kOld, held(1, 4, kOld), theirs);
  EXPECT_EQ(agreement.contradiction(kOld), std::nullopt);
  agreement.contradict(kOld, {Seq(6), Seq(7), hash(55), hash(7)});
  agreement.look(kOld, ours, held(1, 5, kOld));
  EXPECT_EQ(agreement.contradiction(kOld), std::nullopt);
}

TEST(Agreement, FailedReadIsAskedAgain) {
  Agreement agreement(kOurs);
  agreement.look(kOurs, held(1, 9), held(1, 5));
  agreement.forget(agreement.take_questions(10)[0]);
  agreement.look(kOurs, held(1, 9), held(1, 5));
  EXPECT_EQ(agreement.take_questions(10).size(), 1u);
}

// ---- HoldingsBook ----

TEST(HoldingsBook, CountsWhatEachSideLacks) {
  HoldingsBook book(kOurs);
  book.replace_ours({{kOurs, held(1, 9)}});
  book.replace_theirs({{kOurs, held(1, 4)}, {kTheirs, held(1, 3, kTheirs)}});
  EXPECT_EQ(book.behind(), 8u);
  EXPECT_EQ(book.lacking_count(), 3u);
  book.add_ours(kTheirs, held(1, 3, kTheirs).intervals()[0]);
  EXPECT_EQ(book.behind(), 5u);
  EXPECT_TRUE(book.lacking().empty());
  book.replace_theirs({});
  EXPECT_EQ(book.behind(), 12u);
}

TEST(HoldingsBook, NothingAboveOursIsLackingOfThisIncarnation) {
  HoldingsBook book(kOurs);
  book.replace_ours({{kOurs, held(3, 5)}});
  book.replace_theirs({{kOurs, held(1, 9)}});
  EXPECT_EQ(book.lacking(kOurs), std::vector{gap(1, 2)});
}

// ---- PullScheduler ----

struct Scheduling {
  HoldingsBook book{kOurs};
  Arrivals arrivals;
  PullScheduler pulls;
  MonoMs now{1'000};

  explicit Scheduling(PullLimits limits = {}) : pulls(limits, book, arrivals) {}

  void lack(const Origin& origin, std::uint64_t last) {
    book.set_theirs(origin, held(1, last, origin));
    pulls.changed(origin);
  }
  std::vector<Pull> next() { return pulls.next({}, now); }
};

TEST(PullScheduler, LivePassComesFirstAndNewestOriginFirst) {
  Scheduling s;
  s.lack(kOld, 5'000);
  s.lack(kTheirs, 5'000);
  const auto pulls = s.next();
  ASSERT_EQ(pulls.size(), 2u) << "history waits for what the live pass may bring";
  EXPECT_TRUE(pulls[0].live && pulls[0].origin == kTheirs);
  EXPECT_TRUE(pulls[1].live && pulls[1].origin == kOld);
  EXPECT_EQ(pulls[0].range, gap(1, 5'000));
}

TEST(PullScheduler, FewEntriesGoWithoutALivePass) {
  Scheduling s;
  s.lack(kTheirs, 10);
  const auto pulls = s.next();
  ASSERT_EQ(pulls.size(), 1u);
  EXPECT_FALSE(pulls[0].live);
  EXPECT_EQ(pulls[0].range, gap(1, 10));
}

TEST(PullScheduler, HistoryGoesDownwardInPiecesAndLeavesOnePullFree) {
  Scheduling s;
  s.lack(kTheirs, 50'000);
  const auto live = s.next();
  ASSERT_EQ(live.size(), 1u) << "nothing else is outside what the live pass asked for";
  s.pulls.done(live[0].n, false, s.now);
  const auto history = s.next();
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].range.last, Seq(50'000));
  EXPECT_EQ(history[1].range.last.value() + 1, history[0].range.first.value());
  s.lack(kTheirs, 50'003);
  const auto fresh = s.next();
  ASSERT_EQ(fresh.size(), 1u);
  EXPECT_TRUE(fresh[0].live);
  EXPECT_EQ(fresh[0].range, gap(50'001, 50'003));
}

TEST(PullScheduler, HistoryIsCappedAndLiveIsNot) {
  Scheduling s({.history_bytes_per_s = 1'000'000});
  s.lack(kTheirs, 50'000);
  s.pulls.done(s.next().at(0).n, false, s.now);
  const auto history = s.next();
  ASSERT_EQ(history.size(), 3u);
  for (const Pull& pull : history) {
    s.pulls.progress(pull.n, 512, 500'000, s.now);
    s.pulls.delivered(pull.n, pull.range);
    s.pulls.done(pull.n, false, s.now);
  }
  EXPECT_TRUE(s.next().empty()) << "1.5 MB came, 1 MB was allowed";
  s.lack(kTheirs, 50'003);
  EXPECT_EQ(s.next().size(), 1u) << "the live pass is not capped";
  s.now += Ms(400);
  EXPECT_TRUE(s.next().empty());
  s.now += Ms(200);
  EXPECT_FALSE(s.next().empty());
}

TEST(PullScheduler, FewEntriesDoNotWaitBehindTheHistoryThatCameBefore) {
  Scheduling s({.history_bytes_per_s = 100});
  s.lack(kTheirs, 10);
  const auto first = s.next();
  ASSERT_EQ(first.size(), 1u);
  s.pulls.progress(first[0].n, 10, 50'000, s.now);
  s.pulls.delivered(first[0].n, gap(1, 10));
  s.arrivals.add(kTheirs, held(1, 10, kTheirs).intervals()[0], {}, 50'000, s.now);
  s.pulls.done(first[0].n, false, s.now);
  s.lack(kTheirs, 12);
  const auto fresh = s.next();
  ASSERT_EQ(fresh.size(), 1u)
      << "history has to wait for eight minutes, somebody's message has not";
  EXPECT_TRUE(fresh[0].live);
  EXPECT_EQ(fresh[0].range, gap(11, 12));
}

TEST(PullScheduler, BlockedOriginIsNotAsked) {
  Scheduling s;
  s.lack(kTheirs, 10);
  EXPECT_TRUE(s.pulls.next({kTheirs}, s.now).empty());
}

TEST(PullScheduler, LivePassThatStoppedAtItsLimitGoesOnBehindIt) {
  Scheduling s;
  s.lack(kTheirs, 1'000);
  auto live = s.next();
  ASSERT_EQ(live.size(), 1u);
  s.pulls.delivered(live[0].n, gap(400, 420));
  s.pulls.done(live[0].n, true, s.now);
  EXPECT_FALSE(s.pulls.live_passed(kTheirs, Seq(1'000)));
  live = s.next();
  ASSERT_FALSE(live.empty());
  EXPECT_TRUE(live[0].live);
  EXPECT_EQ(live[0].range.first, Seq(421));
}

TEST(PullScheduler, HistoryThatStoppedAtItsLimitGoesOnAtOnce) {
  Scheduling s;
  s.lack(kTheirs, 100);
  const auto first = s.next();
  ASSERT_EQ(first.size(), 1u);
  s.pulls.delivered(first[0].n, gap(1, 40));
  s.arrivals.add(kTheirs, held(1, 40, kTheirs).intervals()[0], {}, 40'000, s.now);
  s.pulls.done(first[0].n, true, s.now);
  const auto rest = s.next();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].range, gap(41, 100));
  s.pulls.done(rest[0].n, false, s.now);
  EXPECT_TRUE(s.next().empty()) << "what it did not deliver though it had room is set aside";
}

// ---- responder ----

TEST(Responder, AReadThatFailedIsNoAnswer) {
  Counters counters;
  Responder responder(1'000'000, counters);
  Actions actions;
  const protocol::from_peer::Pull pull{
      .n = 7, .o = kTheirs, .a = Seq(1), .b = Seq(5), .max = 1'000};
  ASSERT_TRUE(responder.asked(pull, PullId(1), ConnectionId(1), actions));
  responder.answer(PullId(1), fail(ErrorCode::kIo, "the connection broke"), actions);
  EXPECT_TRUE(actions.outgoing.empty()) << "who is told that this is all asks again in a minute";
}

TEST(Responder, AHeadGoesAsItsAuthorWroteIt) {
  const auto plain = protocol::compose({protocol::SiteId("shop"),
                                        protocol::ChatId(),
                                        protocol::Author("o:ann"),
                                        protocol::EventId("01KSR49WQYTAXZPH1X2041S5X5"),
                                        "set",
                                        protocol::Audience::kNodes,
                                        {}},
                                       R"({"nonce":17})");
  const std::string head = R"({"mood":"glad",)" + plain->head_bytes.substr(1);
  journal::Page page;
  page.entries.push_back({});
  page.entries.front().entry.seq = Seq(1);
  page.entries.front().entry.content = *protocol::parse_content(head, plain->body_bytes);
  const auto frames = frames_of(1, kTheirs, page);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_NE(frames.front().find("mood"), std::string::npos);
}

// ---- announce ----

protocol::from_peer::Holds holds_in(const std::string& frame) {
  return std::get<protocol::from_peer::Holds>(*protocol::parse_peer_frame(frame));
}

TEST(Announce, EverythingIsFullEvenWhenItIsNothing) {
  const auto frames = announce_all({}, {WallMs(7), std::nullopt});
  ASSERT_EQ(frames.size(), 1u);
  const auto holds = holds_in(frames[0]);
  EXPECT_TRUE(holds.full && !holds.more && holds.origins.empty());
  EXPECT_EQ(holds.time, WallMs(7));
  EXPECT_TRUE(announce_changes({}, {}, {WallMs(7), std::nullopt}).empty());
}

TEST(Announce, LongListSaysThatMoreFollows) {
  protocol::Holdings ours;
  SeededRandom random(1);
  while (ours.size() < 10'000) {
    const auto incarnation = Ulid::make(WallMs(1'700'000'000'000), random).text();
    const Origin origin = protocol::make_origin(protocol::Deployment::kPrimary, "n1", incarnation);
    ours[origin] = held(1, 5, origin);
  }
  const auto frames = announce_all(ours, {WallMs(7), std::nullopt});
  ASSERT_GT(frames.size(), 2u);
  std::size_t told = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto holds = holds_in(frames[i]);
    EXPECT_EQ(holds.full, i == 0);
    EXPECT_EQ(holds.more, i + 1 < frames.size());
    EXPECT_LT(frames[i].size(), 1u << 20);
    told += holds.origins.size();
  }
  EXPECT_EQ(told, ours.size());
}

}  // namespace
}  // namespace holdfast::replication
