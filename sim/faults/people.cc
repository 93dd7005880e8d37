#include "sim/faults/faults.h"

namespace holdfast::sim {

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
  kinds_.push_back({"tab hidden", 0.3, [this] {
                      Browser& browser = some_browser();
                      browser.hide(random_.chance(0.5) ? Ms(1'000) : Ms(60'000));
                      later(draw(Ms(5'000), Ms(150'000)), [&browser] { browser.show(); });
                      return true;
                    }});
  kinds_.push_back({"browser's clock is a year off", 0.1, [this] {
                      Browser& browser = some_browser();
                      const Ms year(365LL * 86'400'000);
                      browser.clock().step(random_.chance(0.5) ? year : -year);
                      later(draw(Ms(10'000), Ms(200'000)),
                            [&browser] { browser.clock().correct(); });
                      return true;
                    }});
  kinds_.push_back({"browser's clock steps", 0.2, [this] {
                      Browser& browser = some_browser();
                      browser.clock().step(
                          Ms(static_cast<std::int64_t>(random_.below(7'200'000)) - 3'600'000));
                      return true;
                    }});
}

}  // namespace holdfast::sim
