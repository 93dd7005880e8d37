// What a client shows of acceptances that this deployment does not have: the genuine ones become
// entries of our own origin that carry them.
#pragma once

#include <vector>

#include "node/batches.h"
#include "node/ledger.h"

namespace holdfast::node {

// Journals those that are genuine and not known yet; returns how many were genuine. `held` is the
// event as it is known here, or nullptr.
std::size_t carry_genuine(Turn& turn, Batches& batches, Ledger& ledger, const ContentPtr& content,
                          const std::vector<Acceptance>& acceptances, const Event* held);

}  // namespace holdfast::node
