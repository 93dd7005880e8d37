#include "app/admin/backup_command.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "app/admin/backup_folder.h"
#include "app/data_dir.h"
#include "app/durable_file.h"
#include "chat/erasure.h"
#include "journal/sqlite/file_lock.h"
#include "journal/sqlite/sqlite_journal.h"
#include "node/erasure_ledger.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPageBytes = 4u << 20;
constexpr std::uint64_t kSegmentBytes = 64u << 20;
// A last segment below this is written anew with what is added to it, so that hourly backups do not
// become thousands of files.
constexpr std::uint64_t kSmallBytes = 16u << 20;

// Which events of which chats have no body any more, according to every erasure that the journal
// knows.
class Forgotten {
 public:
  explicit Forgotten(journal::Journal& journal) : journal_(journal) {}

  // `applied`: what the backup obeys already.
  Result<void> learn(const node::ErasureMark& applied) {
    HF_TRY(entries, journal_.read_erasures());
    std::vector<std::optional<chat::Erasure>> all;
    for (const auto& [arrival, entry] : entries) {
      if (!ledger_.add(entry.content->digest)) continue;
      const auto what = chat::parse_erasure(*entry.content);
      all.push_back(what ? std::optional(*what) : std::nullopt);
    }
    const std::uint64_t known = ledger_.agreed(applied).value_or(0);
    for (std::uint64_t i = 0; i < all.size(); ++i) {
      if (all[i]) HF_CHECKED(add(*all[i], i >= known));
    }
    return {};
  }

  node::ErasureMark head() const { return ledger_.mark(ledger_.size()); }
  // Chats of which the backup may still have bodies.
  const std::set<journal::ChatKey>& fresh() const { return fresh_; }

  Result<bool> covers(const protocol::Content& content) {
    const journal::ChatKey key{content.head.site, content.head.chat};
    const auto cut = cuts_.find(key);
    if (cut == cuts_.end() || !content.body_bytes) return false;
    const auto known = events_.find(key);
    if (known != events_.end()) return known->second.contains(content.digest);
    HF_TRY(found, covered_in(key, cut->second));
    const bool covered = found.contains(content.digest);
    events_.emplace(key, std::move(found));
    return covered;
  }

 private:
  Result<void> add(const chat::Erasure& what, bool is_fresh) {
    std::vector<journal::ChatKey> chats;
    if (what.visitor) {
      HF_TRY(theirs, journal_.chats_of(what.site, *what.visitor));
      chats = std::move(theirs);
    } else {
      chats.push_back({what.site, *what.chat});
    }
    for (const journal::ChatKey& key : chats) {
      protocol::Hlc& cut = cuts_[key];
      cut = std::max(cut, what.until);
      if (is_fresh) fresh_.insert(key);
    }
    return {};
  }

  // The journal has the bodies or has not, as far as the node has come; what counts is the cut.
  Result<std::set<protocol::Digest>> covered_in(const journal::ChatKey& key, protocol::Hlc cut) {
    HF_TRY(entries, journal_.read_chat(key));
    std::set<protocol::Digest> covered;
    for (const auto& [arrival, entry] : entries) {
      if (entry.acceptance.hlc <= cut && chat::is_erasable(*entry.content))
        covered.insert(entry.content->digest);
    }
    return covered;
  }

  journal::Journal& journal_;
  node::ErasureLedger ledger_;
  std::map<journal::ChatKey, protocol::Hlc> cuts_;
  std::set<journal::ChatKey> fresh_;
  std::map<journal::ChatKey, std::set<protocol::Digest>> events_;
};

class Backup {
 public:
  Backup(const ServeConfig& config, fs::path dir, const Say& say, journal::Journal& journal,
         Manifest before)
      : keys_(config.node.keys.cluster),
        dir_(std::move(dir)),
        say_(say),
        journal_(journal),
        forgotten_(journal),
        manifest_(std::move(before)) {}

