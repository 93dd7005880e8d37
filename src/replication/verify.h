// Do two deployments hold the same? A comparison with named differences, for `holdfast verify`.
//
// It works under live traffic because it compares at a mark: all that either held when the check
// began. The caller takes both holdings, makes the mark, waits until both have reached it (or gives
// up waiting: then the difference is what it was looking for), asks both for their sums over each
// chat within the mark, and compares. What arrives meanwhile lies outside the mark. A hole that
// both have is not in the mark either: nobody can fill it, so it is equal.
//
// A chat's sum adds up one hash for each entry, so that it can be made in any order and in little
// memory. It shows accidents, not forgery: chains and MACs do that.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/journal.h"
#include "protocol/event.h"
#include "protocol/intervals.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {

using Mark = std::map<protocol::Origin, SeqRanges>;

// All that either holds.
Mark mark_of(const protocol::Holdings& a, const protocol::Holdings& b);
// What of the mark `holdings` lacks, ascending.
std::map<protocol::Origin, std::vector<protocol::Gap>> lacking(const protocol::Holdings& holdings,
                                                               const Mark& mark);
inline bool reached(const protocol::Holdings& holdings, const Mark& mark) {
  return lacking(holdings, mark).empty();
}

struct ChatSum {
  std::uint64_t entries = 0;
  std::array<std::uint8_t, 32> sum{};  // of one hash for each entry, modulo 2^256
  friend bool operator==(const ChatSum&, const ChatSum&) = default;
};
using ChatSums = std::map<journal::ChatKey, ChatSum>;

// Sums of the entries within the mark; add() in any order, each entry once.
class ChatSummer {
 public:
  explicit ChatSummer(Mark mark) : mark_(std::move(mark)) {}
  void add(const protocol::Entry& entry);
  const ChatSums& sums() const { return sums_; }

 private:
  Mark mark_;
  ChatSums sums_;
};

// Reads a whole journal into `summer`, page by page.
Result<void> sum_journal(journal::Journal& journal, ChatSummer& summer);

// What one deployment says of itself, after it reached the mark or failed to.
struct VerifyReport {
  std::string name;  // "primary", for the differences' texts
  std::string build;
  std::string config_digest;
  protocol::Holdings holdings;
  ChatSums chats;
};

struct Difference {
  enum class Kind : std::uint8_t {
    kBuild,  // two versions side by side are legal, and worth knowing
    kConfig,
    kLacking,  // an origin's entries are held by one only
    kFork,     // one number of an origin, two entries
    kChat,     // a chat's entries differ
  };
  Kind kind;
  std::string text;  // "redundant lacks 10 entries of primary/n1/01J…: 81..90"

  bool is_notice() const { return kind == Kind::kBuild; }
};

// Named differences, ascending by kind; none when the two are the same within the mark.
std::vector<Difference> compare(const Mark& mark, const VerifyReport& a, const VerifyReport& b);
// Nothing but notices among them.
bool same(const std::vector<Difference>& differences);

}  // namespace holdfast::replication
