#include "protocol/frame_text.h"

#include "base/encoding.h"
#include "protocol/text.h"

namespace holdfast::protocol {

std::expected<void, WireError> check_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max)
    return refuse(Code::kFrameTooLarge, "{} bytes, at most {}", text.size(), bytes_max);
  if (!is_valid_utf8(text)) return refuse(Code::kBadUtf8, "not UTF-8");
  return {};
}

bool peek_member(JsonReader& in, std::string_view name, std::string& value) {
  JsonReader ahead = in;
  std::string_view member;
  bool opened = ahead.open_object();
  while (opened && ahead.next_member(member)) {
    if (member == name) {
      if (ahead.read_text(value)) return true;
      ahead.within(name);
    } else {
      opened = ahead.skip_value();
    }
  }
  if (!ahead.failed()) {
    ahead.fail(Code::kBadFrame, "missing");
    ahead.within(name);
  }
  in = ahead;
  return false;
}

bool unknown_type(JsonReader& in, std::string_view type) {
  if (!in.skip_value() || !in.finish()) return false;
  const bool printable = type.size() <= 32 && !text_fault(type);
  in.fail(Code::kBadFrame,
          printable ? "unknown frame " + std::string(type) : std::string("unknown frame"));
  return in.within("t");
}

}  // namespace holdfast::protocol