  Result<void> run() {
    HF_TRY(goes_on, journal_goes_on());
    if (!goes_on) {
      if (!manifest_.segments.empty())
        say_(
            "the journal is not the one of the last run (restored or repaired): backing up all of "
            "it");
      manifest_.segments.clear();
      manifest_.last = journal::Arrival(0);
      manifest_.erasures = {};
    }
    HF_CHECKED(forgotten_.learn(manifest_.erasures));
    HF_CHECKED(look_at_what_is_there());
    HF_CHECKED(add_what_is_new());
    manifest_.erasures = forgotten_.head();
    return {};
  }

  const Manifest& manifest() const { return manifest_; }
  std::uint64_t added() const { return added_; }
  std::uint64_t erased() const { return erased_; }

 private:
  // The entry that was the newest then stands where it stood.
  Result<bool> journal_goes_on() {
    if (manifest_.last == journal::Arrival(0)) return false;
    HF_TRY(page, journal_.read_arrivals(journal::Arrival(manifest_.last.value() - 1), 1));
    if (page.entries.empty() || page.entries[0].arrival != manifest_.last) return false;
    const protocol::Entry& entry = page.entries[0].entry;
    return entry.content->digest == manifest_.last_digest && entry.h == manifest_.last_h;
  }

  // Verifies every segment, and writes those anew that hold what was erased.
  Result<void> look_at_what_is_there() {
    for (Segment& segment : manifest_.segments) {
      bool holds_erased = false;
      HF_CHECKED(read_segment(dir_, segment, keys_, [&](const protocol::Entry& entry) {
        return look(entry, holds_erased);
      }));
      seen_ += segment.bytes;
      if (seen_ - told_ >= kSegmentBytes) {
        told_ = seen_;
        say_(fmt::format("verified {} of {}", bytes_text(seen_), bytes_text(manifest_.bytes())));
      }
      if (holds_erased) HF_CHECKED(rewrite(segment));
    }
    return {};
  }

  Result<void> look(const protocol::Entry& entry, bool& holds_erased) {
    const protocol::Content& content = *entry.content;
    if (!forgotten_.fresh().contains({content.head.site, content.head.chat})) return {};
    HF_TRY(covered, forgotten_.covers(content));
    holds_erased = holds_erased || covered;
    return {};
  }

  Result<void> rewrite(Segment& segment) {
    HF_TRY(writer, SegmentWriter::create(dir_, manifest_.next_number++));
    HF_CHECKED(copy(segment, writer));
    HF_TRY(fresh, finish(writer));
    segment = std::move(fresh);
    return {};
  }

  Result<void> copy(const Segment& segment, SegmentWriter& writer) {
    return read_segment(dir_, segment, keys_,
                        [&](protocol::Entry entry) { return add(writer, std::move(entry)); });
  }

  Result<void> add(SegmentWriter& writer, protocol::Entry entry) {
    HF_TRY(covered, forgotten_.covers(*entry.content));
    if (covered) {
      entry.content = protocol::without_body(*entry.content);
      ++erased_;
    }
    return writer.add(entry);
  }

  // What was written is what can be read.
  Result<Segment> finish(SegmentWriter& writer) {
    HF_TRY(segment, writer.finish());
    HF_CHECKED(read_segment(dir_, segment, keys_,
                            [](const protocol::Entry&) -> Result<void> { return {}; }));
    return segment;
  }

  Result<void> add_what_is_new() {
    HF_TRY(page, journal_.read_arrivals(manifest_.last, kPageBytes));
    while (!page.entries.empty()) {
      HF_CHECKED(add_segment(page));
      say_(fmt::format("{} entries written", added_));
    }
    return {};
  }

  // From `page` on, until it is large enough; leaves the page that comes after it.
  Result<void> add_segment(journal::Page& page) {
    HF_TRY(writer, SegmentWriter::create(dir_, manifest_.next_number++));
    if (!manifest_.segments.empty() && manifest_.segments.back().bytes < kSmallBytes) {
      HF_CHECKED(copy(manifest_.segments.back(), writer));
      manifest_.segments.pop_back();
    }
    while (!page.entries.empty() && writer.bytes() < kSegmentBytes) {
      for (auto& [arrival, entry] : page.entries) {
        manifest_.last = arrival;
        manifest_.last_digest = entry.content->digest;
        manifest_.last_h = entry.h;
        ++added_;
        HF_CHECKED(add(writer, std::move(entry)));
      }
      HF_TRY(next, journal_.read_arrivals(manifest_.last, kPageBytes));
      page = std::move(next);
    }
    HF_TRY(segment, finish(writer));
    manifest_.segments.push_back(std::move(segment));
    return {};
  }

