#include "protocol/event.h"

#include "protocol/content.h"

namespace holdfast::protocol {

Result<ContentPtr> parse_content(std::string head_bytes, std::optional<std::string> body_bytes) {
  auto content = read_content(std::move(head_bytes), std::move(body_bytes));
  if (!content) return fail(ErrorCode::kInvalid, "{}", content.error().why);
  return *std::move(content);
}

}  // namespace holdfast::protocol
