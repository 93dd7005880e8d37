#include "replication/intake.h"

#include <utility>
#include "replication/seq_ranges.h"

namespace holdfast::replication {

using protocol::AddResult;
using protocol::Entry;
using protocol::Gap;
using protocol::Interval;
using protocol::Origin;
using protocol::PeerRun;
using protocol::Seq;
namespace from_peer = protocol::from_peer;

namespace {

Seq next(Seq seq) {
  return Seq(seq.value() + 1);
}
Gap range_of(std::span<const Entry> run) {
  return {run.front().seq, run.back().seq};
}

Interval interval_of(std::span<const Entry> run) {
  return {run.front().seq, run.back().seq, run.front().before, run.back().h};
}

bool within(const PeerRun& run, Gap range) {
  const std::uint64_t room = range.last.value() - range.first.value() + 1;
  return run.a >= range.first && run.a <= range.last && run.e.size() <= room &&
         run.a.value() + run.e.size() - 1 <= range.last.value();
}

// The first stretch of `entries` whose numbers follow each other and which are all as (un)known as
// its first.
template <class Known>
std::size_t stretch(std::span<const Entry> entries, Known known) {
  const bool first = known(entries.front());
  std::size_t size = 1;
  while (size < entries.size() && entries[size].seq == next(entries[size - 1].seq) &&
         known(entries[size]) == first) {
    ++size;
  }
  return size;
}

}  // namespace

Intake::Intake(std::span<const protocol::SecretKey> cluster, const HoldingsBook& book,
               Arrivals& arrivals, PullScheduler& pulls, Agreement& agreement, Counters& counters)
    : cluster_(cluster),
      book_(book),
      arrivals_(arrivals),
      pulls_(pulls),
      agreement_(agreement),
      counters_(counters) {}

bool Intake::take(from_peer::Entries frame, std::size_t bytes, MonoMs now,
                  std::vector<Entry>& received) {
  std::size_t count = 0;
  for (const PeerRun& run : frame.runs) count += run.e.size();
  const std::size_t entry_bytes = count == 0 ? 0 : bytes / count;
  pulls_.progress(frame.n, count, bytes, now);
  bool fits = true;
  for (PeerRun& run : frame.runs) {
    if (!run.e.empty()) fits &= take_run(frame.n, std::move(run), entry_bytes, now, received);
  }
  if (!frame.done) return fits;
  const std::uint64_t aside = pulls_.aside_count();
  pulls_.done(frame.n, frame.more, now);
  counters_.undelivered_entries += static_cast<std::int64_t>(pulls_.aside_count() - aside);
  return fits;
}

bool Intake::take_run(std::uint64_t n, PeerRun run, std::size_t entry_bytes, MonoMs now,
                      std::vector<Entry>& received) {
  const Pull& pull = *pulls_.find(n);
  const Origin origin = pull.origin;
  if (!within(run, pull.range)) {
    ++counters_.bad_frames;
    return true;
  }
  const Seq first = run.a;
  const Seq last(run.a.value() + run.e.size() - 1);
  CheckedRun checked = check_run(origin, std::move(run), cluster_);
  pulls_.delivered(n, {first, checked.stopped_at ? previous(*checked.stopped_at) : last});
  if (checked.stopped_at && *checked.stopped_at <= last)
    pulls_.in_doubt(n, {*checked.stopped_at, last});
  counters_.compromised_entries += static_cast<std::int64_t>(checked.under_compromised_key);
  for (const BadEntry& bad : checked.bad) {
    count(bad);
    pulls_.bad(n, {bad.seq, bad.seq}, now);
  }
  if (!fits_report(origin, checked.good)) {
    counters_.bad_entries += static_cast<std::int64_t>(checked.good.size());
    pulls_.bad(n, {first, last}, now);
    return true;
  }
  bool fits = true;
  for (std::span<Entry> rest = checked.good; !rest.empty();) {
    const auto part = rest.first(stretch(rest, [this](const Entry& e) { return known(e); }));
    rest = rest.subspan(part.size());
    if (known(part.front())) {
      counters_.entries_again += static_cast<std::int64_t>(part.size());
      continue;
    }
    const Interval interval = interval_of(part);
    const auto added =
        arrivals_.add(origin, interval, book_.ours(origin), part.size() * entry_bytes, now);
    if (added == AddResult::kFork) {
      agreement_.contradict(origin, interval);
      pulls_.bad(n, range_of(part), now);
      fits = false;
      continue;
    }
    agreement_.joined(origin, interval.last, interval.after);
    counters_.entries_received += static_cast<std::int64_t>(part.size());
    received.insert(received.end(), std::make_move_iterator(part.begin()),
                    std::make_move_iterator(part.end()));
  }
  return fits;
}

bool Intake::known(const Entry& entry) const {
  return book_.ours(entry.origin).contains(entry.seq) ||
         arrivals_.contains(entry.origin, entry.seq);
}

void Intake::count(const BadEntry& bad) {
  ++(bad.flaw == Flaw::kMac ? counters_.forged_entries : counters_.bad_entries);
}

// Every MAC may be right and the order wrong: then the chain ends elsewhere than the peer itself
// said it does.
bool Intake::fits_report(const Origin& origin, std::span<const Entry> entries) const {
  const auto& theirs = book_.theirs(origin);
  for (const Entry& entry : entries) {
    const auto told = edge_hash(theirs, entry.seq);
    if (told && *told != entry.h) return false;
  }
  return true;
}

}  // namespace holdfast::replication
