// Watches the moderator's core and says what belongs into the record. It decides nothing and the
// core knows nothing of it: the record cannot disturb a verdict.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "moderator/audit.h"
#include "moderator/moderator.h"
#include "moderator/record/line.h"
#include "moderator/record/summary.h"
#include "moderator/self_check.h"

namespace holdfast::record {

class Observer {
 public:
  // `summary`: what the record knows already.
  Observer(const moderator::PolicyConfig& policy, const Summary& summary, std::string build);

  // What the audit has counted since this process began, before see().
  void hear(const moderator::Audit::Counts& audit) { audit_ = audit; }
  // After each input to the core, with its status then. The lines in their order, often none.
  Lines see(const moderator::Input& input, const moderator::Status& status, Now now);

 private:
  struct Side {
    Condition condition = Condition::kUnknown;
    std::optional<WallMs> chat_worked;                // last, since it has been looked at
    std::optional<moderator::ClientReports> reports;  // about it, cumulative, as told last
    Counts counts;
  };

  void count(const moderator::Input& input, Now now);
  void count(const moderator::StateReport& report);
  void note_blindness(Now now, Lines& lines);
  void note_verdict(const moderator::Status& status, Now now, Lines& lines);
  void note_turns(const moderator::Status& status, Now now, Lines& lines);
  void note_orders(const moderator::Input& input, const moderator::Status& status, Now now,
                   Lines& lines);
  void note_maintenance(const moderator::Status& status, Now now, Lines& lines);
  void sample(Now now, Lines& lines);
  Side& side(Deployment deployment) { return sides_[index_of(deployment)]; }

  moderator::SelfCheck self_;
  std::string build_;
  std::optional<Now> last_;
  std::array<Side, 2> sides_;
  Epoch epoch_;
  bool frozen_;
  std::string froze_by_;
  std::string abstains_;
  std::optional<Deployment> maintained_;
  std::optional<Step> step_;
  std::optional<Now> sampled_;
  moderator::Audit::Counts audit_, audit_sampled_;
};

}  // namespace holdfast::record
