#include "sim/moderator_host.h"

#include <utility>

#include "base/check.h"
#include "moderator/node_words.h"
#include "moderator/signing.h"
#include "protocol/hashes.h"
#include "protocol/names.h"

namespace holdfast::sim {
namespace {

constexpr Ms kStore{5};

using moderator::SyntheticChat;
using protocol::Deployment;

constexpr SyntheticChat::Side kSides[] = {SyntheticChat::Side::kVisitor,
                                          SyntheticChat::Side::kOperator};
constexpr std::size_t index_of(SyntheticChat::Side side) {
  return side == SyntheticChat::Side::kVisitor ? 0 : 1;
}

}  // namespace

// The connections of the synthetic chat through one deployment; as src/app/moderate/probe_links
// does it over sockets.
struct ModeratorHost::Probe {
  Probe(ModeratorHost& host, Side& side)
      : host(host), side(side), chat(host.plan_.probe, host.random_) {}
  ~Probe() { hang_up(); }

  void begin(const moderator::Probe& effect) {
    round = effect;
    began = host.clock_.now().mono;
    host.process_.after(Ms(effect.timeout_ms), [this, id = effect.probe] {
      if (round && round->probe == id) finish({false, "timed out waiting for " + chat.waits_for()});
    });
    if (!dialled) dial();
    carry_out(chat.begin(host.clock_.now()));
  }

  void dial() {
    dialled = true;
    ++generation;
    for (const auto chat_side : kSides) {
      const auto current = [this, number = generation, life = host.process_.life()] {
        return life == host.process_.life() && number == generation;
      };
      links[index_of(chat_side)] = host.network_.dial(
          host.party_, side.machines[side.turn % side.machines.size()], "probe",
          {.opened = {},
           .text =
               [this, chat_side, current](std::string text) {
                 if (!current()) return;
                 host.process_.take([this, chat_side, current, text = std::move(text)] {
                   if (current()) carry_out(chat.frame(chat_side, text, host.clock_.now()));
                 });
               },
           .closed =
               [this, chat_side, current](std::uint16_t, const std::string& why) {
                 if (!current()) return;
                 host.process_.take([this, chat_side, current, why] {
                   if (current()) lost(chat_side, why);
                 });
               }});
    }
  }

  void lost(SyntheticChat::Side chat_side, const std::string& why) {
    auto step = chat.lost(chat_side, why);
    if (step.ended) return carry_out(std::move(step));
    hang_up();
  }

  void hang_up() {
    ++generation;
    for (const auto chat_side : kSides) {
      if (const auto link = std::exchange(links[index_of(chat_side)], nullptr))
        link->close(1000, "the round is over");
      (void)chat.lost(chat_side, "hung up");
    }
    dialled = false;
  }

  void carry_out(SyntheticChat::Step step) {
    for (auto& out : step.out) {
      if (const auto& link = links[index_of(out.side)]) link->send(std::move(out.text));
    }
    if (step.ended) finish(*step.ended);
  }

  void finish(const SyntheticChat::Outcome& outcome) {
    if (!outcome.ok) {
      hang_up();
      ++side.turn;
    }
    const auto took = static_cast<std::uint32_t>((host.clock_.now().mono - began).count());
    if (const auto done = std::exchange(round, std::nullopt)) {
      host.input(
          moderator::ProbeDone{done->probe, done->deployment, outcome.ok, outcome.why, took});
    }
  }

