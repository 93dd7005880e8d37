// Invariant 9. What a newer version wrote reaches the other deployment byte for byte, whether this
// version understands it or not.
#pragma once

#include <vector>

#include "sim/checkers/checker.h"

namespace holdfast::sim {

class Versions final : public Checker {
 public:
  using Checker::Checker;
  void newer_version_wrote(Deployment deployment, const ContentPtr& content) override {
    written_.push_back({deployment, content});
  }
  void destroyed(Deployment deployment, const std::set<Digest>& digests) override {
    for (Written& one : written_) {
      if (one.at == deployment && digests.contains(one.content->digest)) one.destroyed = true;
    }
  }
  void at_end(const Ending& ending) override;

 private:
  struct Written {
    Deployment at;
    ContentPtr content;
    bool destroyed = false;
  };

  std::vector<Written> written_;
};

}  // namespace holdfast::sim
