#include "fuzz/stored.h"

#include <map>

#include "base/check.h"
#include "protocol/hashes.h"

namespace holdfast::fuzz {
namespace {

using protocol::Entry;

void check_entry(const Entry& entry, std::span<const protocol::SecretKey> cluster) {
  const protocol::Content& content = *entry.content;
  const protocol::Acceptance& acc = entry.acceptance;
  CHECK(content.digest == protocol::digest_of(content.head_bytes));
  CHECK(!content.body_bytes || content.head.body_hash == protocol::body_hash(*content.body_bytes));
  const auto* const key = protocol::key_named(cluster, acc.key);
  CHECK(key != nullptr, "accepted under {}, which nobody has", acc.key);
  CHECK(acc.mac == protocol::acceptance_mac(*key, content.digest, acc.origin, acc.seq, acc.hlc),
        "a forged acceptance of {} is stored", content.head_bytes);
  // A lower number: entered again after its row was damaged (docs/protocol.md §3).
  CHECK(acc.origin != entry.origin || acc.seq <= entry.seq, "{} of {} was accepted as {}",
        entry.seq, entry.origin, acc.seq);
  CHECK(entry.h == protocol::chain_next(entry.before, content.digest, acc.mac));
}

using Place = std::pair<protocol::Origin, protocol::Seq>;

void check_holdings(const protocol::Holdings& holdings, const std::map<Place, Entry>& stored) {
  std::size_t claimed = 0;
  for (const auto& [origin, set] : holdings) {
    for (const auto& run : set.intervals()) {
      protocol::ChainHash h = run.before;
      for (std::uint64_t seq = run.first.value(); seq <= run.last.value(); ++seq, ++claimed) {
        const auto found = stored.find({origin, protocol::Seq(seq)});
        CHECK(found != stored.end(), "{} of {} is claimed and not there", seq, origin);
        CHECK(found->second.before == h, "the chain of {} breaks at {}", origin, seq);
        h = found->second.h;
      }
      CHECK(h == run.after);
    }
  }
  CHECK(claimed == stored.size(), "{} entries are claimed, {} are there", claimed, stored.size());
}

}  // namespace

std::vector<Entry> check_journal(journal::Journal& journal,
                                 std::span<const protocol::SecretKey> cluster) {
  constexpr std::size_t kAll = 1u << 30;
  std::vector<Entry> entries;
  std::map<Place, Entry> stored;
  const auto page = journal.read_arrivals(journal::Arrival(0), kAll);
  CHECK(page.has_value(), "{}", page.error().text());
  for (const auto& each : page->entries) {
    check_entry(each.entry, cluster);
    CHECK(stored.emplace(Place(each.entry.origin, each.entry.seq), each.entry).second,
          "one number of an origin twice");
    entries.push_back(each.entry);
  }
  check_holdings(*journal.holdings(), stored);
  return entries;
}

}  // namespace holdfast::fuzz
