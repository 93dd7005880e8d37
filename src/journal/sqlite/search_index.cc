#include "journal/sqlite/search_index.h"

#include <algorithm>
#include <filesystem>

#include "base/log.h"
#include "journal/sqlite/file_header.h"
#include "journal/sqlite/statements.h"
#include "protocol/hlc.h"

namespace holdfast::journal {
namespace {

// "HFS1", and what words are (src/protocol/words.h): another number makes every index anew.
constexpr std::int64_t kApplicationId = 0x48465331;
constexpr std::int64_t kForm = 1;

// A word that fewer chats have is where a search begins; so many are looked at one by one.
constexpr std::size_t kRare = 2'000;
// Chats that one call walks through, newest first, when every word is common.
constexpr std::size_t kWalked = 2'000;

constexpr const char* kTables[] = {
    "CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), arrival INTEGER NOT NULL, "
    "digest BLOB NOT NULL)",
    "INSERT INTO position VALUES (1, 0, zeroblob(32))",
    "CREATE TABLE sites (id INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE)",
    "CREATE TABLE chats (id INTEGER PRIMARY KEY, site INTEGER NOT NULL, chat TEXT NOT NULL, newest "
    "TEXT NOT NULL, UNIQUE (site, chat))",
    "CREATE INDEX chats_newest ON chats (site, newest, chat)",
    "CREATE TABLE words (chat INTEGER, word TEXT, site INTEGER NOT NULL, PRIMARY KEY (chat, word)) "
    "WITHOUT ROWID",
    "CREATE INDEX words_by_word ON words (site, word, chat)",
    "CREATE TABLE forgotten (chat INTEGER PRIMARY KEY)",
    "CREATE TABLE gaps (id INTEGER PRIMARY KEY CHECK (id = 1))",
};

// Pages: so large a file (8 MB) is written anew in a tenth of a second.
constexpr std::int64_t kSmall = 2'000;

// Greater than everything that begins with `word`.
std::string beyond(const std::string& word) {
  return word + "\xF4\x8F\xBF\xBF";
}

Result<bool> is_index(Database& database) {
  HF_TRY(application, database.number("PRAGMA application_id"));
  HF_TRY(form, database.number("PRAGMA user_version"));
  return application == kApplicationId && form == kForm;
}

Result<void> make_index(Database& database) {
  HF_TRY(transaction, Transaction::begin(database, Transaction::Kind::kWrite));
  HF_TRY(made_meanwhile, is_index(database));
  if (made_meanwhile) return {};
  for (const char* const sql : kTables) HF_CHECKED(database.exec(sql));
  HF_CHECKED(database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId)));
  HF_CHECKED(database.exec(fmt::format("PRAGMA user_version = {}", kForm)));
  return transaction.commit();
}

Result<Database> open_database(const std::string& path, int busy_timeout_ms) {
  const FileHeader header(path);
  if (!header.is_empty() && !header.is_ours())
    return fail(ErrorCode::kCorrupt, "its header is not one that was written");
  HF_TRY(database,
         Database::open(path, {.vfs = {}, .create = true, .busy_timeout_ms = busy_timeout_ms}));
  // Nothing here need survive: what is lost is made again, and few checkpoints mean few syncs
  // beside those of the appends. What is deleted is overwritten.
  for (const char* const pragma :
       {"PRAGMA page_size = 4096", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
        "PRAGMA wal_autocheckpoint = 4000", "PRAGMA secure_delete = ON",
        "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -8192"}) {
    HF_CHECKED(database.exec(pragma));
  }
  HF_TRY(known, is_index(database));
  if (!known) {
    HF_TRY(tables, database.number("SELECT count(*) FROM sqlite_schema"));
    if (tables.value_or(0) != 0) return fail(ErrorCode::kCorrupt, "of another form");
    HF_CHECKED(make_index(database));
  }
  return database;
}

}  // namespace

std::string search_file(const std::string& journal_path) {
  return journal_path + ".search";
}

Result<std::unique_ptr<SearchIndex>> SearchIndex::open(const std::string& journal_path,
                                                       int busy_timeout_ms) {
  const std::string path = search_file(journal_path);
  auto database = open_database(path, busy_timeout_ms);
  if (!database && database.error().code == ErrorCode::kCorrupt) {
    remove(journal_path, database.error());
    database = open_database(path, busy_timeout_ms);
  }
  if (!database) return std::unexpected(database.error());
  std::unique_ptr<SearchIndex> index(new SearchIndex(*std::move(database)));
  HF_CHECKED(index->prepare());
  return index;
}

