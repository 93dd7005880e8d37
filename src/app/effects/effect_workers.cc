#include "app/effects/effect_workers.h"

#include "app/effects/transfer.h"
#include "base/match.h"

namespace holdfast::app {

EffectWorkers::EffectWorkers(const EffectsConfig& config, Clock& clock, const std::string& build)
    : config_(config),
      clock_(clock),
      agent_("Holdfast/" + build),
      jobs_(node::kPerformsAtOnce * 4) {
  prepare_transfers();
  for (std::size_t i = 0; i < node::kPerformsAtOnce; ++i) threads_.emplace_back([this] { work(); });
}

EffectWorkers::~EffectWorkers() {
  stopping_ = true;
  jobs_.close();
  for (auto& thread : threads_) thread.join();
}

void EffectWorkers::perform(node::Perform effect, Answer answer) {
  const auto attempt = effect.attempt;
  ++under_way_;
  Job job{std::move(effect), std::move(answer)};
  if (jobs_.push(std::move(job))) return;
  --under_way_;
  job.answer(node::Performed{attempt, false, false, "too much is under way"});
}

void EffectWorkers::work() {
  for (;;) {
    auto jobs = jobs_.pop_batch(1);
    if (jobs.empty()) return;
    Job& job = jobs.front();
    const Delivery delivery =
        std::visit(Match{[&](const node::PostWebhook& post) {
                           return post_webhook(post, config_.webhooks, agent_, stopping_);
                         },
                         [&](const node::SendMail& mail) {
                           return send_mail(mail, config_.mail, clock_.now().wall, stopping_);
                         }},
                   job.effect.what);
    job.answer(node::Performed{job.effect.attempt, delivery.ok, delivery.hopeless, delivery.why});
    --under_way_;
  }
}

}  // namespace holdfast::app
