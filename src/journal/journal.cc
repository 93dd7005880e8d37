#include "journal/journal.h"

namespace holdfast::journal {

std::vector<Result<Arrival>> Journal::append_group(std::span<const Batch> batches) {
  std::vector<Result<Arrival>> results;
  results.reserve(batches.size());
  for (const Batch& batch : batches) results.push_back(append(batch.entries, batch.lease));
  return results;
}

}  // namespace holdfast::journal
