#include "journal/writer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/thread_name.h"

namespace holdfast::journal {

JournalWriter::JournalWriter(Journal& journal, Limits limits)
    : journal_(journal), limits_(limits), thread_([this] { run(); }) {}

JournalWriter::~JournalWriter() {
  finish();
}

bool JournalWriter::submit(std::vector<protocol::Entry> entries, std::optional<LeaseClaim> lease,
                           Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || jobs_.size() >= limits_.batches_max) {
      ++counters_.refused;
      return false;
    }
    jobs_.push_back(
        {.entries = std::move(entries), .lease = std::move(lease), .done = std::move(done)});
    submitted_ = Ticket(submitted_.value() + 1);
  }
  work_.notify_one();
  return true;
}

void JournalWriter::run() {
  name_thread("journal writer");
  while (true) {
    std::vector<Job> group;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      while (!jobs_.empty() && group.size() < limits_.group_max) {
        group.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
      }
    }
    commit(std::move(group));
  }
}

void JournalWriter::commit(std::vector<Job> group) {
  std::vector<Batch> batches;
  batches.reserve(group.size());
  std::size_t entries = 0;
  for (const Job& job : group) {
    batches.push_back({.entries = job.entries, .lease = job.lease});
    entries += job.entries.size();
  }
  auto results = journal_.append_group(batches);
  CHECK(results.size() == group.size());

  // Answers first, then the count: who waits for a ticket may rely on the answer having been given.
  const auto failed = static_cast<std::uint64_t>(
      std::ranges::count_if(results, [](const auto& result) { return !result; }));
  for (std::size_t i = 0; i < group.size(); ++i) group[i].done(std::move(results[i]));
  {
    const std::lock_guard lock(mutex_);
    done_ = Ticket(done_.value() + group.size());
    ++counters_.groups;
    counters_.batches += group.size();
    counters_.entries += entries;
    counters_.failed += failed;
  }
  answered_.notify_all();
  if (committed_) committed_();
}

void JournalWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  work_.notify_all();
}

void JournalWriter::finish() {
  stop();
  if (thread_.joinable()) thread_.join();
}

Ticket JournalWriter::submitted() const {
  const std::lock_guard lock(mutex_);
  return submitted_;
}

void JournalWriter::wait_for(Ticket ticket) const {
  std::unique_lock lock(mutex_);
  answered_.wait(lock, [&] { return done_ >= ticket; });
}

JournalWriter::Counters JournalWriter::counters() const {
  const std::lock_guard lock(mutex_);
  Counters counters = counters_;
  counters.waiting = jobs_.size();
  return counters;
}

JournalReader::JournalReader(Journal& journal, JournalWriter& writer, Limits limits)
    : journal_(journal), writer_(writer), limits_(limits), thread_([this] { run(); }) {}

JournalReader::~JournalReader() {
  finish();
}

bool JournalReader::submit(Work work) {
  const Ticket after = writer_.submitted();
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || jobs_.size() >= limits_.waiting_max) return false;
    jobs_.push_back({.work = std::move(work), .after = after});
  }
  work_.notify_one();
  return true;
}

void JournalReader::nudge() {
  {
    const std::lock_guard lock(mutex_);
    if (maintenance_due_) return;
    maintenance_due_ = true;
  }
  work_.notify_one();
}

void JournalReader::run() {
  name_thread("journal reader");
  unsigned in_a_row = 0;
  while (auto job = next()) {
    if (job->work) {
      writer_.wait_for(job->after);
      job->work(journal_);
      if (++in_a_row < limits_.busy_max) continue;
    }
    in_a_row = 0;
    const bool more = maintain();
    const std::lock_guard lock(mutex_);
    maintenance_due_ = maintenance_due_ || more;
  }
}

// The next piece of work; one without work when it is time for maintenance; nothing at the end.
std::optional<JournalReader::Job> JournalReader::next() {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return stopped_ || !jobs_.empty(); };
  if (!work_.wait_for(lock, limits_.idle_pause, ready)) {
    work_.wait_for(lock, limits_.idle_patience, [&] { return ready() || maintenance_due_; });
  }
  if (jobs_.empty()) {
    if (stopped_) return std::nullopt;
    maintenance_due_ = false;
    return Job{};
  }
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

bool JournalReader::maintain() {
  auto more = journal_.maintain();
  if (more) return *more;
  // The same failure meets the next append or read, whose asker is told.
  log::debug("journal", "maintenance: {}", more.error().text());
  return false;
}

void JournalReader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  work_.notify_all();
}

void JournalReader::finish() {
  stop();
  if (thread_.joinable()) thread_.join();
}

std::size_t JournalReader::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

}  // namespace holdfast::journal
