// One invariant, watched over a whole run. A checker sees what a person, a client or an operator
// could see, and at the end the two journals; it never looks into a node.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "sim/client/watcher.h"
#include "sim/clock.h"
#include "sim/tab.h"
#include "sim/trace.h"

namespace holdfast::sim {

struct Failure {
  std::string rule;
  std::string what;
  SimMs at;
};

// Collects what went wrong. The run ends with the first.
class Failures {
 public:
  explicit Failures(Scheduler& scheduler) : scheduler_(scheduler) {}

  template <class... Args>
  void add(std::string_view rule, fmt::format_string<Args...> text, Args&&... args) {
    all_.push_back(
        {std::string(rule), fmt::format(text, std::forward<Args>(args)...), scheduler_.now()});
    scheduler_.stop();
  }
  const std::vector<Failure>& all() const { return all_; }

 private:
  Scheduler& scheduler_;
  std::vector<Failure> all_;
};

// What one deployment's journal holds when all is over.
struct FinalJournal {
  std::vector<journal::StoredEntry> entries;
  protocol::Holdings holdings;
  std::map<Digest, protocol::Event> events;  // acceptances merged
};

struct Ending {
  const FinalJournal& primary;
  const FinalJournal& redundant;
  const std::vector<std::unique_ptr<Tab>>& tabs;
  const protocol::Keys& keys;
  const std::map<std::string, std::string>& settings_told;  // by node: GET /v1/admin/settings
  const Tab* apprentice;

  const FinalJournal& of(Deployment deployment) const {
    return deployment == Deployment::kPrimary ? primary : redundant;
  }
};

class Checker : public Watcher {
 public:
  Checker(Failures& failures, Trace& trace) : failures_(failures), trace_(trace) {}
  virtual void at_end(const Ending&) {}

 protected:
  Failures& failures_;
  Trace& trace_;
};

inline std::string short_name(const Digest& digest) {
  return digest.value().base64url().substr(0, 8);
}
inline std::string short_name(const ChatId& chat) {
  return chat.value().substr(0, 8);
}

}  // namespace holdfast::sim
