#include "sim/client/verdict_watch.h"

#include "base/plant.h"

namespace holdfast::sim {
namespace {

constexpr Ms kAskModeratorEvery{3'000};

}  // namespace

void VerdictWatch::hear(Link* link, const protocol::SignedVerdict& signed_verdict) {
  if (best_ && best_->p == signed_verdict.p && epoch_.value() > 1 && link == nullptr) return;
  const auto verdict = protocol::read_verdict(keys_, signed_verdict, epoch_);
  if (!verdict) {
    env_.trace.sometimes("verdict refused by a client");
    return;
  }
  if (link != nullptr) hooks_.told(*link, verdict->epoch);
  if (verdict->epoch == epoch_ || (verdict->epoch < epoch_ && !planted(Plant::kOlderVerdictWins)))
    return;
  const Epoch before = epoch_;
  epoch_ = verdict->epoch;
  best_ = signed_verdict;
  hooks_.news(before, signed_verdict);
  links_.switched(protocol::active_deployment(epoch_));
}

void VerdictWatch::pump() {
  if (!moderator_) return;
  const bool needed = !links_.active().usable();
  if (due_ == kNever) {
    if (needed) due_ = env_.now() + env_.jitter(kAskModeratorEvery) + Ms(1);
    return;
  }
  if (due_ > env_.now()) return;
  due_ = kNever;
  if (!needed) return;
  env_.network.request(env_.party, *moderator_, {"GET", "/v1/verdict", "", ""}, Ms(3'000),
                       [this, alive = alive_](const std::optional<HttpAnswer>& answer) {
                         if (!*alive || !answer || answer->status != 200) return;
                         const auto verdict = protocol::parse_signed_verdict(answer->body);
                         if (verdict)
                           hooks_.in_turn([this, verdict = *verdict] { hear(nullptr, verdict); });
                       });
}

}  // namespace holdfast::sim
