#include "replication/agreement.h"

#include <algorithm>
#include <utility>

#include "base/plant.h"
#include "protocol/hashes.h"
#include "protocol/names.h"
#include "replication/seq_ranges.h"

namespace holdfast::replication {

using protocol::ChainHash;
using protocol::Interval;
using protocol::IntervalSet;
using protocol::Origin;
using protocol::Seq;

namespace {

// The interval of `set` that contains `seq`, or null.
const Interval* interval_with(const IntervalSet& set, Seq seq) {
  const auto& all = set.intervals();
  const auto found = std::ranges::lower_bound(all, seq, {}, &Interval::last);
  return found == all.end() || found->first > seq ? nullptr : &*found;
}

// Whether the peer's run, which it still holds, has another hash where it meets ours.
bool collides(const Interval& run, const IntervalSet& ours, const IntervalSet& theirs) {
  if (!theirs.contains(run.first)) return false;
  const auto before = edge_hash(ours, previous(run.first));
  const auto after = edge_hash(ours, run.last);
  return (before && *before != run.before) || (after && *after != run.after);
}

}  // namespace

std::optional<ChainHash> edge_hash(const IntervalSet& set, Seq seq) {
  const auto& all = set.intervals();
  const auto found = std::ranges::lower_bound(all, seq, {}, &Interval::last);
  if (found == all.end()) return std::nullopt;
  if (found->last == seq) return found->after;
  if (previous(found->first) == seq) return found->before;
  return std::nullopt;
}

Agreement::Agreement(Origin own) : own_(std::move(own)) {}

bool Agreement::keeps_tail(const Origin& origin) const {
  return protocol::deployment_of(own_) == protocol::deployment_of(origin);
}

void Agreement::held(const Origin& origin, Seq seq, const ChainHash& h) {
  if (origin == own_ || keeps_tail(origin)) views_[origin].tail.add(seq, h);
}

void Agreement::joined(const Origin& origin, Seq seq, const ChainHash& h) {
  views_[origin].points[seq] = {h, State::kAgrees};
}

void Agreement::contradict(const Origin& origin, const Interval& run) {
  View& view = views_[origin];
  if (!view.join_failed || run.first < view.join_failed->first) view.join_failed = run;
  weigh(view);
}

std::optional<Agreement::Point> Agreement::judge(const Origin& origin, const View& view,
                                                 const IntervalSet& ours, Seq seq,
                                                 const ChainHash& theirs) {
  const auto compared = [&](const ChainHash& h) {
    return Point{theirs, h == theirs ? State::kAgrees : State::kDiffers};
  };
  if (seq == Seq(0)) return compared(protocol::chain_start(origin));
  if (const auto edge = edge_hash(ours, seq)) return compared(*edge);
  if (const auto kept = view.tail.at(seq)) return compared(*kept);
  const bool beyond = origin == own_ && seq > ours.highest();
  if (!beyond && !ours.contains(seq)) return std::nullopt;
  questions_.push_back({origin, seq});
  return Point{theirs, beyond ? State::kAskedBeyond : State::kAsked};
}

bool Agreement::look(const Origin& origin, const IntervalSet& ours, const IntervalSet& theirs) {
  View& view = views_[origin];
  if (view.join_failed && !collides(*view.join_failed, ours, theirs)) view.join_failed.reset();
  bool news = false;
  Points points;
  const auto look_at = [&](Seq seq, const ChainHash& h) {
    const auto known = view.points.find(seq);
    if (known != view.points.end() && known->second.theirs == h) {
      points.insert(*known);
      return;
    }
    const auto point = judge(origin, view, ours, seq, h);
    if (!point) return;
    news |= point->state == State::kAgrees || point->state == State::kDiffers;
    points[seq] = *point;
  };
  for (const Interval& interval : theirs.intervals()) {
    look_at(previous(interval.first), interval.before);
    // The newest point that agrees stays, though it is no edge any more: what was confirmed at 100
    // is confirmed when 1..200 is reported.
    auto known = view.points.upper_bound(interval.last);
    while (known != view.points.begin() && (--known)->first >= interval.first) {
      if (known->second.state != State::kAgrees) continue;
      points.insert(*known);
      break;
    }
    look_at(interval.last, interval.after);
  }
  view.points = std::move(points);
  weigh(view);
  if (const Seq common = common_below(origin, Seq(UINT64_MAX)); common > Seq(0)) {
    view.tail.confirm(common);
  }
  return news;
}

std::vector<EdgeQuestion> Agreement::take_questions(std::size_t max) {
  const auto cut =
      questions_.begin() + static_cast<std::ptrdiff_t>(std::min(max, questions_.size()));
  std::vector<EdgeQuestion> taken(questions_.begin(), cut);
  questions_.erase(questions_.begin(), cut);
  return taken;
}

bool Agreement::answer(const EdgeQuestion& question, const std::optional<ChainHash>& ours) {
  View& view = views_[question.origin];
  auto& points = view.points;
  const auto point = points.find(question.seq);
  if (point == points.end()) return false;
  State& state = point->second.state;
  if (state != State::kAsked && state != State::kAskedBeyond) return false;
  // Not there. Above all that we hold of ourselves it proves that we forgot it; elsewhere it was
  // quarantined and proves nothing.
  if (!ours && state == State::kAsked) {
    points.erase(point);
    return false;
  }
  state = ours && *ours == point->second.theirs ? State::kAgrees : State::kDiffers;
  weigh(view);
  return true;
}

void Agreement::forget(const EdgeQuestion& question) {
  auto& points = views_[question.origin].points;
  const auto point = points.find(question.seq);
  if (point == points.end()) return;
  const State state = point->second.state;
  if (state == State::kAsked || state == State::kAskedBeyond) points.erase(point);
}

bool Agreement::confirmed(const Origin& origin, Seq seq, const IntervalSet& ours,
                          const IntervalSet& theirs) const {
  const Interval* here = interval_with(ours, seq);
  const Interval* there = interval_with(theirs, seq);
  if (planted(Plant::kSafeWithoutChain)) return here != nullptr && there != nullptr;
  const auto view = views_.find(origin);
  if (here == nullptr || there == nullptr || view == views_.end() || contradiction(origin))
    return false;
  const Seq last = std::min(here->last, there->last);
  const Points& points = view->second.points;
  for (auto point = points.lower_bound(seq); point != points.end() && point->first <= last;
       ++point) {
    if (point->second.state == State::kAgrees) return true;
  }
  return false;
}

std::optional<Seq> Agreement::contradiction(const Origin& origin) const {
  const auto view = views_.find(origin);
  return view == views_.end() ? std::nullopt : view->second.differs;
}

void Agreement::weigh(View& view) {
  view.differs = view.join_failed ? std::optional(view.join_failed->first) : std::nullopt;
  for (const auto& [seq, point] : view.points) {
    if (point.state != State::kDiffers) continue;
    if (!view.differs || seq < *view.differs) view.differs = seq;
    return;
  }
}

Seq Agreement::common_below(const Origin& origin, Seq seq) const {
  const auto view = views_.find(origin);
  if (view == views_.end()) return Seq(0);
  const Points& points = view->second.points;
  auto point = points.lower_bound(seq);
  while (point != points.begin()) {
    if ((--point)->second.state == State::kAgrees) return point->first;
  }
  return Seq(0);
}

void Agreement::clear() {
  views_.clear();
  questions_.clear();
}

}  // namespace holdfast::replication
