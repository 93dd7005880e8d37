#include "app/moderate/shell.h"

#include <utility>
#include <variant>

#include "base/log.h"
#include "moderator/signing.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

constexpr Ms kTick{100};
// A deployment that comes and goes writes many lines; its page need not follow each.
constexpr Ms kHandOverEvery{2'000};

using moderator::Input;
using protocol::Deployment;

NodeClient::Config client_config(const ModerateConfig& config,
                                 std::shared_ptr<const net::TlsContext> tls,
                                 Deployment deployment) {
  return {deployment,
          deployment == Deployment::kPrimary ? config.primary : config.redundant,
          std::move(tls),
          config.keys.admin,
          config.moderators,
          config.keys.signing.id,
          Ms(config.policy.probe_timeout_ms)};
}

ProbeLinks::Config probe_config(const ModerateConfig& config,
                                std::shared_ptr<const net::TlsContext> tls, Deployment deployment,
                                moderator::Audit& audit) {
  return {deployment == Deployment::kPrimary ? config.primary : config.redundant,
          std::move(tls),
          config.keys.probe,
          Ms(config.policy.links_renew_ms),
          SyntheticChat::Speaker::kModerator,
          SyntheticChat::Audited{&audit, deployment}};
}

// A wrong key or two swapped addresses would otherwise look like a deployment that is away.
void note_failure(std::string& last, Deployment deployment, std::string_view what,
                  const std::string& why) {
  if (why == last) return;
  last = why;
  if (!why.empty()) log::warn("moderator", "{} {}: {}", protocol::name_of(deployment), what, why);
}

moderator::Config core_config(const ModerateConfig& config) {
  const protocol::SecretKey& key = config.keys.signing;
  return {config.policy, moderator::make_signer(Ed25519KeyPair::from_seed(key.bytes), key.id),
          !config.store.etcd.empty()};
}

}  // namespace

ModerateShell::ModerateShell(net::Loop& loop, Random& random, const ModerateConfig& config,
                             std::shared_ptr<const net::TlsContext> tls,
                             std::unique_ptr<RecordStore> store, const std::string& build)
    : loop_(loop),
      store_(std::move(store)),
      record_config_(config.record),
      log_(config.data_dir, config.record.days),
      observer_(config.policy, log_.summary(), build),
      core_(core_config(config)),
      primary_{ProbeLinks(loop, random, probe_config(config, tls, Deployment::kPrimary, audit_)),
               NodeClient(loop, client_config(config, tls, Deployment::kPrimary)), "", "", ""},
      redundant_{
          ProbeLinks(loop, random, probe_config(config, tls, Deployment::kRedundant, audit_)),
          NodeClient(loop, client_config(config, tls, Deployment::kRedundant)), "", "", ""},
      ticker_(loop) {}

void ModerateShell::start() {
  store_->start({[this](moderator::Started stored) {
                   started_ = true;
                   input(std::move(stored));
                 },
                 [this](moderator::RecordHeard heard) { input(std::move(heard)); },
                 [this](moderator::ColleaguesHeard heard) { input(std::move(heard)); }});
  tick();
}

void ModerateShell::tick() {
  ticker_.start(kTick, [this] { tick(); });
  input(moderator::Tick{});
  store_->tell({"", core_.unhealthy(Deployment::kPrimary, now()),
                core_.unhealthy(Deployment::kRedundant, now())});
  hand_record_over();
}

// Effects may answer at once (a file's Store does), so inputs queue up behind the one that is being
// handled.
void ModerateShell::input(Input first) {
  inputs_.push_back(std::move(first));
  if (std::exchange(handling_, true)) return;
  while (!inputs_.empty()) {
    const Input next = std::move(inputs_.front());
    inputs_.pop_front();
    const Now at = now();
    const moderator::Effects effects = core_.handle(next, at);
    observe(next, at);
    for (const moderator::Effect& effect : effects) {
      std::visit([this](const auto& it) { carry_out(it); }, effect);
    }
  }
  handling_ = false;
}

void ModerateShell::observe(const moderator::Input& input, Now now) {
  if (const auto* const told = std::get_if<moderator::StateReport>(&input)) {
    std::optional<Ms>& off = clock_off_[record::index_of(told->deployment)];
    off = told->state && told->state->clock ? std::optional(*told->state->clock - now.wall)
                                            : std::nullopt;
  }
  observer_.hear(audit_.counts());
  const record::Lines lines = observer_.see(input, core_.status(now), now);
  log_.add(lines, now.wall);
  hand_over_due_ = hand_over_due_ || !lines.empty();
}

