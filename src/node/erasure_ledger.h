// The erase events that are held here, in the order of their arrival, and how much of them was
// carried out.
//
// The shell keeps the mark of what was carried out in a small file outside the journal and its
// backups. A journal that knows fewer erasures than that file, or others, is not the one that it
// was written beside: somebody restored a backup, or lost a disk. Bodies may stand in it that were
// erased, so its old transcripts stay hidden until the ledger is known to be whole again.
// docs/protocol.md §11.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "node/node.h"
#include "node/words.h"

namespace holdfast::node {

class ErasureLedger {
 public:
  // False when it is known already.
  bool add(const Digest& digest);
  // Of the first `count` ones.
  ErasureMark mark(std::uint64_t count) const;
  std::uint64_t size() const { return chain_.size(); }

  // How many of those that are here were carried out according to `stored`; nothing when they are
  // not those of which it tells, so that some may be missing here.
  std::optional<std::uint64_t> agreed(const std::optional<ErasureMark>& stored) const;

 private:
  std::set<Digest> known_;
  std::vector<Hash32> chain_;
};

}  // namespace holdfast::node
