#include "app/moderate/store_json.h"

#include <fmt/format.h>

#include <utility>

namespace holdfast::app {
namespace {

std::string words(const json::Object& object, std::string_view field) {
  const auto found = json::find_text(object, field);
  return std::string(found ? found->value_or("") : "");
}

// Without its store nobody knows who is at work.
std::string moderator_line(const json::Object& moderator, std::int64_t now, bool store_answers) {
  const auto at_work = json::find_bool(moderator, "at_work");
  const auto seen = json::find_int(moderator, "seen");
  std::string how = "at work";
  if (!at_work || !at_work->value_or(false)) {
    how = store_answers ? "NOT AT WORK" : "not known";
    if (seen && *seen) how += fmt::format(", last seen {} s ago", (now - **seen) / 1000);
  }
  return fmt::format("moderator    {} ({}): {}\n", words(moderator, "name"),
                     words(moderator, "listens"), how);
}

}  // namespace

void add_store(json::Object& status, const RecordStore::Status& store) {
  json::Object object{
      {"kind", store.kind}, {"where", store.where}, {"answers", store.trouble.empty()}};
  if (!store.trouble.empty()) object["why"] = store.trouble;
  if (!store.warning.empty()) object["warning"] = store.warning;
  status["store"] = std::move(object);
  if (store.kind == "file") return;
  json::Array others;
  for (const RecordStore::Colleague& each : store.others) {
    others.push_back({{"name", each.name},
                      {"listens", each.listens},
                      {"at_work", each.at_work},
                      {"seen", each.seen.value()}});
  }
  status["moderators"] = std::move(others);
}

std::string store_lines(const json::Object& status) {
  const auto store = json::find_object(status, "store");
  if (!store || *store == nullptr) return "";
  std::string lines =
      fmt::format("store        {} {}", words(**store, "kind"), words(**store, "where"));
  const std::string why = words(**store, "why");
  if (!why.empty()) lines += fmt::format("\nWARNING      nothing can be changed: {}", why);
  if (const std::string warning = words(**store, "warning"); !warning.empty())
    lines += fmt::format("\nWARNING      {}", warning);
  lines += '\n';
  const auto others = json::find_array(status, "moderators");
  const auto now = json::find_int(status, "time");
  if (!others || *others == nullptr) return lines;
  for (const json::Value& each : **others) {
    if (each.is_object()) {
      lines += moderator_line(each.get_object(), now ? now->value_or(0) : 0, why.empty());
    }
  }
  return lines;
}

}  // namespace holdfast::app
