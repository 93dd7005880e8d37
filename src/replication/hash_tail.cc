#include "replication/hash_tail.h"

namespace holdfast::replication {

using protocol::ChainHash;
using protocol::Seq;

void HashTail::add(Seq seq, const ChainHash& h) {
  const std::uint64_t next = first_ + hashes_.size();
  if (!hashes_.empty() && seq.value() < next) return;
  if (hashes_.empty() || seq.value() != next) {
    hashes_.clear();
    first_ = seq.value();
  }
  hashes_.push_back(h);
  if (hashes_.size() > size_max_) {
    hashes_.pop_front();
    ++first_;
  }
}

std::optional<ChainHash> HashTail::at(Seq seq) const {
  if (seq.value() < first_ || seq.value() - first_ >= hashes_.size()) return std::nullopt;
  return hashes_[seq.value() - first_];
}

void HashTail::confirm(Seq seq) {
  while (!hashes_.empty() && first_ < seq.value()) {
    hashes_.pop_front();
    ++first_;
  }
}

}  // namespace holdfast::replication
