#include "sim/client/verdict_watch.h"

#include <utility>

#include "base/plant.h"

namespace holdfast::sim {
namespace {

constexpr Ms kAskModeratorEvery{3'000};

}  // namespace

void VerdictWatch::hear(Link* link, const protocol::SignedVerdict& signed_verdict) {
  const auto named = protocol::epoch_named(signed_verdict);
  if (link != nullptr && named) hooks_.told(*link, *named);
  // What is no news is not even verified, and is nearly all that is told.
  if (named == epoch_ || (named < epoch_ && !planted(Plant::kOlderVerdictWins))) return;
  if (!protocol::read_verdict(keys_, signed_verdict, epoch_, verify_)) {
    env_.trace.sometimes("verdict refused by a client");
    return;
  }
  const Epoch before = std::exchange(epoch_, *named);
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
                           turns_.take([this, verdict = *verdict] { hear(nullptr, verdict); });
                       });
}

}  // namespace holdfast::sim
