#include "sim/faults/faults.h"

namespace holdfast::sim {

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
                      const Ms time = draw(Ms(2'000), Ms(60'000));
                      return cut_for(some_centre().parties(), cluster_.everybody(), true, time);
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
                      const Ms time = draw(Ms(2'000), Ms(60'000));
                      const bool both_ways = random_.chance(0.7);
                      return cut_for(some, some_centre().parties(), both_ways, time);
                    }});
  kinds_.push_back({"browser offline", 0.3, [this] {
                      const Ms time = draw(Ms(1'000), Ms(60'000));
                      return cut_for({some_tab().party()}, cluster_.everybody(), true, time);
                    }});
  kinds_.push_back({"connection reset", 0.35, [this] {
                      const auto everybody = cluster_.everybody();
                      for (int tries = 0; tries < 20; ++tries) {
                        const Party to = everybody[random_.below(everybody.size())];
                        if (cluster_.network().reset_one(some_node().party(), to)) return true;
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

}  // namespace holdfast::sim
