// A journal's file that was damaged while nobody had it open: bytes, pages, its length, its log.
//
// Checks: it opens, or says why not and leaves the file alone; whatever is read from it is what was
// written, byte for byte; what it claims to hold is there; what is missing can be had again;
// nothing is missing in silence; and it opens a second time.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/check.h"
#include "fuzz/harness.h"
#include "journal/sample_entries.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/suspect.h"
#include "journal/sqlite/temporary_directory.h"

namespace holdfast::fuzz {
namespace {

namespace fs = std::filesystem;
using namespace journal;
using protocol::Entry;

enum class Damage : std::uint8_t { kByte, kBytes, kZeros, kCut, kPageOnPage, kGrow, kText };
constexpr std::size_t kDamages = 7;
constexpr std::size_t kDamagesMax = 12;
constexpr std::size_t kPageSize = 4'096;
constexpr std::size_t kAll = 1u << 30;
constexpr int kChats = 3;
constexpr int kLivesMax = 3;

using Identity = std::pair<protocol::Origin, protocol::Seq>;
Identity identity_of(const Entry& entry) {
  return {entry.origin, entry.seq};
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
Result<SqliteJournal::Opened> open(const std::string& path) {
  return SqliteJournal::open(path, {.now = WallMs(1'700'000'000'000)});
}

// What a process left behind.
struct Image {
  std::string file, wal;
};

// A small journal, as an orderly stop, a kill before and a kill after a checkpoint leave it; and
// what was written into it. Made once.
struct Original {
  std::map<Identity, Entry> written;
  std::map<Identity, Entry>
      frozen;  // cut off; old pages still have them, and salvage may find them
  std::vector<Image> images;
};

std::string chat_name(int i) {
  return "chat " + std::to_string(i);
}

// Own and carried entries, second entries of a content, an erased body, one that overflows a page,
// a setting.
void fill(Journal& journal, Original& original) {
  SampleOrigin n1("n1"), n2("n2");
  for (std::uint64_t i = 0; i < 10; ++i) {
    const std::string chat = chat_name(static_cast<int>(i % kChats));
    const bool setting = i == 4;
    const auto content = make_content({.chat = setting ? "" : chat,
                                       .kind = setting ? "set" : "message",
                                       .text = std::string(i == 7 ? 5'000 : 40, 'x'),
                                       .id = i + 1,
                                       .erased = i == 5});
    const auto mine = n1.next(content);
    const auto theirs =
        i % 3 == 0 ? n2.carry(content, mine.acceptance) : n2.next({.chat = chat, .id = 10'000 + i});
    CHECK(journal.append(std::vector{mine, theirs}, {}).has_value());
    original.written.emplace(identity_of(mine), mine);
    original.written.emplace(identity_of(theirs), theirs);
  }
  CHECK(journal.acquire_lease("n1", WallMs(1'000), WallMs(2'000)).has_value());
  CHECK(journal.freeze_origin(n2.name(), protocol::Seq(8)).has_value());
  for (const std::uint64_t seq : {9, 10})
    original.frozen.insert(original.written.extract({n2.name(), protocol::Seq(seq)}));
}

Original make_original() {
  Original original;
  for (const bool checkpointed : {false, true}) {
    TemporaryDirectory directory;
    const std::string path = directory.file("journal.db");
    auto journal = std::move(open(path)->journal);
    original.written.clear();
    original.frozen.clear();
    fill(*journal, original);
    if (checkpointed)
      CHECK(Database::open(path, {})->number("PRAGMA wal_checkpoint(PASSIVE)").has_value());
    original.images.push_back({bytes_of(path), bytes_of(path + "-wal")});
    journal.reset();
    if (checkpointed) original.images.push_back({bytes_of(path), ""});
  }
  return original;
}

const Original& original() {
  static const Original original = make_original();
  return original;
}

void damage(Input& input, std::string& bytes) {
  if (bytes.empty()) return;
  const std::size_t at = input.number() % bytes.size();
  const std::size_t page = at / kPageSize * kPageSize;
  switch (static_cast<Damage>(input.below(kDamages))) {
    case Damage::kByte:
      bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + input.byte()));
      return;
    case Damage::kBytes:
    case Damage::kText: {
      const std::string text = input.text();
      bytes.replace(at, std::min(text.size(), bytes.size() - at), text);
      return;
    }
    case Damage::kZeros: {
      const std::size_t size = std::min<std::size_t>(16u << input.below(10), bytes.size() - at);
      bytes.replace(at, size, size, '\0');
      return;
    }
    case Damage::kCut:
      bytes.resize(at);
      return;
    case Damage::kPageOnPage: {
      const std::size_t from = input.number() % bytes.size() / kPageSize * kPageSize;
      const std::string copy = bytes.substr(from, kPageSize);
      bytes.replace(page, std::min(copy.size(), bytes.size() - page), copy);
      return;
    }
    case Damage::kGrow:
      bytes.append(64u << input.below(8), static_cast<char>(input.byte()));
      return;
  }
}

bool same(const Entry& a, const Entry& b) {
  return a.h == b.h && a.before == b.before && a.acceptance == b.acceptance &&
         a.content->digest == b.content->digest && a.content->head_bytes == b.content->head_bytes &&
         a.content->body_bytes == b.content->body_bytes;
}

// SQLite met damage that the opening and the scrub had not: the process ends, and the next opening
// mends what it left a note about.
struct Stumbled {
  std::string why;
};
template <class T>
T need(Result<T> result) {
  if (!result) throw Stumbled{result.error().text()};
  return *std::move(result);
}
void need(Result<void> result) {
  if (!result) throw Stumbled{result.error().text()};
}

// Everything that can be read, each of it as it was written.
std::set<Identity> read_all(Journal& journal) {
  std::set<Identity> present;
  const Page page = need(journal.read_arrivals(Arrival(0), kAll));
  for (const auto& stored : page.entries) {
    const Identity identity = identity_of(stored.entry);
    const bool frozen = original().frozen.contains(identity);
    const auto& all = frozen ? original().frozen : original().written;
    const auto found = all.find(identity);
    CHECK(found != all.end(), "{} of {} was never written", identity.second, identity.first);
    CHECK(same(found->second, stored.entry), "{} of {} is not what was written", identity.second,
          identity.first);
    CHECK(present.insert(identity).second, "{} of {} stands twice", identity.second,
          identity.first);
  }
  return present;
}

std::set<Identity> held(Journal& journal) {
  std::set<Identity> all;
  const protocol::Holdings holdings = need(journal.holdings());
  for (const auto& [origin, set] : holdings) {
    for (const auto& run : set.intervals()) {
      CHECK(run.last.value() <= 100, "up to {} of {} is claimed", run.last, origin);
      for (std::uint64_t seq = run.first.value(); seq <= run.last.value(); ++seq)
        all.emplace(origin, seq);
    }
  }
  return all;
}

std::set<Identity> by_chat(Journal& journal) {
  std::set<Identity> all;
  for (int i = 0; i <= kChats; ++i) {
    const ChatKey key = sample_chat("shop", i == kChats ? "" : chat_name(i));
    for (const auto& stored : need(journal.read_chat(key))) {
      CHECK(stored.entry.content->head.chat == key.chat);
      all.insert(identity_of(stored.entry));
    }
  }
  return all;
}

std::set<Identity> settings(Journal& journal) {
  std::set<Identity> all;
  for (const auto& stored : need(journal.read_settings())) all.insert(identity_of(stored.entry));
  return all;
}

std::set<Identity> settings_among(const std::set<Identity>& present) {
  std::set<Identity> all;
  for (const auto& [identity, entry] : original().written) {
    if (entry.content->head.kind == "set" && present.contains(identity)) all.insert(identity);
  }
  return all;
}

bool has_all(const std::set<Identity>& present) {
  return std::ranges::all_of(original().written,
                             [&](const auto& each) { return present.contains(each.first); });
}

void check_honest_and_healable(SqliteJournal& journal) {
  const auto present = read_all(journal);
  CHECK(held(journal) == present, "{} are claimed, {} are there", held(journal).size(),
        present.size());
  CHECK(by_chat(journal) == present);
  CHECK(settings(journal) == settings_among(present));
  for (const Entry& branch : need(journal.read_branches()))
    CHECK(branch.content->head.site.value() == "shop");
  std::vector<Entry> all;
  for (const auto& [identity, entry] : original().written) all.push_back(entry);
  need(journal.append(all, {}));
  CHECK(has_all(read_all(journal)));
  CHECK(held(journal) == read_all(journal));
  CHECK(by_chat(journal) == read_all(journal));
  // A row of which nothing can be told stays listed: no entry that comes again can be known as it.
  for (const DamagedRow& row : journal.damaged())
    CHECK(row.seq.value() == 0 || original().frozen.contains({row.origin, row.seq}),
          "{} of {} is healed and still listed", row.seq, row.origin);
}

// Another program's database, or one of a later format: it is not ours to touch.
void check_refusal(const std::string& path, const std::string& before, const Error& error) {
  CHECK(error.code == ErrorCode::kInvalid, "{}", error.text());
  CHECK(bytes_of(path) == before, "refused, and touched");
}

// One life of a process over the file. `told`: whether any of them said that something is damaged.
void live(const std::string& path, bool wal_is_whole, bool& told) {
  const std::string before = bytes_of(path);
  auto opened = open(path);
  if (!opened && fs::exists(suspect_note(path))) throw Stumbled{opened.error().text()};
  if (!opened) return check_refusal(path, before, opened.error());
  SqliteJournal& journal = *opened->journal;
  need(journal.scrub());
  const auto present = read_all(journal);
  told = told || !opened->report.clean || !journal.damaged().empty();
  // A log may end anywhere, and what a loss of power left unsynced looks like what was cut off.
  CHECK(has_all(present) || told || !wal_is_whole, "{} of {} entries are there and nothing is said",
        present.size(), original().written.size());
  check_honest_and_healable(journal);
  opened->journal.reset();
  const auto again = open(path);
  CHECK(again.has_value(), "{}", again.error().text());
  CHECK(has_all(read_all(*again->journal)));
}

}  // namespace

void run(Input& input) {
  TemporaryDirectory directory;
  const std::string path = directory.file("journal.db");
  Image image = input.one_of(original().images);
  const std::string whole_wal = image.wal;
  for (std::size_t i = 0; i < kDamagesMax && !input.empty(); ++i)
    damage(input, input.flag() && !image.wal.empty() ? image.wal : image.file);
  write_bytes(path, image.file);
  if (!image.wal.empty()) write_bytes(path + "-wal", image.wal);

  bool told = false;
  std::string why;
  for (int life = 0; life < kLivesMax; ++life) {
    try {
      return live(path, image.wal == whole_wal, told);
    } catch (const Stumbled& stumbled) {
      CHECK(fs::exists(suspect_note(path)), "it failed and left no note: {}", stumbled.why);
      why += "; " + stumbled.why;
    }
  }
  CHECK(false, "the journal is not mended, however often one opens it{}", why);
}

namespace {

Script image(std::size_t which) {
  Script script;
  script.byte(which);
  return script;
}
Script& at(Script& script, bool wal, std::size_t where, Damage how) {
  return script.byte(wal ? 1 : 0)
      .number(static_cast<std::uint32_t>(where))
      .byte(static_cast<std::size_t>(how));
}

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> seeds;
  for (std::size_t which = 0; which < 3; ++which) {
    const Image& whole = original().images[which];
    for (const std::size_t where : {18u, 100u, 5'000u, 20'000u, 60'000u}) {
      const bool wal = !whole.wal.empty() && where != 18;
      Script flipped = image(which);
      at(flipped, wal, where, Damage::kByte).byte(6);
      seeds.push_back(flipped.bytes());
      Script cut = image(which);
      at(cut, wal, where, Damage::kCut);
      seeds.push_back(cut.bytes());
      Script zeroed = image(which);
      at(zeroed, wal, where, Damage::kZeros).byte(8);
      seeds.push_back(zeroed.bytes());
    }
    Script doubled = image(which);
    at(doubled, false, 9'000, Damage::kPageOnPage).number(20'000);
    seeds.push_back(doubled.bytes());
    Script written = image(which);
    at(written, false, 0, Damage::kText).text("not a database");
    at(written, true, 40, Damage::kGrow).byte(3).byte(7);
    seeds.push_back(written.bytes());
  }
  return seeds;
}

}  // namespace holdfast::fuzz
