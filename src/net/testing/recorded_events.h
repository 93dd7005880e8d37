// WebSocketEvents that remember what happened, for tests on other threads to wait for.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/websocket.h"

namespace holdfast::net {

class RecordedEvents final : public WebSocketEvents {
 public:
  void on_open(const std::shared_ptr<WebSocket>& socket) override {
    const std::lock_guard lock(mutex_);
    socket_ = socket;
    changed_.notify_all();
  }
  bool on_text(std::string& text) override {
    const std::lock_guard lock(mutex_);
    if (refusing_) {
      ++refused_;
      changed_.notify_all();
      return false;
    }
    texts_.push_back(std::move(text));
    changed_.notify_all();
    return true;
  }
  void on_close(const CloseReason& reason) override {
    const std::lock_guard lock(mutex_);
    closed_ = reason;
    socket_.reset();
    changed_.notify_all();
  }

  // These wait up to a minute, and are for the test's thread.
  bool wait_open() {
    return wait([this] { return socket_ != nullptr || closed_; }) && socket() != nullptr;
  }
  std::vector<std::string> wait_texts(std::size_t count) {
    wait([this, count] { return texts_.size() >= count || closed_; });
    const std::lock_guard lock(mutex_);
    return texts_;
  }
  std::optional<CloseReason> wait_close() {
    wait([this] { return closed_.has_value(); });
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  void wait_refused(std::size_t count) {
    wait([this, count] { return refused_ >= count; });
  }
  void set_refusing(bool refusing) {
    const std::lock_guard lock(mutex_);
    refusing_ = refusing;
  }

  // To be used on the loop's thread only.
  std::shared_ptr<WebSocket> socket() {
    const std::lock_guard lock(mutex_);
    return socket_;
  }

 private:
  bool wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), until);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::shared_ptr<WebSocket> socket_;
  std::vector<std::string> texts_;
  std::optional<CloseReason> closed_;
  bool refusing_ = false;
  std::size_t refused_ = 0;
};

}  // namespace holdfast::net
