// An e-mail as it goes over the wire: RFC 5322 headers, a text and an HTML alternative, both as
// base64 of UTF-8. Pure. Nothing that a visitor wrote can end a header: whatever is not plain goes
// into an encoded word (RFC 2047), line ends and controls become spaces before.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "node/node.h"

namespace holdfast::app {

// `from`: the configured address.
std::string mime_of(const node::SendMail& mail, std::string_view from, WallMs now);

// "<id@effects.holdfast>": of the effect's key alone, at every attempt and in both deployments.
std::string message_id(std::string_view id);

// A phrase or a subject as it stands in a header.
std::string encoded_words(std::string_view text);

}  // namespace holdfast::app
