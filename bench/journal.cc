// `journal`: the embedded journal by itself, in this process, with everything that is written for
// an event: rows, projections, checkpoints.
#include <atomic>
#include <thread>

#include "base/check.h"
#include "bench/runs.h"
#include "bench/scratch.h"
#include "journal/sample_entries.h"
#include "journal/sqlite/sqlite_journal.h"

namespace holdfast::bench {
namespace {

// As JournalReader does, on a thread of its own.
class Maintenance {
 public:
  explicit Maintenance(journal::Journal& journal)
      : thread_([this, &journal] {
          while (!done_) {
            if (!journal.maintain().value_or(false)) std::this_thread::yield();
          }
        }) {}
  ~Maintenance() { finish(); }
  void finish() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

std::vector<protocol::Entry> make_entries(const JournalOptions& options, Progress& progress) {
  progress.phase("making events");
  journal::SampleOrigin origin("n1");
  std::vector<protocol::Entry> entries;
  entries.reserve(options.events);
  for (std::size_t i = 0; i < options.events; ++i) {
    entries.push_back(
        origin.next({.chat = "chat " + std::to_string(i % options.chats),
                     .text = "Is the blue one still there in size 42, and when would it come?",
                     .id = i + 1}));
    progress.at(i, options.events);
  }
  return entries;
}

}  // namespace

Result<void> run_journal(const Common& common, const JournalOptions& options) {
  json::Object told = common.to_json();
  told["events"] = options.events;
  told["batch"] = options.batch;
  told["chats"] = options.chats;
  Report report("journal", told);
  Progress progress(common.quiet);
  const auto entries = make_entries(options, progress);

  HF_TRY(scratch, Scratch::make(common.scratch));
  const auto file = (scratch.path() / "journal.db").string();
  HF_TRY(opened, journal::SqliteJournal::open(file, {.now = WallMs(0)}));
  auto& journal = *opened.journal;
  progress.phase("appending");
  Maintenance maintenance(journal);
  Quantiles commits;
  const Moment from = now();
  for (std::size_t at = 0; at < entries.size(); at += options.batch) {
    const auto count = std::min(options.batch, entries.size() - at);
    const Moment began = now();
    HF_CHECKED(journal.append(std::span(entries).subspan(at, count), std::nullopt));
    commits.add(now() - began);
    progress.at(at, entries.size());
  }
  const Span appended = now() - from;
  progress.phase("waiting for projections and checkpoints");
  maintenance.finish();
  HF_CHECKED(journal.close());
  const Span finished = now() - from;

  const auto per_second = [&](Span took) {
    return static_cast<double>(options.events) / in_s(took);
  };
  HF_TRY(again, journal::SqliteJournal::open(file, {.now = WallMs(0)}));
  HF_TRY(last, again.journal->last_arrival());
  report.number("appended", "durable events a second", per_second(appended), "");
  report.delays("commit", commits);
  report.number("everything", "events a second, to the end", per_second(finished), "", ">= 200000");
  report.number("disk", "bytes an event",
                static_cast<double>(scratch.bytes()) / static_cast<double>(options.events), "");
  report.count("counts", "appended", options.events);
  report.count("counts", "held", last.value());
  HF_CHECKED(report.publish(common.json));
  if (last.value() == options.events) return {};
  return fail(ErrorCode::kCorrupt, "{} appended, {} held", options.events, last.value());
}

}  // namespace holdfast::bench
