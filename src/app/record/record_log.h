// The record of one moderator: what is known of it, in memory, and every line of it on disk. Loop
// thread; the disk is the writer's.
//
// Nothing here can stop a verdict. A line is part of the record in memory at once and durable soon
// after; when the disk fails, failing() says so, and what a crash then loses becomes time that was
// not observed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/record/record_writer.h"
#include "base/clock.h"
#include "moderator/record/summary.h"

namespace holdfast::app {

class RecordLog {
 public:
  // Reads what is there, leniently: a line that cannot be read (the last one, torn by a crash) is
  // passed over, a summary that cannot be read is moved aside. `days`: how many are kept.
  RecordLog(const std::filesystem::path& folder, std::uint32_t days);

  void add(const record::Lines& lines, WallMs now);

  const record::Summary& summary() const { return summary_; }
  std::string failing() const { return writer_->failing(); }
  std::uint64_t lines_skipped() const { return lines_skipped_; }

 private:
  std::uint64_t read_all(const std::filesystem::path& folder);
  void read_lines(const std::filesystem::path& file);
  void replace(WallMs now);

  const std::uint32_t days_;
  record::Summary summary_;
  std::uint64_t lines_skipped_ = 0;
  std::size_t lines_since_ = 0;  // not yet in the summary on disk
  std::optional<record::DayNumber> today_;
  std::unique_ptr<RecordWriter> writer_;
};

}  // namespace holdfast::app
