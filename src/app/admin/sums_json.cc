#include "app/admin/sums_json.h"

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

Result<const json::Object*> object_in(const json::Value& value) {
  if (const auto* object = value.if_object()) return object;
  return fail(ErrorCode::kInvalid, "not an object");
}

Result<protocol::Gap> read_range(const json::Value& value) {
  const auto* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2 || !pair->at(0).is_int64() || !pair->at(1).is_int64()) {
    return fail(ErrorCode::kInvalid, "a range is [first, last]");
  }
  const auto first = pair->at(0).get_int64();
  const auto last = pair->at(1).get_int64();
  if (first < 1 || last < first) return fail(ErrorCode::kInvalid, "a range is [first, last]");
  return protocol::Gap{protocol::Seq(static_cast<std::uint64_t>(first)),
                       protocol::Seq(static_cast<std::uint64_t>(last))};
}

}  // namespace

std::string mark_json(const replication::Mark& mark) {
  json::Array list;
  for (const auto& [origin, ranges] : mark) {
    json::Array pairs;
    for (const auto& range : ranges.ranges()) {
      pairs.push_back(json::Array{static_cast<std::int64_t>(range.first.value()),
                                  static_cast<std::int64_t>(range.last.value())});
    }
    list.push_back(json::Object{{"o", origin.value()}, {"r", std::move(pairs)}});
  }
  return json::serialize(json::Object{{"mark", std::move(list)}});
}

Result<replication::Mark> read_mark(std::string_view text) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(list, json::get_array(object, "mark"));
  replication::Mark mark;
  for (const auto& item : *list) {
    HF_TRY(one, object_in(item));
    HF_TRY(origin, json::get_text(*one, "o"));
    if (!protocol::is_origin(origin)) return fail(ErrorCode::kInvalid, "o: not an origin");
    HF_TRY(ranges, json::get_array(*one, "r"));
    auto& in_mark = mark[protocol::Origin(std::string(origin))];
    for (const auto& value : *ranges) {
      HF_TRY(range, read_range(value));
      in_mark.add(range);
    }
  }
  return mark;
}

std::string sums_json(const replication::ChatSums& sums) {
  json::Array list;
  for (const auto& [key, sum] : sums) {
    list.push_back(json::Object{{"site", key.site.value()},
                                {"chat", key.chat.value()},
                                {"entries", static_cast<std::int64_t>(sum.entries)},
                                {"sum", base64url_encode(sum.sum)}});
  }
  return json::serialize(json::Object{{"chats", std::move(list)}});
}

Result<replication::ChatSums> read_sums(std::string_view text) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(list, json::get_array(object, "chats"));
  replication::ChatSums sums;
  for (const auto& item : *list) {
    HF_TRY(one, object_in(item));
    HF_TRY(site, json::get_text(*one, "site"));
    HF_TRY(chat, json::get_text(*one, "chat"));
    HF_TRY(entries, json::get_int(*one, "entries", {.min = 0}));
    HF_TRY(sum_text, json::get_text(*one, "sum"));
    HF_TRY(sum, Hash32::from_base64url(sum_text));
    sums[{protocol::SiteId(std::string(site)), protocol::ChatId(std::string(chat))}] = {
        static_cast<std::uint64_t>(entries), sum.bytes};
  }
  return sums;
}

}  // namespace holdfast::app
