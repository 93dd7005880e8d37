#include "node/signals.h"

#include <algorithm>

#include "node/delivery.h"

namespace holdfast::node {
namespace {

constexpr std::uint64_t kReportedMax =
    1'000;  // by one session at once: nobody's word moves the sums far
constexpr std::uint64_t kAgeMax =
    7 * 86'400'000ull;  // a page that was open for a week without a link; more is no honest word

std::uint64_t bounded(std::uint64_t n) {
  return std::min(n, kReportedMax);
}

}  // namespace

void Signals::signal(Session& session, const from_client::Signal& signal) {
  const CachedChat* const chat = chats_.find({session.site, signal.chat});
  // A chat that is not here is not read for a signal, and a signal that this version does not know
  // is nobody's fault.
  // Whoever only looks is not seen.
  const bool wanted = chat != nullptr && Delivery::sees(session, *chat) &&
                      !Delivery::only_looks(session, *chat) && signal.what == "typing";
  if (!wanted || !session.signals.take(turn_.mono()))
    return turn_.counters.add(Count::kSignalsDropped);
  const from_node::Signal said{signal.chat, signal.what, signal.on, session.author};
  relay(*chat, said);
  if (turn_.config.shared_journal)
    turn_.emit(Publish{"signal", session.site.value() + "\n" + encode(said)});
}

void Signals::from_neighbour(const SiteId& site, const from_node::Signal& signal) {
  if (const CachedChat* const chat = chats_.find({site, signal.chat})) relay(*chat, signal);
}

void Signals::relay(const CachedChat& chat, const from_node::Signal& signal) {
  const Frame frame = frame_of(encode(signal));
  turn_.counters.add(Count::kSignalsRelayed);
  Delivery::each_viewer(chat, Audience::kChat, [&](const Session& session) {
    if (session.author != signal.from) turn_.send(session.id, frame, Lane::kSignal);
  });
}

void Signals::report(Session& session, const from_client::Report& report) {
  if (!session.signals.take(turn_.mono())) return turn_.counters.add(Count::kSignalsDropped);
  // An older client does not say when: it told within seconds, where it could.
  const Ms age(std::min(report.age_ms.value_or(0), kAgeMax));
  if (age > Ms(turn_.config.report_late_ms)) return add_late(report, age);
  const auto add = [this](Count what, std::uint64_t n) {
    turn_.counters.add(what, static_cast<std::int64_t>(bounded(n)));
  };
  add(Count::kClientHedgesWon, report.hedges_won);
  add(Count::kClientLateAcks, report.late_acks);
  add(Count::kClientFailedConnects, report.failed_connects);
}

// Not among the sums from which a moderator concludes what is wrong now, but told: an outage that
// nobody could report while it lasted belongs in the record.
void Signals::add_late(const from_client::Report& report, Ms age) {
  turn_.counters.add(Count::kClientReportsLate);
  LateReports& late = late_ ? *late_ : late_.emplace();
  late.hedges_won += bounded(report.hedges_won);
  late.late_acks += bounded(report.late_acks);
  late.failed_connects += bounded(report.failed_connects);
  late.seen_at = std::max(late.seen_at, turn_.wall() - age);
}

}  // namespace holdfast::node
