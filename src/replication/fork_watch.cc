#include "replication/fork_watch.h"

#include "base/plant.h"
#include "protocol/names.h"

namespace holdfast::replication {

using protocol::ChainHash;
using protocol::Origin;
using protocol::Seq;

bool ForkWatch::answers_for(const Origin& origin, bool pulling, Ms stood) const {
  if (origin == own_) return true;
  const auto own = protocol::parts_of(own_.value());
  const auto other = protocol::parts_of(origin.value());
  if (!own || !other || own->deployment != other->deployment) return false;
  return own->node == other->node || (pulling && stood >= Ms(others_after_ms_));
}

void ForkWatch::contradicted(const Origin& origin, Seq common, Seq differs, bool pulling,
                             MonoMs now) {
  if (planted(Plant::kMaskedRollback)) return;
  const auto [found, fresh] = suspects_.try_emplace(origin);
  Suspect& suspect = found->second;
  if (fresh) suspect.since = now;
  if (suspect.search || !answers_for(origin, pulling, now - suspect.since)) return;
  suspect.search.emplace(common, differs);
}

void ForkWatch::agrees(const Origin& origin) {
  suspects_.erase(origin);
}

std::vector<ForkWatch::Probe> ForkWatch::take_probes(MonoMs now) {
  std::vector<Probe> probes;
  for (auto& [origin, suspect] : suspects_) {
    if (!suspect.search) continue;
    const auto probe = suspect.search->probe();
    if (!probe || suspect.asked == probe) continue;
    suspect.asked = probe;
    suspect.asked_at = now;
    probes.push_back({origin, *probe});
  }
  return probes;
}

void ForkWatch::ours(const Probe& probe, std::optional<ChainHash> h) {
  const auto found = suspects_.find(probe.origin);
  if (found != suspects_.end() && found->second.search) found->second.search->ours(probe.seq, h);
}

void ForkWatch::theirs(const Probe& probe, std::optional<ChainHash> h) {
  const auto found = suspects_.find(probe.origin);
  if (found != suspects_.end() && found->second.search) found->second.search->theirs(probe.seq, h);
}

void ForkWatch::disconnected() {
  for (auto& [origin, suspect] : suspects_) {
    if (suspect.told) continue;
    suspect.search.reset();
    suspect.asked.reset();
  }
}

std::optional<Actions::Rollback> ForkWatch::take_rollback(MonoMs now) {
  for (auto& [origin, suspect] : suspects_) {
    if (!suspect.search || suspect.told) continue;
    if (suspect.asked && now - suspect.asked_at >= Ms(patience_ms_)) suspect.search->give_up();
    if (!suspect.search->over()) continue;
    suspect.told = true;
    return Actions::Rollback{origin, suspect.search->last_common()};
  }
  return std::nullopt;
}

}  // namespace holdfast::replication
