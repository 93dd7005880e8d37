// The names of a journal that is being salvaged. Each stands in its table and in that table's
// index, either of which may be damaged; a row's checksum covers its names, so that the rows
// decide.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "journal/sqlite/names.h"
#include "journal/sqlite/row.h"

namespace holdfast::journal {

class SalvagedNames {
 public:
  static Result<SalvagedNames> prepare(Database& target);

  // What a table or an index says, in whatever order.
  Result<void> add(OriginNumber number, std::string_view origin);
  Result<void> add(ChatNumber number, std::string_view site, std::string_view chat,
                   std::optional<std::int64_t> closed);

  // After all were added: gives the row the numbers that its names have in the new file. Nothing
  // when it is not what was written.
  Result<std::optional<FoundNames>> check(Row& row);
  Result<std::shared_ptr<const protocol::Origin>> origin(OriginNumber number) {
    return names_.origin(number);
  }

 private:
  explicit SalvagedNames(Names names) : names_(std::move(names)) {}

  Result<bool> try_others(const Row& row);
  std::shared_ptr<const protocol::Origin> named(OriginNumber number);
  std::shared_ptr<const ChatKey> named(ChatNumber number);
  template <class Number, class Name>
  std::vector<Name> candidates(const std::map<Number, std::set<Name>>& others, Number number);
  Result<void> rename(OriginNumber number, const protocol::Origin& origin);
  Result<void> rename(ChatNumber number, const ChatKey& chat);

  Names names_;
  // A name that its index had lost was given a second number, with rows under either.
  std::map<OriginNumber, OriginNumber> first_origins_;
  std::map<ChatNumber, ChatNumber> first_chats_;
  // Told for a number that has another name already.
  std::map<OriginNumber, std::set<protocol::Origin>> other_origins_;
  std::map<ChatNumber, std::set<ChatKey>> other_chats_;
  Statement add_origin_, add_chat_, rename_origin_, rename_chat_;
};

}  // namespace holdfast::journal
