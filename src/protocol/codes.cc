#include "protocol/codes.h"

#include <algorithm>
#include <iterator>

namespace holdfast::protocol {
namespace {

const CodeRow* find(Code code) {
  const auto* row = std::ranges::find(kCodeTable, code, &CodeRow::code);
  return row == std::end(kCodeTable) ? nullptr : row;
}

}  // namespace

ClientAction client_action(Code code) {
  const std::uint16_t n = number(code);
  if (n < 4100) return ClientAction::kRetry;
  if (n < 4200) return ClientAction::kResync;
  if (n < 4300) return ClientAction::kAuthenticate;
  return ClientAction::kGiveUp;
}

std::string_view name(Code code) {
  const CodeRow* row = find(code);
  return row == nullptr ? "unknown" : row->name;
}

std::string_view meaning(Code code) {
  const CodeRow* row = find(code);
  return row == nullptr ? "" : row->meaning;
}

std::optional<Code> code_of(std::uint16_t number) {
  const CodeRow* row = find(static_cast<Code>(number));
  if (row == nullptr) return std::nullopt;
  return row->code;
}

}  // namespace holdfast::protocol
