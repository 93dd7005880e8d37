#include "node/signals.h"

#include <algorithm>

#include "node/delivery.h"

namespace holdfast::node {
namespace {

constexpr std::uint64_t kReportedMax =
    1'000;  // by one session at once: nobody's word moves the sums far

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
  const auto bounded = [](std::uint64_t n) {
    return static_cast<std::int64_t>(std::min(n, kReportedMax));
  };
  turn_.counters.add(Count::kClientHedgesWon, bounded(report.hedges_won));
  turn_.counters.add(Count::kClientLateAcks, bounded(report.late_acks));
  turn_.counters.add(Count::kClientFailedConnects, bounded(report.failed_connects));
}

}  // namespace holdfast::node
