#include "moderator/record/observer.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "moderator/verdict_log.h"

namespace holdfast::record {
namespace {

constexpr Ms kSampleEvery{60'000};

const moderator::DeploymentStatus& side_of(const moderator::Status& status, Deployment deployment) {
  return deployment == Deployment::kPrimary ? status.primary : status.redundant;
}

Condition condition_of(const moderator::DeploymentStatus& status) {
  using moderator::Signal;
  if (!status.looked) return Condition::kUnknown;
  if (!status.healthy || status.signals.chat == Signal::kBad) return Condition::kDown;
  return status.signals.chat == Signal::kGood ? Condition::kUp : Condition::kUnknown;
}

Cause cause_of(std::string_view why) {
  if (why.starts_with(moderator::kWhyFailover)) return Cause::kFailover;
  if (why.starts_with(moderator::kWhyFailback)) return Cause::kFailback;
  if (why.starts_with(moderator::kWhyMaintenance)) return Cause::kMaintenance;
  if (why.starts_with(moderator::kWhyManual)) return Cause::kManual;
  return Cause::kOther;
}

Step step_of(moderator::MaintenanceStep step) {
  if (step == moderator::MaintenanceStep::kSafe) return Step::kSafe;
  if (step == moderator::MaintenanceStep::kInterrupted) return Step::kInterrupted;
  return Step::kBegun;
}

bool frozen_in(const Summary& summary) {
  return std::ranges::any_of(summary.incidents, [](const Incident& incident) {
    return incident.kind == Kind::kFrozen && !incident.until;
  });
}

// Of counters that restart at zero.
std::uint64_t grown(std::uint64_t before, std::uint64_t after) {
  return after >= before ? after - before : after;
}

}  // namespace

Observer::Observer(const moderator::PolicyConfig& policy, const Summary& summary, std::string build)
    : self_(policy.pause_ms_max, policy.clock_jump_ms_max),
      build_(std::move(build)),
      epoch_(summary.epoch),
      frozen_(frozen_in(summary)),
      maintained_(summary.maintained) {}

Lines Observer::see(const moderator::Input& input, const moderator::Status& status, Now now) {
  Lines lines;
  note_blindness(now, lines);
  count(input, now);
  note_turns(status, now, lines);
  note_verdict(status, now, lines);
  note_orders(input, status, now, lines);
  sample(now, lines);
  last_ = now;
  return lines;
}

void Observer::note_blindness(Now now, Lines& lines) {
  if (!last_) {
    lines.push_back(Began{now.wall, build_});
    sampled_ = now;
  }
  const auto why = self_.step(now);
  if (!why || !last_) return;
  lines.push_back(Blind{now.wall, last_->wall, *why});
  sampled_ = now;
  for (Side& each : sides_) {
    each.condition = Condition::kUnknown;
    each.chat_worked.reset();
  }
}

void Observer::count(const moderator::Input& input, Now now) {
  if (const auto* const done = std::get_if<moderator::ProbeDone>(&input)) {
    Side& seen = side(done->deployment);
    ++(done->ok ? seen.counts.probes_worked : seen.counts.probes_failed);
    if (done->ok) seen.chat_worked = now.wall;
  }
  if (const auto* const report = std::get_if<moderator::StateReport>(&input)) count(*report);
}

void Observer::count(const moderator::StateReport& report) {
  Counts& own = side(report.deployment).counts;
  if (!report.state) {
    own.clients = 0;
    return;
  }
  own.clients = report.state->reports.clients;
  own.behind_max = std::max(own.behind_max, report.state->behind);
  Side& other = side(protocol::other(report.deployment));
  const auto before = std::exchange(other.reports, report.state->reports);
  if (!before) return;
  const moderator::ClientReports& after = *other.reports;
  other.counts.hedges_won += grown(before->hedges_won, after.hedges_won);
  other.counts.late_acks += grown(before->late_acks, after.late_acks);
  other.counts.failed_connects += grown(before->failed_connects, after.failed_connects);
}

void Observer::note_turns(const moderator::Status& status, Now now, Lines& lines) {
  for (const Deployment each : kDeployments) {
    Side& seen = side(each);
    const moderator::DeploymentStatus& shown = side_of(status, each);
    const Condition condition = condition_of(shown);
    if (condition == std::exchange(seen.condition, condition)) continue;
    const bool down = condition == Condition::kDown;
    lines.push_back(Turned{now.wall, each, condition,
                           down ? seen.chat_worked.value_or(now.wall) : now.wall,
                           down ? shown.signals.text() : ""});
  }
}

void Observer::note_verdict(const moderator::Status& status, Now now, Lines& lines) {
  if (status.epoch <= epoch_) return;
  epoch_ = status.epoch;
  lines.push_back(Decided{now.wall, status.epoch, cause_of(status.why), status.why});
}

void Observer::note_orders(const moderator::Input& input, const moderator::Status& status, Now now,
                           Lines& lines) {
  if (const auto* const freeze = std::get_if<moderator::Freeze>(&input)) froze_by_ = freeze->by;
  if (std::exchange(frozen_, status.frozen) != status.frozen) {
    lines.push_back(Froze{now.wall, status.frozen, froze_by_});
  }
  if (std::exchange(abstains_, status.abstains) != status.abstains) {
    lines.push_back(Abstained{now.wall, status.abstains});
  }
  note_maintenance(status, now, lines);
}

void Observer::note_maintenance(const moderator::Status& status, Now now, Lines& lines) {
  const auto& maintenance = status.maintenance;
  const std::optional<Deployment> deployment =
      maintenance ? std::optional(maintenance->order.deployment) : std::nullopt;
  if (maintained_ && maintained_ != deployment) {
    lines.push_back(Maintained{now.wall, *maintained_, Step::kEnded, ""});
    step_.reset();
  }
  maintained_ = deployment;
  if (!maintenance) return;
  const Step step = step_of(maintenance->step);
  if (step_ == step) return;
  step_ = step;
  lines.push_back(Maintained{now.wall, *deployment, step, maintenance->order.by});
}

void Observer::sample(Now now, Lines& lines) {
  if (now.mono - sampled_->mono < kSampleEvery) return;
  const auto before = std::exchange(audit_sampled_, audit_);
  Sample line{
      now.wall,
      sampled_->wall,
      {},
      {audit_.kept - before.kept, audit_.lost - before.lost, audit_.unsaid - before.unsaid}};
  for (const Deployment each : kDeployments) {
    Counts& counts = side(each).counts;
    line.sides[index_of(each)] = counts;
    counts = Counts{.clients = counts.clients};
  }
  sampled_ = now;
  lines.push_back(line);
}

}  // namespace holdfast::record
