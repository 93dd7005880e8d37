#include "journal/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <semaphore>

#include "journal/memory/memory_journal.h"
#include "journal/sample_entries.h"

namespace holdfast::journal {
namespace {

constexpr std::size_t kAll = 1u << 30;

// A journal whose disk is as slow as the test wants: a group waits at the gate until it is let
// through.
class GatedJournal final : public Journal {
 public:
  std::vector<Result<Arrival>> append_group(std::span<const Batch> batches) override {
    arrived.release();
    gate.acquire();
    groups.push_back(batches.size());
    return Journal::append_group(batches);
  }
  Result<Arrival> append(std::span<const protocol::Entry> batch,
                         const std::optional<LeaseClaim>& lease) override {
    return memory.append(batch, lease);
  }
  Result<std::vector<StoredEntry>> read_chat(const ChatKey& key) override {
    return memory.read_chat(key);
  }
  Result<bool> is_seeded() override { return memory.is_seeded(); }
  Result<void> mark_seeded() override { return memory.mark_seeded(); }
  Result<std::vector<StoredEntry>> read_settings() override { return memory.read_settings(); }
  Result<Page> read_origin(const OriginRange& range) override { return memory.read_origin(range); }
  Result<Page> read_arrivals(Arrival after, std::size_t bytes_max) override {
    return memory.read_arrivals(after, bytes_max);
  }
  Result<std::vector<ChatKey>> open_chats() override { return memory.open_chats(); }
  Result<void> mark_closed(const ChatKey& key, Arrival as_of) override {
    return memory.mark_closed(key, as_of);
  }
  Result<protocol::Holdings> holdings() override { return memory.holdings(); }
  Result<Arrival> last_arrival() override { return memory.last_arrival(); }
  Result<Lease> acquire_lease(const std::string& holder, WallMs now, WallMs until) override {
    return memory.acquire_lease(holder, now, until);
  }
  Result<void> freeze_origin(const protocol::Origin& origin, protocol::Seq last) override {
    return memory.freeze_origin(origin, last);
  }
  Result<std::vector<protocol::Entry>> read_branches() override { return memory.read_branches(); }
  Result<void> clear_branches() override { return memory.clear_branches(); }
  Result<Erased> erase(const ChatKey& key, std::span<const protocol::Digest> events) override {
    return memory.erase(key, events);
  }
  Result<std::vector<StoredEntry>> read_erasures() override { return memory.read_erasures(); }
  Result<std::vector<ChatKey>> chats_of(const protocol::SiteId& site,
                                        const protocol::Author& visitor) override {
    return memory.chats_of(site, visitor);
  }
  Result<std::vector<ClosedChat>> closed_chats(const protocol::SiteId& site,
                                               const protocol::ChatId& after,
                                               std::size_t max) override {
    return memory.closed_chats(site, after, max);
  }
  Result<bool> maintain() override {
    maintained.release();
    return pieces_left.fetch_sub(1) > 1;
  }

