#include "node/batches.h"

#include <algorithm>

#include "base/check.h"

namespace holdfast::node {

void Batches::add(Entry entry) {
  if (look_) look_(entry, open_.entries);
  ++events_[entry.content->digest].entries;
  macs_.insert(entry.acceptance.mac);
  open_.entries.push_back(std::move(entry));
}

std::vector<std::function<void()>> Batches::flush() {
  if (open_.entries.empty()) return std::exchange(open_.then, {});
  const BatchId id = turn_.next_batch();
  turn_.emit(Append{id, open_.entries, std::exchange(lease_, std::nullopt)});
  open_.handed_in = turn_.mono();
  in_flight_.emplace(id, std::exchange(open_, {}));
  return {};
}

std::optional<Batches::Batch> Batches::committed(BatchId id) {
  auto node = in_flight_.extract(id);
  if (node.empty()) return std::nullopt;
  Batch& batch = node.mapped();
  last_took_ = turn_.mono() - batch.handed_in;
  for (const Entry& entry : batch.entries) macs_.erase(macs_.find(entry.acceptance.mac));
  return std::move(batch);
}

Ms Batches::journal_takes() const {
  if (in_flight_.empty()) return last_took_;
  return std::max(last_took_, turn_.mono() - in_flight_.begin()->second.handed_in);
}

void Batches::wait(const Digest& digest, SessionId session) {
  const auto found = events_.find(digest);
  CHECK(found != events_.end(), "nothing to wait for");
  std::vector<SessionId>& waiters = found->second.waiters;
  if (std::ranges::find(waiters, session) == waiters.end()) waiters.push_back(session);
}

std::vector<SessionId> Batches::take_waiters(const Digest& digest) {
  const auto found = events_.find(digest);
  if (found == events_.end()) return {};
  auto waiters = std::exchange(found->second.waiters, {});
  if (--found->second.entries == 0) events_.erase(found);
  return waiters;
}

}  // namespace holdfast::node
