#include "journal/sqlite/salvaged_names.h"

#include <utility>

#include "journal/sqlite/statements.h"

namespace holdfast::journal {
namespace {

template <class Number>
Number first_of(const std::map<Number, Number>& firsts, Number number) {
  const auto first = firsts.find(number);
  return first == firsts.end() ? number : first->second;
}

}  // namespace

Result<SalvagedNames> SalvagedNames::prepare(Database& target) {
  HF_TRY(prepared, Names::prepare(target));
  SalvagedNames names(std::move(prepared));
  HF_CHECKED(prepare_all(
      target,
      {{&names.add_origin_, "INSERT OR IGNORE INTO origins VALUES (?, ?)"},
       {&names.add_chat_, "INSERT OR IGNORE INTO chats VALUES (?, ?, ?, ?)"},
       {&names.rename_origin_, "UPDATE OR IGNORE origins SET name = ?2 WHERE id = ?1"},
       {&names.rename_chat_, "UPDATE OR IGNORE chats SET site = ?2, chat = ?3 WHERE id = ?1"}}));
  return names;
}

Result<void> SalvagedNames::add(OriginNumber number, std::string_view name) {
  HF_CHECKED(Query(add_origin_).bind(1, number.value()).bind(2, name).run());
  const protocol::Origin origin{std::string(name)};
  if (const auto taken = named(number); !taken) {
    HF_TRY(first, names_.find(origin));
    first_origins_[number] = first;
  } else if (*taken != origin) {
    other_origins_[number].insert(origin);
  }
  return {};
}

Result<void> SalvagedNames::add(ChatNumber number, std::string_view site, std::string_view chat,
                                std::optional<std::int64_t> closed) {
  {
    Query query(add_chat_);
    query.bind(1, number.value()).bind(2, site).bind(3, chat);
    if (closed) {
      query.bind(4, *closed);
    } else {
      query.bind_null(4);
    }
    HF_CHECKED(query.run());
  }
  const ChatKey key{protocol::SiteId(std::string(site)), protocol::ChatId(std::string(chat))};
  if (const auto taken = named(number); !taken) {
    HF_TRY(first, names_.find(key.site, key.chat));
    first_chats_[number] = first;
  } else if (*taken != key) {
    other_chats_[number].insert(key);
  }
  return {};
}

Result<std::optional<FoundNames>> SalvagedNames::check(Row& row) {
  row.origin = first_of(first_origins_, row.origin);
  row.acc_origin = first_of(first_origins_, row.acc_origin);
  row.chat = first_of(first_chats_, row.chat);
  HF_TRY(sound, check_row(row, names_));
  if (sound) return sound;
  HF_TRY(renamed, try_others(row));
  if (!renamed) return std::nullopt;
  return check_row(row, names_);
}

// Where table and index tell different names, one of them is damaged, and the rows know which.
Result<bool> SalvagedNames::try_others(const Row& row) {
  if (!other_origins_.contains(row.origin) && !other_origins_.contains(row.acc_origin) &&
      !other_chats_.contains(row.chat)) {
    return false;
  }
  for (const protocol::Origin& origin : candidates(other_origins_, row.origin)) {
    for (const protocol::Origin& acc_origin : candidates(other_origins_, row.acc_origin)) {
      for (const ChatKey& chat : candidates(other_chats_, row.chat)) {
        if (checksum(row, {origin, acc_origin, chat.site, chat.chat}) != row.crc) continue;
        HF_CHECKED(rename(row.origin, origin));
        HF_CHECKED(rename(row.acc_origin, acc_origin));
        HF_CHECKED(rename(row.chat, chat));
        return true;
      }
    }
  }
  return false;
}

std::shared_ptr<const protocol::Origin> SalvagedNames::named(OriginNumber number) {
  return names_.origin(number).value_or(nullptr);
}

std::shared_ptr<const ChatKey> SalvagedNames::named(ChatNumber number) {
  return names_.chat(number).value_or(nullptr);
}

template <class Number, class Name>
std::vector<Name> SalvagedNames::candidates(const std::map<Number, std::set<Name>>& others,
                                            Number number) {
  std::vector<Name> all;
  if (const auto taken = named(number)) all.push_back(*taken);
  if (const auto other = others.find(number); other != others.end())
    all.insert(all.end(), other->second.begin(), other->second.end());
  return all;
}

// No row was sound under the name that goes.
Result<void> SalvagedNames::rename(OriginNumber number, const protocol::Origin& origin) {
  names_.forget();
  return Query(rename_origin_)
      .bind(1, number.value())
      .bind(2, std::string_view(origin.value()))
      .run();
}

Result<void> SalvagedNames::rename(ChatNumber number, const ChatKey& chat) {
  names_.forget();
  return Query(rename_chat_)
      .bind(1, number.value())
      .bind(2, std::string_view(chat.site.value()))
      .bind(3, std::string_view(chat.chat.value()))
      .run();
}

}  // namespace holdfast::journal
