#include "sim/faults/faults.h"

namespace holdfast::sim {

void Faults::define_people() {
  kinds_.push_back({"reload", 0.45, [this] {
                      Tab& tab = some_tab();
                      if (tab.process().paused()) return false;
                      tab.reload();
                      return true;
                    }});
  kinds_.push_back({"storage lost", 0.12, [this] {
                      Tab& tab = some_tab();
                      if (tab.process().paused()) return false;
                      cluster_.trace().line("{} loses its storage", tab.name());
                      tab.browser().lose_storage();
                      return true;
                    }});
  kinds_.push_back({"tab frozen", 0.3, [this] {
                      Tab& tab = some_tab();
                      if (tab.process().paused()) return false;
                      tab.freeze();
                      later(draw(Ms(1'000), Ms(90'000)), [&tab] { tab.thaw(); });
                      return true;
                    }});
  kinds_.push_back({"tab hidden", 0.3, [this] {
                      Tab& tab = some_tab();
                      tab.hide(random_.chance(0.5) ? Ms(1'000) : Ms(60'000));
                      later(draw(Ms(5'000), Ms(150'000)), [&tab] { tab.show(); });
                      return true;
                    }});
  kinds_.push_back({"browser's clock is a year off", 0.1, [this] {
                      Tab& tab = some_tab();
                      const Ms year(365LL * 86'400'000);
                      tab.browser().clock().step(random_.chance(0.5) ? year : -year);
                      later(draw(Ms(10'000), Ms(200'000)),
                            [&tab] { tab.browser().clock().correct(); });
                      return true;
                    }});
  kinds_.push_back({"browser's clock steps", 0.2, [this] {
                      Tab& tab = some_tab();
                      tab.browser().clock().step(
                          Ms(static_cast<std::int64_t>(random_.below(7'200'000)) - 3'600'000));
                      return true;
                    }});
}

}  // namespace holdfast::sim
