#include "replication/fork_search.h"

namespace holdfast::replication {

using protocol::ChainHash;
using protocol::Seq;

ForkSearch::ForkSearch(Seq common, Seq differs) : common_(common), differs_(differs) {}

std::optional<Seq> ForkSearch::probe() const {
  const std::uint64_t between = differs_.value() - common_.value();
  if (between <= 1) return std::nullopt;
  return Seq(first_ ? differs_.value() - 1 : common_.value() + between / 2);
}

void ForkSearch::ours(Seq seq, std::optional<ChainHash> h) {
  if (probe() != seq) return;
  ours_ = {true, h};
  compare();
}

void ForkSearch::theirs(Seq seq, std::optional<ChainHash> h) {
  if (probe() != seq) return;
  theirs_ = {true, h};
  compare();
}

void ForkSearch::compare() {
  if (!ours_.given || !theirs_.given) return;
  const Seq seq = *probe();
  const bool same = ours_.h && ours_.h == theirs_.h;
  (same ? common_ : differs_) = seq;
  first_ = false;
  ours_ = {};
  theirs_ = {};
}

}  // namespace holdfast::replication
