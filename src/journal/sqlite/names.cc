#include "journal/sqlite/names.h"

#include <utility>

#include "journal/sqlite/statements.h"

namespace holdfast::journal {
namespace {

// Beyond this a table starts afresh: a node meets as many chats as it lives long.
constexpr std::size_t kRememberedMax = 100'000;

// A name's index alone answers with its number. Nobody could read a row whose number has no name,
// so that nothing may be written under it.
Result<void> check_named(Query& found, std::string_view name) {
  if (found.number(1) == 1) return {};
  return fail(ErrorCode::kCorrupt, "{} has the number {}, and that has no such name", name,
              found.number(0));
}

// Looks through the whole index: only for a row whose number leads nowhere.
Result<void> check_unnamed(const Statement& indexed, std::int64_t number, const Error& error) {
  if (error.code != ErrorCode::kCorrupt) return std::unexpected(error);
  Query query(indexed);
  HF_TRY(known, query.bind(1, number).step());
  if (!known) return {};
  return fail(ErrorCode::kCorrupt, "the name of number {} stands in its index alone", number);
}

}  // namespace

Result<Names> Names::prepare(Database& database) {
  Names names(database);
  HF_CHECKED(prepare_all(database,
                         {{&names.find_origin_,
                           "SELECT i.id, t.name IS ?1 FROM origins i LEFT JOIN origins t NOT "
                           "INDEXED ON t.id = i.id WHERE i.name = ?1"},
                          {&names.insert_origin_, "INSERT INTO origins (name) VALUES (?)"},
                          {&names.name_of_origin_, "SELECT name FROM origins WHERE id = ?"},
                          {&names.find_chat_,
                           "SELECT i.id, t.site IS ?1 AND t.chat IS ?2 FROM chats i LEFT JOIN "
                           "chats t NOT INDEXED ON t.id = i.id WHERE i.site = ?1 AND i.chat = ?2"},
                          {&names.insert_chat_, "INSERT INTO chats (site, chat) VALUES (?, ?)"},
                          {&names.name_of_chat_, "SELECT site, chat FROM chats WHERE id = ?"},
                          {&names.indexed_origin_,
                           "SELECT 1 FROM origins INDEXED BY sqlite_autoindex_origins_1 WHERE +id "
                           "= ?"},
                          {&names.indexed_chat_,
                           "SELECT 1 FROM chats INDEXED BY sqlite_autoindex_chats_1 WHERE +id = "
                           "?"}}));
  return names;
}

void Names::forget() {
  origins_.clear();
  origin_names_.clear();
  chats_.clear();
  chat_names_.clear();
}

void Names::remember(OriginNumber number, const protocol::Origin& origin) {
  if (origins_.size() >= kRememberedMax) forget();
  origins_.insert_or_assign(origin.value(), number);
}

void Names::remember(ChatNumber number, const protocol::SiteId& site,
                     const protocol::ChatId& chat) {
  if (chats_.size() >= kRememberedMax) forget();
  chats_.insert_or_assign(site.value() + '\n' + chat.value(), number);
}

Result<OriginNumber> Names::find(const protocol::Origin& origin) {
  if (const auto known = origins_.find(origin.value()); known != origins_.end())
    return known->second;
  Query query(find_origin_);
  query.bind(1, std::string_view(origin.value()));
  HF_TRY(row, query.step());
  if (!row) return OriginNumber(0);
  HF_CHECKED(check_named(query, origin.value()));
  const OriginNumber number(query.number(0));
  remember(number, origin);
  return number;
}

Result<OriginNumber> Names::number_of(const protocol::Origin& origin) {
  HF_TRY(known, find(origin));
  if (known.value() != 0) return known;
  HF_CHECKED(Query(insert_origin_).bind(1, std::string_view(origin.value())).run());
  const OriginNumber number(sqlite3_last_insert_rowid(database_));
  remember(number, origin);
  return number;
}

Result<ChatNumber> Names::find(const protocol::SiteId& site, const protocol::ChatId& chat) {
  key_.assign(site.value()).append(1, '\n').append(chat.value());
  if (const auto known = chats_.find(key_); known != chats_.end()) return known->second;
  Query query(find_chat_);
  query.bind(1, std::string_view(site.value())).bind(2, std::string_view(chat.value()));
  HF_TRY(row, query.step());
  if (!row) return ChatNumber(0);
  HF_CHECKED(check_named(query, chat.value()));
  const ChatNumber number(query.number(0));
  remember(number, site, chat);
  return number;
}

Result<ChatNumber> Names::number_of(const protocol::SiteId& site, const protocol::ChatId& chat) {
  HF_TRY(known, find(site, chat));
  if (known.value() != 0) return known;
  HF_CHECKED(Query(insert_chat_)
                 .bind(1, std::string_view(site.value()))
                 .bind(2, std::string_view(chat.value()))
                 .run());
  const ChatNumber number(sqlite3_last_insert_rowid(database_));
  remember(number, site, chat);
  return number;
}

Result<std::shared_ptr<const protocol::Origin>> Names::origin(OriginNumber number) {
  if (const auto known = origin_names_.find(number.value()); known != origin_names_.end())
    return known->second;
  Query query(name_of_origin_);
  query.bind(1, number.value());
  HF_TRY(row, query.step());
  if (!row) return fail(ErrorCode::kCorrupt, "no origin has the number {}", number);
  if (origin_names_.size() >= kRememberedMax) forget();
  auto name = std::make_shared<const protocol::Origin>(std::string(query.text(0)));
  origin_names_.emplace(number.value(), name);
  return name;
}

Result<std::shared_ptr<const ChatKey>> Names::chat(ChatNumber number) {
  if (const auto known = chat_names_.find(number.value()); known != chat_names_.end())
    return known->second;
  Query query(name_of_chat_);
  query.bind(1, number.value());
  HF_TRY(row, query.step());
  if (!row) return fail(ErrorCode::kCorrupt, "no chat has the number {}", number);
  if (chat_names_.size() >= kRememberedMax) forget();
  auto name = std::make_shared<const ChatKey>(protocol::SiteId(std::string(query.text(0))),
                                              protocol::ChatId(std::string(query.text(1))));
  chat_names_.emplace(number.value(), name);
  return name;
}

Result<void> Names::check_agreement(OriginNumber number) {
  const auto name = origin(number);
  if (!name) return check_unnamed(indexed_origin_, number.value(), name.error());
  origins_.erase((*name)->value());
  HF_TRY(found, find(**name));
  if (found == number) return {};
  return fail(ErrorCode::kCorrupt, "{} has the number {}, and its index says {}", **name, number,
              found);
}

Result<void> Names::check_agreement(ChatNumber number) {
  const auto name = chat(number);
  if (!name) return check_unnamed(indexed_chat_, number.value(), name.error());
  chats_.erase((*name)->site.value() + '\n' + (*name)->chat.value());
  HF_TRY(found, find((*name)->site, (*name)->chat));
  if (found == number) return {};
  return fail(ErrorCode::kCorrupt, "{} has the number {}, and its index says {}", (*name)->chat,
              number, found);
}

}  // namespace holdfast::journal