PublishedRecord ModerateShell::published() const {
  return {now().wall, record_config_, log_.summary()};
}

void ModerateShell::hand_record_over() {
  const MonoMs now = loop_.now();
  if (!hand_over_due_ || now - handed_over_ < kHandOverEvery) return;
  hand_over_due_ = false;
  handed_over_ = now;
  const std::string record = hand_over_text(published());
  for (const Deployment each : record::kDeployments) {
    side(each).node.hand_record(record, [this, each](const Result<void>& handed) {
      note_failure(side(each).hand_failed, each, "does not take the record",
                   handed ? "" : handed.error().why);
    });
  }
}

ModerateShell::Side& ModerateShell::side(Deployment deployment) {
  return deployment == Deployment::kPrimary ? primary_ : redundant_;
}

void ModerateShell::carry_out(const moderator::Probe& effect) {
  side(effect.deployment)
      .probe.probe(Ms(effect.timeout_ms),
                   [this, effect](const SyntheticChat::Outcome& outcome, std::uint32_t took_ms) {
                     if (!outcome.ok)
                       log::debug("moderator", "probe of {}: {}",
                                  protocol::name_of(effect.deployment), outcome.why);
                     input(moderator::ProbeDone{effect.probe, effect.deployment, outcome.ok,
                                                outcome.why, took_ms});
                   });
}

void ModerateShell::carry_out(const moderator::AskState& effect) {
  side(effect.deployment).node.ask_state([this, effect](Result<NodeClient::Told> told) {
    note_failure(side(effect.deployment).state_failed, effect.deployment, "does not tell its state",
                 told ? "" : told.error().why);
    if (!told) return input(moderator::StateReport{effect.deployment, std::nullopt});
    if (const auto& heard = told->verdict) {
      input(moderator::VerdictHeard{effect.deployment, heard->verdict, heard->trust});
    }
    input(moderator::StateReport{effect.deployment, std::move(told->state)});
  });
}

void ModerateShell::carry_out(const moderator::AskHolds& effect) {
  side(effect.deployment).node.ask_holds([this, effect](Result<protocol::Holdings> holdings) {
    if (!holdings) {
      log::warn("moderator", "{} does not tell what it holds: {}",
                protocol::name_of(effect.deployment), holdings.error().why);
    }
    input(moderator::HoldsReport{effect.deployment,
                                 holdings ? std::optional(std::move(*holdings)) : std::nullopt});
  });
}

void ModerateShell::carry_out(const moderator::Store& effect) {
  store_->store(effect.record, [this, epoch = effect.epoch](const Result<void>& stored) {
    if (stored) return input(moderator::Stored{epoch});
    input(moderator::StoreFailed{epoch, stored.error()});
  });
}

void ModerateShell::carry_out(const moderator::Publish& effect) {
  side(effect.deployment)
      .node.publish(effect.verdict, [this, effect](Result<moderator::Heard> heard) {
        note_failure(side(effect.deployment).publish_failed, effect.deployment,
                     "does not take the verdict", heard ? "" : heard.error().why);
        if (heard) {
          input(moderator::VerdictHeard{effect.deployment, heard->verdict, heard->trust});
        }
      });
}

void ModerateShell::carry_out(const moderator::Reply& effect) {
  const auto waiting = waiting_.extract(effect.request);
  if (!waiting.empty()) waiting.mapped()(effect);
}

void ModerateShell::carry_out(const moderator::Log& effect) {
  if (effect.level == moderator::LogLevel::kWarn) {
    log::warn("moderator", "{}", effect.text);
  } else {
    log::info("moderator", "{}", effect.text);
  }
}

template <class Order>
void ModerateShell::take(Order order, Answered answered) {
  order.request = moderator::RequestId(next_request_++);
  if (!started_) {
    return answered({order.request, false,
                     "the record is not known yet: " + store_->status().trouble,
                     protocol::Epoch(0)});
  }
  waiting_.emplace(order.request, std::move(answered));
  input(std::move(order));
}

void ModerateShell::order_switch(Deployment to, std::string by, bool wait, Answered answered) {
  take(moderator::ManualSwitch{{}, to, std::move(by), wait}, std::move(answered));
}

void ModerateShell::order_freeze(bool on, std::string by, Answered answered) {
  take(moderator::Freeze{{}, on, std::move(by)}, std::move(answered));
}

void ModerateShell::order_maintenance(Deployment deployment, bool on, std::string by,
                                      Answered answered) {
  take(moderator::Maintain{{}, deployment, on, std::move(by)}, std::move(answered));
}

}  // namespace holdfast::app
