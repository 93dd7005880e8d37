// tests/journal_reader.py reads what SqliteJournal wrote: two programs that share nothing but the
// documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "journal/sample_entries.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::journal {
namespace {

struct Answer {
  int code;
  std::string text;
};

Answer ask(const std::string& arguments) {
  const std::string command =
      fmt::format("python3 {}/tests/journal_reader.py {} 2>&1", HOLDFAST_SOURCE_DIR, arguments);
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  CHECK(pipe != nullptr);
  Answer answer{.code = 0, .text = {}};
  char buffer[4'096];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;)
    answer.text.append(buffer, size);
  answer.code = WEXITSTATUS(::pclose(pipe));
  return answer;
}

struct OutsideReader : testing::Test {
  TemporaryDirectory directory;
  std::string path = directory.file("journal.db");
  SampleOrigin n1{"n1"}, n2{"n2"};

  std::unique_ptr<SqliteJournal> open(const std::string& at) {
    auto opened = SqliteJournal::open(at, {.now = WallMs(0)});
    CHECK(opened.has_value());
    return std::move(opened->journal);
  }
  void append(Journal& journal, const std::vector<protocol::Entry>& batch) {
    ASSERT_TRUE(journal.append(batch, {}).has_value());
  }
};

TEST_F(OutsideReader, ReadsAJournalThatIsInUse) {
  auto journal = open(path);
  const auto content = make_content({.text = "twice"});
  append(*journal, {n1.next(content), n2.next(content), n1.next_message("second"),
                    n1.next({.id = 77, .erased = true})});
  const Answer dump = ask(path);
  EXPECT_EQ(dump.code, 0) << dump.text;
  EXPECT_EQ(std::ranges::count(dump.text, '\n'), 3);
  EXPECT_THAT(dump.text, testing::HasSubstr(content->digest.value().base64url()));
  EXPECT_EQ(ask("--count " + path).text,
            "events 3\nentries 4\nacceptances 4\nchats 2\norigins 2\nquarantined 0\n");
}

TEST_F(OutsideReader, NamesWhatOnlyOneOfTwoJournalsHas) {
  const std::string other_path = directory.file("other.db");
  const auto both = n1.next_message("first");
  const auto one = n1.next_message("second");
  {
    auto journal = open(path);
    auto other = open(other_path);
    append(*journal, {both});
    append(*other, {both});
    EXPECT_EQ(ask("--compare " + path + " " + other_path).code, 0);
    append(*other, {one});
  }
  const Answer differ = ask("--compare " + path + " " + other_path);
  EXPECT_EQ(differ.code, 1);
  EXPECT_THAT(differ.text, testing::HasSubstr(sample_chat("shop", "second").chat.value()));
  EXPECT_THAT(differ.text, testing::HasSubstr(one.content->digest.value().base64url()));
  EXPECT_THAT(differ.text,
              testing::Not(testing::HasSubstr(both.content->digest.value().base64url())));
}

TEST_F(OutsideReader, FindsGivenBackAndTwiceAcceptedEvents) {
  auto journal = open(path);
  append(*journal, {n1.next_message("first")});
  EXPECT_EQ(ask("--find-given-back " + path).code, 1);
  EXPECT_EQ(ask("--two-acceptances " + path).code, 1);
  const auto content = make_content({.text = "given back", .id = 5});
  const auto mine = n1.next(content);
  auto theirs = mine.acceptance;
  theirs.origin = protocol::Origin("redundant/n9/01HF7YAT000000000000000009");
  theirs.mac = protocol::Mac(sha256(std::string_view("another")));
  append(*journal, {mine, n1.carry(content, theirs)});
  for (const char* what :
       {"--find-given-back ", "--find-given-back --deployment primary ", "--two-acceptances "}) {
    const Answer found = ask(what + path);
    EXPECT_EQ(found.code, 0) << what;
    EXPECT_THAT(found.text, testing::HasSubstr(content->digest.value().base64url())) << what;
  }
  EXPECT_EQ(ask("--find-given-back --deployment redundant " + path).code, 1);
}

TEST_F(OutsideReader, RefusesAJournalWhoseHashesDoNotAgree) {
  auto journal = open(path);
  append(*journal, {n1.next_message("first", "one"), n1.next_message("first", "two")});
  auto database = Database::open(path, {}).value();
  for (const char* damage :
       {"UPDATE entries SET head = replace(head, '\"v\":1', '\"v\":2') WHERE arrival = 1",
        "UPDATE entries SET mac = zeroblob(32) WHERE arrival = 2",
        "UPDATE entries SET before = zeroblob(32) WHERE arrival = 2"}) {
    ASSERT_TRUE(
        database.exec("CREATE TABLE IF NOT EXISTS sound AS SELECT * FROM entries").has_value());
    ASSERT_TRUE(database.exec(damage).has_value());
    const Answer refused = ask("--count " + path);
    EXPECT_EQ(refused.code, 2) << damage;
    EXPECT_FALSE(refused.text.empty());
    ASSERT_TRUE(
        database.exec("DELETE FROM entries; INSERT INTO entries SELECT * FROM sound").has_value());
    EXPECT_EQ(ask("--count " + path).code, 0);
  }
  EXPECT_EQ(ask("--count " + directory.file("nothing.db")).code, 2);
}

}  // namespace
}  // namespace holdfast::journal
