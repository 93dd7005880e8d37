// Writes the record on a thread of its own: a disk that is full or stalls must not hold up a
// verdict.
//
// What could not be written is tried again with the next line; of more than 1 MiB the oldest is
// given up. The thread ends with the object, after one last attempt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "base/bounded_queue.h"
#include "base/result.h"

namespace holdfast::app {

class RecordWriter {
 public:
  // Appends to the lines of `generation`.
  RecordWriter(std::filesystem::path folder, std::uint64_t generation);
  ~RecordWriter();

  // Whole lines, each with its end. Any thread; never waits.
  void append(std::string lines);
  // `summary`, one JSON object, holds every line that was appended before. Any thread; never waits.
  void replace(std::string summary);

  // Why the last attempt failed; "" while the record is durable. Any thread.
  std::string failing() const;

 private:
  struct Job {
    bool replaces;
    std::string text;
  };

  void work();
  void write(std::string lines);
  void begin_generation(const std::string& summary);
  Result<void> append_durably(const std::string& text) const;
  void note(const Result<void>& outcome);

  const std::filesystem::path folder_;
  std::uint64_t generation_;
  std::string unwritten_;
  bool torn_ = false;  // the file may end within a line
  mutable std::mutex mutex_;
  std::string failing_;
  BoundedQueue<Job> jobs_;
  std::thread thread_;
};

}  // namespace holdfast::app
