#include "app/config/fields.h"

#include <fmt/ranges.h>

#include "base/plant.h"

namespace holdfast::app {

std::string Fields::full_name(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void Fields::refuse(int line, std::string_view name, std::string_view why) {
  if (error_.empty()) error_ = fmt::format("{}:{}: {}: {}", file_, line, full_name(name), why);
}

const TomlValue* Fields::find(std::string_view name) {
  known_.emplace(name);
  const auto at = table_.values.find(name);
  return at == table_.values.end() ? nullptr : &at->second;
}

const TomlValue* Fields::need(std::string_view name, std::string_view purpose) {
  const auto* value = find(name);
  if (value == nullptr && error_.empty()) {
    error_ = path_.empty() ? fmt::format("{}:{}: lacks {}: {}", file_, table_.line, name, purpose)
                           : fmt::format("{}:{}: [{}] lacks {}: {}", file_, table_.line, path_,
                                         name, purpose);
  }
  return value;
}

const std::string* Fields::text_of(std::string_view name, const TomlValue& value) {
  const auto* text = std::get_if<std::string>(&value.value);
  if (text == nullptr) refuse(value.line, name, "must be a text in quotes");
  // Nothing of ours has one, and paths and addresses are quoted in what people are told.
  if (text == nullptr || one_line(*text) == *text) return text;
  refuse(value.line, name, "must hold no control character");
  return nullptr;
}

const TomlValue::List* Fields::list_of(std::string_view name, const TomlValue& value) {
  const auto* list = std::get_if<std::shared_ptr<TomlValue::List>>(&value.value);
  if (list == nullptr) refuse(value.line, name, "must be a list of texts: [\"…\", \"…\"]");
  return list == nullptr ? nullptr : list->get();
}

Fields& Fields::required(std::string_view name, std::string_view purpose, std::string* out) {
  return required<std::string>(name, purpose, out,
                               [](const std::string& text) -> Result<std::string> {
                                 if (text.empty())
                                   return fail(ErrorCode::kInvalid, "must not be empty");
                                 return text;
                               });
}

Fields& Fields::optional(std::string_view name, std::string* out) {
  return optional<std::string>(name, out,
                               [](const std::string& text) -> Result<std::string> { return text; });
}

Fields& Fields::optional(std::string_view name, bool* out) {
  const auto* value = find(name);
  if (value == nullptr) return *this;
  const auto* flag = std::get_if<bool>(&value->value);
  if (flag == nullptr) {
    refuse(value->line, name, "must be true or false");
  } else {
    *out = *flag;
  }
  return *this;
}

void Fields::read_integer(std::string_view name, const TomlValue& value, std::int64_t* out,
                          IntegerRange range) {
  const auto* number = std::get_if<std::int64_t>(&value.value);
  if (number == nullptr) return refuse(value.line, name, "must be a whole number");
  if ((*number < range.min || *number > range.max) && !planted(Plant::kRangeUnchecked)) {
    return refuse(value.line, name,
                  fmt::format("{} is not in {} to {}", *number, range.min, range.max));
  }
  *out = *number;
}

void Fields::read_table(std::string_view name, const TomlValue& value, const Read& read) {
  const auto* table = std::get_if<std::shared_ptr<TomlTable>>(&value.value);
  if (table == nullptr)
    return refuse(value.line, name, fmt::format("must be a table: [{}]", full_name(name)));
  Fields inner(file_, full_name(name), **table);
  read(inner);
  if (auto done = inner.done(); !done && error_.empty()) error_ = done.error().why;
}

Fields& Fields::required_table(std::string_view name, std::string_view purpose, const Read& read) {
  if (const auto* value = need(name, purpose)) read_table(name, *value, read);
  return *this;
}

Fields& Fields::optional_table(std::string_view name, const Read& read) {
  if (const auto* value = find(name)) read_table(name, *value, read);
  return *this;
}

Fields& Fields::tables(std::string_view name, const Read& read) {
  const auto* value = find(name);
  if (value == nullptr) return *this;
  const auto* list = std::get_if<std::shared_ptr<TomlValue::List>>(&value->value);
  if (list == nullptr) {
    refuse(value->line, name, fmt::format("must be a list of tables: [[{}]]", full_name(name)));
    return *this;
  }
  for (const auto& item : **list) read_table(name, item, read);
  return *this;
}

Fields& Fields::refuse_if(bool broken, std::string_view why) {
  if (broken && error_.empty()) {
    error_ = path_.empty() ? fmt::format("{}: {}", file_, why)
                           : fmt::format("{}:{}: [{}]: {}", file_, table_.line, path_, why);
  }
  return *this;
}

Result<void> Fields::done() {
  for (const auto& [name, value] : table_.values) {
    if (known_.contains(name)) continue;
    // A misspelt key explains a missing one, so it goes first.
    return fail(ErrorCode::kInvalid, "{}:{}: {}: unknown key; known here: {}", file_, value.line,
                one_line(full_name(name)), fmt::join(known_, ", "));
  }
  if (!error_.empty()) return fail(ErrorCode::kInvalid, "{}", error_);
  return {};
}

}  // namespace holdfast::app
