// Hashes are compared as the protocol writes them: as texts of base64url, whose order is not that
// of the bytes.
#pragma once

#include <compare>

#include "protocol/base64url32.h"

namespace holdfast::chat {

inline std::strong_ordering text_order(const Hash32& a, const Hash32& b) {
  if (a == b) return std::strong_ordering::equal;
  return protocol::HashText(a).view() <=> protocol::HashText(b).view();
}

}  // namespace holdfast::chat
