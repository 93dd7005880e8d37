#include "replication/announce.h"

#include <utility>

namespace holdfast::replication {

using protocol::Holdings;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::OriginHoldings;
namespace from_peer = protocol::from_peer;

namespace {

constexpr std::size_t kFrameBytes = 512u << 10;
constexpr std::size_t kIntervalBytes = 160;  // in a frame, at most
constexpr std::size_t kOriginBytes = 96;

// An origin with more holes than fit is reported by its newest intervals. To claim less than one
// holds is always safe: it delays `safe`, it never fakes it.
constexpr std::size_t kIntervalsMax = 3'000;

OriginHoldings reported(const Origin& origin, const IntervalSet& set) {
  const auto& all = set.intervals();
  const std::size_t left_out = all.size() > kIntervalsMax ? all.size() - kIntervalsMax : 0;
  return {origin, {all.begin() + static_cast<std::ptrdiff_t>(left_out), all.end()}};
}

std::size_t size_of(const OriginHoldings& one) {
  return kOriginBytes + one.i.size() * kIntervalBytes;
}

// The origins' lists, each short enough for a frame.
template <class Origins>
std::vector<std::vector<OriginHoldings>> portions(const Holdings& ours, const Origins& origins) {
  std::vector<std::vector<OriginHoldings>> portions(1);
  std::size_t size = 0;
  for (const Origin& origin : origins) {
    const auto found = ours.find(origin);
    OriginHoldings one =
        found == ours.end() ? OriginHoldings{origin, {}} : reported(origin, found->second);
    if (size > 0 && size + size_of(one) > kFrameBytes) {
      portions.emplace_back();
      size = 0;
    }
    size += size_of(one);
    portions.back().push_back(std::move(one));
  }
  return portions;
}

from_peer::Holds frame_of(std::vector<OriginHoldings> list, const Announcement& about, bool first) {
  from_peer::Holds holds;
  holds.origins = std::move(list);
  holds.time = about.time;
  if (first) holds.verdict = about.verdict;
  return holds;
}

}  // namespace

std::vector<std::string> announce_all(const Holdings& ours, const Announcement& about) {
  std::vector<Origin> origins;
  for (const auto& [origin, set] : ours) origins.push_back(origin);
  auto lists = portions(ours, origins);
  std::vector<std::string> frames;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    from_peer::Holds holds = frame_of(std::move(lists[i]), about, i == 0);
    holds.full = i == 0;
    holds.more = i + 1 < lists.size();
    frames.push_back(from_peer::encode(holds));
  }
  return frames;
}

std::vector<std::string> announce_changes(const Holdings& ours, const std::set<Origin>& changed,
                                          const Announcement& about) {
  std::vector<std::string> frames;
  if (changed.empty()) return frames;
  for (auto& list : portions(ours, changed)) {
    frames.push_back(from_peer::encode(frame_of(std::move(list), about, frames.empty())));
  }
  return frames;
}

}  // namespace holdfast::replication