  ModeratorHost& host;
  Side& side;
  SyntheticChat chat;
  std::optional<moderator::Probe> round;
  MonoMs began;
  bool dialled = false;
  std::uint64_t generation = 0;
  ChannelPtr links[2];
};

ModeratorHost::ModeratorHost(Scheduler& scheduler, Trace& trace, Network& network,
                             ModeratorPlan plan, SeededRandom random)
    : trace_(trace),
      network_(network),
      plan_(std::move(plan)),
      random_(random),
      party_(network.add(plan_.name)),
      process_(scheduler),
      clock_(scheduler, 0.0) {
  primary_.machines = plan_.primary;
  redundant_.machines = plan_.redundant;
}

ModeratorHost::~ModeratorHost() = default;

ModeratorHost::Side& ModeratorHost::side(Deployment deployment) {
  return deployment == Deployment::kPrimary ? primary_ : redundant_;
}

void ModeratorHost::start() {
  if (process_.alive()) return;
  trace_.line("{} starts", plan_.name);
  process_.start();
  core_ = std::make_unique<moderator::Moderator>(moderator::Config{
      plan_.policy,
      moderator::make_signer(Ed25519KeyPair::from_seed(plan_.signing_seed), plan_.signing_key)});
  primary_.probe = std::make_unique<Probe>(*this, primary_);
  redundant_.probe = std::make_unique<Probe>(*this, redundant_);
  network_.listen(party_, nullptr,
                  [this](const HttpAsk& ask, const std::function<void(HttpAnswer)>& answer) {
                    process_.take([this, ask, answer] {
                      if (ask.target != "/v1/verdict") return answer({404, ""});
                      const auto& verdict = core_->verdict();
                      answer(verdict ? HttpAnswer{200, verdict->text} : HttpAnswer{404, ""});
                    });
                  });
  moderator::Started started{record_};
  // As the program reads it from its disk: the key may have been changed since.
  if (record_.verdict) {
    const auto heard =
        moderator::read_heard(record_.verdict->text, plan_.moderators, plan_.signing_key);
    CHECK(heard.has_value(), "a stored verdict is one");
    started.signer = heard->trust;
  }
  input(std::move(started));
  tick();
}

void ModeratorHost::kill() {
  if (!process_.alive()) return;
  trace_.line("{} is killed", plan_.name);
  process_.end();
  network_.stop_listening(party_);
  primary_.probe.reset();
  redundant_.probe.reset();
  core_.reset();
}

void ModeratorHost::set_keys(const protocol::KeyId& own,
                             const std::array<std::uint8_t, 32>& signing_seed,
                             const std::vector<protocol::PublicKey>& moderators) {
  plan_.signing_key = own;
  plan_.signing_seed = signing_seed;
  plan_.moderators = moderators;
  primary_.last_read.reset();  // what was said of trust
  redundant_.last_read.reset();
}

void ModeratorHost::restore_backup() {
  kill();
  record_ = backup_;
  start();
}

void ModeratorHost::start_as_copy_of(const ModeratorHost& other, bool of_backup) {
  record_ = of_backup ? other.backup_ : other.record_;
  set_keys(other.plan_.signing_key, other.plan_.signing_seed, other.plan_.moderators);
  start();
}

void ModeratorHost::pause() {
  trace_.line("{} stands still", plan_.name);
  process_.pause();
}

void ModeratorHost::tick() {
  input(moderator::Tick{});
  process_.after(kTick, [this] { tick(); });
}

void ModeratorHost::input(const moderator::Input& input) {
  if (!core_) return;
  trace_.mix(1'000 + input.index());
  for (const moderator::Effect& effect : core_->handle(input, clock_.now())) {
    std::visit([this](const auto& one) { carry_out(one); }, effect);
  }
}

void ModeratorHost::carry_out(const moderator::Probe& effect) {
  // Its answer must not come from inside this very turn.
  process_.after(Ms(0), [this, effect] { side(effect.deployment).probe->begin(effect); });
}

void ModeratorHost::call(Deployment deployment, const std::string& method, const std::string& path,
                         const std::string& body,
                         std::function<void(std::optional<std::string>)> then) {
  Side& to = side(deployment);
  const std::string authorization =
      protocol::admin_authorization(plan_.admin, clock_.now().wall, method, path, body);
  network_.request(party_, to.machines[to.turn % to.machines.size()],
                   {method, path, authorization, body}, Ms(plan_.policy.probe_timeout_ms),
                   [this, &to, life = process_.life(),
                    then = std::move(then)](std::optional<HttpAnswer> answer) {
                     if (life != process_.life()) return;
                     process_.take([&to, then, answer = std::move(answer)] {
                       const bool good = answer && answer->status >= 200 && answer->status < 300;
                       if (!good) ++to.turn;
                       then(good ? std::optional(answer->body) : std::nullopt);
                     });
                   });
}

void ModeratorHost::carry_out(const moderator::AskState& effect) {
  call(effect.deployment, "GET", "/v1/admin/state", "",
       [this, effect](std::optional<std::string> body) {
         if (!body) return input(moderator::StateReport{effect.deployment, std::nullopt});
         told_state(effect.deployment, *body);
       });
}

void ModeratorHost::told_state(Deployment deployment, const std::string& body) {
  auto read = moderator::read_node_state(body);
  if (!read) {
    trace_.line("{} cannot read the state of {}: {}", plan_.name, protocol::name_of(deployment),
                read.error().text());
    trace_.sometimes("BAD STATE from a node");
    return input(moderator::StateReport{deployment, std::nullopt});
  }
  if (read->verdict) {
    auto& last_read = side(deployment).last_read;
    if (!last_read || last_read->first != *read->verdict) {
      last_read.emplace(*read->verdict,
                        moderator::read_heard(*read->verdict, plan_.moderators, plan_.signing_key));
    }
    if (const auto& heard = last_read->second) {
      read->state.epoch = heard->verdict.epoch;
      input(moderator::VerdictHeard{deployment, heard->verdict, heard->trust});
    }
  }
  input(moderator::StateReport{deployment, read->state});
}

void ModeratorHost::carry_out(const moderator::AskHolds& effect) {
  call(effect.deployment, "GET", "/v1/admin/holds", "",
       [this, effect](std::optional<std::string> body) {
         auto holds =
             body ? moderator::read_holds(*body) : fail(ErrorCode::kUnavailable, "no answer");
         input(moderator::HoldsReport{effect.deployment,
                                      holds ? std::optional(*std::move(holds)) : std::nullopt});
       });
}

void ModeratorHost::carry_out(const moderator::Store& effect) {
  process_.after(kStore, [this, effect] {
    if (std::exchange(store_fails_, false)) {
      return input(
          moderator::StoreFailed{effect.epoch, Error{ErrorCode::kIo, "the simulated disk failed"}});
    }
    record_ = effect.record;
    if (effect.epoch.value() != 0 && record_.verdict && plan_.verdict_stored)
      plan_.verdict_stored(*record_.verdict);
    input(moderator::Stored{effect.epoch});
  });
}

void ModeratorHost::carry_out(const moderator::Publish& effect) {
  call(effect.deployment, "POST", "/v1/verdict", effect.verdict.text,
       [this, effect](std::optional<std::string> body) {
         if (!body) return;
         // What it knows now.
         call(effect.deployment, "GET", "/v1/verdict", "",
              [this, effect](std::optional<std::string> known) {
                if (!known) return;
                const auto heard =
                    moderator::read_heard(*known, plan_.moderators, plan_.signing_key);
                if (heard)
                  input(moderator::VerdictHeard{effect.deployment, heard->verdict, heard->trust});
              });
       });
}

void ModeratorHost::carry_out(const moderator::Reply& effect) {
  trace_.line("{} answers an order: {} {}", plan_.name, effect.ok ? "done" : "refused", effect.why);
}

void ModeratorHost::carry_out(const moderator::Log& effect) {
  trace_.line("{}: {}", plan_.name, effect.text);
  if (effect.text.find("failover") != std::string::npos) trace_.sometimes("moderator: failover");
  if (effect.text.find("failback") != std::string::npos) trace_.sometimes("moderator: failback");
}

void ModeratorHost::order_switch(Deployment to, bool wait) {
  process_.take([this, to, wait] {
    input(moderator::ManualSwitch{moderator::RequestId(++next_request_), to, "a:sim", wait});
  });
}

void ModeratorHost::order_freeze(bool on) {
  process_.take([this, on] {
    input(moderator::Freeze{moderator::RequestId(++next_request_), on, "a:sim"});
  });
}

void ModeratorHost::order_maintenance(Deployment deployment, bool on) {
  process_.take([this, deployment, on] {
    input(moderator::Maintain{moderator::RequestId(++next_request_), deployment, on, "a:sim"});
  });
}

bool ModeratorHost::in_maintenance(Deployment deployment) const {
  if (!core_) return false;
  const auto maintenance = core_->status(clock_.now()).maintenance;
  return maintenance && maintenance->order.deployment == deployment;
}

bool ModeratorHost::safe_to_stop(Deployment deployment) const {
  return in_maintenance(deployment) &&
         core_->status(clock_.now()).maintenance->step == moderator::MaintenanceStep::kSafe;
}

std::optional<protocol::Epoch> ModeratorHost::epoch() const {
  if (!core_ || !core_->verdict()) return std::nullopt;
  return core_->verdict()->epoch;
}

std::map<std::string, std::int64_t> ModeratorHost::metrics() const {
  return core_ ? core_->metrics(clock_.now()) : std::map<std::string, std::int64_t>{};
}

}  // namespace holdfast::sim
