#include "sim/faults/faults.h"

namespace holdfast::sim {

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
                      const Ms time = draw(Ms(2'000), Ms(60'000));
                      return cut_for({moderator.party()}, side, random_.chance(0.7), time);
                    }});
  kinds_.push_back({"manual switch", 0.25, [this, &moderator] {
                      const bool wait = random_.chance(0.4);
                      moderator.order_switch(some_centre().deployment, wait);
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
  kinds_.push_back({"moderator restored from an old state", 0.15, [&moderator] {
                      if (!moderator.running()) return false;
                      moderator.restore_backup();
                      return true;
                    }});
  kinds_.push_back({"second moderator", 0.15, [this] {
                      ModeratorHost& second = cluster_.second_moderator();
                      if (second.running()) return false;
                      second.start_as_copy_of(cluster_.moderator(), random_.chance(0.5));
                      later(draw(Ms(10'000), Ms(200'000)), [&second] { second.kill(); });
                      return true;
                    }});
  kinds_.push_back({"moderator's disk fails", 0.1, [&moderator] {
                      moderator.fail_next_store();
                      return true;
                    }});
}

}  // namespace holdfast::sim
