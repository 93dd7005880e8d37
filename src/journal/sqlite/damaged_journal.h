// The fixture of the tests of damage: a journal with entries of every sort, ways to harm its file,
// and what must be true of it afterwards.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/random.h"
#include "journal/sample_entries.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/suspect.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::journal {

struct DamagedJournal : testing::Test {
  using Identity = std::pair<protocol::Origin, protocol::Seq>;
  static Identity identity_of(const protocol::Entry& entry) { return {entry.origin, entry.seq}; }

  static constexpr std::size_t kAll = 1u << 30;
  static constexpr std::uint64_t kCount = 120;

  TemporaryDirectory directory;
  std::string path = directory.file("journal.db");
  std::map<Identity, protocol::Entry> written;
  SampleOrigin n1{"n1"}, n2{"n2"};

  Result<SqliteJournal::Opened> open() {
    return SqliteJournal::open(path, {.now = WallMs(1'700'000'000'000)});
  }
  SqliteJournal::Opened opened() {
    auto result = open();
    CHECK(result.has_value(), "{}", result.error().text());
    return *std::move(result);
  }

  // Own and carried entries, second entries of a content, an erased body, bodies that overflow a
  // page.
  void fill(Journal& journal) {
    for (std::uint64_t i = 0; i < kCount / 2; ++i) {
      const std::string chat = "chat " + std::to_string(i % 5);
      const auto content = make_content({.chat = chat,
                                         .text = std::string(i % 20 == 7 ? 9'000 : 40, 'x'),
                                         .id = i + 1,
                                         .erased = i % 13 == 5});
      const auto mine = n1.next(content);
      const auto theirs = i % 3 == 0 ? n2.carry(content, mine.acceptance)
                                     : n2.next({.chat = chat, .id = 10'000 + i});
      EXPECT_TRUE(journal.append(std::vector{mine, theirs}, {}).has_value());
      written.emplace(identity_of(mine), mine);
      written.emplace(identity_of(theirs), theirs);
    }
    EXPECT_TRUE(journal.acquire_lease("n1", WallMs(1'000), WallMs(2'000)).has_value());
  }
  void make_closed() { fill(*opened().journal); }
  void begin_anew() {
    directory.clear();
    written.clear();
    n1 = SampleOrigin("n1"), n2 = SampleOrigin("n2");
    make_closed();
  }
  // As a killed process leaves it: nothing of the WAL in the file but what was carried over when
  // `carried`.
  void make_killed(bool carried) {
    TemporaryDirectory elsewhere;
    const std::string image = std::exchange(path, elsewhere.file("journal.db"));
    {
      auto journal = opened().journal;
      fill(*journal);
      if (carried) {
        ASSERT_TRUE(Database::open(path, {})->number("PRAGMA wal_checkpoint(PASSIVE)").has_value());
      }
      for (const char* suffix : {"", "-wal"})
        std::filesystem::copy_file(path + suffix, image + suffix);
    }
    path = image;
  }

  // Each of them still a page in order, but without rows; how many there were.
  std::size_t empty_leaves_of(std::string_view table_or_index) {
    std::vector<std::size_t> leaves;
    {
      auto database = Database::open(path, {});
      const auto pages = database->prepare(fmt::format(
          "SELECT pageno FROM dbstat WHERE name = '{}' AND pagetype = 'leaf'", table_or_index));
      Query query(*pages);
      while (*query.step()) leaves.push_back(static_cast<std::size_t>(query.number(0)));
    }
    std::string bytes = bytes_of(path);
    const std::string no_cells("\0\0\0\0\x10\0\0", 7);  // behind the page's type
    for (const std::size_t leaf : leaves)
      bytes.replace((leaf - 1) * 4'096 + 1, no_cells.size(), no_cells);
    write_bytes(path, bytes);
    return leaves.size();
  }

  void spoil_open_chats() {
    const auto page = Database::open(path, {})->number(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'open_chats'");
    std::string bytes = bytes_of(path);
    bytes[static_cast<std::size_t>(**page - 1) * 4'096] = '\x7f';
    write_bytes(path, bytes);
  }

  // The page that leads to the leaves of `entries` loses what leads to that one.
  void forget_leaf_of_entries(std::size_t leaf) {
    const auto root = Database::open(path, {})->number(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'");
    std::string bytes = bytes_of(path);
    const std::size_t page = static_cast<std::size_t>(**root - 1) * 4'096;
    ASSERT_EQ(bytes[page], '\x05') << "the rows have more than one page";
    const auto cells = static_cast<std::size_t>(static_cast<unsigned char>(bytes[page + 4]));
    ASSERT_GT(cells, leaf + 1);
    bytes.erase(page + 12 + 2 * leaf, 2);
    bytes.insert(page + 12 + 2 * (cells - 1), 2, '\0');
    bytes[page + 4] = static_cast<char>(cells - 1);
    write_bytes(path, bytes);
  }

  struct Read {
    std::set<Identity> present;
    std::uint64_t altered = 0;
  };
  Read read_all(Journal& journal) {
    Read read;
    const Page page = journal.read_arrivals(Arrival(0), kAll).value();
    for (const auto& stored : page.entries) {
      const auto original = written.find(identity_of(stored.entry));
      const bool same = original != written.end() && original->second.h == stored.entry.h &&
                        original->second.before == stored.entry.before &&
                        original->second.acceptance == stored.entry.acceptance &&
                        original->second.content->digest == stored.entry.content->digest &&
                        original->second.content->body_bytes == stored.entry.content->body_bytes;
      read.altered += same ? 0 : 1;
      read.present.insert(identity_of(stored.entry));
    }
    return read;
  }
  std::set<Identity> held(Journal& journal) {
    std::set<Identity> all;
    const protocol::Holdings holdings = journal.holdings().value();
    for (const auto& [origin, set] : holdings) {
      for (const auto& run : set.intervals()) {
        for (std::uint64_t seq = run.first.value(); seq <= run.last.value(); ++seq)
          all.emplace(origin, seq);
      }
    }
    return all;
  }
  std::set<Identity> by_chat(Journal& journal) {
    std::set<Identity> all;
    for (int i = 0; i < 5; ++i) {
      const auto entries =
          journal.read_chat(sample_chat("shop", "chat " + std::to_string(i))).value();
      for (const auto& stored : entries) all.insert(identity_of(stored.entry));
    }
    return all;
  }
  // What is claimed to be held is there, is what was written, and stands in its chat; what is not
  // can be had again from a peer.
  void expect_honest_and_healable(SqliteJournal& journal) {
    const Read read = read_all(journal);
    EXPECT_EQ(read.altered, 0u);
    EXPECT_EQ(held(journal), read.present);
    EXPECT_EQ(by_chat(journal), read.present);
    std::vector<protocol::Entry> all;
    for (const auto& [identity, entry] : written) all.push_back(entry);
    EXPECT_TRUE(journal.append(all, {}).has_value());
    EXPECT_EQ(read_all(journal).present.size(), written.size());
    EXPECT_EQ(held(journal).size(), written.size());
    EXPECT_EQ(by_chat(journal).size(), written.size());
    EXPECT_TRUE(journal.damaged().empty());
  }
  void expect_the_scrub_stumbles_and_all_is_salvaged() {
    {
      auto journal = opened().journal;
      EXPECT_FALSE(journal->scrub().has_value());
      EXPECT_TRUE(std::filesystem::exists(suspect_note(path)));
    }
    auto [journal, report] = opened();
    EXPECT_EQ(report.salvaged_rows, kCount);
    expect_honest_and_healable(*journal);
  }
};

}  // namespace holdfast::journal
