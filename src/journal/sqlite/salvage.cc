#include "journal/sqlite/salvage.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/page_scan.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/salvaged_names.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"
#include "journal/sqlite/wal_file.h"
#include "protocol/names.h"

namespace holdfast::journal {
namespace {

using Kind = ScannedValue::Kind;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  std::string bytes(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

// n: number, t: text, b: 32 bytes, capitals: or NULL. `-`: NULL, because the value is the row's
// number.
bool has_shape(std::span<const ScannedValue> values, std::string_view shape) {
  if (values.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const ScannedValue& value = values[i];
    const bool null = value.kind == Kind::kNull;
    bool fits = false;
    switch (shape[i]) {
      case '-':
        fits = null;
        break;
      case 'n':
        fits = value.kind == Kind::kNumber;
        break;
      case 't':
        fits = value.kind == Kind::kText;
        break;
      case 'b':
        fits = value.kind == Kind::kBlob && value.bytes.size() == 32;
        break;
      case 'N':
        fits = null || value.kind == Kind::kNumber;
        break;
      case 'T':
        fits = null || value.kind == Kind::kText;
        break;
      default:
        break;
    }
    if (!fits) return false;
  }
  return true;
}

constexpr std::string_view kOrigin = "-t";
constexpr std::string_view kChat = "-ttN";
constexpr std::string_view kLease = "-tnn";
constexpr std::string_view kMeta = "tn";
constexpr std::string_view kOriginKey = "tn";
constexpr std::string_view kChatKey = "ttn";
constexpr std::string_view kEntry = "-nnbbntbnnttbNTTn";
constexpr std::string_view kBranch = "-nnnbbntbnnttbNTTn";

Hash32 hash_of(const ScannedValue& value) {
  Hash32 hash;
  std::ranges::copy(value.bytes, hash.bytes.begin());
  return hash;
}

std::optional<std::string_view> text_of(const ScannedValue& value) {
  if (value.kind == Kind::kNull) return std::nullopt;
  return value.bytes;
}

// The columns of an entry; `from` is the index of `arrival`.
Row row_of(const ScannedRow& scanned, std::size_t from) {
  const auto at = [&](std::size_t i) -> const ScannedValue& { return scanned.values[from + i]; };
  const auto number = [&](std::size_t i) { return static_cast<std::uint64_t>(at(i).number); };
  Row row;
  row.arrival = Arrival(from == 0 ? static_cast<std::uint64_t>(scanned.rowid) : number(0));
  row.origin = OriginNumber(at(1).number);
  row.seq = protocol::Seq(number(2));
  row.before = hash_of(at(3));
  row.h = hash_of(at(4));
  row.chat = ChatNumber(at(5).number);
  row.kind = at(6).bytes;
  row.digest = hash_of(at(7));
  row.acc_origin = OriginNumber(at(8).number);
  row.acc_seq = protocol::Seq(number(9));
  row.hlc = at(10).bytes;
  row.key = at(11).bytes;
  row.mac = hash_of(at(12));
  if (at(13).kind != Kind::kNull) row.content = Arrival(number(13));
  row.head = text_of(at(14));
  row.body = text_of(at(15));
  row.crc = static_cast<std::uint32_t>(number(16));
  return row;
}

// Copies rows from pages into a new journal, tables of names first: a row's checksum covers them.
class Salvager {
 public:
  Salvager(const PageSource& pages, Database& target, SalvagedNames& names)
      : pages_(pages), target_(target), names_(names) {}

  Result<void> run() {
    const std::string columns =
        fmt::format("({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", kEntryColumns);
    const std::string entry = "INSERT OR IGNORE INTO entries " + columns;
    const std::string branch = "INSERT INTO branches " + columns;
    HF_CHECKED(prepare_all(
        target_, {{&lease_, "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?)"},
                  {&meta_, "INSERT OR IGNORE INTO meta VALUES (?, ?)"},
                  {&entry_, entry},
                  {&branch_, branch},
                  {&damage_, "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, NULL, NULL)"}}));
    HF_CHECKED(each_row([this](const ScannedRow& row) { return copy_name(row); }));
    HF_CHECKED(copy_indexed_names());
    HF_CHECKED(each_row([this](const ScannedRow& row) { return copy_entry(row); }));
    HF_CHECKED(note_damage());
    HF_CHECKED(drop_orphans());
    HF_CHECKED(count_holes());
    if (!unseeded_ && saved_.rows > 0) HF_CHECKED(target_.exec(std::string(kMarkSeeded)));
    return target_.exec(std::string(kKeepFloor));
  }

  const Salvaged& saved() const { return saved_; }

 private:
  Result<void> each_page(const std::function<Result<void>(std::string_view)>& take) {
    for (std::uint32_t number = pages_.after(1); number != 0; number = pages_.after(number)) {
      if (const auto page = pages_.page(number)) HF_CHECKED(take(*page));
    }
    return {};
  }

  Result<void> each_row(const std::function<Result<void>(const ScannedRow&)>& take) {
    return each_page([&](std::string_view page) {
      Result<void> result;
      scan_page(page, pages_, [&](const ScannedRow& row) {
        if (result) result = take(row);
      });
      return result;
    });
  }

  Result<void> copy_name(const ScannedRow& row) {
    if (has_shape(row.values, kOrigin))
      return names_.add(OriginNumber(row.rowid), row.values[1].bytes);
    if (has_shape(row.values, kChat)) {
      return names_.add(
          ChatNumber(row.rowid), row.values[1].bytes, row.values[2].bytes,
          row.values[3].kind == Kind::kNull ? std::nullopt : std::optional(row.values[3].number));
    }
    if (has_shape(row.values, kLease) && row.rowid == 1) {
      saved_.lease_lost = false;
      return write_lease(row.values[1].bytes, static_cast<std::uint64_t>(row.values[2].number),
                         row.values[3].number);
    }
    // `format` and `cuts` are the new file's own; the table `projection` has the same shape.
    if (has_shape(row.values, kMeta) && row.values[0].bytes == "unseeded") unseeded_ = true;
    const bool kept = has_shape(row.values, kMeta) && (row.values[0].bytes == "floor" ||
                                                       row.values[0].bytes.starts_with("frozen "));
    if (kept) return Query(meta_).bind(1, row.values[0].bytes).bind(2, row.values[1].number).run();
    return {};
  }

  // Every name stands in an index, too: a page of names that is lost takes no row with it. Other
  // indexes have keys of an origin's shape, but not of its form; and in the end a row's checksum
  // says whether these were its names.
  Result<void> copy_indexed_names() {
    return each_page([this](std::string_view page) {
      Result<void> result;
      scan_index_page(page, [&](const std::vector<ScannedValue>& key) {
        if (result) result = copy_indexed_name(key);
      });
      return result;
    });
  }

  Result<void> copy_indexed_name(const std::vector<ScannedValue>& key) {
    if (has_shape(key, kOriginKey) && protocol::is_origin(key[0].bytes))
      return names_.add(OriginNumber(key[1].number), key[0].bytes);
    if (has_shape(key, kChatKey))
      return names_.add(ChatNumber(key[2].number), key[0].bytes, key[1].bytes, std::nullopt);
    return {};
  }

  Result<void> write_lease(std::string_view holder, std::uint64_t term, std::int64_t until) {
    return Query(lease_).bind(1, holder).bind(2, term).bind(3, until).run();
  }

  Result<void> copy_entry(const ScannedRow& scanned) {
    const bool entry = has_shape(scanned.values, kEntry);
    if (!entry && !has_shape(scanned.values, kBranch)) return {};
    Row row = row_of(scanned, entry ? 0 : 1);
    HF_TRY(sound, names_.check(row));
    if (!sound) {
      if (entry) wanting_.emplace(row.arrival, std::pair(row.origin, row.seq));
      return {};
    }
    Query insert(entry ? entry_ : branch_);
    insert.bind(1, row.arrival.value());
    bind_row(insert, 2, row);
    HF_CHECKED(insert.run());
    if (entry) saved_.rows += static_cast<std::uint64_t>(sqlite3_changes64(target_.raw()));
    return {};
  }

  // Rows that no version of their page had whole.
  Result<void> note_damage() {
    HF_TRY(present, target_.prepare("SELECT 1 FROM entries WHERE arrival = ?"));
    for (const auto& [arrival, claim] : wanting_) {
      Query query(present);
      HF_TRY(saved, query.bind(1, arrival.value()).step());
      if (!saved)
        HF_CHECKED(
            write_damage(arrival, claim.first, claim.second, "checksum of the row is wrong"));
    }
    return {};
  }

  Result<void> write_damage(Arrival arrival, OriginNumber origin, protocol::Seq seq,
                            std::string_view why) {
    ++saved_.damaged;
    const auto name = names_.origin(origin);
    return Query(damage_)
        .bind(1, arrival.value())
        .bind(2, std::string_view(name ? (*name)->value() : ""))
        .bind(3, name ? seq.value() : 0)
        .bind(4, why)
        .run();
  }

  // Rows of which nothing was met at all: numbers that are not there. (A few may never have been:
  // what was frozen or quarantined before.)
  Result<void> count_holes() {
    HF_TRY(holes, target_.number("SELECT coalesce(max(arrival), 0) - count(*) FROM (SELECT arrival "
                                 "FROM entries UNION SELECT arrival FROM quarantine)"));
    saved_.damaged += static_cast<std::uint64_t>(*holes);
    return {};
  }

  // A second entry whose content was not saved is not held either.
  Result<void> drop_orphans() {
    HF_TRY(orphans, target_.prepare("SELECT e.arrival, e.origin, e.seq FROM entries e LEFT JOIN "
                                    "entries c ON c.arrival = e.content "
                                    "WHERE e.content IS NOT NULL AND c.head IS NULL"));
    HF_TRY(remove, target_.prepare("DELETE FROM entries WHERE arrival = ?"));
    std::vector<std::tuple<Arrival, OriginNumber, protocol::Seq>> rows;
    {
      Query query(orphans);
      while (true) {
        HF_TRY(more, query.step());
        if (!more) break;
        rows.emplace_back(query.unsigned_number(0), query.number(1), query.unsigned_number(2));
      }
    }
    for (const auto& [arrival, origin, seq] : rows) {
      HF_CHECKED(write_damage(arrival, origin, seq, "its content could not be saved"));
      HF_CHECKED(Query(remove).bind(1, arrival.value()).run());
      --saved_.rows;
    }
    return {};
  }

  const PageSource& pages_;
  Database& target_;
  SalvagedNames& names_;
  Salvaged saved_{.rows = 0, .damaged = 0, .lease_lost = true};
  std::map<Arrival, std::pair<OriginNumber, protocol::Seq>> wanting_;
  bool unseeded_ = false;  // what is salvaged was so
  Statement lease_, meta_, entry_, branch_, damage_;
};

}  // namespace

Result<Salvaged> salvage(const std::string& path, const std::string& into,
                         const SqliteOptions& options) {
  const std::string file = bytes_of(path);
  const std::string wal_bytes = bytes_of(path + "-wal");
  const WalFile wal = read_wal(wal_bytes);
  PageSource pages{file};
  // A dropped frame is newer than what it would have replaced, and its rows answer for themselves.
  for (const auto* frames : {&wal.believed, &wal.dropped}) {
    for (const WalFrame& frame : *frames) {
      if (frame.page_number < 1u << 30) pages.put_over(frame.page_number, frame.page);
    }
  }

  Salvaged saved;
  {
    HF_TRY(target, Database::open(into, {.vfs = options.vfs, .create = true}));
    HF_CHECKED(create_schema(target));
    HF_CHECKED(target.exec("PRAGMA synchronous = FULL"));
    HF_TRY(names, SalvagedNames::prepare(target));
    HF_TRY(transaction, Transaction::begin(target, Transaction::Kind::kWrite));
    Salvager salvager(pages, target, names);
    HF_CHECKED(salvager.run());
    HF_CHECKED(transaction.commit());
    saved = salvager.saved();
    HF_CHECKED(target.number("PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  return saved;
}

// ---- the end of a WAL ----

namespace {

// Names that a dropped frame brought, and then those of the file.
class RescueNames {
 public:
  explicit RescueNames(Names& names) : names_(names) {}

  void meet(const ScannedRow& row) {
    if (has_shape(row.values, kOrigin))
      origins_[row.rowid] =
          std::make_shared<const protocol::Origin>(std::string(row.values[1].bytes));
    if (has_shape(row.values, kChat)) {
      chats_[row.rowid] =
          std::make_shared<const ChatKey>(protocol::SiteId(std::string(row.values[1].bytes)),
                                          protocol::ChatId(std::string(row.values[2].bytes)));
    }
  }

  std::optional<FoundNames> check(const Row& row) {
    const FoundNames found{
        .origin = origin(row.origin), .acc_origin = origin(row.acc_origin), .chat = chat(row.chat)};
    if (!found.origin || !found.acc_origin || !found.chat || checksum(row, found.view()) != row.crc)
      return std::nullopt;
    return found;
  }

 private:
  std::shared_ptr<const protocol::Origin> origin(OriginNumber number) {
    if (const auto met = origins_.find(number.value()); met != origins_.end()) return met->second;
    return names_.origin(number).value_or(nullptr);
  }
  std::shared_ptr<const ChatKey> chat(ChatNumber number) {
    if (const auto met = chats_.find(number.value()); met != chats_.end()) return met->second;
    return names_.chat(number).value_or(nullptr);
  }

  Names& names_;
  std::map<std::int64_t, std::shared_ptr<const protocol::Origin>> origins_;
  std::map<std::int64_t, std::shared_ptr<const ChatKey>> chats_;
};

struct RescuedRow {
  protocol::Entry entry;           // without its content
  std::optional<Arrival> content;  // where that stands
  std::string head;
  std::optional<std::string> body;
};

Result<protocol::ContentPtr> content_of(const RescuedRow& row,
                                        const std::map<Arrival, RescuedRow>& rescued,
                                        SqliteJournal& journal) {
  if (!row.content) return protocol::parse_content(row.head, row.body);
  if (const auto holder = rescued.find(*row.content);
      holder != rescued.end() && !holder->second.content) {
    return content_of(holder->second, rescued, journal);
  }
  HF_TRY(page, journal.read_arrivals(Arrival(row.content->value() - 1), 1));
  if (page.entries.empty() || page.entries[0].arrival != *row.content)
    return fail(ErrorCode::kNotFound, "row {} is not here", *row.content);
  return page.entries[0].entry.content;
}

}  // namespace

WalRescue::WalRescue(const std::string& path) : wal_(bytes_of(path + "-wal")) {}

bool WalRescue::needed() const {
  return !read_wal(wal_).dropped.empty();
}

Result<Salvaged> WalRescue::bring_over(SqliteJournal& journal, const std::string& path,
                                       const SqliteOptions& options) {
  const WalFile wal = read_wal(wal_);
  const std::string file = bytes_of(path);
  PageSource pages{file};
  for (const auto* frames : {&wal.believed, &wal.dropped}) {
    for (const WalFrame& frame : *frames) pages.put_over(frame.page_number, frame.page);
  }
  HF_TRY(database, Database::open(path, {.vfs = options.vfs}));
  HF_TRY(names, Names::prepare(database));
  RescueNames known(names);
  for (const WalFrame& frame : wal.dropped)
    scan_page(frame.page, pages, [&](const ScannedRow& row) { known.meet(row); });

  std::map<Arrival, RescuedRow> rescued;
  std::map<Arrival, std::pair<OriginNumber, protocol::Seq>> wanting;
  for (const WalFrame& frame : wal.dropped) {
    scan_page(frame.page, pages, [&](const ScannedRow& scanned) {
      if (!has_shape(scanned.values, kEntry)) return;
      const Row row = row_of(scanned, 0);
      const auto sound = known.check(row);
      if (!sound) {
        wanting.emplace(row.arrival, std::pair(row.origin, row.seq));
        return;
      }
      rescued.try_emplace(
          row.arrival,
          RescuedRow{.entry = entry_of(row, sound->view(), nullptr),
                     .content = row.content,
                     .head = std::string(row.head.value_or("")),
                     .body = row.body ? std::optional<std::string>(*row.body) : std::nullopt});
    });
  }

  Salvaged saved;
  HF_TRY(last, journal.last_arrival());
  HF_TRY(held, journal.holdings());
  std::vector<Batch> batches;
  for (auto& [arrival, row] : rescued) {
    const auto origin = held.find(row.entry.origin);
    if (origin != held.end() && origin->second.contains(row.entry.seq)) continue;
    if (auto content = content_of(row, rescued, journal)) {
      row.entry.content = *std::move(content);
      batches.push_back({.entries = std::span(&row.entry, 1), .lease = {}});
    } else {
      ++saved.damaged;
    }
  }
  for (const auto& result : journal.append_group(batches)) ++(result ? saved.rows : saved.damaged);
  for (const auto& [arrival, claim] : wanting)
    saved.damaged += arrival > last && !rescued.contains(arrival) ? 1 : 0;
  return saved;
}

}  // namespace holdfast::journal
