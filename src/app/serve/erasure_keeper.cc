#include "app/serve/erasure_keeper.h"

#include <fstream>
#include <iterator>

#include "app/durable_file.h"
#include "base/json.h"
#include "base/log.h"

namespace holdfast::app {
namespace {

Result<node::ErasureMark> parse_mark(const std::string& text) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(count, json::get_int(object, "count", {.min = 0}));
  HF_TRY(head_text, json::get_text(object, "head"));
  HF_TRY(head, Hash32::from_base64url(head_text));
  HF_TRY(restored, json::find_bool(object, "restored"));
  return node::ErasureMark{static_cast<std::uint64_t>(count), head, restored.value_or(false)};
}

}  // namespace

std::optional<node::ErasureMark> read_erasure_mark(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto mark = parse_mark(text);
  if (mark) return *mark;
  log::error("erasure", "{} cannot be understood: {}", file.string(), mark.error().why);
  return node::ErasureMark{.count = 0, .head = {}, .restored = true};
}

Result<void> write_erasure_mark(const std::filesystem::path& file, const node::ErasureMark& mark) {
  json::Object object{{"count", static_cast<std::int64_t>(mark.count)},
                      {"head", mark.head.base64url()}};
  if (mark.restored) object["restored"] = true;
  return replace_file(file, json::serialize(std::move(object)) + "\n");
}

}  // namespace holdfast::app
