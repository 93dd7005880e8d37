#include "bus/in_process_bus.h"

#include "bus/bus_contract.h"

namespace holdfast::bus {
namespace {

INSTANTIATE_TEST_SUITE_P(InProcess, BusContract,
                         testing::Values([] { return std::make_unique<InProcessBus>(); }));

TEST(InProcessBus, ASubscriptionMayOutliveTheBus) {
  auto bus = std::make_unique<InProcessBus>();
  auto subscription = bus->subscribe([](const Message&) {});
  bus.reset();
  subscription->publish("t", "p");
}

}  // namespace
}  // namespace holdfast::bus
