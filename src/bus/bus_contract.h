// What every Bus must do: one suite, instantiated by each implementation's test with a factory.
//
//   INSTANTIATE_TEST_SUITE_P(
//       InProcess, BusContract,
//       testing::Values([] { return std::make_unique<InProcessBus>(); }));
//
// A bus may deliver on threads of its own: the suite waits for messages, never for a while.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bus/bus.h"

namespace holdfast::bus {

using BusFactory = std::function<std::unique_ptr<Bus>()>;

// A node's end of the bus, with everything it heard.
class Ear {
 public:
  explicit Ear(Bus& bus)
      : subscription_(bus.subscribe([this](const Message& message) { hear(message); })) {}

  void say(std::string_view topic, std::string_view payload) {
    subscription_->publish(topic, payload);
  }
  void leave() { subscription_.reset(); }

  // The first `count` messages as "topic payload", waiting for them as long as the test may run.
  std::vector<std::string> heard(std::size_t count) {
    std::unique_lock lock(mutex_);
    grown_.wait(lock, [&] { return heard_.size() >= count; });
    return heard_;
  }

  std::vector<std::string> heard_so_far() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void hear(const Message& message) {
    {
      const std::lock_guard lock(mutex_);
      heard_.push_back(message.topic + " " + message.payload);
    }
    grown_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable grown_;
  std::vector<std::string> heard_;              // guarded by mutex_
  std::unique_ptr<Subscription> subscription_;  // last: ends before what its callback uses
};

class BusContract : public testing::TestWithParam<BusFactory> {
 protected:
  BusContract() : bus_(GetParam()()) {}
  std::unique_ptr<Bus> bus_;
};

TEST_P(BusContract, EveryOtherSubscriberHearsAMessage) {
  Ear a(*bus_), b(*bus_), c(*bus_);
  a.say("journal", "17");
  EXPECT_EQ(b.heard(1), std::vector<std::string>{"journal 17"});
  EXPECT_EQ(c.heard(1), std::vector<std::string>{"journal 17"});
}

TEST_P(BusContract, ThePublisherDoesNotHearItself) {
  Ear a(*bus_), b(*bus_);
  a.say("journal", "1");
  b.say("journal", "2");
  EXPECT_EQ(a.heard(1), std::vector<std::string>{"journal 2"});
  EXPECT_EQ(b.heard(1), std::vector<std::string>{"journal 1"});
}

TEST_P(BusContract, MessagesOfOnePublisherKeepTheirOrder) {
  Ear a(*bus_), b(*bus_);
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    a.say("signal", std::to_string(i));
    expected.push_back("signal " + std::to_string(i));
  }
  EXPECT_EQ(b.heard(100), expected);
}

TEST_P(BusContract, BytesArriveAsTheyWere) {
  Ear a(*bus_), b(*bus_);
  const std::string payload("\0\n{\"a\":\"\xc3\xa9\"}", 13);
  a.say("t", payload);
  EXPECT_EQ(b.heard(1).front(), "t " + payload);
}

TEST_P(BusContract, WhoLeftHearsNothingAndTheOthersGoOn) {
  Ear a(*bus_), b(*bus_), c(*bus_);
  b.leave();
  a.say("journal", "1");
  EXPECT_EQ(c.heard(1), std::vector<std::string>{"journal 1"});
  EXPECT_TRUE(b.heard_so_far().empty());
}

TEST_P(BusContract, SubscribersMayComeAndGoWhileOthersPublish) {
  Ear steady(*bus_);
  Ear speaker(*bus_);
  constexpr int kMessages = 500;
  std::thread talking([&] {
    for (int i = 0; i < kMessages; ++i) speaker.say("n", std::to_string(i));
  });
  for (int i = 0; i < 100; ++i) Ear passing(*bus_);
  talking.join();
  EXPECT_EQ(steady.heard(kMessages).size(), static_cast<std::size_t>(kMessages));
}

}  // namespace holdfast::bus
