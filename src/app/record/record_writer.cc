#include "app/record/record_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "app/durable_file.h"
#include "app/record/record_files.h"
#include "base/log.h"
#include "base/thread_name.h"

namespace holdfast::app {
namespace {

// A line a minute in peace, a few a second at worst.
constexpr std::size_t kJobsMax = 1'024;
constexpr std::size_t kUnwrittenMax = 1u << 20;

}  // namespace

RecordWriter::RecordWriter(std::filesystem::path folder, std::uint64_t generation)
    : folder_(std::move(folder)), generation_(generation), jobs_(kJobsMax) {
  torn_ = std::filesystem::exists(lines_file(folder_, generation_));
  thread_ = std::thread([this] { work(); });
}

RecordWriter::~RecordWriter() {
  jobs_.close();
  thread_.join();
}

void RecordWriter::append(std::string lines) {
  if (!jobs_.push(Job{false, std::move(lines)}))
    note(fail(ErrorCode::kFull, "too many lines wait for the disk"));
}

void RecordWriter::replace(std::string summary) {
  if (!jobs_.push(Job{true, std::move(summary)}))
    note(fail(ErrorCode::kFull, "too many lines wait for the disk"));
}

std::string RecordWriter::failing() const {
  const std::lock_guard lock(mutex_);
  return failing_;
}

void RecordWriter::note(const Result<void>& outcome) {
  const std::string why = outcome ? "" : outcome.error().why;
  const std::lock_guard lock(mutex_);
  if (failing_ == why) return;
  failing_ = why;
  if (why.empty()) {
    log::info("record", "the record is written again");
  } else {
    log::warn("record", "the record cannot be written: {}", why);
  }
}

void RecordWriter::work() {
  name_thread("record");
  for (;;) {
    std::vector<Job> jobs = jobs_.pop_batch(kJobsMax);
    if (jobs.empty()) return;
    std::string lines;
    for (Job& job : jobs) {
      if (!job.replaces) {
        lines += job.text;
        continue;
      }
      if (!lines.empty()) write(std::exchange(lines, {}));
      begin_generation(job.text);
    }
    if (!lines.empty()) write(std::move(lines));
  }
}

void RecordWriter::write(std::string lines) {
  unwritten_ += lines;
  if (unwritten_.size() > kUnwrittenMax) {
    const auto end = unwritten_.find('\n', unwritten_.size() - kUnwrittenMax);
    unwritten_.erase(0, end == std::string::npos ? end : end + 1);
  }
  // The end of a line that was torn earlier; two ends in a row are an empty line, which nobody
  // reads.
  const auto written = append_durably((torn_ ? "\n" : "") + unwritten_);
  torn_ = !written;
  if (written) unwritten_.clear();
  note(written);
}

void RecordWriter::begin_generation(const std::string& summary) {
  const auto replaced =
      replace_file(summary_file(folder_),
                   fmt::format("{{\"generation\":{},\"record\":{}}}\n", generation_ + 1, summary));
  note(replaced);
  if (!replaced) return;
  std::error_code ignored;  // left over, it is removed at the next start
  std::filesystem::remove(lines_file(folder_, generation_), ignored);
  ++generation_;
  unwritten_.clear();
  torn_ = false;
}

Result<void> RecordWriter::append_durably(const std::string& text) const {
  const std::filesystem::path file = lines_file(folder_, generation_);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const bool ok = fd >= 0 &&
                  ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                  ::fdatasync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!ok) return fail(ErrorCode::kIo, "{}: {}", file.string(), std::strerror(error));
  return {};
}

}  // namespace holdfast::app
