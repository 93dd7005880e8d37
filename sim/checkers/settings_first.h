// Design §3: an empty node is not ready until it has pulled the settings. All of them, however
// often it starts again and however long its peer is silent: with a part it would let in who was
// shut out.
#pragma once

#include <map>
#include <set>

#include "protocol/names.h"
#include "sim/checkers/checker.h"

namespace holdfast::sim {

class SettingsFirst final : public Checker {
 public:
  using Checker::Checker;
  void emptied(Deployment deployment, const std::set<Digest>& settings) override {
    wanted_[deployment] = settings;
  }
  // What the other one lost meanwhile nobody can wait for.
  void destroyed(Deployment deployment, const std::set<Digest>& digests) override {
    for (const Digest& digest : digests) wanted_[protocol::other(deployment)].erase(digest);
  }
  void serves_again(Deployment deployment, const std::set<Digest>& settings) override {
    for (const Digest& digest : wanted_[deployment]) {
      if (settings.contains(digest)) continue;
      return failures_.add("- settings first", "{} lost everything and is ready without setting {}",
                           protocol::name_of(deployment), short_name(digest));
    }
  }

 private:
  std::map<Deployment, std::set<Digest>> wanted_;
};

}  // namespace holdfast::sim
