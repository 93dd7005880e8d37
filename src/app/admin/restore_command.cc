#include "app/admin/restore_command.h"

#include <map>
#include <utility>

#include "app/admin/backup_folder.h"
#include "app/data_dir.h"
#include "app/durable_file.h"
#include "app/serve/erasure_keeper.h"
#include "chat/chat.h"
#include "journal/sqlite/sqlite_journal.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBatch = 2'000;

// A journal under a name of its own until it is whole, with whatever stands beside it; the index
// for searching is made again where it belongs.
class Building {
 public:
  explicit Building(fs::path file) : file_(std::move(file)) { discard(); }
  ~Building() { discard(); }
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;

  const fs::path& file() const { return file_; }

  Result<void> move_to(const fs::path& place) {
    std::error_code error;
    fs::rename(file_, place, error);
    if (error) return fail(ErrorCode::kIo, "{}: {}", place.string(), error.message());
    return sync_folder(place.parent_path());
  }

 private:
  void discard() const {
    std::error_code ignored;
    const std::string name = file_.filename().string();
    std::vector<fs::path> going;
    for (const auto& each : fs::directory_iterator(file_.parent_path(), ignored)) {
      if (each.path().filename().string().starts_with(name)) going.push_back(each.path());
    }
    for (const fs::path& each : going) fs::remove(each, ignored);
  }

  fs::path file_;
};

class Restoring {
 public:
  Restoring(journal::SqliteJournal& journal, const Say& say) : journal_(journal), say_(say) {}

  Result<void> add(protocol::Entry entry) {
    batch_.push_back(std::move(entry));
    return batch_.size() < kBatch ? Result<void>() : flush();
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    if (auto whole = journal_.append(batch_, std::nullopt); !whole) {
      if (whole.error().code != ErrorCode::kConflict) return std::unexpected(whole.error());
      HF_CHECKED(add_one_by_one());
    }
    batch_.clear();
    return {};
  }

  // Chats are open until somebody says otherwise; a node would read all of them at its start.
  Result<void> close_chats() {
    HF_TRY(last, journal_.last_arrival());
    HF_TRY(open, journal_.open_chats());
    std::size_t closed = 0;
    for (const journal::ChatKey& key : open) {
      HF_TRY(entries, journal_.read_chat(key));
      std::map<protocol::Digest, protocol::Event> events;
      for (const auto& [arrival, entry] : entries) {
        protocol::Event& event = events[entry.content->digest];
        event.content = entry.content;
        protocol::add_acceptance(event.acceptances, entry.acceptance);
      }
      std::vector<protocol::Event> all;
      for (auto& [digest, event] : events) all.push_back(std::move(event));
      if (chat::fold_routing(all).state != chat::Decision::State::kClosed) continue;
      HF_CHECKED(journal_.mark_closed(key, last));
      if (++closed % 10'000 == 0) say_(fmt::format("{} closed chats", closed));
    }
    return {};
  }

 private:
  // An origin that was cut off after a rollback stands in the backup with both of its ends; the
  // later one counts, as it did in the journal. What is cut off here waits as a branch, as it did
  // there.
  Result<void> add_one_by_one() {
    for (const protocol::Entry& entry : batch_) {
      auto added = journal_.append(std::span(&entry, 1), std::nullopt);
      if (added) continue;
      if (added.error().code != ErrorCode::kConflict) return std::unexpected(added.error());
      HF_CHECKED(journal_.freeze_origin(entry.origin, protocol::Seq(entry.seq.value() - 1)));
      HF_CHECKED(journal_.append(std::span(&entry, 1), std::nullopt));
    }
    return {};
  }

  journal::SqliteJournal& journal_;
  const Say& say_;
  std::vector<protocol::Entry> batch_;
};

Result<void> build(const ServeConfig& config, Clock& clock, const fs::path& dir,
                   const Manifest& manifest, const fs::path& file, const Say& say) {
  HF_TRY(opened, journal::SqliteJournal::open(file.string(), {.now = clock.now().wall}));
  journal::SqliteJournal& journal = *opened.journal;
  Restoring restoring(journal, say);
  std::uint64_t read = 0;
  for (const Segment& segment : manifest.segments) {
    HF_CHECKED(read_segment(dir, segment, config.node.keys.cluster, [&](protocol::Entry entry) {
      return restoring.add(std::move(entry));
    }));
    read += segment.bytes;
    say(fmt::format("{} of {} read and verified", bytes_text(read), bytes_text(manifest.bytes())));
  }
  HF_CHECKED(restoring.flush());
  HF_CHECKED(restoring.close_chats());
  HF_CHECKED(journal.mark_seeded());
  // Every row once more, as it stands on the disk.
  HF_CHECKED(journal.scrub());
  if (!journal.damaged().empty())
    return fail(ErrorCode::kIo, "{}: rows that were just written cannot be read back",
                file.string());
  return journal.close();
}

}  // namespace

Result<std::string> restore(const ServeConfig& config, Clock& clock, const fs::path& dir,
                            const fs::path& data_dir, const Say& say) {
  HF_TRY(manifest, read_manifest(dir));
  if (!manifest)
    return fail(ErrorCode::kNotFound, "{}: no backup: there is no manifest.json", dir.string());
  const fs::path place = journal_file(data_dir);
  std::error_code error;
  for (const char* suffix : {"", "-wal"}) {
    if (!fs::exists(place.string() + suffix, error)) continue;
    return fail(ErrorCode::kConflict,
                "{}{} exists; a restore overwrites nothing: move the folder away, or name another "
                "one with --into",
                place.string(), suffix);
  }
  fs::create_directories(data_dir, error);
  if (error) return fail(ErrorCode::kIo, "{}: {}", data_dir.string(), error.message());
  if (manifest->deployment != config.node.deployment) {
    say(fmt::format("note: a backup of the {} deployment becomes data of the {} one",
                    protocol::name_of(manifest->deployment),
                    protocol::name_of(config.node.deployment)));
  }

  Building building(data_dir / "journal.restoring");
  HF_CHECKED(build(config, clock, dir, *manifest, building.file(), say));
  // The mark first: a journal that was restored never stands there without it.
  node::ErasureMark mark = read_erasure_mark(erasures_file(data_dir)).value_or(manifest->erasures);
  mark.restored = true;
  HF_CHECKED(write_erasure_mark(erasures_file(data_dir), mark));
  HF_CHECKED(building.move_to(place));
  return fmt::format(
      "restored {} entries into {}; start it: holdfast serve --config {}\nit pulls what is newer "
      "from the other deployment. Old transcripts stay hidden until the erasures known there were "
      "fetched; where there is no other deployment any more: holdfast erase --config {} "
      "--confirm-ledger",
      manifest->entries(), data_dir.string(), config.file.string(), config.file.string());
}

}  // namespace holdfast::app
