#include "app/record/record_log.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include "app/record/record_files.h"
#include "base/log.h"
#include "moderator/record/fold.h"

namespace holdfast::app {
namespace {

// A day has 1,440 samples; a deployment that comes and goes all day writes no more than this.
constexpr std::size_t kLinesMax = 20'000;

Result<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (!in || !(text << in.rdbuf())) return fail(ErrorCode::kIo, "cannot be read, or is empty");
  return text.str();
}

struct Kept {
  std::uint64_t generation;
  record::Summary summary;
};

Result<Kept> read_kept(const std::filesystem::path& file) {
  HF_TRY(text, read_file(file));
  HF_TRY(object, json::parse_object(text));
  HF_TRY(generation, json::get_int(object, "generation", {.min = 0}));
  HF_TRY(kept, json::get_object(object, "record"));
  HF_TRY(summary, record::read_summary(*kept));
  return Kept{static_cast<std::uint64_t>(generation), std::move(summary)};
}

// Of "record.7.jsonl".
std::optional<std::uint64_t> generation_of(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  constexpr std::string_view kHead = "record.";
  constexpr std::string_view kTail = ".jsonl";
  if (!name.starts_with(kHead) || !name.ends_with(kTail)) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size() - kTail.size();
  const auto [stopped, error] = std::from_chars(name.data() + kHead.size(), end, number);
  return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

std::vector<std::uint64_t> generations_in(const std::filesystem::path& folder) {
  std::vector<std::uint64_t> found;
  std::error_code ignored;  // a folder that is not there yet holds none
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (const auto generation = generation_of(entry.path())) found.push_back(*generation);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

RecordLog::RecordLog(const std::filesystem::path& folder, std::uint32_t days) : days_(days) {
  const std::uint64_t generation = read_all(folder);
  // A day that ended while nobody ran ends with the first line.
  if (summary_.observed) today_ = record::day_of(*summary_.observed);
  writer_ = std::make_unique<RecordWriter>(folder, generation);
}

std::uint64_t RecordLog::read_all(const std::filesystem::path& folder) {
  const std::filesystem::path file = summary_file(folder);
  std::uint64_t generation = 0;
  if (std::filesystem::exists(file)) {
    auto kept = read_kept(file);
    if (kept) {
      generation = kept->generation;
      summary_ = std::move(kept->summary);
    } else {
      log::warn("record", "{}: {}: moved aside, the record begins with the lines that are left",
                file.string(), kept.error().why);
      std::error_code ignored;  // the next summary replaces it then
      std::filesystem::rename(file, file.string() + ".unreadable", ignored);
    }
  }
  for (const std::uint64_t each : generations_in(folder)) {
    if (each < generation) {
      std::error_code ignored;  // again at the next start
      std::filesystem::remove(lines_file(folder, each), ignored);
      continue;
    }
    generation = each;
    read_lines(lines_file(folder, each));
  }
  if (lines_skipped_ > 0) log::warn("record", "{} lines cannot be read", lines_skipped_);
  return generation;
}

void RecordLog::read_lines(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  for (std::string text; std::getline(in, text);) {
    if (text.empty()) continue;
    const auto line = record::parse_line(text);
    if (line) {
      record::fold(summary_, *line);
      ++lines_since_;
    } else {
      ++lines_skipped_;
    }
  }
}

void RecordLog::add(const record::Lines& lines, WallMs now) {
  if (lines.empty()) return;
  std::string text;
  for (const record::Line& line : lines) {
    record::fold(summary_, line);
    text += record::text_of(line) + "\n";
  }
  lines_since_ += lines.size();
  writer_->append(std::move(text));
  const record::DayNumber day = record::day_of(now);
  const bool day_ended = std::exchange(today_, day).value_or(day) != day;
  if (day_ended || lines_since_ > kLinesMax) replace(now);
}

void RecordLog::replace(WallMs now) {
  record::forget_before(summary_, record::day_of(now) - days_ + 1);
  writer_->replace(json::serialize(record::object_of(summary_)));
  lines_since_ = 0;
}

}  // namespace holdfast::app
