// Invariant 4, second half. A decision is superseded only by one that names it, or by the rule of
// docs/protocol.md §6 among the concurrent ones. The rule is written down here a second time, so
// that the product's fold is compared with something.
#pragma once

#include <optional>
#include <unordered_map>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Decisions final : public Checker {
 public:
  using Checker::Checker;
  void view_changed(const View& view) override;

 private:
  const std::optional<chat::Decision>& read(const protocol::Content& content);

  // As their bodies say; null where one cannot be read. They stand on many screens.
  std::unordered_map<Digest, std::optional<chat::Decision>> read_;
};

}  // namespace holdfast::sim
