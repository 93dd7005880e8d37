// The words of the e-mails that we send, as text and as simple HTML. What people wrote stands in
// them as text: nothing of it is ever markup, and no line of it can become a header.
#pragma once

#include <string>
#include <string_view>

#include "node/cached_chat.h"
#include "node/node.h"
#include "node/settings.h"

namespace holdfast::node {

// Somebody wrote while nobody was there: to whoever reads the site's mail. Answers go to the
// visitor where an address is known.
SendMail offline_mail(const CachedChat& chat, const Event& message, const Settings& settings);

// The conversation up to and with `last`, to its visitor.
SendMail transcript_mail(const CachedChat& chat, const Event& last, const Settings& settings);

// ASCII, one @, nothing that a header or a mail server could take for something else.
bool is_mail_address(std::string_view text);

}  // namespace holdfast::node
