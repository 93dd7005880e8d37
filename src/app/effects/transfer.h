// One delivery over the network, from its beginning to its end, on the caller's thread; the only
// place that sees libcurl. No redirect is followed, no proxy of the environment is used, and of an
// answer no more than 64 KB is read.
#pragma once

#include <atomic>
#include <string>

#include "app/effects/effects_config.h"
#include "node/node.h"

namespace holdfast::app {

struct Delivery {
  bool ok = false;
  bool hopeless = false;  // trying again would not help
  std::string why;        // of a failure
};

// Once a process, before the first delivery.
void prepare_transfers();

// Delivered is any answer 2xx; 410 (Gone) is hopeless. `stop` breaks it off.
Delivery post_webhook(const node::PostWebhook& post, const WebhookConfig& config,
                      const std::string& agent, const std::atomic<bool>& stop);

// Delivered is what the configured server has taken over. A recipient that it refuses for good is
// hopeless.
Delivery send_mail(const node::SendMail& mail, const MailConfig& config, WallMs now,
                   const std::atomic<bool>& stop);

}  // namespace holdfast::app
