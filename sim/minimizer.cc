#include "sim/minimizer.h"

#include <algorithm>
#include <utility>

#include "sim/workers.h"

namespace holdfast::sim {
namespace {

// "[1 nothing lost] at …": what stands in brackets.
std::string rule_of(const RunResult& result) {
  if (result.failures.empty()) return "";
  const std::string& first = result.failures.front();
  return first.substr(0, first.find(']') + 1);
}

RunResult run_apart(const RunOptions& options) {
  Campaign campaign;
  campaign.first = options.seed;
  campaign.seeds = 1;
  campaign.jobs = 1;
  campaign.repeat_every = 0;
  campaign.run = options;
  RunResult result;
  run_campaign(campaign, [&result](RunResult one) {
    result = std::move(one);
    return true;
  });
  return result;
}

class Search {
 public:
  Search(RunOptions options, const std::function<void(const std::string&)>& told)
      : options_(std::move(options)), told_(told) {}

  Minimal run() {
    found_.result = run_apart(options_);
    found_.rule = rule_of(found_.result);
    found_.runs = 1;
    if (found_.rule.empty()) return std::move(found_);
    for (const std::string& kind : std::vector(found_.result.all_kinds)) {
      Spared spared = options_.spared;
      spared.kinds.insert(kind);
      if (still_breaks(std::move(spared))) told_("without " + kind);
    }
    leave_out_strikes();
    return std::move(found_);
  }

 private:
  // Halves, quarters and so on, at last each by itself.
  void leave_out_strikes() {
    for (std::size_t size = std::max<std::size_t>(1, found_.result.strikes.size() / 2);;
         size /= 2) {
      const auto strikes = found_.result.strikes;
      for (auto at = strikes.begin(); at != strikes.end();) {
        Spared spared = options_.spared;
        for (std::size_t i = 0; i < size && at != strikes.end(); ++i, ++at)
          spared.strikes.insert(at->first);
        const std::size_t before = found_.result.strikes.size();
        if (still_breaks(std::move(spared)))
          told_("without " + std::to_string(before - found_.result.strikes.size()) + " strikes");
      }
      if (size == 1) return;
    }
  }

  bool still_breaks(Spared spared) {
    RunOptions options = options_;
    options.spared = std::move(spared);
    ++found_.runs;
    RunResult result = run_apart(options);
    if (rule_of(result) != found_.rule) return false;
    options_ = std::move(options);
    // Of a run that died nothing else is known.
    if (result.strikes.empty() && !found_.result.strikes.empty()) {
      for (const std::size_t number : options_.spared.strikes) found_.result.strikes.erase(number);
      return true;
    }
    found_.result = std::move(result);
    return true;
  }

  RunOptions options_;
  const std::function<void(const std::string&)>& told_;
  Minimal found_;
};

}  // namespace

Minimal minimize(RunOptions options, const std::function<void(const std::string&)>& told) {
  return Search(std::move(options), told).run();
}

}  // namespace holdfast::sim
