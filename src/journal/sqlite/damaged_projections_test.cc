// What is derived from the rows disagrees with them, or is gone: the rows are asked, nothing is
// shown that is somebody else's, and it is made again.
#include "journal/sqlite/damaged_journal.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

struct DamagedProjections : DamagedJournal {};

TEST_F(DamagedProjections, ARowThatCallsItselfAnotherIsNotTakenForIt) {
  make_closed();
  {
    auto database = Database::open(path, {}).value();
    // Whatever damaged it took the projections' word for it, too.
    ASSERT_TRUE(database.exec("UPDATE entries SET seq = 1 WHERE arrival = 50").has_value());
    ASSERT_TRUE(database.exec("DELETE FROM by_origin WHERE arrival = 50").has_value());
  }
  auto journal = opened().journal;
  ASSERT_TRUE(journal->scrub().has_value());
  ASSERT_EQ(journal->damaged().size(), 1u);
  EXPECT_EQ(journal->damaged()[0].origin, protocol::Origin());
  EXPECT_EQ(journal->damaged()[0].seq, protocol::Seq(0));
  EXPECT_EQ(held(*journal).size(), kCount - 1);
}

TEST_F(DamagedProjections, ProjectionsThatDisagreeAreMadeAgain) {
  make_closed();
  for (const char* damage :
       {"DELETE FROM by_chat WHERE arrival % 7 = 0", "DELETE FROM by_origin WHERE seq % 5 = 0",
        "DELETE FROM intervals", "UPDATE intervals SET after = zeroblob(32)",
        "UPDATE intervals SET last = last - 1"}) {
    ASSERT_TRUE(Database::open(path, {})->exec(damage).has_value());
    auto [journal, report] = opened();
    ASSERT_TRUE(journal->scrub().has_value());
    EXPECT_EQ(held(*journal).size(), kCount) << damage;
    EXPECT_EQ(by_chat(*journal).size(), kCount) << damage;
    EXPECT_TRUE(journal->damaged().empty()) << damage;
  }
}

// One flipped bit, and what stands in one chat would be shown in another, or sent to the peer for
// an entry that it is not: nothing is shown before each row was asked what it is.
TEST_F(DamagedProjections, ProjectionsThatLeadToOtherRowsShowNobodyElsesWords) {
  for (const char* damage :
       {"UPDATE by_chat SET chat = 2 WHERE chat = 1 AND arrival = 11",
        "UPDATE by_chat SET arrival = 14 WHERE chat = 1 AND arrival = 11",
        "UPDATE by_origin SET arrival = arrival + 1 WHERE seq = 9",
        "UPDATE by_origin SET arrival = arrival + 2 WHERE origin = 1 AND seq = 9"}) {
    SCOPED_TRACE(damage);
    for (const bool scrubbed : {false, true}) {
      begin_anew();
      ASSERT_TRUE(Database::open(path, {})->exec(damage).has_value());
      auto journal = opened().journal;
      if (scrubbed) {
        ASSERT_TRUE(journal->scrub().has_value());
        EXPECT_EQ(Database::open(path, {})->number(
                      "SELECT count(*) FROM by_origin b JOIN entries e ON e.arrival = b.arrival "
                      "WHERE e.origin <> b.origin OR e.seq <> b.seq"),
                  0);
      }
      const protocol::Holdings holdings = journal->holdings().value();
      for (const auto& [origin, set] : holdings) {
        const auto page = journal->read_origin({.origin = origin,
                                                .first = protocol::Seq(1),
                                                .last = protocol::Seq(kCount),
                                                .live_only = false,
                                                .bytes_max = kAll});
        ASSERT_TRUE(page.has_value());
        EXPECT_EQ(page->entries.size(), kCount / 2);
        for (std::size_t i = 0; i < page->entries.size(); ++i)
          EXPECT_EQ(identity_of(page->entries[i].entry), Identity(origin, protocol::Seq(i + 1)));
      }
      std::size_t shown = 0;
      for (int i = 0; i < 5; ++i) {
        const ChatKey key = sample_chat("shop", "chat " + std::to_string(i));
        const auto entries = journal->read_chat(key).value();
        for (const auto& stored : entries) EXPECT_EQ(stored.entry.content->head.chat, key.chat);
        shown += entries.size();
      }
      // What a chat lacks is noticed by the scrub, or where it is too much.
      EXPECT_TRUE(shown == kCount || !scrubbed) << shown;
      if (scrubbed) expect_honest_and_healable(*journal);
    }
  }
}