void SearchIndex::remove(const std::string& journal_path, const Error& why) {
  const std::string path = search_file(journal_path);
  log::warn("journal", "{}: {}; it is made again", path, why.why);
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    std::filesystem::remove(path + suffix, ignored);
  }
}

Result<void> SearchIndex::prepare() {
  return prepare_all(
      database_,
      {{&position_, "SELECT arrival, digest FROM position"},
       {&set_position_, "UPDATE position SET arrival = ?, digest = ?"},
       {&find_site_, "SELECT id FROM sites WHERE site = ?"},
       {&add_site_, "INSERT INTO sites (site) VALUES (?)"},
       {&find_chat_, "SELECT id FROM chats WHERE site = ? AND chat = ?"},
       {&add_chat_, "INSERT INTO chats (site, chat, newest) VALUES (?, ?, '')"},
       {&touch_chat_, "UPDATE chats SET newest = ?2 WHERE id = ?1 AND newest < ?2"},
       {&add_word_, "INSERT OR IGNORE INTO words VALUES (?, ?, ?)"},
       {&drop_words_, "DELETE FROM words WHERE chat = ?"},
       {&dirty_, "INSERT OR IGNORE INTO forgotten VALUES (?)"},
       {&clean_, "DELETE FROM forgotten WHERE chat = ?"},
       {&forgotten_,
        "SELECT s.site, c.chat FROM forgotten f CROSS JOIN chats c ON c.id = f.chat CROSS JOIN "
        "sites s ON s.id = c.site"},
       {&gaps_, "INSERT OR IGNORE INTO gaps VALUES (1)"},
       {&count_,
        "SELECT count(*) FROM (SELECT 1 FROM words INDEXED BY words_by_word WHERE site = ? AND "
        "word >= ? AND word < ? LIMIT ?)"},
       {&has_, "SELECT EXISTS (SELECT 1 FROM words WHERE chat = ? AND word >= ? AND word < ?)"},
       {&with_word_,
        "SELECT c.id, c.newest, c.chat FROM (SELECT DISTINCT chat FROM words INDEXED BY "
        "words_by_word WHERE site = ?1 AND word >= ?2 AND word < ?3) w CROSS JOIN chats c ON c.id "
        "= "
        "w.chat WHERE (c.newest, c.chat) < (?4, ?5) ORDER BY c.newest DESC, c.chat DESC"},
       {&newest_first_,
        "SELECT id, newest, chat FROM chats INDEXED BY chats_newest WHERE site = ?1 AND (newest, "
        "chat) < (?2, ?3) ORDER BY newest DESC, chat DESC LIMIT ?4"}});
}

// ---- making it ----

Result<SearchIndex::Position> SearchIndex::position() {
  Query query(position_);
  HF_TRY(row, query.step());
  if (!row) return fail(ErrorCode::kCorrupt, "the search index has no position");
  return Position{Arrival(query.unsigned_number(0)), query.hash(1)};
}

Result<void> SearchIndex::clear() {
  HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
  for (const char* const table : {"words", "chats", "sites", "forgotten"})
    HF_CHECKED(database_.exec(fmt::format("DELETE FROM {}", table)));
  {
    Query query(set_position_);
    HF_CHECKED(query.bind(1, std::int64_t{0}).bind(2, Hash32{}).run());
  }
  return transaction.commit();
}

Result<std::int64_t> SearchIndex::site_number(const protocol::SiteId& site, bool make) {
  {
    Query query(find_site_);
    HF_TRY(known, query.bind(1, std::string_view(site.value())).step());
    if (known) return query.number(0);
  }
  if (!make) return 0;
  HF_CHECKED(Query(add_site_).bind(1, std::string_view(site.value())).run());
  return sqlite3_last_insert_rowid(database_.raw());
}

Result<std::int64_t> SearchIndex::chat_number(const ChatKey& key, bool make) {
  HF_TRY(site, site_number(key.site, make));
  {
    Query query(find_chat_);
    HF_TRY(known, query.bind(1, site).bind(2, std::string_view(key.chat.value())).step());
    if (known) return query.number(0);
  }
  if (!make) return 0;
  HF_CHECKED(Query(add_chat_).bind(1, site).bind(2, std::string_view(key.chat.value())).run());
  return sqlite3_last_insert_rowid(database_.raw());
}

