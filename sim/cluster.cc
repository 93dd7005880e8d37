#include "sim/cluster.h"

#include <functional>

#include "app/admin/settings_write.h"
#include "app/init/genesis.h"
#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "protocol/hashes.h"
#include "protocol/hlc.h"
#include "protocol/names.h"
#include "protocol/token.h"
#include "protocol/verdict.h"

namespace holdfast::sim {

using protocol::Deployment;

namespace {

constexpr std::uint64_t kThinLine = 20'000;
constexpr const char* kApprentice = "o:apprentice";

double draw_drift(SeededRandom& random) {
  return static_cast<double>(random.below(400)) - 200.0;
}

protocol::Author operator_named(int number) {
  return protocol::Author("o:op" + std::to_string(number));
}

}  // namespace

std::vector<Party> DataCentre::parties() const {
  std::vector<Party> all;
  for (const auto& node : nodes) all.push_back(node->party());
  return all;
}

Cluster::Cluster(Scheduler& scheduler, Trace& trace, Watcher& watcher, const ClusterPlan& plan,
                 SeededRandom random)
    : scheduler_(scheduler), trace_(trace), watcher_(watcher), network_(scheduler, random.fork()) {
  make_keys(random);
  make_centre(primary_, plan, random);
  make_centre(redundant_, plan, random);
  for (DataCentre* centre : centres()) {
    const auto others = this->centre(protocol::other(centre->deployment)).parties();
    for (std::size_t i = 0; i < centre->nodes.size(); ++i) {
      // Its own number first.
      std::vector<Party> peers;
      for (std::size_t k = 0; k < others.size(); ++k)
        peers.push_back(others[(i + k) % others.size()]);
      centre->nodes[i]->set_peers(std::move(peers));
    }
  }
  make_moderator(random);
  make_tabs(plan, random);
  make_weather(random);
  write_genesis(plan, random);
}

void Cluster::make_keys(SeededRandom& random) {
  const auto secret = [&](const char* id) {
    return protocol::SecretKey{protocol::KeyId(id), protocol::KeyState::kActive,
                               random.bytes<32>()};
  };
  keys_.cluster = {secret("c1")};
  keys_.session = {secret("s1")};
  keys_.peer = secret("peer");
  keys_.admin = secret("admin");
  keys_.probe = secret("probe");
  signing_seed_ = random.bytes<32>();
  const auto pair = Ed25519KeyPair::from_seed(signing_seed_);
  keys_.moderators = {
      {protocol::KeyId("m1"), protocol::KeyState::kActive, pair.public_key().bytes}};
}

void Cluster::make_centre(DataCentre& centre, const ClusterPlan& plan, SeededRandom& random) {
  centre.disk = std::make_unique<Disk>(trace_, watcher_, centre.deployment, random.fork());
  for (int i = 0; i < plan.nodes; ++i) {
    NodePlan node;
    node.config.deployment = centre.deployment;
    node.config.node_name = "n" + std::to_string(i + 1);
    node.name = fmt::format("{}/{}", protocol::name_of(centre.deployment), node.config.node_name);
    node.config.keys = keys_;
    node.config.console_origins = {kConsoleOrigin};
    node.config.config_digest = "sim";
    if (plan.thin_line) node.config.peer_history_bytes_per_s = kThinLine;
    node.config.shared_journal = plan.nodes > 1;
    node.host = std::string(protocol::name_of(centre.deployment)) + ".example";
    node.dials = plan.both_dial || centre.deployment == Deployment::kPrimary;
    node.keeps_inputs = plan.keeps_inputs;
    node.drift_ppm = draw_drift(random);
    // As in production, but impatient.
    node.config.effect_retry_ms = 300;
    node.config.effect_retry_max_ms = 3'000;
    node.config.effect_patience_ms = 5'000;
    node.config.effect_alone_ms = 60'000;
    node.back = [this, deployment = centre.deployment] { watcher_.came_back(deployment); };
    node.receiver = [this](const std::string& id) { watcher_.effect_received(id); };
    node.receiver_fails = [this] { return receivers_fail_; };
    centre.nodes.push_back(std::make_unique<NodeHost>(scheduler_, trace_, network_, *centre.disk,
                                                      centre.bus, std::move(node), random.fork()));
  }
}

Clone& Cluster::make_clone(DataCentre& centre, const journal::MemoryJournal& disk,
                           SeededRandom random) {
  Clone& clone = *clones_.emplace_back(std::make_unique<Clone>(centre));
  clone.disk = std::make_unique<Disk>(trace_, watcher_, centre.deployment, random.fork());
  clone.disk->restore(disk);
  NodePlan plan = centre.nodes.front()->plan();
  plan.name = fmt::format("clone {} of {}", clones_.size(), plan.name);
  clone.node = std::make_unique<NodeHost>(scheduler_, trace_, network_, *clone.disk, clone.bus,
                                          std::move(plan), random.fork());
  return clone;
}

void Cluster::make_moderator(SeededRandom& random) {
  ModeratorPlan plan;
  // As in production, but impatient: a run lasts ten minutes.
  plan.policy.probe_interval_ms = 2'000;
  plan.policy.failback_after_ms = 20'000 + static_cast<std::uint32_t>(random.below(60'000));
  plan.policy.moves_per_hour_max = 20;
  plan.signing_seed = signing_seed_;
  plan.admin = keys_.admin;
  plan.probe = keys_.probe;
  plan.moderators = keys_.moderators;
  plan.primary = primary_.parties();
  plan.redundant = redundant_.parties();
  plan.verdict_stored = [this](const moderator::Verdict& verdict) {
    // It is stored again with every order, and by whoever hears of it.
    if (verdict.epoch <= decided_) return;
    const Deployment to = protocol::active_deployment(verdict.epoch);
    // Signed anew with another key it moves nobody, whatever it says of how this came about.
    const bool moves = decided_ == Epoch(0) || protocol::active_deployment(decided_) != to;
    decided_ = verdict.epoch;
    if (!moves) return;
    if (verdict.why.starts_with(moderator::kWhyFailover))
      watcher_.failed_over(scheduler_.now(), to);
    if (verdict.why.starts_with(moderator::kWhyFailback))
      watcher_.failed_back(scheduler_.now(), to, centre(to).disk->journal().holdings().value());
  };
  moderator_ = std::make_unique<ModeratorHost>(scheduler_, trace_, network_, plan, random.fork());
  plan.name = "second moderator";
  second_moderator_ =
      std::make_unique<ModeratorHost>(scheduler_, trace_, network_, std::move(plan), random.fork());
}

