#include "sim/faults/faults.h"

#include <algorithm>

#include "protocol/names.h"

namespace holdfast::sim {
namespace {

constexpr double kStrikesPerKind = 6.0;  // on average, in a run of ten minutes

}  // namespace

Faults::Faults(Cluster& cluster, const ClusterPlan& plan, SeededRandom random)
    : cluster_(cluster), plan_(plan), random_(random) {
  define_network();
  define_machines();
  define_disks();
  define_people();
  define_moderator();
  define_versions();
  define_keys();
  for (const Party a : cluster_.everybody()) {
    for (const Party b : cluster_.everybody()) {
      if (a != b) fair_weather_.emplace(std::pair(a, b), cluster_.network().weather(a, b));
    }
  }
}

// ---- the plan ----

void Faults::plan(SimMs end, std::size_t strikes_min, const Spared& spared) {
  std::vector<const Kind*> all;
  for (const Kind& kind : kinds_) all.push_back(&kind);
  random_.shuffle(all);
  for (const Kind* kind : all) {
    if (random_.chance(kind->likely)) drawn_.push_back(kind);
  }
  for (const Kind* kind : all) {
    if (drawn_.size() >= 3) break;
    if (std::ranges::find(drawn_, kind) == drawn_.end()) drawn_.push_back(kind);
  }
  const auto span = static_cast<std::uint64_t>((end - cluster_.scheduler().now()).count());
  std::vector<std::pair<SimMs, const Kind*>> strikes;
  const auto add = [&](const Kind* kind) {
    strikes.emplace_back(
        cluster_.scheduler().now() + Ms(static_cast<std::int64_t>(random_.below(span))), kind);
  };
  for (const Kind* kind : drawn_) {
    const double mean = kStrikesPerKind * static_cast<double>(span) / 600'000.0;
    const auto count = static_cast<std::size_t>(mean * (0.3 + 1.4 * random_.unit()) + 0.5);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) add(kind);
  }
  while (strikes.size() < strikes_min) add(drawn_[random_.below(drawn_.size())]);
  std::ranges::stable_sort(strikes, {}, [](const auto& each) { return each.first; });
  // Each strike has a chance of its own, so that one that is left out changes no other.
  for (std::size_t number = 0; number < strikes.size(); ++number) {
    const auto [when, kind] = strikes[number];
    const std::uint64_t seed = random_.next();
    if (spared.kinds.contains(kind->name) || spared.strikes.contains(number)) continue;
    strikes_[number] =
        fmt::format("{:8.3f} s  {}", static_cast<double>(when.value()) / 1'000.0, kind->name);
    cluster_.scheduler().at(when, [this, kind, seed] {
      if (!healed_) strike(*kind, seed);
    });
  }
  cluster_.trace().line("faults of this run: {}", kinds_text());
}

void Faults::strike(const Kind& kind, std::uint64_t seed) {
  if (std::exchange(peace_, false)) cluster_.watcher().peace_is_over();
  cluster_.trace().line("FAULT {}", kind.name);
  random_ = SeededRandom(seed);
  if (kind.strike()) cluster_.trace().fault(kind.name);
}

std::vector<std::string> Faults::kinds() const {
  std::vector<std::string> names;
  for (const Kind* kind : drawn_) names.emplace_back(kind->name);
  return names;
}

std::string Faults::kinds_text() const {
  std::string text;
  for (const Kind* kind : drawn_) text += (text.empty() ? "" : ", ") + std::string(kind->name);
  return text;
}

void Faults::later(Ms delay, std::function<void()> what) {
  cluster_.scheduler().after(delay, [this, what = std::move(what)] {
    if (!healed_) what();
  });
}

Ms Faults::draw(Ms least, Ms most) {
  return least + Ms(static_cast<std::int64_t>(
                     random_.below(static_cast<std::uint64_t>((most - least).count()) + 1)));
}

DataCentre& Faults::some_centre() {
  return *cluster_.centres()[random_.below(2)];
}
NodeHost& Faults::some_node() {
  auto nodes = cluster_.nodes();
  return *nodes[random_.below(nodes.size())];
}
Tab& Faults::some_tab() {
  return *cluster_.tabs()[random_.below(cluster_.tabs().size())];
}

std::vector<Party> Faults::people() {
  std::vector<Party> all;
  for (const auto& tab : cluster_.tabs()) all.push_back(tab->party());
  return all;
}

// ---- the end of it ----

void Faults::heal() {
  healed_ = true;
  stop_clone();
  cluster_.trace().line("HEALED: nothing fails any more");
  Network& network = cluster_.network();
  for (const auto& [path, fair] : fair_weather_) {
    network.mend(path.first, path.second);
    network.weather(path.first, path.second) = fair;
  }
  for (DataCentre* centre : cluster_.centres()) {
    centre->disk->speed_up();
    for (const auto& node : centre->nodes) {
      node->clock().correct();
      node->resume();
      if (!node->running()) node->power_on();
    }
  }
  cluster_.second_moderator().kill();
  ModeratorHost& moderator = cluster_.moderator();
  moderator.clock().correct();
  moderator.resume();
  moderator.start();
  moderator.mend_store();
  moderator.order_freeze(false);
  for (const DataCentre* centre : cluster_.centres())
    moderator.order_maintenance(centre->deployment, false);
  for (const auto& tab : cluster_.tabs()) {
    tab->thaw();
    tab->show();
  }
}

}  // namespace holdfast::sim
