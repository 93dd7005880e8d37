#include "sim/faults.h"

#include <algorithm>

#include "protocol/names.h"

namespace holdfast::sim {
namespace {

constexpr Ms kBackupEvery{45'000};
constexpr std::size_t kBackupsKept = 3;
constexpr double kStrikesPerKind = 6.0;  // on average, in a run of ten minutes

}  // namespace

Faults::Faults(Cluster& cluster, const ClusterPlan& plan, SeededRandom random)
    : cluster_(cluster), plan_(plan), random_(random) {
  define_network();
  define_machines();
  define_disks();
  define_people();
  define_moderator();
  for (const Party a : cluster_.everybody()) {
    for (const Party b : cluster_.everybody()) {
      if (a != b) fair_weather_.emplace(std::pair(a, b), cluster_.network().weather(a, b));
    }
  }
}

// ---- the plan ----

void Faults::plan(SimMs end, std::size_t strikes_min) {
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
  for (const auto& [when, kind] : strikes) {
    cluster_.scheduler().at(when, [this, kind] {
      if (!healed_) strike(*kind);
    });
  }
  cluster_.trace().line("faults of this run: {}", kinds_text());
}

void Faults::strike(const Kind& kind) {
  cluster_.trace().line("FAULT {}", kind.name);
  if (kind.strike()) cluster_.trace().fault(kind.name);
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
Browser& Faults::some_browser() {
  return *cluster_.browsers()[random_.below(cluster_.browsers().size())];
}

std::vector<Party> Faults::people() {
  std::vector<Party> all;
  for (const auto& browser : cluster_.browsers()) all.push_back(browser->party());
  return all;
}

// ---- the network ----

bool Faults::cut_for(const std::vector<Party>& from, const std::vector<Party>& to, bool both_ways,
                     Ms time) {
  Network& network = cluster_.network();
  const auto each = [&network, from, to, both_ways](auto&& what) {
    for (const Party a : from) {
      for (const Party b : to) {
        if (a == b) continue;
        what(network, a, b);
        if (both_ways) what(network, b, a);
      }
    }
  };
  each([](Network& one, Party a, Party b) { one.cut(a, b); });
  later(time, [each] { each([](Network& one, Party a, Party b) { one.mend(a, b); }); });
  return true;
}

bool Faults::weather_for(const std::function<void(Weather&)>& change, Ms time) {
  const auto everybody = cluster_.everybody();
  // A share of all paths.
  const double share = 0.2 + 0.8 * random_.unit();
  std::vector<std::pair<Party, Party>> changed;
  for (const auto& [path, fair] : fair_weather_) {
    if (!random_.chance(share)) continue;
    change(cluster_.network().weather(path.first, path.second));
    changed.push_back(path);
  }
  later(time, [this, changed] {
    for (const auto& path : changed)
      cluster_.network().weather(path.first, path.second) = fair_weather_.at(path);
  });
  return !changed.empty();
}

void Faults::define_network() {
  kinds_.push_back({"packet loss", 0.35, [this] {
                      const double loss = 0.01 + 0.3 * random_.unit();
                      return weather_for([loss](Weather& weather) { weather.loss = loss; },
                                         draw(Ms(5'000), Ms(60'000)));
                    }});
  kinds_.push_back(
      {"slow network", 0.25, [this] {
         const Ms delay = draw(Ms(100), Ms(900));
         return weather_for(
             [delay](Weather& weather) { weather.delay = delay, weather.jitter = delay; },
             draw(Ms(5'000), Ms(40'000)));
       }});
  kinds_.push_back({"peer link cut", 0.4, [this] {
                      return cut_for(cluster_.centre(Deployment::kPrimary).parties(),
                                     cluster_.centre(Deployment::kRedundant).parties(), true,
                                     draw(Ms(2'000), Ms(90'000)));
                    }});
  kinds_.push_back({"peer link cut one way", 0.25, [this] {
                      DataCentre& from = some_centre();
                      return cut_for(from.parties(),
                                     cluster_.centre(protocol::other(from.deployment)).parties(),
                                     false, draw(Ms(2'000), Ms(60'000)));
                    }});
  kinds_.push_back({"data centre cut off", 0.3, [this] {
                      return cut_for(some_centre().parties(), cluster_.everybody(), true,
                                     draw(Ms(2'000), Ms(60'000)));
                    }});
  kinds_.push_back({"data centre cut off one way", 0.2, [this] {
                      const auto inside = some_centre().parties();
                      const auto everybody = cluster_.everybody();
                      const Ms time = draw(Ms(2'000), Ms(45'000));
                      return random_.chance(0.5) ? cut_for(inside, everybody, false, time)
                                                 : cut_for(everybody, inside, false, time);
                    }});
  kinds_.push_back({"some browsers cut off from a data centre", 0.3, [this] {
                      auto some = people();
                      random_.shuffle(some);
                      some.resize(1 + random_.below(some.size()));
                      return cut_for(some, some_centre().parties(), random_.chance(0.7),
                                     draw(Ms(2'000), Ms(60'000)));
                    }});
  kinds_.push_back({"browser offline", 0.3, [this] {
                      return cut_for({some_browser().party()}, cluster_.everybody(), true,
                                     draw(Ms(1'000), Ms(60'000)));
                    }});
  kinds_.push_back({"connection reset", 0.35, [this] {
                      const auto everybody = cluster_.everybody();
                      for (int tries = 0; tries < 20; ++tries) {
                        if (cluster_.network().reset_one(
                                some_node().party(), everybody[random_.below(everybody.size())]))
                          return true;
                      }
                      return false;
                    }});
  // What was sent before arrives after what a newer connection said.
  kinds_.push_back({"connection stalls", 0.35, [this] {
                      const auto everybody = cluster_.everybody();
                      for (int tries = 0; tries < 20; ++tries) {
                        Party from = some_node().party(),
                              to = everybody[random_.below(everybody.size())];
                        if (random_.chance(0.6)) std::swap(from, to);
                        if (cluster_.network().stall_one(from, to, draw(Ms(1'000), Ms(18'000))))
                          return true;
                      }
                      return false;
                    }});
}

// ---- machines ----

void Faults::power_off(DataCentre& centre) {
  for (const auto& node : centre.nodes) node->power_off();
  centre.disk->lose_power();
}

void Faults::power_on(DataCentre& centre) {
  for (const auto& node : centre.nodes) node->power_on();
}

void Faults::define_machines() {
  kinds_.push_back({"node killed", 0.4, [this] {
                      NodeHost& node = some_node();
                      if (!node.running()) return false;
                      node.kill();
                      later(draw(Ms(200), Ms(30'000)), [&node] { node.start(); });
                      return true;
                    }});
  kinds_.push_back({"data centre loses power", 0.35, [this] {
                      DataCentre& centre = some_centre();
                      power_off(centre);
                      later(draw(Ms(500), Ms(60'000)), [this, &centre] { power_on(centre); });
                      return true;
                    }});
  kinds_.push_back({"node stands still", 0.3, [this] {
                      NodeHost& node = some_node();
                      if (!node.running() || node.paused()) return false;
                      node.pause();
                      later(draw(Ms(500), Ms(40'000)), [&node] { node.resume(); });
                      return true;
                    }});
  kinds_.push_back({"node's clock steps", 0.3, [this] {
                      NodeHost& node = some_node();
                      const std::int64_t size = random_.chance(0.5) ? 20'000 : 3'600'000;
                      node.clock().step(Ms(static_cast<std::int64_t>(random_.below(
                                               static_cast<std::uint64_t>(2 * size))) -
                                           size));
                      later(draw(Ms(5'000), Ms(60'000)), [&node] { node.clock().correct(); });
                      return true;
                    }});
}

// ---- disks ----

void Faults::tell_destroyed(DataCentre& centre, const std::set<Digest>& lost) {
  cluster_.trace().line("{} events are gone from {}", lost.size(),
                        protocol::name_of(centre.deployment));
  if (!lost.empty())
    cluster_.trace().sometimes("events destroyed in a journal",
                               static_cast<std::int64_t>(lost.size()));
  cluster_.watcher().destroyed(centre.deployment, lost);
}

// An erasure that neither side holds any more is for a person to order again (docs/operations.md):
// its heads are in browsers alone, and no node takes an event without its body unless it knows the
// order.
bool Faults::forgets_an_erasure(DataCentre& centre, journal::MemoryJournal& then) {
  const auto orders_in = [](journal::MemoryJournal& journal) {
    std::set<Digest> orders;
    const auto held = journal.read_erasures().value();
    for (const auto& stored : held) orders.insert(stored.entry.content->digest);
    return orders;
  };
  auto after = orders_in(then);
  auto elsewhere = orders_in(cluster_.centre(protocol::other(centre.deployment)).disk->journal());
  after.merge(elsewhere);
  return !std::ranges::includes(after, orders_in(centre.disk->journal()));
}

bool Faults::restore_backup(DataCentre& centre) {
  auto& backups = backups_[centre.deployment];
  if (backups.empty()) return false;
  journal::MemoryJournal& backup = *backups[random_.below(backups.size())];
  if (forgets_an_erasure(centre, backup)) return false;
  power_off(centre);
  tell_destroyed(centre, centre.disk->restore(backup));
  later(draw(Ms(1'000), Ms(20'000)), [this, &centre] { power_on(centre); });
  return true;
}

// The virtual machine, memory and all, is what it was a while ago: it does not know that it lost
// anything.
bool Faults::roll_back() {
  if (plan_.nodes != 1) return false;
  DataCentre& centre = some_centre();
  NodeHost& node = *centre.nodes.front();
  auto image = node.image();
  if (!image) return false;
  auto kept = std::make_shared<MachineImage>(std::move(*image));
  later(draw(Ms(2'000), Ms(40'000)), [this, &centre, &node, kept] {
    if (!node.running() || node.paused() || node.lives() != kept->life) return;
    if (forgets_an_erasure(centre, *kept->journal)) return;
    const auto lost = centre.disk->restore(*kept->journal);
    if (!node.roll_back(*kept)) return;
    cluster_.trace().sometimes("machine rolled back");
    tell_destroyed(centre, lost);
  });
  return true;
}

void Faults::define_disks() {
  kinds_.push_back({"slow disk", 0.3, [this] {
                      DataCentre& centre = some_centre();
                      centre.disk->slow_down(draw(Ms(50), Ms(5'000)));
                      later(draw(Ms(3'000), Ms(40'000)), [&centre] { centre.disk->speed_up(); });
                      return true;
                    }});
  kinds_.push_back({"disk fails", 0.25, [this] {
                      some_centre().disk->fail_next(random_.chance(0.7) ? ErrorCode::kIo
                                                                        : ErrorCode::kFull);
                      return true;
                    }});
  kinds_.push_back({"database connection breaks", 0.2, [this] {
                      some_node().lose_database();
                      return true;
                    }});
  kinds_.push_back(
      {"journal restored from a backup", 0.25, [this] { return restore_backup(some_centre()); }});
  kinds_.push_back({"machine rolled back", 0.3, [this] { return roll_back(); }});
  kinds_.push_back(
      {"everything in a data centre lost", 0.12, [this] {
         if (!wiped_) wiped_ = some_centre().deployment;
         DataCentre& other = cluster_.centre(protocol::other(*wiped_));
         // Somebody must be left who knows the settings.
         if (!std::ranges::all_of(other.nodes, [](const auto& node) { return node->ready(); }))
           return false;
         DataCentre& centre = cluster_.centre(*wiped_);
         journal::MemoryJournal empty;
         if (forgets_an_erasure(centre, empty)) return false;
         power_off(centre);
         tell_destroyed(centre, centre.disk->restore(empty));
         backups_[centre.deployment].clear();
         later(draw(Ms(1'000), Ms(30'000)), [this, &centre] { power_on(centre); });
         return true;
       }});
  // Noticed by a reader while the node runs, or at its next start.
  kinds_.push_back({"a row is damaged", 0.2, [this] {
                      DataCentre& centre = some_centre();
                      const auto before = centre.disk->digests();
                      const bool damaged = centre.disk->corrupt_a_row();
                      std::set<Digest> lost;
                      std::ranges::set_difference(before, centre.disk->digests(),
                                                  std::inserter(lost, lost.end()));
                      tell_destroyed(centre, lost);
                      return damaged;
                    }});
  // Backups are taken all the time; whether one is ever needed is another matter.
  const auto back_up = [this](auto&& self) -> void {
    for (DataCentre* centre : cluster_.centres()) {
      auto& backups = backups_[centre->deployment];
      backups.push_back(centre->disk->backup());
      if (backups.size() > kBackupsKept) backups.erase(backups.begin());
    }
    later(kBackupEvery, [self] { self(self); });
  };
  later(kBackupEvery, [back_up] { back_up(back_up); });
}

// ---- people and their browsers ----

void Faults::define_people() {
  kinds_.push_back({"reload", 0.45, [this] {
                      Browser& browser = some_browser();
                      if (browser.process().paused()) return false;
                      browser.reload();
                      return true;
                    }});
  kinds_.push_back({"storage lost", 0.12, [this] {
                      Browser& browser = some_browser();
                      if (browser.process().paused()) return false;
                      browser.lose_storage();
                      return true;
                    }});
  kinds_.push_back({"tab frozen", 0.3, [this] {
                      Browser& browser = some_browser();
                      if (browser.process().paused()) return false;
                      browser.freeze();
                      later(draw(Ms(1'000), Ms(90'000)), [&browser] { browser.thaw(); });
                      return true;
                    }});
  kinds_.push_back({"browser's clock steps", 0.2, [this] {
                      Browser& browser = some_browser();
                      browser.clock().step(
                          Ms(static_cast<std::int64_t>(random_.below(7'200'000)) - 3'600'000));
                      return true;
                    }});
}

// ---- the moderator ----

void Faults::upgrade_when_safe(DataCentre& centre) {
  later(Ms(500), [this, &centre] {
    ModeratorHost& moderator = cluster_.moderator();
    if (moderator.running() && !moderator.in_maintenance(centre.deployment)) return;
    if (!moderator.safe_to_stop(centre.deployment)) return upgrade_when_safe(centre);
    cluster_.trace().sometimes("maintenance: safe to stop");
    for (const auto& node : centre.nodes) node->kill();
    later(draw(Ms(1'000), Ms(30'000)), [&centre] {
      for (const auto& node : centre.nodes) {
        if (!node->running()) node->start();
      }
    });
  });
}

void Faults::define_moderator() {
  ModeratorHost& moderator = cluster_.moderator();
  kinds_.push_back({"moderator killed", 0.25, [this, &moderator] {
                      if (!moderator.running()) return false;
                      moderator.kill();
                      later(draw(Ms(1'000), Ms(120'000)), [&moderator] { moderator.start(); });
                      return true;
                    }});
  kinds_.push_back({"moderator stands still", 0.2, [this, &moderator] {
                      if (!moderator.running() || moderator.paused()) return false;
                      moderator.pause();
                      later(draw(Ms(1'000), Ms(30'000)), [&moderator] { moderator.resume(); });
                      return true;
                    }});
  kinds_.push_back(
      {"moderator's clock steps", 0.15, [this, &moderator] {
         moderator.clock().step(Ms(static_cast<std::int64_t>(random_.below(240'000)) - 120'000));
         later(draw(Ms(5'000), Ms(60'000)), [&moderator] { moderator.clock().correct(); });
         return true;
       }});
  kinds_.push_back({"moderator cut off", 0.25, [this, &moderator] {
                      const auto side =
                          random_.chance(0.5) ? some_centre().parties() : cluster_.everybody();
                      return cut_for({moderator.party()}, side, random_.chance(0.7),
                                     draw(Ms(2'000), Ms(60'000)));
                    }});
  kinds_.push_back({"manual switch", 0.25, [this, &moderator] {
                      moderator.order_switch(some_centre().deployment, random_.chance(0.4));
                      return moderator.running();
                    }});
  kinds_.push_back({"maintenance", 0.25, [this, &moderator] {
                      if (!moderator.running()) return false;
                      DataCentre& centre = some_centre();
                      moderator.order_maintenance(centre.deployment, true);
                      upgrade_when_safe(centre);
                      // Whatever became of it: a person who forgot it would keep the other busy.
                      later(draw(Ms(40'000), Ms(150'000)), [&moderator, &centre] {
                        moderator.order_maintenance(centre.deployment, false);
                      });
                      return true;
                    }});
  kinds_.push_back({"automation frozen", 0.1, [this, &moderator] {
                      moderator.order_freeze(true);
                      later(draw(Ms(10'000), Ms(90'000)),
                            [&moderator] { moderator.order_freeze(false); });
                      return moderator.running();
                    }});
  kinds_.push_back({"moderator's disk fails", 0.1, [&moderator] {
                      moderator.fail_next_store();
                      return true;
                    }});
}

// ---- the end of it ----

void Faults::heal() {
  healed_ = true;
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
  ModeratorHost& moderator = cluster_.moderator();
  moderator.clock().correct();
  moderator.resume();
  moderator.start();
  moderator.mend_store();
  moderator.order_freeze(false);
  for (const DataCentre* centre : cluster_.centres())
    moderator.order_maintenance(centre->deployment, false);
  for (const auto& browser : cluster_.browsers()) browser->thaw();
}

}  // namespace holdfast::sim
