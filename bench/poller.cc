#include "bench/poller.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/check.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kReadBuffer = 256 << 10;
constexpr Span kLookAtLeastEvery = ms(20);  // at what run_until() waits for

}  // namespace

Chore::~Chore() {
  if (queued_) std::ranges::replace(poller_.chores_, this, nullptr);
}

void Chore::do_soon() {
  if (std::exchange(queued_, true)) return;
  poller_.chores_.push_back(this);
}

void Alarm::at(Moment when) {
  if (when == when_) return;
  if (when_ != kNever) poller_.alarms_.erase({when_, this});
  when_ = when;
  if (when_ != kNever) poller_.alarms_.insert({when_, this});
}

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)), read_buffer_(kReadBuffer) {
  CHECK(epoll_ >= 0);
}

Poller::~Poller() {
  ::close(epoll_);
}

void Poller::add(int descriptor, std::uint32_t events, Watcher* watcher) {
  epoll_event event{.events = events, .data = {.ptr = watcher}};
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void Poller::change(int descriptor, std::uint32_t events, Watcher* watcher) {
  epoll_event event{.events = events, .data = {.ptr = watcher}};
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) == 0);
}

void Poller::remove(int descriptor) {
  CHECK(epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr) == 0);
}

bool Poller::run_until(const std::function<bool()>& done, Moment deadline) {
  do_chores();
  while (!done()) {
    const Moment at = now();
    if (at >= deadline) return false;
    Moment until = std::min(deadline, at + kLookAtLeastEvery);
    if (!alarms_.empty()) until = std::min(until, alarms_.begin()->first);
    wait(until);
    ring_alarms();
    do_chores();
  }
  return true;
}

void Poller::run_for(Span span) {
  run_until([] { return false; }, now() + span);
}

void Poller::wait(Moment until) {
  const auto left = std::max(Span(0), std::chrono::duration_cast<Span>(until - now()));
  const timespec patience{.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000),
                          .tv_nsec = static_cast<long>(left.count() % 1'000'000'000)};
  std::array<epoll_event, 512> events;
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &patience, nullptr);
  CHECK(count >= 0 || errno == EINTR);
  for (int i = 0; i < count; ++i) {
    static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr)
        ->on_ready(events[static_cast<std::size_t>(i)].events);
  }
}

void Poller::ring_alarms() {
  const Moment at = now();
  while (!alarms_.empty() && alarms_.begin()->first <= at) {
    Alarm* const alarm = alarms_.begin()->second;
    alarm->clear();
    alarm->ring_();
  }
}

void Poller::do_chores() {
  // Chores may ask for others: those come behind them, in this same round.
  for (std::size_t i = 0; i < chores_.size(); ++i) {
    Chore* const chore = chores_[i];
    if (chore == nullptr) continue;
    chore->queued_ = false;
    chore->do_chore();
  }
  chores_.clear();
}

}  // namespace holdfast::bench
