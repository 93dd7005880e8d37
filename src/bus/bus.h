// Doorbells and signals between the nodes of one deployment: the second seam beside Journal.
//
// What travels here may be lost, doubled or late, and nothing that matters depends on it: facts are
// in the journal, and a node that missed a doorbell looks by itself after a while. A message
// reaches every other subscriber at most once, and those of one publisher in the order of their
// publishing; never the publisher itself.
//
// Any thread. publish() never blocks on a subscriber. A subscriber's callback runs on a thread of
// the bus's choosing, must not block nor publish (it puts the message into a mailbox), and is not
// called any more once its Subscription is gone.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast::bus {

struct Message {
  std::string topic;
  std::string payload;
};

// Ends with the object; waits for a callback that is running on another thread.
class Subscription {
 public:
  virtual ~Subscription() = default;
  // To every other subscriber of the bus.
  virtual void publish(std::string_view topic, std::string_view payload) = 0;
};

class Bus {
 public:
  virtual ~Bus() = default;
  // Everybody hears every topic: there are few, and a node wants them all. `receive` must stay
  // callable until the Subscription is gone.
  virtual std::unique_ptr<Subscription> subscribe(std::function<void(const Message&)> receive) = 0;
};

}  // namespace holdfast::bus
