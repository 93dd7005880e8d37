// A cable into a data centre: a TCP relay on a thread of its own. Cut, it swallows every byte and
// says nothing: no FIN, no RST, and what is dialled meanwhile connects to silence.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/result.h"
#include "bench/poller.h"
#include "bench/socket.h"

namespace holdfast::bench {

class Cable {
 public:
  // Carries from each `near` to its `far`.
  struct Route {
    Place near;
    Place far;
  };
  static Result<std::unique_ptr<Cable>> lay(const std::vector<Route>& routes);
  ~Cable();

  // Any thread.
  void cut() { cut_ = true; }
  // What was swallowed stays lost: every connection from before is reset.
  void mend() { mending_ = true; }

 private:
  class Leg;
  class Entrance;
  struct Joint;

  Cable() = default;
  void run();
  void join(int near, const Place& far);
  void hang_up_on_silent();

  Poller poller_;
  std::vector<std::unique_ptr<Entrance>> entrances_;
  std::vector<std::unique_ptr<Joint>> joints_;
  std::vector<int> silent_;  // connections that came while it was cut
  std::atomic<bool> cut_ = false;
  std::atomic<bool> mending_ = false;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace holdfast::bench