Result<void> SearchIndex::write_words(std::int64_t chat, std::int64_t site,
                                      const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    Query query(add_word_);
    HF_CHECKED(query.bind(1, chat).bind(2, std::string_view(word)).bind(3, site).run());
  }
  return {};
}

Result<void> SearchIndex::add(std::vector<Item> items, const Position& upto) {
  HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
  HF_TRY(before, position());
  // Another process over the same journal was quicker.
  if (before.arrival >= upto.arrival) return {};
  // Neighbours of the tables' keys fall on one page.
  std::ranges::stable_sort(items, {}, &Item::key);
  for (auto first = items.begin(); first != items.end();) {
    const auto last =
        std::find_if(first, items.end(), [&](const Item& each) { return each.key != first->key; });
    HF_TRY(site, site_number(first->key.site, true));
    HF_TRY(chat, chat_number(first->key, true));
    std::vector<std::string> words;
    protocol::Hlc newest;
    for (; first != last; ++first) {
      words.insert(words.end(), first->words.begin(), first->words.end());
      newest = std::max(newest, first->accepted);
    }
    std::ranges::sort(words);
    const auto doubled = std::ranges::unique(words);
    words.erase(doubled.begin(), doubled.end());
    HF_CHECKED(write_words(chat, site, words));
    const std::string at = protocol::hlc_text(newest);
    HF_CHECKED(Query(touch_chat_).bind(1, chat).bind(2, std::string_view(at)).run());
  }
  {
    Query query(set_position_);
    HF_CHECKED(query.bind(1, upto.arrival.value()).bind(2, upto.digest).run());
  }
  return transaction.commit();
}

// ---- asking it ----

struct SearchIndex::Asked {
  const ChatSearch& search;
  std::int64_t site;
  std::string before_newest, before_chat;  // exclusive
};

Result<ChatsFound> SearchIndex::search(const ChatSearch& search) {
  HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kRead));
  HF_TRY(site, site_number(search.site, false));
  if (site == 0) return ChatsFound{};
  Asked asked{search, site, "~", ""};  // "~" stands after every time
  if (search.before) {
    asked.before_newest = protocol::hlc_text(search.before->newest);
    asked.before_chat = search.before->chat.value();
  }
  if (search.words.empty()) return all_chats(asked);
  std::size_t rarest = 0;
  std::size_t fewest = kRare + 1;
  for (std::size_t i = 0; i < search.words.size(); ++i) {
    HF_TRY(chats, count(asked, search.words[i]));
    if (chats < fewest) {
      fewest = chats;
      rarest = i;
    }
  }
  return fewest <= kRare ? by_rarest(asked, rarest) : by_walking(asked);
}

Result<std::size_t> SearchIndex::count(const Asked& asked, const std::string& word) {
  const std::string end = beyond(word);
  Query query(count_);
  query.bind(1, asked.site)
      .bind(2, std::string_view(word))
      .bind(3, std::string_view(end))
      .bind(4, static_cast<std::int64_t>(kRare + 1));
  HF_CHECKED(query.step());
  return static_cast<std::size_t>(query.number(0));
}

// Every word but that one, which it is known to have.
Result<bool> SearchIndex::has_all(const Asked& asked, std::int64_t chat, std::size_t but) {
  for (std::size_t i = 0; i < asked.search.words.size(); ++i) {
    if (i == but) continue;
    const std::string& word = asked.search.words[i];
    const std::string end = beyond(word);
    Query query(has_);
    query.bind(1, chat).bind(2, std::string_view(word)).bind(3, std::string_view(end));
    HF_CHECKED(query.step());
    if (query.number(0) == 0) return false;
  }
  return true;
}

namespace {

SearchPlace place_in(const Query& query) {
  return {protocol::parse_hlc(query.text(1)).value_or(protocol::Hlc()),
          protocol::ChatId(std::string(query.text(2)))};
}

// One more than is shown tells that there is more.
ChatsFound page_of(std::vector<SearchPlace> chats, std::size_t max) {
  ChatsFound found{std::move(chats), {}};
  if (found.chats.size() > max) {
    found.chats.resize(max);
    found.next = found.chats.back();
  }
  return found;
}

}  // namespace

