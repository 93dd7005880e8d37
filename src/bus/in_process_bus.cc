#include "bus/in_process_bus.h"

#include <algorithm>
#include <mutex>
#include <vector>

namespace holdfast::bus {

// One subscriber. Its lock is held during its callback, so that whoever takes it knows that none is
// running.
struct InProcessBus::Listener {
  std::mutex mutex;
  std::function<void(const Message&)> receive;  // empty once the subscription ended

  void hear(const Message& message) {
    const std::lock_guard lock(mutex);
    if (receive) receive(message);
  }

  void end() {
    const std::lock_guard lock(mutex);
    receive = nullptr;
  }
};

class InProcessBus::Exchange {
 public:
  void add(std::shared_ptr<Listener> listener) {
    const std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(listener));
  }

  void remove(const Listener* listener) {
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [listener](const auto& each) { return each.get() == listener; });
  }

  void publish(const Listener* from, const Message& message) {
    for (const auto& listener : others(from)) listener->hear(message);
  }

 private:
  // A copy, so that no callback runs under the exchange's lock.
  std::vector<std::shared_ptr<Listener>> others(const Listener* from) {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Listener>> result;
    std::ranges::copy_if(listeners_, std::back_inserter(result),
                         [from](const auto& each) { return each.get() != from; });
    return result;
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<Listener>> listeners_;  // guarded by mutex_
};

InProcessBus::InProcessBus() : exchange_(std::make_shared<Exchange>()) {}
InProcessBus::~InProcessBus() = default;

std::unique_ptr<Subscription> InProcessBus::subscribe(std::function<void(const Message&)> receive) {
  class Held final : public Subscription {
   public:
    Held(std::shared_ptr<Exchange> exchange, std::function<void(const Message&)> receive)
        : exchange_(std::move(exchange)), listener_(std::make_shared<Listener>()) {
      listener_->receive = std::move(receive);
      exchange_->add(listener_);
    }
    ~Held() override {
      exchange_->remove(listener_.get());
      listener_->end();
    }
    void publish(std::string_view topic, std::string_view payload) override {
      exchange_->publish(listener_.get(), Message{std::string(topic), std::string(payload)});
    }

   private:
    std::shared_ptr<Exchange> exchange_;
    std::shared_ptr<Listener> listener_;
  };
  return std::make_unique<Held>(exchange_, std::move(receive));
}

}  // namespace holdfast::bus
