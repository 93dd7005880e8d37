#include "sim/checkers/decisions.h"

#include <algorithm>

namespace holdfast::sim {
namespace {

struct Candidate {
  const protocol::Content* content;
  const chat::Decision* decision;
  protocol::Hlc hlc;
};

// True when `a` beats `b`, both of one deployment or not.
bool beats(const Candidate& a, const Candidate& b, bool with_terms) {
  if (a.decision->epoch != b.decision->epoch) return a.decision->epoch > b.decision->epoch;
  if (a.decision->autonomous != b.decision->autonomous) return b.decision->autonomous;
  if (with_terms && a.decision->term != b.decision->term)
    return a.decision->term > b.decision->term;
  return std::pair(a.hlc, a.content->head.id) < std::pair(b.hlc, b.content->head.id);
}

}  // namespace

const std::optional<chat::Decision>& Decisions::read(const protocol::Content& content) {
  const auto [known, fresh] = read_.try_emplace(content.digest);
  if (fresh) {
    if (auto decision = chat::parse_decision(content)) known->second = *std::move(decision);
  }
  return known->second;
}

void Decisions::view_changed(const View& view) {
  std::vector<Candidate> all;
  std::set<Digest> replaced;
  for (const ViewLine& line : view.lines) {
    if (line.content->head.kind != "route" || line.acceptances->empty() ||
        !line.content->body_bytes)
      continue;
    const auto& decision = read(*line.content);
    if (!decision) continue;
    replaced.insert(decision->replaces.begin(), decision->replaces.end());
    const auto smallest = std::ranges::min_element(*line.acceptances, {}, &Acceptance::hlc);
    all.push_back({line.content, &*decision, smallest->hlc});
  }
  if (all.empty()) return;
  std::erase_if(all, [&](const Candidate& one) { return replaced.contains(one.content->digest); });
  const Candidate* best[2] = {nullptr, nullptr};
  for (const Candidate& one : all) {
    const Candidate*& of_deployment =
        best[one.content->head.author == protocol::author_of(Deployment::kPrimary) ? 0 : 1];
    if (of_deployment == nullptr || beats(one, *of_deployment, true)) of_deployment = &one;
  }
  if (all.size() > 1) {
    trace_.sometimes("decisions in conflict");
    const bool autonomous =
        std::ranges::any_of(all, [](const Candidate& one) { return one.decision->autonomous; });
    const bool ordinary =
        std::ranges::any_of(all, [](const Candidate& one) { return !one.decision->autonomous; });
    if (autonomous && ordinary) trace_.sometimes("an autonomous decision was overruled");
  }
  const Candidate* winner = best[0];
  if (winner == nullptr || (best[1] != nullptr && beats(*best[1], *winner, false)))
    winner = best[1];
  const auto& routing = view.set.routing();
  const bool same = winner == nullptr ? !routing.winner : routing.winner == winner->content->digest;
  if (same) return;
  failures_.add("4 decisions", "{} shows decision {} of chat {} where {} wins", view.who,
                routing.winner ? short_name(*routing.winner) : "none", short_name(view.chat),
                winner == nullptr ? "none" : short_name(winner->content->digest));
}

}  // namespace holdfast::sim
