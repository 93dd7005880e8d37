#include "protocol/event.h"

#include <algorithm>

#include "base/plant.h"
#include "protocol/content.h"

namespace holdfast::protocol {

Result<ContentPtr> parse_content(std::string head_bytes, std::optional<std::string> body_bytes) {
  auto content = read_content(std::move(head_bytes), std::move(body_bytes));
  if (!content) return fail(ErrorCode::kInvalid, "{}", content.error().why);
  return *std::move(content);
}

ContentPtr without_body(const Content& content) {
  return std::make_shared<const Content>(
      Content{content.head_bytes, std::nullopt, content.head, content.digest});
}

bool add_acceptance(std::vector<Acceptance>& known, const Acceptance& more) {
  if (!known.empty() && planted(Plant::kSecondAcceptanceDropped)) return false;
  const auto at = std::ranges::lower_bound(known, more.mac, {}, &Acceptance::mac);
  if (at != known.end() && at->mac == more.mac) return false;
  known.insert(at, more);
  return true;
}

}  // namespace holdfast::protocol
