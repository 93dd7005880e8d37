#include "journal/sqlite/eraser.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "base/log.h"
#include "journal/sqlite/row.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/statements.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

class Erasing {
 public:
  Erasing(Database& database, Names& names, const ChatKey& key,
          std::span<const protocol::Digest> events)
      : database_(database), names_(names), key_(key), events_(events.begin(), events.end()) {}

  Result<std::uint64_t> run() {
    HF_TRY(chat, names_.find(key_.site, key_.chat));
    if (chat.value() != 0) {
      HF_CHECKED(strip_entries(chat));
      HF_CHECKED(strip_branches(chat));
    }
    HF_CHECKED(strip_quarantine());
    return bodies_;
  }

 private:
  // Rows that no projection knows yet stand after the checkpoint.
  Result<void> strip_entries(ChatNumber chat) {
    HF_TRY(arrivals,
           numbers("SELECT arrival FROM by_chat WHERE chat = ?1 UNION SELECT arrival FROM entries "
                   "WHERE arrival > (SELECT min(arrival) FROM projection) AND chat = ?1",
                   chat));
    const std::string select =
        fmt::format("SELECT {} FROM entries WHERE arrival = ?", kEntryColumns);
    HF_TRY(row, database_.prepare(select));
    HF_TRY(strip, database_.prepare("UPDATE entries SET body = NULL, crc = ?2 WHERE arrival = ?1"));
    for (const std::int64_t arrival : arrivals) HF_CHECKED(strip_one(row, strip, arrival));
    return {};
  }

  Result<void> strip_branches(ChatNumber chat) {
    HF_TRY(ids, numbers("SELECT id FROM branches WHERE chat = ?1", chat));
    const std::string select = fmt::format("SELECT {} FROM branches WHERE id = ?", kEntryColumns);
    HF_TRY(row, database_.prepare(select));
    HF_TRY(strip, database_.prepare("UPDATE branches SET body = NULL, crc = ?2 WHERE id = ?1"));
    for (const std::int64_t id : ids) HF_CHECKED(strip_one(row, strip, id));
    return {};
  }

  Result<void> strip_one(const Statement& select, const Statement& strip, std::int64_t key) {
    std::uint32_t crc = 0;
    {
      Query query(select);
      HF_TRY(present, query.bind(1, key).step());
      if (!present) return {};
      Row row = read_row(query);
      if (!row.body) return {};
      HF_TRY(sound, check_row(row, names_));
      // A damaged row is fetched again from the peer; what is left of it keeps its wrong checksum
      // and no body, whichever event it was.
      if (sound && !events_.contains(protocol::Digest(row.digest))) return {};
      row.body.reset();
      crc = sound ? checksum(row, sound->view()) : row.crc;
    }
    ++bodies_;
    return Query(strip).bind(1, key).bind(2, static_cast<std::int64_t>(crc)).run();
  }

  // Of a damaged row nobody can tell what it was, unless its bytes still answer for themselves.
  Result<void> strip_quarantine() {
    std::vector<std::int64_t> going;
    {
      HF_TRY(rows, database_.prepare("SELECT arrival, head, body FROM quarantine WHERE head IS NOT "
                                     "NULL OR body IS NOT NULL"));
      Query query(rows);
      while (true) {
        HF_TRY(more, query.step());
        if (!more) break;
        if (!is_anothers(std::string(query.text(1)), std::string(query.text(2))))
          going.push_back(query.number(0));
      }
    }
    HF_TRY(strip,
           database_.prepare("UPDATE quarantine SET head = NULL, body = NULL WHERE arrival = ?"));
    for (const std::int64_t arrival : going) HF_CHECKED(Query(strip).bind(1, arrival).run());
    bodies_ += going.size();
    return {};
  }

  bool is_anothers(std::string head, std::string body) const {
    const auto content = protocol::parse_content(std::move(head), std::move(body));
    if (!content) return false;
    const protocol::Head& said = (*content)->head;
    return said.site != key_.site || said.chat != key_.chat ||
           !events_.contains((*content)->digest);
  }

  Result<std::vector<std::int64_t>> numbers(std::string_view sql, ChatNumber chat) {
    HF_TRY(statement, database_.prepare(sql));
    std::vector<std::int64_t> found;
    Query query(statement);
    query.bind(1, chat.value());
    while (true) {
      HF_TRY(more, query.step());
      if (!more) return found;
      found.push_back(query.number(0));
    }
  }

  Database& database_;
  Names& names_;
  const ChatKey& key_;
  const std::set<protocol::Digest> events_;
  std::uint64_t bodies_ = 0;
};

}  // namespace

Result<std::uint64_t> Eraser::erase(Database& database, Names& names, const ChatKey& key,
                                    std::span<const protocol::Digest> events) {
  return Erasing(database, names, key, events).run();
}

Result<std::vector<std::string>> remove_evidence(const std::string& path) {
  const fs::path journal(path);
  const fs::path folder = journal.parent_path().empty() ? fs::path(".") : journal.parent_path();
  const std::string name = journal.filename().string();
  std::vector<std::string> removed;
  std::error_code error;
  for (const auto& each : fs::directory_iterator(folder, error)) {
    const std::string other = each.path().filename().string();
    // Of a salvage that is under way elsewhere there is nothing: it needs the journal alone.
    if (!other.starts_with(name + ".damaged-") && !other.starts_with(name + ".building")) continue;
    std::error_code refused;
    fs::remove(each.path(), refused);
    if (refused) {
      return fail(ErrorCode::kIo, "{} may hold an erased body and cannot be removed: {}",
                  each.path().string(), refused.message());
    }
    log::warn("journal", "{} was removed: it may have held what was erased", each.path().string());
    removed.push_back(each.path().string());
  }
  if (error) return fail(ErrorCode::kIo, "{} cannot be read: {}", folder.string(), error.message());
  if (removed.empty()) return removed;
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return fail(ErrorCode::kIo, "{} cannot be synced", folder.string());
  return removed;
}

}  // namespace holdfast::journal
