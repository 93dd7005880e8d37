// A journal under test: what a part of the contract may do with it, and what it looks at.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/sample_entries.h"

namespace holdfast::journal {

// A journal under test and what can befall it.
class JournalUnderTest {
 public:
  virtual ~JournalUnderTest() = default;
  virtual Journal& journal() = 0;
  // Another node's view of the same journal; the same object where one object serves all nodes.
  virtual Journal& other_node() = 0;
  // The process ends in good order, or power is lost; then the journal is opened again. References
  // from before are dead.
  virtual void reopen() = 0;
  virtual void crash() = 0;
  virtual void fail_next_append(ErrorCode code) = 0;
  // The bytes of this row go bad on the disk, and somebody reads them.
  virtual void corrupt(Arrival arrival) = 0;
};

struct JournalMaker {
  std::string name;
  std::function<std::unique_ptr<JournalUnderTest>()> make;
};
inline std::string name_of_maker(const testing::TestParamInfo<JournalMaker>& info) {
  return info.param.name;
}

class JournalContract : public testing::TestWithParam<JournalMaker> {
 protected:
  static constexpr std::size_t kAll = 1u << 30;

  Journal& journal() { return under_test_->journal(); }

  Arrival append(const std::vector<protocol::Entry>& batch) {
    auto last = journal().append(batch, std::nullopt);
    EXPECT_TRUE(last.has_value()) << last.error().text();
    return last.value_or(Arrival(0));
  }
  ErrorCode append_error(const std::vector<protocol::Entry>& batch,
                         const std::optional<LeaseClaim>& lease = {}) {
    const auto last = journal().append(batch, lease);
    EXPECT_FALSE(last.has_value());
    return last ? ErrorCode::kUnavailable : last.error().code;
  }
  std::vector<StoredEntry> chat(const std::string& name, const std::string& site = "shop") {
    return journal().read_chat(sample_chat(site, name)).value();
  }
  std::vector<StoredEntry> everything() {
    return journal().read_arrivals(Arrival(0), kAll).value().entries;
  }
  std::vector<ChatKey> open_chats() {
    auto open = journal().open_chats().value();
    std::ranges::sort(open);
    return open;
  }
  Page origin_page(const SampleOrigin& origin, std::uint64_t first, std::uint64_t last,
                   std::size_t bytes_max = kAll, bool live_only = false) {
    return journal()
        .read_origin(
            {origin.name(), protocol::Seq(first), protocol::Seq(last), live_only, bytes_max})
        .value();
  }
  std::vector<protocol::Interval> held_of(const SampleOrigin& origin) {
    const auto holdings = journal().holdings().value();
    const auto it = holdings.find(origin.name());
    return it == holdings.end() ? std::vector<protocol::Interval>{} : it->second.intervals();
  }
  void maintain_to_the_end() {
    for (int pieces = 0; journal().maintain().value(); ++pieces) ASSERT_LT(pieces, 100'000);
  }

  std::unique_ptr<JournalUnderTest> under_test_ = GetParam().make();
  SampleOrigin n1_{"n1"};
  SampleOrigin n2_{"n2"};
};

inline std::vector<std::uint64_t> seqs_of(const std::vector<StoredEntry>& entries) {
  std::vector<std::uint64_t> seqs;
  for (const StoredEntry& stored : entries) seqs.push_back(stored.entry.seq.value());
  return seqs;
}
inline std::vector<std::string> texts_of(const std::vector<StoredEntry>& entries) {
  std::vector<std::string> texts;
  for (const StoredEntry& stored : entries) {
    const std::string body = stored.entry.content->body_bytes.value_or("(erased)");
    const auto at = body.find("\"text\":\"");
    texts.push_back(at == std::string::npos ? body : body.substr(at + 8, body.size() - at - 10));
  }
  return texts;
}
inline void expect_same(const protocol::Entry& read, const protocol::Entry& written) {
  EXPECT_EQ(read.origin, written.origin);
  EXPECT_EQ(read.seq, written.seq);
  EXPECT_EQ(read.h, written.h);
  EXPECT_EQ(read.before, written.before);
  EXPECT_EQ(read.acceptance, written.acceptance);
  EXPECT_EQ(read.content->digest, written.content->digest);
  EXPECT_EQ(read.content->head_bytes, written.content->head_bytes);
  EXPECT_EQ(read.content->body_bytes, written.content->body_bytes);
  EXPECT_EQ(read.content->head.chat, written.content->head.chat);
  EXPECT_EQ(read.content->head.kind, written.content->head.kind);
}

}  // namespace holdfast::journal
