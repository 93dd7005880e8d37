#include "net/loop.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <utility>

#include "net/loop_impl.h"

namespace holdfast::net {
namespace {

// A write to a socket whose other end is gone must be an error of that link, not the end of the
// process. OpenSSL writes without MSG_NOSIGNAL, so the signal goes for all.
void ignore_broken_pipes() {
  [[maybe_unused]] static const auto before = std::signal(SIGPIPE, SIG_IGN);
}

void sweep_all(LoopImpl& impl, MonoMs now) {
  auto due = std::exchange(impl.swept, {});
  std::erase_if(due, [now](const std::weak_ptr<Swept>& weak) {
    const auto swept = weak.lock();
    if (swept) swept->sweep(now);
    return !swept;
  });
  // What came into being meanwhile stands in impl.swept.
  due.insert(due.end(), impl.swept.begin(), impl.swept.end());
  impl.swept = std::move(due);
}

void sweep_later(LoopImpl& impl, Loop& loop) {
  impl.sweeper.expires_after(impl.sweep_every);
  impl.sweeper.async_wait([&impl, &loop](const boost::system::error_code& error) {
    if (error) return;
    sweep_all(impl, loop.now());
    sweep_later(impl, loop);
  });
}

}  // namespace

Loop::Loop(Clock& clock, Ms sweep_every)
    : clock_(clock), impl_(std::make_unique<LoopImpl>(sweep_every)) {
  ignore_broken_pipes();
  sweep_later(*impl_, *this);
}

Loop::~Loop() {
  for (const auto& weak : std::exchange(impl_->swept, {})) {
    if (const auto swept = weak.lock()) swept->loop_ends();
  }
}

void Loop::run() {
  impl_->context.restart();
  impl_->context.run();
}

void Loop::stop() {
  impl_->context.stop();
}

void Loop::post(std::move_only_function<void()> work) {
  boost::asio::post(impl_->context, std::move(work));
}

MonoMs Loop::now() const {
  return clock_.now().mono;
}

std::span<char> Loop::read_buffer() {
  return impl_->read_buffer;
}

void Loop::add_swept(std::weak_ptr<Swept> swept) {
  impl_->swept.push_back(std::move(swept));
}

// Outlives the Timer while a completed wait stands in the loop's queue; `run` tells whether it was
// the last start.
struct Timer::State {
  explicit State(Loop& loop) : timer(loop.impl().context) {}
  AsioTimer timer;
  std::uint64_t run = 0;
};

Timer::Timer(Loop& loop) : state_(std::make_shared<State>(loop)) {}

Timer::~Timer() {
  cancel();
}

void Timer::start(Ms delay, std::function<void()> then) {
  const auto run = ++state_->run;
  state_->timer.expires_after(delay);
  state_->timer.async_wait(
      [state = state_, run, then = std::move(then)](const boost::system::error_code& error) {
        if (!error && state->run == run) then();
      });
}

void Timer::cancel() {
  ++state_->run;
  state_->timer.cancel();
}

}  // namespace holdfast::net
