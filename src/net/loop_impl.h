// Only loop.cc, descriptor.cc and resolver.cc see Asio.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <memory>
#include <vector>

#include "net/loop.h"

namespace holdfast::net {

using Executor = boost::asio::io_context::executor_type;
// A concrete executor: the type-erased one costs 100 to 500 bytes a connection.
using AsioTimer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

class LoopImpl {
 public:
  explicit LoopImpl(Ms sweep_every) : sweep_every(sweep_every) {}

  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<Executor> work = boost::asio::make_work_guard(context);
  AsioTimer sweeper{context};
  const Ms sweep_every;
  std::vector<std::weak_ptr<Swept>> swept;
  std::array<char, 65'536> read_buffer;
};

}  // namespace holdfast::net
