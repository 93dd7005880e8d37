// How e-mail leaves and which places webhooks may reach: what the configuration says, for
// transfer.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/effects/address_guard.h"

namespace holdfast::app {

struct MailConfig {
  std::string smtp;      // "smtp://host:587" or "smtps://host:465"; empty: no mail is sent
  bool starttls = true;  // demanded on smtp://
  std::string user, password;
  std::string from;     // an address
  std::string ca_file;  // empty: the system's authorities
};

struct WebhookConfig {
  std::vector<AddressRange> allow;  // places that are not public and may be reached all the same
  std::string ca_file;              // empty: the system's authorities
  std::uint32_t timeout_ms = 15'000;
};

struct EffectsConfig {
  MailConfig mail;
  WebhookConfig webhooks;
};

}  // namespace holdfast::app
