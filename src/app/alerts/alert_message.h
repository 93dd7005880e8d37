// An alert as a webhook call and as an e-mail. Pure. docs/alerts.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "moderator/alerts/alert_book.h"
#include "node/node.h"

namespace holdfast::app {

// Standard Webhooks, as those of chats (docs/effects.md): signed anew at each attempt, under one
// id.
Result<node::PostWebhook> alert_webhook(const alerts::Alert& alert, const std::string& url,
                                        std::string_view secret, WallMs now);
node::SendMail alert_mail(const alerts::Alert& alert, const std::string& to);

}  // namespace holdfast::app
