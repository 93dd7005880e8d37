#include "journal/sqlite/searcher.h"

#include <algorithm>

#include "base/log.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"
#include "protocol/hlc.h"
#include "protocol/words.h"

namespace holdfast::journal {
namespace {

constexpr std::size_t kRowsAtOnce = 1'000;
constexpr std::size_t kChunksBeforeSearch = 5;
// Fewer new rows than this wait for a search or for more: one transaction for many is cheaper.
constexpr std::uint64_t kWorthwhile = 1'000;

std::vector<std::string> words_of(const Row& row) {
  if (!row.body) return {};  // erased, or a second entry of a content that was taken in before
  return protocol::distinct_words(protocol::searched_text(row.kind, *row.body));
}

}  // namespace

Result<void> Searcher::open() {
  if (index_ != nullptr) return {};
  auto source = std::make_unique<Source>();
  HF_TRY(database, Database::open(path_, options_));
  HF_CHECKED(configure_connection(database));
  // Whether what is in the log belongs into the file is not this connection's to decide.
  sqlite3_db_config(database.raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  HF_TRY(names, Names::prepare(database));
  source->names = std::move(names);
  const std::string select = fmt::format("SELECT {} FROM entries ", kEntryColumns);
  const std::string rows = select + "WHERE arrival > ? ORDER BY arrival LIMIT ?";
  const std::string chat_rows =
      select +
      "WHERE arrival IN (SELECT arrival FROM by_chat WHERE chat = ?1 UNION SELECT arrival FROM "
      "entries WHERE arrival > (SELECT min(arrival) FROM projection) AND chat = ?1)";
  HF_CHECKED(prepare_all(database, {{&source->rows, rows},
                                    {&source->chat_rows, chat_rows},
                                    {&source->row, "SELECT digest FROM entries WHERE arrival = ?"},
                                    {&source->last, "SELECT max(arrival) FROM entries"}}));
  source->database = std::move(database);
  HF_TRY(index, SearchIndex::open(path_, options_.busy_timeout_ms));
  source_ = std::move(source);
  index_ = std::move(index);
  HF_CHECKED(check_position());
  return reread_forgotten();
}

// A journal that was put back, or whose tail went to a branch, is not the one that was indexed.
Result<void> Searcher::check_position() {
  HF_TRY(position, index_->position());
  if (position.arrival.value() == 0) return {};
  {
    Query query(source_->row);
    HF_TRY(present, query.bind(1, position.arrival.value()).step());
    if (present && query.hash(0) == position.digest) return {};
  }
  log::info("journal", "{}: of another state of the journal; it is made again", search_file(path_));
  return index_->clear();
}

void Searcher::give_up(const Error& error) {
  if (!std::exchange(complained_, true))
    log::warn("journal", "searching is not possible: {}", error.text());
  index_.reset();
  source_.reset();
}

// The index costs nothing but time: where the file is damaged it is made anew, and what was asked
// is asked again. The damage may be the journal's; that is for those to say who read it.
template <class Work>
auto Searcher::on_a_sound_index(Work work) -> decltype(work()) {
  const auto opened_and_done = [&]() -> decltype(work()) {
    HF_CHECKED(open());
    return work();
  };
  auto result = opened_and_done();
  if (result || result.error().code != ErrorCode::kCorrupt) return result;
  index_.reset();
  source_.reset();
  SearchIndex::remove(path_, result.error());
  return opened_and_done();
}

Result<std::uint64_t> Searcher::pending() {
  HF_TRY(position, index_->position());
  Query query(source_->last);
  HF_CHECKED(query.step());
  const std::uint64_t last = query.is_null(0) ? 0 : query.unsigned_number(0);
  return last > position.arrival.value() ? last - position.arrival.value() : 0;
}

Result<bool> Searcher::advance(std::size_t rows_max) {
  HF_TRY(position, index_->position());
  std::vector<SearchIndex::Item> items;
  SearchIndex::Position upto = position;
  std::size_t rows = 0;
  {
    Query query(source_->rows);
    query.bind(1, position.arrival.value()).bind(2, static_cast<std::int64_t>(rows_max));
    while (true) {
      HF_TRY(more, query.step());
      if (!more) break;
      ++rows;
      const Row row = read_row(query);
      upto = {row.arrival, row.digest};
      if (!protocol::is_searched(row.kind)) continue;
      HF_TRY(sound, check_row(row, *source_->names));
      const auto accepted = protocol::parse_hlc(row.hlc);
      if (!sound || !accepted || sound->chat->chat.value().empty()) continue;
      items.push_back({*sound->chat, *accepted, words_of(row)});
    }
  }
  if (rows == 0) return false;
  HF_CHECKED(index_->add(std::move(items), upto));
  return rows == rows_max;
}

bool Searcher::maintain() {
  const auto work = [this]() -> Result<bool> {
    HF_TRY(tidied, index_->tidy());
    if (tidied) return true;
    HF_TRY(rows, pending());
    if (rows < kWorthwhile) return false;
    return advance(kRowsAtOnce);
  };
  if (complained_) return false;
  const auto more = on_a_sound_index(work);
  if (!more) give_up(more.error());
  return more.value_or(false);
}

Result<ChatsFound> Searcher::search(const ChatSearch& search) {
  const auto work = [&]() -> Result<ChatsFound> {
    bool more = true;
    for (std::size_t i = 0; more && i < kChunksBeforeSearch; ++i) {
      HF_TRY(left, advance(kRowsAtOnce));
      more = left;
    }
    if (more) {
      HF_TRY(rows, pending());
      if (rows > 0)
        return fail(ErrorCode::kUnavailable, "the index is being made: {} entries to go", rows);
    }
    return index_->search(search);
  };
  auto found = on_a_sound_index(work);
  if (found) {
    complained_ = false;
  } else if (found.error().code != ErrorCode::kUnavailable) {
    give_up(found.error());
    return fail(ErrorCode::kUnavailable, "{}", found.error().why);
  }
  return found;
}

Result<void> Searcher::forget(const ChatKey& key) {
  return on_a_sound_index([&] { return index_->forget(key); });
}

Result<void> Searcher::reread(const ChatKey& key) {
  return on_a_sound_index([&] { return reread_now(key); });
}

Result<void> Searcher::reread_now(const ChatKey& key) {
  HF_TRY(chat, source_->names->find(key.site, key.chat));
  HF_TRY(position, index_->position());
  std::vector<std::string> words;
  {
    Query query(source_->chat_rows);
    query.bind(1, chat.value());
    while (true) {
      HF_TRY(more, query.step());
      if (!more) break;
      const Row row = read_row(query);
      // What stands after the position is still to come.
      if (row.arrival > position.arrival || !protocol::is_searched(row.kind)) continue;
      HF_TRY(sound, check_row(row, *source_->names));
      if (!sound) continue;
      for (std::string& word : words_of(row)) words.push_back(std::move(word));
    }
  }
  std::ranges::sort(words);
  const auto doubled = std::ranges::unique(words);
  words.erase(doubled.begin(), doubled.end());
  return index_->replace(key, words);
}

Result<void> Searcher::reread_forgotten() {
  HF_TRY(keys, index_->forgotten());
  for (const ChatKey& key : keys) HF_CHECKED(reread_now(key));
  return {};
}

}  // namespace holdfast::journal
