// The short numbers that origins and chats have in one file. Looked up when first needed, never by
// reading history.
//
// Belongs to one connection and its thread. A number that a transaction made is forgotten with
// forget() when it rolled back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "journal/journal.h"
#include "journal/sqlite/database.h"

namespace holdfast::journal {

using OriginNumber = Strong<struct OriginNumberTag, std::int64_t>;
using ChatNumber = Strong<struct ChatNumberTag, std::int64_t>;

class Names {
 public:
  static Result<Names> prepare(Database& database);

  // Makes the number when there is none; inside a write transaction.
  Result<OriginNumber> number_of(const protocol::Origin& origin);
  Result<ChatNumber> number_of(const protocol::SiteId& site, const protocol::ChatId& chat);
  // 0 when there is none.
  Result<OriginNumber> find(const protocol::Origin& origin);
  Result<ChatNumber> find(const protocol::SiteId& site, const protocol::ChatId& chat);
  // kCorrupt when there is none.
  Result<std::shared_ptr<const protocol::Origin>> origin(OriginNumber number);
  Result<std::shared_ptr<const ChatKey>> chat(ChatNumber number);

  // kCorrupt when a number has one name in its table and another, or none, in the index, or only
  // there. Of a row that is not what was written: whether it is the row that is damaged.
  Result<void> check_agreement(OriginNumber number);
  Result<void> check_agreement(ChatNumber number);

  void forget();

 private:
  explicit Names(Database& database) : database_(database.raw()) {}
  void remember(OriginNumber number, const protocol::Origin& origin);
  void remember(ChatNumber number, const protocol::SiteId& site, const protocol::ChatId& chat);

  sqlite3* database_;
  std::unordered_map<std::string, OriginNumber> origins_;
  std::unordered_map<std::int64_t, std::shared_ptr<const protocol::Origin>> origin_names_;
  std::unordered_map<std::string, ChatNumber> chats_;  // by site + '\n' + chat
  std::unordered_map<std::int64_t, std::shared_ptr<const ChatKey>> chat_names_;
  std::string key_;  // scratch

  Statement find_origin_, insert_origin_, name_of_origin_, find_chat_, insert_chat_, name_of_chat_;
  Statement indexed_origin_, indexed_chat_;
};

}  // namespace holdfast::journal