  const std::vector<protocol::SecretKey>& keys_;
  const fs::path dir_;
  const Say& say_;
  journal::Journal& journal_;
  Forgotten forgotten_;
  Manifest manifest_;
  std::uint64_t added_ = 0, erased_ = 0, seen_ = 0, told_ = 0;
};

// What the manifest does not name, of files that are ours: left by an interrupted run, or replaced.
Result<void> remove_leftovers(const fs::path& dir, const Manifest& manifest) {
  std::error_code error;
  for (const auto& each : fs::directory_iterator(dir, error)) {
    const std::string name = each.path().filename().string();
    if (!name.starts_with("segment-")) continue;
    const bool named = std::ranges::any_of(
        manifest.segments, [&](const Segment& segment) { return segment.file == name; });
    if (named) continue;
    std::error_code refused;
    fs::remove(each.path(), refused);
    if (refused) {
      return fail(ErrorCode::kIo, "{} is not needed any more and cannot be removed: {}",
                  each.path().string(), refused.message());
    }
  }
  if (error) return fail(ErrorCode::kIo, "{}: {}", dir.string(), error.message());
  return sync_folder(dir);
}

Result<Manifest> manifest_of(const fs::path& dir, protocol::Deployment deployment) {
  HF_TRY(found, read_manifest(dir));
  if (found) {
    if (found->deployment == deployment) return *std::move(found);
    return fail(ErrorCode::kInvalid, "{}: a backup of the {} deployment, this is the {} one",
                dir.string(), protocol::name_of(found->deployment), protocol::name_of(deployment));
  }
  std::error_code error;
  for (const auto& each : fs::directory_iterator(dir, error)) {
    const std::string name = each.path().filename().string();
    if (name == "lock" || (name.starts_with("segment-") && name.ends_with(".part"))) continue;
    return fail(ErrorCode::kInvalid,
                "{} is not empty and has no manifest.json ({} is there): name a new folder, or one "
                "of a backup",
                dir.string(), name);
  }
  Manifest fresh;
  fresh.deployment = deployment;
  return fresh;
}

}  // namespace

Result<std::string> backup(const ServeConfig& config, Clock& clock, const fs::path& dir,
                           const Say& say) {
  const fs::path file = journal_file(config.data_dir);
  std::error_code error;
  if (!fs::exists(file, error))
    return fail(ErrorCode::kNotFound, "{}: there is no journal to back up", file.string());
  fs::create_directories(dir, error);
  if (error) return fail(ErrorCode::kIo, "{}: {}", dir.string(), error.message());
  HF_TRY(lock, journal::FileLock::take((dir / "lock").string()));
  if (!lock.alone())
    return fail(ErrorCode::kUnavailable, "{}: another backup into it is under way", dir.string());
  HF_TRY(before, manifest_of(dir, config.node.deployment));

  HF_TRY(opened, journal::SqliteJournal::open(file.string(), {.now = clock.now().wall}));
  HF_TRY(seeded, opened.journal->is_seeded());
  if (!seeded)
    return fail(ErrorCode::kUnavailable,
                "{}: this journal began empty and has not pulled all settings from its peer yet: "
                "what is put back from a backup counts as whole",
                file.string());
  Backup backup(config, dir, say, *opened.journal, std::move(before));
  HF_CHECKED(backup.run());
  Manifest manifest = backup.manifest();
  manifest.made = clock.now().wall;
  HF_CHECKED(write_manifest(dir, manifest));
  HF_CHECKED(remove_leftovers(dir, manifest));
  HF_CHECKED(opened.journal->close());
  return fmt::format(
      "{} holds {} entries in {}, all of them verified: {} were new, {} texts were erased from it",
      dir.string(), manifest.entries(), bytes_text(manifest.bytes()), backup.added(),
      backup.erased());
}

}  // namespace holdfast::app