// A peer sends again what is held already; whether it is the same cannot be told, so it is neither
// taken twice nor called a conflict, and nobody else's entries wait for it.
TEST_F(DamagedProjections, AHeldEntryThatIsNotFoundIsNotTakenTwice) {
  make_closed();
  auto journal = opened().journal;
  const auto& again = written.at({n1.name(), protocol::Seq(9)});
  EXPECT_TRUE(journal->append(std::vector{again}, {}).has_value());
  ASSERT_TRUE(Database::open(path, {})
                  ->exec("DELETE FROM by_origin WHERE origin = 1 AND seq = 9")
                  .has_value());
  const auto appended = journal->append(std::vector{again}, {});
  ASSERT_FALSE(appended.has_value());
  EXPECT_EQ(appended.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(read_all(*journal).present.size(), kCount);

  const auto next = n1.next_message("chat 1");
  EXPECT_TRUE(journal->append(std::vector{next}, {}).has_value());
  written.emplace(identity_of(next), next);
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_TRUE(journal->append(std::vector{again}, {}).has_value());
  expect_honest_and_healable(*journal);
}

// Nobody would find it after a start, and the retention of closed ones would count its days.
TEST_F(DamagedProjections, AChatThatGoesOnIsListedAsOpenAgain) {
  make_closed();
  for (const char* damage :
       {"DELETE FROM open_chats WHERE chat = 2", "UPDATE open_chats SET chat = 7 WHERE chat = 2",
        "UPDATE open_chats SET touched = 1 WHERE chat = 2"}) {
    SCOPED_TRACE(damage);
    const auto before = opened().journal->open_chats().value();
    ASSERT_TRUE(Database::open(path, {})->exec(damage).has_value());
    auto journal = opened().journal;
    ASSERT_TRUE(journal->scrub().has_value());
    EXPECT_EQ(journal->open_chats().value(), before);
    EXPECT_EQ(Database::open(path, {})->number("SELECT min(touched) > 100 FROM open_chats"), 1);
    expect_honest_and_healable(*journal);
  }
}

TEST_F(DamagedProjections, AChatThatIsOverIsNotListedAsOpen) {
  make_closed();
  auto journal = opened().journal;
  ASSERT_TRUE(journal->mark_closed(sample_chat("shop", "chat 1"), journal->last_arrival().value())
                  .has_value());
  const auto before = journal->open_chats().value();
  EXPECT_EQ(before.size(), 4u);
  ASSERT_TRUE(Database::open(path, {})
                  ->exec("INSERT INTO open_chats SELECT id, closed FROM chats WHERE chat = '" +
                         sample_chat("shop", "chat 1").chat.value() + "'")
                  .has_value());
  EXPECT_EQ(journal->open_chats()->size(), 5u);
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_EQ(journal->open_chats().value(), before);
}

// A bit that flips in the mark would hide what is said from then on.
TEST_F(DamagedProjections, AChatIsNotOverBecauseItsMarkSaysSo) {
  for (const char* damage :
       {"UPDATE chats SET closed = 1048576 WHERE id = 2",
        "UPDATE chats SET closed = (SELECT max(arrival) - 1 FROM entries) WHERE id = 2",
        "UPDATE chats SET closed = (SELECT min(arrival) FROM entries WHERE chat <> 2) WHERE id = "
        "2"}) {
    SCOPED_TRACE(damage);
    begin_anew();
    const auto before = opened().journal->open_chats().value();
    EXPECT_EQ(before.size(), 5u);
    ASSERT_TRUE(Database::open(path, {})->exec(damage).has_value());
    auto journal = opened().journal;
    EXPECT_EQ(journal->times_mended(), 0u);
    ASSERT_TRUE(journal->scrub().has_value());
    EXPECT_EQ(journal->open_chats().value(), before);
    EXPECT_EQ(journal->times_mended(), 1u);
    ASSERT_TRUE(journal->scrub().has_value());
    EXPECT_EQ(journal->times_mended(), 1u);
    expect_honest_and_healable(*journal);
  }
}

// Who asks for the chats of a visitor is about to erase them.
TEST_F(DamagedProjections, NoChatIsAnothersBecauseAProjectionSaysSo) {
  const auto opening = n1.next({.chat = "chat 1", .kind = "open", .id = 7'777});
  ASSERT_TRUE(opened().journal->append(std::vector{opening}, {}).has_value());
  opened();
  const protocol::SiteId shop("shop");
  const protocol::Author vera = opening.content->head.author, other("v:1234567890123456789012");
  ASSERT_TRUE(Database::open(path, {})
                  ->exec(fmt::format("UPDATE opened_by SET visitor = '{}'", other.value()))
                  .has_value());
  const std::vector<ChatKey> veras{sample_chat("shop", "chat 1")};
  {
    auto journal = opened().journal;
    EXPECT_EQ(journal->chats_of(shop, other).value(), std::vector<ChatKey>{});
    EXPECT_EQ(journal->chats_of(shop, vera).value(), veras);
  }
  ASSERT_TRUE(Database::open(path, {})->exec("DELETE FROM opened_by").has_value());
  auto journal = opened().journal;
  ASSERT_TRUE(journal->scrub().has_value());
  EXPECT_EQ(journal->chats_of(shop, vera).value(), veras);
}

// They are made again because they disagree, and SQLite cannot even empty one of them.
TEST_F(DamagedProjections, ProjectionsThatCannotBeMadeAgainLeaveTheNote) {
  make_closed();
  ASSERT_TRUE(
      Database::open(path, {})->exec("DELETE FROM by_chat WHERE arrival % 7 = 0").has_value());
  spoil_open_chats();
  expect_the_scrub_stumbles_and_all_is_salvaged();
}

TEST_F(DamagedProjections, AChatThatCannotBeClosedLeavesTheNote) {
  make_closed();
  spoil_open_chats();
  auto journal = opened().journal;
  const auto last = journal->last_arrival().value();
  EXPECT_FALSE(journal->mark_closed(sample_chat("shop", "chat 1"), last).has_value());
  EXPECT_TRUE(fs::exists(suspect_note(path)));
}

// The same of what names the rows: one of the first keys is met once more behind the last.
TEST_F(DamagedProjections, ABrokenOrderOfProjectionsDoesNotKeepTheScrubGoing) {
  make_closed();
  std::string bytes = bytes_of(path);
  const auto root = Database::open(path, {})->number(
      "SELECT rootpage FROM sqlite_schema WHERE name = 'by_origin'");
  const std::size_t page = static_cast<std::size_t>(**root - 1) * 4'096;
  ASSERT_EQ(bytes[page], '\x0a') << "one page";
  const std::size_t cells = static_cast<unsigned char>(bytes[page + 4]);
  bytes.replace(page + 8 + 2 * cells, 2, bytes.substr(page + 8 + 2 * 5, 2));
  bytes[page + 4] = static_cast<char>(cells + 1);
  write_bytes(path, bytes);
  expect_the_scrub_stumbles_and_all_is_salvaged();
}

TEST_F(DamagedProjections, WhatTheProjectionsKnewOfMissingRowsIsToldBeforeTheyAreMadeAgain) {
  make_closed();
  ASSERT_TRUE(Database::open(path, {})
                  ->exec("DELETE FROM entries WHERE arrival > (SELECT max(arrival) FROM entries) "
                         "- 7")
                  .has_value());
  auto [journal, report] = opened();
  EXPECT_EQ(report.damaged_rows, 7u);
  EXPECT_EQ(journal->damaged().size(), 7u);
  expect_honest_and_healable(*journal);
}

TEST_F(DamagedProjections, WithoutItsProjectionsAJournalGivesTheSameAnswers) {
  make_closed();
  const auto answers = [&](Journal& journal) {
    return std::tuple(held(journal), by_chat(journal), journal.open_chats().value(),
                      journal.holdings().value());
  };
  auto journal = opened().journal;
  const ChatKey closed = sample_chat("shop", "chat 2");
  ASSERT_TRUE(journal->mark_closed(closed, journal->last_arrival().value()).has_value());
  const auto before = answers(*journal);
  EXPECT_EQ(std::get<2>(before).size(), 4u);
  journal.reset();
  for (const char* table : {"projection", "by_chat", "by_origin", "intervals", "open_chats"}) {
    ASSERT_TRUE(Database::open(path, {})->exec(fmt::format("DROP TABLE {}", table)).has_value());
  }
  auto [again, report] = opened();
  EXPECT_TRUE(report.clean);
  EXPECT_EQ(answers(*again), before);
}

}  // namespace
}  // namespace holdfast::journal
