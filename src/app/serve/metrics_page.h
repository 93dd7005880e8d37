// /metrics in Prometheus' text format, from plain numbers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/http_server.h"

namespace holdfast::app {

using Numbers = std::map<std::string, std::int64_t>;

// What the core last said of itself. The core's thread writes, net's reads.
class MetricsBoard {
 public:
  void put(Numbers numbers) {
    auto shared = std::make_shared<const Numbers>(std::move(numbers));
    const std::lock_guard lock(mutex_);
    numbers_ = std::move(shared);
  }
  std::shared_ptr<const Numbers> get() const {
    const std::lock_guard lock(mutex_);
    return numbers_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Numbers> numbers_ = std::make_shared<const Numbers>();
};

// Names get the prefix holdfast_; those that end in _total are counters, the others gauges.
std::string metrics_page(const Numbers& numbers);

Numbers net_numbers(const net::HttpServer& server);

}  // namespace holdfast::app
