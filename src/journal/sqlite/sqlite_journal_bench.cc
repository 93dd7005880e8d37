// What the embedded journal costs on this machine's disk: `journal_sqlite_bench`. The directory is
// HOLDFAST_BENCH_DIR, or the temporary one (beware of a tmpfs: its syncs are free).
// docs/performance.md holds what was measured.
//
// "Everything" means the rows, their projections and the checkpoints: a second thread maintains the
// journal while the first appends, as JournalReader does, and the clock stops when that is done,
// too.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "journal/sample_entries.h"
#include "journal/sqlite/sqlite_journal.h"

namespace holdfast::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPool = 100'000;  // entries made ahead, outside the clock
constexpr std::size_t kChats = 1'000;

class Directory {
 public:
  Directory() {
    const char* const base = std::getenv("HOLDFAST_BENCH_DIR");
    std::string pattern = (fs::path(base == nullptr ? fs::temp_directory_path() : fs::path(base)) /
                           "holdfast-bench-XXXXXX")
                              .string();
    CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Directory() { fs::remove_all(path_); }
  std::string file() const { return (path_ / "journal.db").string(); }

 private:
  fs::path path_;
};

std::unique_ptr<SqliteJournal> opened(const std::string& path) {
  auto result = SqliteJournal::open(path, {.now = WallMs(0)});
  CHECK(result.has_value(), "{}", result.error().text());
  return std::move(result->journal);
}

std::vector<protocol::Entry> make_pool(SampleOrigin& origin, std::uint64_t& id, std::size_t count) {
  std::vector<protocol::Entry> pool;
  pool.reserve(count);
  for (std::size_t i = 0; i < count; ++i, ++id) {
    pool.push_back(
        origin.next({.chat = "chat " + std::to_string(id % kChats),
                     .text = "Is the blue one still there in size 42, and when would it come?",
                     .id = id}));
  }
  return pool;
}

void append_all(SqliteJournal& journal, benchmark::State& state, std::size_t batch) {
  SampleOrigin origin("n1");
  std::uint64_t id = 1;
  std::vector<protocol::Entry> pool;
  std::size_t at = 0;
  for (auto _ : state) {
    if (at + batch > pool.size()) {
      state.PauseTiming();
      pool = make_pool(origin, id, kPool);
      at = 0;
      state.ResumeTiming();
    }
    const auto last = journal.append(std::span(pool).subspan(at, batch), std::nullopt);
    CHECK(last.has_value(), "{}", last.error().text());
    at += batch;
  }
  state.counters["events/s"] = benchmark::Counter(static_cast<double>(state.iterations() * batch),
                                                  benchmark::Counter::kIsRate);
}

// The acknowledging path alone.
void Append(benchmark::State& state) {
  Directory directory;
  auto journal = opened(directory.file());
  append_all(*journal, state, static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(Append)->Arg(1)->Arg(10)->Arg(100)->Arg(1'000)->UseRealTime()->Unit(
    benchmark::kMicrosecond);

// The same while a second thread projects and checkpoints.
void AppendMaintained(benchmark::State& state) {
  Directory directory;
  auto journal = opened(directory.file());
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      if (!journal->maintain().value()) std::this_thread::yield();
    }
  });
  append_all(*journal, state, static_cast<std::size_t>(state.range(0)));
  done = true;
  reader.join();
}
BENCHMARK(AppendMaintained)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// 200,000 events from nothing to the last projection and the last checkpoint.
void Everything(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  SampleOrigin origin("n1");
  std::uint64_t id = 1;
  const auto pool = make_pool(origin, id, 200'000);
  for (auto _ : state) {
    state.PauseTiming();
    auto directory = std::make_unique<Directory>();
    auto journal = opened(directory->file());
    state.ResumeTiming();
    std::atomic<bool> done = false;
    std::thread reader([&] {
      while (!done) {
        if (!journal->maintain().value()) std::this_thread::yield();
      }
    });
    for (std::size_t at = 0; at + batch <= pool.size(); at += batch) {
      CHECK(journal->append(std::span(pool).subspan(at, batch), std::nullopt).has_value());
    }
    done = true;
    reader.join();
    CHECK(journal->close().has_value());
    state.PauseTiming();
    journal.reset();
    directory.reset();
    state.ResumeTiming();
  }
  state.counters["events/s"] = benchmark::Counter(
      static_cast<double>(state.iterations() * pool.size()), benchmark::Counter::kIsRate);
}
BENCHMARK(Everything)
    ->Arg(100)
    ->Arg(1'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

// A journal of 1,000,000 entries, made once; `killed` is its image as a killed process leaves it.
struct Million {
  Directory directory, killed;
  Million() {
    auto journal = opened(directory.file());
    SampleOrigin origin("n1");
    std::uint64_t id = 1;
    for (int i = 0; i < 10; ++i) {
      const auto pool = make_pool(origin, id, kPool);
      for (std::size_t at = 0; at < pool.size(); at += 1'000) {
        CHECK(journal->append(std::span(pool).subspan(at, 1'000), std::nullopt).has_value());
        CHECK(journal->maintain().has_value());
      }
    }
    const auto tail = make_pool(origin, id, 1'000);
    CHECK(journal->append(tail, std::nullopt).has_value());
    for (const char* suffix : {"", "-wal"})
      fs::copy_file(directory.file() + suffix, killed.file() + suffix);
    CHECK(journal->close().has_value());
  }
  static Million& instance() {
    static Million million;
    return million;
  }
};

void OpenAMillion(benchmark::State& state) {
  const Million& million = Million::instance();
  for (auto _ : state) {
    auto journal = opened(million.directory.file());
    benchmark::DoNotOptimize(journal->holdings());
    state.PauseTiming();
    journal.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(OpenAMillion)->UseRealTime()->Unit(benchmark::kMillisecond);

void OpenAMillionAfterAKill(benchmark::State& state) {
  const Million& million = Million::instance();
  for (auto _ : state) {
    state.PauseTiming();
    Directory copy;
    for (const char* suffix : {"", "-wal"})
      fs::copy_file(million.killed.file() + suffix, copy.file() + suffix);
    state.ResumeTiming();
    auto journal = opened(copy.file());
    benchmark::DoNotOptimize(journal->holdings());
    state.PauseTiming();
    journal.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(OpenAMillionAfterAKill)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(3);

// 1,000 messages each, spread over the whole file.
void ReadChat(benchmark::State& state) {
  auto journal = opened(Million::instance().directory.file());
  std::size_t read = 0;
  for (auto _ : state) {
    const auto entries =
        journal->read_chat(sample_chat("shop", "chat " + std::to_string(read % kChats)));
    CHECK(entries.has_value() && entries->size() >= 1'000);
    ++read;
  }
  state.counters["entries/s"] = benchmark::Counter(static_cast<double>(state.iterations() * 1'000),
                                                   benchmark::Counter::kIsRate);
}
BENCHMARK(ReadChat)->UseRealTime()->Unit(benchmark::kMillisecond);

// A page as the peer link pulls it.
void ReadOriginPage(benchmark::State& state) {
  auto journal = opened(Million::instance().directory.file());
  SampleOrigin origin("n1");
  std::uint64_t first = 1;
  std::size_t entries = 0;
  for (auto _ : state) {
    const auto page = journal->read_origin(
        {origin.name(), protocol::Seq(first), protocol::Seq(1'000'000), false, 256 << 10});
    CHECK(page.has_value() && !page->entries.empty());
    entries += page->entries.size();
    first = page->entries.back().entry.seq.value() % 900'000 + 1;
  }
  state.counters["entries/s"] =
      benchmark::Counter(static_cast<double>(entries), benchmark::Counter::kIsRate);
}
BENCHMARK(ReadOriginPage)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::journal
