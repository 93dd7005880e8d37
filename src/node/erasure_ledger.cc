#include "node/erasure_ledger.h"

#include <string_view>

#include "base/crypto.h"
#include "protocol/base64url32.h"

namespace holdfast::node {

bool ErasureLedger::add(const Digest& digest) {
  if (!known_.insert(digest).second) return false;
  const Hash32 before = mark(size()).head;
  chain_.push_back(sha256(std::string_view("holdfast:erasure:1\n"),
                          protocol::HashText(before).view(), std::string_view("\n"),
                          protocol::HashText(digest.value()).view()));
  return true;
}

ErasureMark ErasureLedger::mark(std::uint64_t count) const {
  return {count, count == 0 ? Hash32{} : chain_.at(count - 1), false};
}

std::optional<std::uint64_t> ErasureLedger::agreed(const std::optional<ErasureMark>& stored) const {
  // Nothing was ever erased here, and no file says otherwise: a new deployment, or one whose data
  // is older than erasure.
  if (!stored) return size() == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
  if (stored->restored || stored->count > size()) return std::nullopt;
  if (mark(stored->count).head != stored->head) return std::nullopt;
  return stored->count;
}

}  // namespace holdfast::node
