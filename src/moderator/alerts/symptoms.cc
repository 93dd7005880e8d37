#include "moderator/alerts/symptoms.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "moderator/sides.h"
#include "protocol/names.h"

namespace holdfast::alerts {
namespace {

using moderator::DeploymentStatus;
using moderator::Signal;
using protocol::Deployment;

// Two looks at least: one slow answer looks like a clock that is off.
constexpr Ms kClockFor{10'000};
constexpr Ms kRefusesFor{10'000};

std::string_view title_of(Deployment deployment) {
  return deployment == Deployment::kPrimary ? "Primary" : "Redundant";
}

class Examination {
 public:
  Examination(const moderator::Status& status, const OwnState& own, const Thresholds& thresholds,
              WallMs now)
      : status_(status), own_(own), thresholds_(thresholds), now_(now) {}

  void look_at(Deployment deployment);
  void look_at_both();
  void look_at_promises();
  void look_at_itself();
  std::vector<Symptom> take() { return std::move(found_); }

 private:
  const DeploymentStatus& side(Deployment deployment) const {
    return deployment == Deployment::kPrimary ? status_.primary : status_.redundant;
  }
  bool in_maintenance(Deployment deployment) const {
    return status_.maintenance && status_.maintenance->order.deployment == deployment;
  }
  static bool is_down(const DeploymentStatus& side) {
    return side.looked && (!side.healthy || side.signals.chat == Signal::kBad);
  }
  void look_at_what_it_says(Deployment deployment);
  void look_at_certificate(std::string_view name, std::string_view title, WallMs expires);
  void add(std::string name, std::string text, Ms patience = Ms(0)) {
    found_.push_back({std::move(name), std::move(text), patience});
  }

  const moderator::Status& status_;
  const OwnState& own_;
  const Thresholds& thresholds_;
  const WallMs now_;
  std::vector<Symptom> found_;
};

// What people stopped on purpose is not an alarm, but for its certificate.
void Examination::look_at(Deployment deployment) {
  const DeploymentStatus& seen = side(deployment);
  if (is_down(seen) && !in_maintenance(deployment)) {
    add(fmt::format("{}.down", protocol::name_of(deployment)),
        fmt::format("{} does not carry chats (bad: {}). {}", title_of(deployment),
                    seen.signals.text(),
                    status_.active == deployment ? "It is the active one."
                                                 : "It is the standby: nobody notices, but nobody "
                                                   "would take over."));
  }
  if (seen.answers) look_at_what_it_says(deployment);
}

void Examination::look_at_what_it_says(Deployment deployment) {
  const moderator::State& state = side(deployment).state;
  const std::string_view name = protocol::name_of(deployment);
  const std::string_view title = title_of(deployment);
  if (!state.ready && !in_maintenance(deployment)) {
    add(fmt::format("{}.refuses", name),
        fmt::format("{} takes no chats: {}.", title, state.not_ready_reason), kRefusesFor);
  }
  if (state.behind >= thresholds_.lag_entries) {
    add(fmt::format("{}.lag", name),
        fmt::format("{} entries of {} are not yet in both deployments.", state.behind, title),
        thresholds_.lag_for);
  }
  const auto& off = own_.clocks_off[moderator::index_of(deployment)];
  if (off && std::chrono::abs(*off) >= thresholds_.clock_skew) {
    add(fmt::format("{}.clock", name),
        fmt::format("The clock of {} and that of the Moderator are {:.1f} s apart.", title,
                    static_cast<double>(std::chrono::abs(*off).count()) / 1'000),
        kClockFor);
  }
  if (state.certificate_expires) look_at_certificate(name, title, *state.certificate_expires);
}

void Examination::look_at_certificate(std::string_view name, std::string_view title,
                                      WallMs expires) {
  constexpr Ms kDay{86'400'000};
  if (expires - now_ >= kDay * thresholds_.certificate_days) return;
  const std::string text = expires <= now_
                               ? fmt::format("The certificate of {} has expired.", title)
                               : fmt::format("The certificate of {} expires in {} days.", title,
                                             (expires - now_).count() / kDay.count());
  add(fmt::format("{}.certificate", name), text);
}

void Examination::look_at_both() {
  if (is_down(status_.primary) && is_down(status_.redundant)) {
    add("chat.down",
        "Neither deployment carries chats, as far as the Moderator can see. What people write "
        "stays "
        "in their browsers.");
  }
  const DeploymentStatus& primary = status_.primary;
  const DeploymentStatus& redundant = status_.redundant;
  if (primary.answers && redundant.answers && primary.state.version != redundant.state.version) {
    add("versions.differ",
        fmt::format("Primary runs {}, Redundant {}.", primary.state.version,
                    redundant.state.version),
        thresholds_.versions_differ_for);
  }
}

void Examination::look_at_promises() {
  if (own_.messages_lost > 0) {
    add("messages.lost",
        fmt::format("{} trial messages that both deployments had promised to hold are in neither. "
                    "Stop nothing and delete nothing: `holdfast verify` says what is missing.",
                    own_.messages_lost));
  }
  if (own_.messages_unsaid > 0) {
    add("messages.unsaid",
        fmt::format("{} messages stood in trial chats although nobody had said them.",
                    own_.messages_unsaid));
  }
}

void Examination::look_at_itself() {
  if (own_.certificate_expires)
    look_at_certificate("moderator", "the Moderator", *own_.certificate_expires);
  if (own_.store_failing) {
    add("moderator.store",
        "The Moderator cannot store verdicts: it will neither fail over nor back.");
  }
  if (!own_.record_failing.empty()) {
    add("moderator.record",
        fmt::format("The record cannot be written: {}. Chats and verdicts go on.",
                    own_.record_failing));
  }
}

}  // namespace

std::vector<Symptom> symptoms_of(const moderator::Status& status, const OwnState& own,
                                 const Thresholds& thresholds, WallMs now) {
  Examination examination(status, own, thresholds, now);
  examination.look_at(Deployment::kPrimary);
  examination.look_at(Deployment::kRedundant);
  examination.look_at_both();
  examination.look_at_promises();
  examination.look_at_itself();
  return examination.take();
}

}  // namespace holdfast::alerts