Result<ChatsFound> SearchIndex::all_chats(const Asked& asked) {
  std::vector<SearchPlace> chats;
  Query query(newest_first_);
  query.bind(1, asked.site)
      .bind(2, std::string_view(asked.before_newest))
      .bind(3, std::string_view(asked.before_chat))
      .bind(4, static_cast<std::int64_t>(asked.search.max + 1));
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return page_of(std::move(chats), asked.search.max);
    chats.push_back(place_in(query));
  }
}

Result<ChatsFound> SearchIndex::by_rarest(const Asked& asked, std::size_t rarest) {
  const std::string& word = asked.search.words[rarest];
  const std::string end = beyond(word);
  std::vector<SearchPlace> chats;
  Query query(with_word_);
  query.bind(1, asked.site)
      .bind(2, std::string_view(word))
      .bind(3, std::string_view(end))
      .bind(4, std::string_view(asked.before_newest))
      .bind(5, std::string_view(asked.before_chat));
  while (chats.size() <= asked.search.max) {
    HF_TRY(more, query.step());
    if (!more) break;
    HF_TRY(fits, has_all(asked, query.number(0), rarest));
    if (fits) chats.push_back(place_in(query));
  }
  return page_of(std::move(chats), asked.search.max);
}

// Common words: nearly every chat has them, so that a walk from the newest on finds them soon.
Result<ChatsFound> SearchIndex::by_walking(const Asked& asked) {
  std::vector<SearchPlace> chats;
  std::optional<SearchPlace> last;
  std::size_t walked = 0;
  Query query(newest_first_);
  query.bind(1, asked.site)
      .bind(2, std::string_view(asked.before_newest))
      .bind(3, std::string_view(asked.before_chat))
      .bind(4, static_cast<std::int64_t>(kWalked));
  while (chats.size() <= asked.search.max) {
    HF_TRY(more, query.step());
    if (!more) break;
    ++walked;
    HF_TRY(fits, has_all(asked, query.number(0), asked.search.words.size()));
    last = place_in(query);
    if (fits) chats.push_back(*last);
  }
  ChatsFound found = page_of(std::move(chats), asked.search.max);
  if (!found.next && walked == kWalked) found.next = last;
  return found;
}

// ---- erasing from it ----

Result<void> SearchIndex::forget(const ChatKey& key) {
  HF_TRY(chat, chat_number(key, false));
  if (chat == 0) return {};
  {
    HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
    HF_CHECKED(Query(dirty_).bind(1, chat).run());
    HF_CHECKED(Query(drop_words_).bind(1, chat).run());
    HF_CHECKED(Query(gaps_).run());
    HF_CHECKED(transaction.commit());
  }
  HF_CHECKED(empty_log());
  HF_TRY(pages, database_.number("PRAGMA page_count"));
  if (pages.value_or(0) <= kSmall) HF_CHECKED(tidy());
  return {};
}

Result<bool> SearchIndex::tidy() {
  HF_TRY(gaps, database_.number("SELECT count(*) FROM gaps"));
  if (gaps.value_or(0) == 0) return false;
  HF_CHECKED(database_.exec("VACUUM"));
  HF_CHECKED(database_.exec("DELETE FROM gaps"));
  HF_CHECKED(empty_log());
  return true;
}

Result<void> SearchIndex::replace(const ChatKey& key, const std::vector<std::string>& words) {
  HF_TRY(chat, chat_number(key, false));
  if (chat == 0) return {};
  HF_TRY(transaction, Transaction::begin(database_, Transaction::Kind::kWrite));
  HF_TRY(site, site_number(key.site, false));
  HF_CHECKED(Query(drop_words_).bind(1, chat).run());
  HF_CHECKED(write_words(chat, site, words));
  HF_CHECKED(Query(clean_).bind(1, chat).run());
  return transaction.commit();
}

Result<std::vector<ChatKey>> SearchIndex::forgotten() {
  std::vector<ChatKey> keys;
  Query query(forgotten_);
  while (true) {
    HF_TRY(more, query.step());
    if (!more) return keys;
    keys.push_back({protocol::SiteId(std::string(query.text(0))),
                    protocol::ChatId(std::string(query.text(1)))});
  }
}

// The log holds pages as they were: it is carried into the file and cut to nothing.
Result<void> SearchIndex::empty_log() {
  const int code = sqlite3_wal_checkpoint_v2(database_.raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  return std::unexpected(database_.last_error("emptying the log of the search index"));
}

}  // namespace holdfast::journal
