#include "node/carry.h"

#include <algorithm>

#include "base/plant.h"
#include "protocol/hashes.h"

namespace holdfast::node {

std::size_t carry_genuine(Turn& turn, Batches& batches, Ledger& ledger, const ContentPtr& content,
                          const std::vector<Acceptance>& acceptances, const Event* held) {
  const auto knows = [held](const Mac& mac) {
    return held != nullptr &&
           std::ranges::binary_search(held->acceptances, mac, {}, &Acceptance::mac);
  };
  std::size_t genuine = 0;
  for (const Acceptance& acceptance : acceptances) {
    const auto check =
        protocol::check_acceptance(turn.config.keys.cluster, content->digest, acceptance);
    if (check != protocol::MacCheck::kValid && !planted(Plant::kGiveBackWithoutMac)) {
      turn.counters.add(Count::kGiveBackBadMac);
      continue;
    }
    ++genuine;
    if (knows(acceptance.mac) || batches.carries(acceptance.mac)) continue;
    if (acceptance.origin == turn.origin && check == protocol::MacCheck::kValid) {
      ledger.contradicted();
      continue;
    }
    batches.add(ledger.carry(content, acceptance));
  }
  return genuine;
}

}  // namespace holdfast::node
