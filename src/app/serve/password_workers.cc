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
  const auto request = effect.request;
  Job job{std::move(effect), std::move(answer)};
  if (!jobs_.push(std::move(job))) job.answer(node::PasswordChecked{request, false});
}

void PasswordWorkers::hash(node::HashPassword effect, Answer answer) {
  const auto request = effect.request;
  Job job{std::move(effect), std::move(answer)};
  if (!jobs_.push(std::move(job))) job.answer(node::PasswordHashed{request, std::nullopt});
}

void PasswordWorkers::work() {
  for (;;) {
    const auto jobs = jobs_.pop_batch(1);
    if (jobs.empty()) return;
    const Job& job = jobs.front();
    if (const auto* const check = std::get_if<node::CheckPassword>(&job.effect)) {
      job.answer(
          node::PasswordChecked{check->request, verify_password(check->hash, check->password)});
    } else {
      const auto& wanted = std::get<node::HashPassword>(job.effect);
      auto made = hash_password(wanted.password);
      job.answer(node::PasswordHashed{wanted.request,
                                      made ? std::optional(*std::move(made)) : std::nullopt});
    }
  }
}

}  // namespace holdfast::app
