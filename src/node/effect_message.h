// What leaves the house for a side effect: the body and headers of a webhook call, the words of an
// e-mail. Pure: made from the chat's events and the settings, at the time of the attempt.
//
// Webhooks follow Standard Webhooks 1.0 (https://www.standardwebhooks.com): {type, timestamp, data}
// as JSON, and three headers, the signature over "id.timestamp.body" with the webhook's secret. The
// id comes from the effect's key alone, so it is the same at every attempt and in both deployments.
#pragma once

#include "chat/effects.h"
#include "node/cached_chat.h"
#include "node/effect_settings.h"
#include "node/node.h"

namespace holdfast::node {

// Fails, for people to read, when there is nothing to send any more: the words were erased.
Result<PostWebhook> webhook_message(const CachedChat& chat, const chat::SideEffect& effect,
                                    const SiteWebhook& webhook, const Settings& settings,
                                    WallMs now);
Result<SendMail> mail_message(const CachedChat& chat, const chat::SideEffect& effect,
                              const Settings& settings);

// "v1," and the base64 of the HMAC. Fails for a secret that is not "whsec_" and base64.
Result<std::string> webhook_signature(std::string_view secret, std::string_view id,
                                      std::string_view timestamp, std::string_view body);

// "2026-11-23T09:19:36.000Z"
std::string utc_text(WallMs time);

}  // namespace holdfast::node
