#include "app/serve/password_workers.h"

#include "base/crypto.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kJobsMax = 256;  // the core lets fewer people try at once

}  // namespace

PasswordWorkers::PasswordWorkers(std::size_t threads) : jobs_(kJobsMax) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

PasswordWorkers::~PasswordWorkers() {
  jobs_.close();
  for (auto& thread : threads_) thread.join();
}

void PasswordWorkers::check(node::CheckPassword effect, Answer answer) {
  Job job{std::move(effect), std::move(answer)};
  if (!jobs_.push(std::move(job))) job.answer(node::PasswordChecked{job.effect.request, false});
}

void PasswordWorkers::work() {
  for (;;) {
    const auto jobs = jobs_.pop_batch(1);
    if (jobs.empty()) return;
    const auto& effect = jobs.front().effect;
    jobs.front().answer(
        node::PasswordChecked{effect.request, verify_password(effect.hash, effect.password)});
  }
}

}  // namespace holdfast::app
