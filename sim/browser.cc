#include "sim/browser.h"

#include <algorithm>

#include "sim/tab.h"

namespace holdfast::sim {
namespace {

// Until a tab hears what another one wrote.
constexpr Ms kChannel{2};

}  // namespace

Browser::Browser(Scheduler& scheduler, double drift_ppm)
    : scheduler_(scheduler), clock_(scheduler, drift_ppm), storage_(scheduler) {
  storage_.on_written([this](Storage::TabId by, const Storage::Changes& changes) {
    if (tabs_.size() < 2) return;
    scheduler_.after(kChannel, [this, by, changes] {
      for (Storage::TabId id = 0; id < tabs_.size(); ++id) {
        if (id != by) tabs_[id]->hear(changes);
      }
    });
  });
}

Storage::TabId Browser::add(Tab& tab) {
  tabs_.push_back(&tab);
  return tabs_.size() - 1;
}

bool Browser::another_visible(const Tab& than) const {
  return std::ranges::any_of(tabs_,
                             [&](const Tab* tab) { return tab != &than && tab->looks_visible(); });
}

void Browser::lose_storage() {
  for (Tab* const tab : tabs_) tab->close();
  storage_.lose_everything();
  for (Tab* const tab : tabs_) tab->open();
}

}  // namespace holdfast::sim
