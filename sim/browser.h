// One browser: a clock, and a page's storage that all tabs of the page share.
#pragma once

#include <memory>
#include <vector>

#include "sim/client/storage.h"
#include "sim/clock.h"

namespace holdfast::sim {

class Tab;

class Browser {
 public:
  Browser(Scheduler& scheduler, double drift_ppm);

  MachineClock& clock() { return clock_; }
  Storage& storage() { return storage_; }
  const Storage& storage() const { return storage_; }

  // Returns the new one's place among the tabs.
  Storage::TabId add(Tab& tab);
  const std::vector<Tab*>& tabs() const { return tabs_; }
  // A tab that the person could be looking at, as far as the others know.
  bool another_visible(const Tab& than) const;
  // The person cleared it, or the browser evicted it. No longer a replica.
  void lose_storage();

 private:
  Scheduler& scheduler_;
  MachineClock clock_;
  Storage storage_;
  std::vector<Tab*> tabs_;
};

}  // namespace holdfast::sim
