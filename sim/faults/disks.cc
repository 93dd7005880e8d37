#include "sim/faults/faults.h"

#include <algorithm>

#include "protocol/names.h"

namespace holdfast::sim {
namespace {

constexpr Ms kBackupEvery{45'000};
constexpr std::size_t kBackupsKept = 3;
constexpr Ms kLookAgain{5};

std::set<Digest> settings_in(journal::MemoryJournal& journal) {
  std::set<Digest> settings;
  const auto held = journal.read_settings().value();
  for (const auto& stored : held) settings.insert(stored.entry.content->digest);
  return settings;
}

}  // namespace

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
    // It may go on for a while before anybody can tell it.
    if (random_.chance(0.6)) {
      cut_for(centre.parties(), cluster_.centre(protocol::other(centre.deployment)).parties(), true,
              draw(Ms(3'000), Ms(25'000)));
    }
    tell_destroyed(centre, lost);
  });
  return true;
}

// `interrupted`: when a part of the settings is back its nodes start again, and the peer is silent.
bool Faults::lose_everything(bool interrupted) {
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
  auto settings = settings_in(other.disk->journal());
  // Of a machine and its clone either may be the one that answers.
  if (clone_ != nullptr && &clone_->centre == &other) {
    const auto its = settings_in(clone_->disk->journal());
    std::erase_if(settings, [&](const Digest& digest) { return !its.contains(digest); });
  }
  cluster_.watcher().emptied(centre.deployment, settings);
  backups_[centre.deployment].clear();
  later(draw(Ms(1'000), Ms(30'000)), [this, &centre] { power_on(centre); });
  watch_first_fetch(centre, settings.size(), interrupted);
  return true;
}

// The database fails, and what answers from now on is a replica that lacks the end of it. Each node
// notices when its connection says so: one that hangs goes on with what it has in memory.
bool Faults::promote_database() {
  DataCentre& centre = some_centre();
  if (centre.nodes.size() < 2) return false;
  auto replica = std::make_shared<std::unique_ptr<journal::MemoryJournal>>(centre.disk->backup());
  later(draw(Ms(100), Ms(5'000)), [this, &centre, replica] {
    if (forgets_an_erasure(centre, **replica)) return;
    for (const auto& node : centre.nodes) node->hang_database();
    const auto lost = centre.disk->restore(**replica);
    if (!lost.empty()) cluster_.trace().sometimes("database promoted without its tail");
    tell_destroyed(centre, lost);
    for (const auto& node : centre.nodes) {
      const Ms notices = random_.chance(0.5) ? Ms(0) : draw(Ms(0), Ms(6'000));
      // Healed or not: nothing else ends what hangs.
      cluster_.scheduler().after(notices, [&node] { node->lose_database(); });
    }
  });
  return true;
}

void Faults::watch_first_fetch(DataCentre& centre, std::size_t settings, bool interrupt) {
  const auto held = settings_in(centre.disk->journal());
  const bool serves =
      std::ranges::any_of(centre.nodes, [](const auto& node) { return node->ready(); });
  if (serves) return cluster_.watcher().serves_again(centre.deployment, held);
  if (interrupt && !held.empty() && held.size() < settings) {
    interrupt = false;
    cluster_.trace().sometimes("restarted over a part of its settings");
    cut_for(centre.parties(), cluster_.centre(protocol::other(centre.deployment)).parties(), true,
            draw(Ms(5'000), Ms(30'000)));
    for (const auto& node : centre.nodes) node->kill();
    later(draw(Ms(200), Ms(2'000)), [&centre] {
      for (const auto& node : centre.nodes) node->start();
    });
  }
  cluster_.scheduler().after(kLookAgain, [this, &centre, settings, interrupt] {
    watch_first_fetch(centre, settings, interrupt && !healed_);
  });
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
  kinds_.push_back(
      {"machine rolled back", plan_.keeps_inputs ? 0.6 : 0.05, [this] { return roll_back(); }});
  kinds_.push_back({"everything in a data centre lost", plan_.thin_line ? 0.3 : 0.12,
                    [this] { return lose_everything(false); }});
  kinds_.push_back({"restarted in its first fetch", plan_.apprentice ? 0.3 : 0.08,
                    [this] { return lose_everything(true); }});
  kinds_.push_back(
      {"database promoted", plan_.nodes > 1 ? 0.5 : 0.02, [this] { return promote_database(); }});
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
    cluster_.moderator().back_up();
    later(kBackupEvery, [self] { self(self); });
  };
  later(kBackupEvery, [back_up] { back_up(back_up); });
}

}  // namespace holdfast::sim