  void open_for_good() { gate.release(1'000); }

  MemoryJournal memory;
  std::counting_semaphore<> arrived{0};  // groups that reached the gate
  std::counting_semaphore<> gate{0};
  std::counting_semaphore<> maintained{0};
  std::atomic<int> pieces_left = 0;
  std::vector<std::size_t> groups;  // sizes, in order; read when the writer is finished
};

struct WriterTest : testing::Test {
  GatedJournal journal;
  SampleOrigin n1{"n1"};
  std::vector<std::string> answers;  // written on the writer's thread, read when it is finished

  JournalWriter::Done note(const std::string& name) {
    return [this, name](Result<Arrival> result) {
      answers.push_back(name + (result ? " at " + std::to_string(result->value())
                                       : " " + std::string(name_of(result.error().code))));
    };
  }
  bool submit(JournalWriter& writer, const std::string& name,
              std::optional<LeaseClaim> lease = {}) {
    return writer.submit({n1.next_message("first", name)}, std::move(lease), note(name));
  }
  using Answers = std::vector<std::string>;
};

TEST_F(WriterTest, WhatAccumulatesWhileTheDiskIsBusyIsOneGroup) {
  JournalWriter writer(journal);
  ASSERT_TRUE(submit(writer, "one"));
  journal.arrived.acquire();
  for (const char* name : {"two", "three", "four"}) ASSERT_TRUE(submit(writer, name));
  journal.open_for_good();
  writer.finish();
  EXPECT_EQ(journal.groups, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(answers, (Answers{"one at 1", "two at 2", "three at 3", "four at 4"}));
  EXPECT_EQ(writer.counters().groups, 2u);
  EXPECT_EQ(writer.counters().batches, 4u);
}

TEST_F(WriterTest, AGroupIsBounded) {
  JournalWriter writer(journal, {.batches_max = 100, .group_max = 2});
  ASSERT_TRUE(submit(writer, "one"));
  journal.arrived.acquire();
  for (const char* name : {"two", "three", "four"}) ASSERT_TRUE(submit(writer, name));
  journal.open_for_good();
  writer.finish();
  EXPECT_EQ(journal.groups, (std::vector<std::size_t>{1, 2, 1}));
}

TEST_F(WriterTest, AFullQueueRefusesAndDoesNotAnswer) {
  JournalWriter writer(journal, {.batches_max = 2, .group_max = 100});
  ASSERT_TRUE(submit(writer, "one"));
  journal.arrived.acquire();
  EXPECT_TRUE(submit(writer, "two"));
  EXPECT_TRUE(submit(writer, "three"));
  EXPECT_FALSE(submit(writer, "four"));
  EXPECT_EQ(writer.counters().refused, 1u);
  EXPECT_EQ(writer.counters().waiting, 2u);
  journal.open_for_good();
  writer.finish();
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(WriterTest, EachBatchOfAGroupHasItsOwnAnswer) {
  JournalWriter writer(journal);
  ASSERT_TRUE(submit(writer, "one"));
  journal.arrived.acquire();
  SampleOrigin other("n2");
  ASSERT_TRUE(writer.submit({other.next_message("first")}, LeaseClaim{"nobody", protocol::Term(1)},
                            note("fenced")));
  ASSERT_TRUE(submit(writer, "two"));
  journal.open_for_good();
  writer.finish();
  EXPECT_EQ(answers, (Answers{"one at 1", "fenced fenced", "two at 2"}));
  EXPECT_EQ(writer.counters().failed, 1u);
}

TEST_F(WriterTest, AFailingDiskAnswersEveryBatch) {
  JournalWriter writer(journal);
  ASSERT_TRUE(submit(writer, "one"));
  journal.arrived.acquire();
  journal.memory.fail_next_append(ErrorCode::kIo);
  ASSERT_TRUE(submit(writer, "two"));
  ASSERT_TRUE(submit(writer, "three"));
  journal.open_for_good();
  writer.finish();
  EXPECT_EQ(answers, (Answers{"one io", "two io", "three io"}));
}

TEST_F(WriterTest, StoppingRefusesWhatIsNewAndCarriesOutWhatWasAccepted) {
  JournalWriter writer(journal);
  ASSERT_TRUE(submit(writer, "one"));
  ASSERT_TRUE(submit(writer, "two"));
  writer.stop();
  EXPECT_FALSE(submit(writer, "three"));
  journal.open_for_good();
  writer.finish();
  EXPECT_EQ(answers, (Answers{"one at 1", "two at 2"}));
  writer.finish();
}

TEST_F(WriterTest, AReadSeesTheAppendsSubmittedBeforeIt) {
  JournalWriter writer(journal);
  JournalReader reader(journal, writer);
  std::promise<std::size_t> seen;
  ASSERT_TRUE(submit(writer, "one"));
  ASSERT_TRUE(submit(writer, "two"));
  ASSERT_TRUE(reader.submit(
      [&](Journal& of) { seen.set_value(of.read_arrivals(Arrival(0), kAll)->entries.size()); }));
  auto count = seen.get_future();
  EXPECT_EQ(count.wait_for(std::chrono::seconds(0)), std::future_status::timeout)
      << "the appends are still at the gate";
  journal.open_for_good();
  EXPECT_EQ(count.get(), 2u);
}

TEST_F(WriterTest, ReadsAreCarriedOutInOrder) {
  JournalWriter writer(journal);
  JournalReader reader(journal, writer);
  std::vector<int> order;
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(reader.submit([&order, i](Journal&) { order.push_back(i); }));
  reader.finish();
  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(WriterTest, AStoppedReaderRefusesWhatIsNewAndCarriesOutWhatWasAccepted) {
  JournalWriter writer(journal);
  JournalReader reader(journal, writer, {.waiting_max = 2});
  ASSERT_TRUE(submit(writer, "one"));
  std::promise<void> busy;
  int done = 0;
  ASSERT_TRUE(reader.submit([&](Journal&) { busy.set_value(), ++done; }));
  reader.stop();
  EXPECT_FALSE(reader.submit([&](Journal&) { ++done; }));
  journal.open_for_good();
  reader.finish();
  busy.get_future().get();
  EXPECT_EQ(done, 1);
}

TEST_F(WriterTest, AnIdleReaderMaintainsTheJournalUntilNothingIsLeftAndAgainAfterANudge) {
  journal.pieces_left = 3;
  JournalWriter writer(journal);
  JournalReader reader(journal, writer,
                       {.waiting_max = 10, .idle_pause = Ms(0), .idle_patience = Ms(1'000'000)});
  for (int i = 0; i < 3; ++i) journal.maintained.acquire();
  reader.nudge();
  journal.maintained.acquire();
}

TEST_F(WriterTest, ABusyReaderStillMaintainsTheJournalNowAndThen) {
  JournalWriter writer(journal);
  JournalReader reader(journal, writer,
                       {.waiting_max = 100,
                        .idle_pause = Ms(1'000'000),
                        .idle_patience = Ms(1'000'000),
                        .busy_max = 4});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(reader.submit([](Journal&) {}));
  journal.maintained.acquire();
}

}  // namespace
}  // namespace holdfast::journal
