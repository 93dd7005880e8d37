// Who has the chat. Decisions of two deployments that were cut off merge like this: what some held
// decision names in `replaces` is out; among the rest each deployment's own best is found first
// (its lease terms mean something only inside it), then the two bests are compared by epoch,
// ordinary over autonomous, and time. docs/protocol.md §6.
#include <algorithm>
#include <tuple>

#include "chat/chat.h"
#include "chat/text_order.h"
#include "protocol/names.h"

namespace holdfast::chat {
namespace {

using protocol::Deployment;
using protocol::Digest;

struct Made {
  const protocol::Event* event;
  Decision decision;
  Deployment by;
  protocol::Hlc hlc;  // of its first acceptance

  const Digest& digest() const { return event->content->digest; }
};

std::optional<Deployment> deployment_of(const protocol::Author& author) {
  const std::string_view text = author.value();
  if (!text.starts_with("n:")) return std::nullopt;
  return protocol::deployment_named(text.substr(2));
}

std::vector<Made> decisions_of(std::span<const protocol::Event> events) {
  std::vector<Made> decisions;
  for (const protocol::Event& event : events) {
    if (event.content->head.kind != "route" || event.acceptances.empty()) continue;
    const auto by = deployment_of(event.content->head.author);
    auto decision = parse_decision(*event.content);
    if (!by || !decision) continue;
    const auto first = std::ranges::min_element(event.acceptances, {}, &protocol::Acceptance::hlc);
    decisions.push_back({&event, *std::move(decision), *by, first->hlc});
  }
  return decisions;
}

void drop_replaced(std::vector<Made>& decisions) {
  std::vector<Digest> replaced;
  for (const Made& made : decisions)
    replaced.insert(replaced.end(), made.decision.replaces.begin(), made.decision.replaces.end());
  std::ranges::sort(replaced);
  std::erase_if(decisions, [&](const Made& made) {
    return std::ranges::binary_search(replaced, made.digest());
  });
}

bool earlier(const Made& a, const Made& b) {
  const auto& a_id = a.event->content->head.id;
  const auto& b_id = b.event->content->head.id;
  if (std::tie(a.hlc, a_id) != std::tie(b.hlc, b_id))
    return std::tie(a.hlc, a_id) < std::tie(b.hlc, b_id);
  return text_order(a.digest().value(), b.digest().value()) < 0;
}

bool beats(const Made& a, const Made& b) {
  const Decision& x = a.decision;
  const Decision& y = b.decision;
  if (x.epoch != y.epoch) return x.epoch > y.epoch;
  if (x.autonomous != y.autonomous) return y.autonomous;
  if (a.by == b.by && x.term != y.term) return x.term > y.term;
  return earlier(a, b);
}

const Made* best_of(const std::vector<Made>& decisions, Deployment by) {
  const Made* best = nullptr;
  for (const Made& made : decisions) {
    if (made.by == by && (best == nullptr || beats(made, *best))) best = &made;
  }
  return best;
}

const Made* winner_of(const std::vector<Made>& decisions) {
  const Made* primary = best_of(decisions, Deployment::kPrimary);
  const Made* redundant = best_of(decisions, Deployment::kRedundant);
  if (primary == nullptr || redundant == nullptr) return primary != nullptr ? primary : redundant;
  return beats(*primary, *redundant) ? primary : redundant;
}

// A visitor's message that whoever closed the chat had not seen.
bool holds_uncovered_message(std::span<const protocol::Event> events,
                             const std::vector<Digest>& covers) {
  const std::set<Digest> past = past_of(events, covers);
  return std::ranges::any_of(events, [&](const protocol::Event& event) {
    const protocol::Head& head = event.content->head;
    return head.kind == "message" && head.author.value().starts_with("v:") &&
           !event.acceptances.empty() && !past.contains(event.content->digest);
  });
}

}  // namespace

Routing fold_routing(std::span<const protocol::Event> events) {
  std::vector<Made> decisions = decisions_of(events);
  drop_replaced(decisions);
  Routing routing;
  for (const Made& made : decisions) routing.unreplaced.push_back(made.digest());
  std::ranges::sort(routing.unreplaced);
  const Made* winner = winner_of(decisions);
  if (winner == nullptr) return routing;
  routing.winner = winner->digest();
  routing.state = winner->decision.state;
  routing.operator_id = winner->decision.operator_id;
  if (routing.state == Decision::State::kClosed &&
      holds_uncovered_message(events, winner->decision.covers)) {
    routing.state = Decision::State::kQueued;
  }
  return routing;
}

}  // namespace holdfast::chat
