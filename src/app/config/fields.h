// Reads one table of a configuration, field by field, and knows in the end that there was nothing
// else in it.
//
//   Fields fields(file, "listen", table);
//   fields.required("address", &address, parse_listen_address)
//         .optional("backlog", &backlog, {1, 65'535});
//   HF_CHECKED(fields.done());
//
// Every error is one line that names file, line and field; the first one found stays. What a
// required field is for stands in its error: "primary.toml:3: [deployment] lacks data_dir: where
// the journal lives".
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/toml_tree.h"
#include "base/result.h"

namespace holdfast::app {

struct IntegerRange {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// Turns a text into what it means, or says why it cannot. `why` need not repeat the text's place.
template <class T>
using Parse = std::function<Result<T>(const std::string&)>;

class Fields {
 public:
  // `path` is how people find the table: "" for the file itself, else "listen" or "moderator[2]".
  Fields(std::string file, std::string path, const TomlTable& table)
      : file_(std::move(file)), path_(std::move(path)), table_(table) {}

  // Texts. The default of an optional one is what stands in `out` already.
  template <class T>
  Fields& required(std::string_view name, std::string_view purpose, T* out, const Parse<T>& parse) {
    if (const auto* value = need(name, purpose)) read_parsed(name, *value, out, parse);
    return *this;
  }
  template <class T>
  Fields& optional(std::string_view name, T* out, const Parse<T>& parse) {
    if (const auto* value = find(name)) read_parsed(name, *value, out, parse);
    return *this;
  }
  Fields& required(std::string_view name, std::string_view purpose, std::string* out);
  Fields& optional(std::string_view name, std::string* out);

  // Lists of texts.
  template <class T>
  Fields& required_list(std::string_view name, std::string_view purpose, std::vector<T>* out,
                        const Parse<T>& parse) {
    if (const auto* value = need(name, purpose)) read_list(name, *value, out, parse);
    return *this;
  }
  template <class T>
  Fields& optional_list(std::string_view name, std::vector<T>* out, const Parse<T>& parse) {
    if (const auto* value = find(name)) read_list(name, *value, out, parse);
    return *this;
  }

  Fields& optional(std::string_view name, bool* out);
  template <class Integer>
  Fields& optional(std::string_view name, Integer* out, IntegerRange range) {
    std::int64_t number = static_cast<std::int64_t>(*out);
    if (const auto* value = find(name)) read_integer(name, *value, &number, range);
    *out = static_cast<Integer>(number);
    return *this;
  }

  // Tables: `read` is called with the Fields of the inner one, and needs not call done().
  using Read = std::function<void(Fields&)>;
  Fields& required_table(std::string_view name, std::string_view purpose, const Read& read);
  Fields& optional_table(std::string_view name, const Read& read);
  // [[name]], any number of them, none included.
  Fields& tables(std::string_view name, const Read& read);

  // A rule over several fields, as an error at the table's own line.
  Fields& refuse_if(bool broken, std::string_view why);

  // The first error, or the first key that nobody asked for.
  Result<void> done();

 private:
  const TomlValue* find(std::string_view name);
  const TomlValue* need(std::string_view name, std::string_view purpose);
  const std::string* text_of(std::string_view name, const TomlValue& value);
  const TomlValue::List* list_of(std::string_view name, const TomlValue& value);
  void read_integer(std::string_view name, const TomlValue& value, std::int64_t* out,
                    IntegerRange range);
  void read_table(std::string_view path, const TomlValue& value, const Read& read);
  void refuse(int line, std::string_view name, std::string_view why);
  std::string full_name(std::string_view name) const;

  template <class T>
  void read_parsed(std::string_view name, const TomlValue& value, T* out, const Parse<T>& parse) {
    const auto* text = text_of(name, value);
    if (text == nullptr) return;
    auto parsed = parse(*text);
    if (!parsed) return refuse(value.line, name, parsed.error().why);
    *out = std::move(*parsed);
  }
  template <class T>
  void read_list(std::string_view name, const TomlValue& value, std::vector<T>* out,
                 const Parse<T>& parse) {
    const auto* list = list_of(name, value);
    if (list == nullptr) return;
    out->clear();
    for (const auto& item : *list) {
      T one{};
      read_parsed(name, item, &one, parse);
      out->push_back(std::move(one));
    }
  }

  std::string file_;
  std::string path_;
  const TomlTable& table_;
  std::set<std::string, std::less<>> known_;
  std::string error_;
};

}  // namespace holdfast::app