void Cluster::make_tabs(const ClusterPlan& plan, SeededRandom& random) {
  const auto make = [&](ClientOptions options, std::shared_ptr<Browser> browser) {
    options.site = site_;
    options.primary = primary_.parties();
    options.redundant = redundant_.parties();
    options.moderator = moderator_->party();
    options.moderator_keys = keys_.moderators;
    options.verify = std::ref(verify_);
    // Load balancing of the poor: everybody begins somewhere else.
    if (random.chance(0.5)) std::ranges::reverse(options.primary);
    if (random.chance(0.5)) std::ranges::reverse(options.redundant);
    return std::make_unique<Tab>(scheduler_, trace_, network_, watcher_, std::move(options),
                                 std::move(browser), random.fork());
  };
  const auto new_browser = [&] {
    return std::make_shared<Browser>(scheduler_, draw_drift(random));
  };
  // Some people have the page open twice.
  const auto sit_down = [&](ClientOptions options) {
    const auto browser = new_browser();
    tabs_.push_back(make(options, browser));
    if (!plan.second_tabs || random.chance(0.5)) return;
    options.name += ".2";
    tabs_.push_back(make(options, browser));
  };
  const auto options_of = [&](const protocol::Author& author) {
    const std::string sid = Ulid::make(kWallStart, random).text();
    const auto sign_in = [this, author, sid]() -> protocol::Auth {
      // Signed in anew whenever it is asked for: what passwords are for is tested elsewhere.
      const WallMs now = true_wall(scheduler_.now());
      return protocol::TokenAuth{
          protocol::make_token(keys_.session,
                               {site_, author, sid, now - Ms(1'000), now + Ms(48 * 3'600'000), {}}),
          {},
          {}};
    };
    return ClientOptions{.name = author.value(),
                         .role = protocol::Role::kOperator,
                         .site = {},
                         .author = author,
                         .auth = sign_in,
                         .primary = {},
                         .redundant = {},
                         .moderator = {},
                         .moderator_keys = {},
                         .verify = {}};
  };
  for (int i = 1; i <= plan.operators; ++i) sit_down(options_of(operator_named(i)));
  if (plan.apprentice) {
    const auto browser = new_browser();
    apprentice_ = make(options_of(protocol::Author(kApprentice)), browser);
  }
  for (int i = 1; i <= plan.visitors; ++i) {
    const std::string secret = base64url_encode(ByteView(random.bytes<32>()));
    sit_down({.name = "visitor" + std::to_string(i),
              .role = protocol::Role::kVisitor,
              .site = {},
              .author = protocol::visitor_of(site_, secret),
              .auth = [secret]() -> protocol::Auth { return protocol::SecretAuth{secret}; },
              .primary = {},
              .redundant = {},
              .moderator = {},
              .moderator_keys = {},
              .verify = {}});
  }
}

// What `holdfast init` and `holdfast operator add` would have written.
void Cluster::write_genesis(const ClusterPlan& plan, SeededRandom& random) {
  auto entries = app::genesis_entries({site_, "The shop", {kShopOrigin}, "op1", "Operator 1", "-"},
                                      keys_.cluster, random, kWallStart - Ms(86'400'000));
  protocol::HybridClock clock;
  const auto write = [&](const std::string& entity, const char* field, const char* value) {
    protocol::Entry entry;
    const protocol::Entry& last = entries.back();
    entry.origin = last.origin;
    entry.seq = protocol::Seq(last.seq.value() + 1);
    entry.content = app::compose_write(
        {site_, entity, field, value, false, {}}, protocol::Author("a:init"),
        protocol::EventId(Ulid::make(kWallStart - Ms(80'000'000), random).text()), random);
    entry.acceptance = protocol::accept(keys_.cluster, entry.content->digest, entry.origin,
                                        entry.seq, clock.next(kWallStart - Ms(80'000'000)));
    entry.before = last.h;
    entry.h = protocol::chain_next(last.h, entry.content->digest, entry.acceptance.mac);
    entries.push_back(std::move(entry));
  };
  const auto write_operator = [&](const std::string& id) {
    const std::string entity = app::operator_entity(id);
    write(entity, "name", "\"Operator\"");
    write(entity, "role", "\"operator\"");
    write(entity, "active", "true");
  };
  for (int i = 2; i <= plan.operators; ++i) write_operator("op" + std::to_string(i));
  if (plan.apprentice) write_operator("apprentice");
  write("webhook:crm", "url", "\"https://crm.example/hook\"");
  write("webhook:crm", "secret", "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"");
  write("webhook:crm", "events", "[\"chat.opened\",\"message.created\",\"chat.closed\"]");
  write("webhook:crm", "active", "true");
  for (const protocol::Entry& entry : entries) genesis_.push_back(entry.content);
  CHECK(primary_.disk->journal().append(entries, std::nullopt).has_value());
  CHECK(primary_.disk->journal().mark_seeded().has_value());
  if (plan.genesis_in_both) {
    CHECK(redundant_.disk->journal().append(entries, std::nullopt).has_value());
    CHECK(redundant_.disk->journal().mark_seeded().has_value());
  }
  for (DataCentre* centre : centres()) centre->disk->journal().sync();
}

// People are somewhere on the continent, the data centres a few milliseconds apart.
void Cluster::make_weather(SeededRandom& random) {
  const auto everyone = everybody();
  const std::size_t machines = primary_.nodes.size() + redundant_.nodes.size();
  for (const Party a : everyone) {
    for (const Party b : everyone) {
      if (!(a < b)) continue;
      const bool inside = a.value() < machines && b.value() < machines;
      const Ms delay(inside ? 2 + static_cast<std::int64_t>(random.below(15))
                            : 5 + static_cast<std::int64_t>(random.below(60)));
      network_.weather(a, b) = {delay, delay / 3, 0.0};
      network_.weather(b, a) = {delay, delay / 3, 0.0};
    }
  }
}

std::vector<NodeHost*> Cluster::nodes() {
  std::vector<NodeHost*> all;
  for (DataCentre* centre : centres()) {
    for (const auto& node : centre->nodes) all.push_back(node.get());
  }
  return all;
}

std::vector<Party> Cluster::everybody() {
  std::vector<Party> all;
  for (NodeHost* node : nodes()) all.push_back(node->party());
  all.push_back(moderator_->party());
  all.push_back(second_moderator_->party());
  for (const auto& tab : tabs_) all.push_back(tab->party());
  if (apprentice_) all.push_back(apprentice_->party());
  return all;
}

void Cluster::put_up_walls() {
  for (const Tab* const tab : tabs_.front()->browser().tabs()) {
    for (const Party node : primary_.parties()) {
      network_.cut(tab->party(), node);
      network_.cut(node, tab->party());
    }
  }
}

void Cluster::start() {
  for (NodeHost* node : nodes()) node->power_on();
  moderator_->start();
  for (const auto& tab : tabs_) tab->open();
  if (apprentice_) {
    apprentice_->open();
    apprentice_->client().set_presence(protocol::Presence::kAway);
  }
}

}  // namespace holdfast::sim
