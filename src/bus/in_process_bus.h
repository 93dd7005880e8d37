// The bus of a deployment that lives in one process: the embedded default, tests and the simulator.
// Delivers on the publisher's thread, before publish() returns.
#pragma once

#include <memory>

#include "bus/bus.h"

namespace holdfast::bus {

class InProcessBus final : public Bus {
 public:
  InProcessBus();
  ~InProcessBus() override;

  std::unique_ptr<Subscription> subscribe(std::function<void(const Message&)> receive) override;

 private:
  struct Listener;
  class Exchange;
  std::shared_ptr<Exchange> exchange_;  // outlives the bus while a subscription does
};

}  // namespace holdfast::bus
