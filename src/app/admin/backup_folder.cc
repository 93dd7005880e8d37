#include "app/admin/backup_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "app/durable_file.h"
#include "base/json.h"
#include "protocol/names.h"
#include "replication/entry_check.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;
namespace from_peer = protocol::from_peer;

constexpr std::size_t kLineBytes = 256u << 10;
constexpr std::size_t kEntryBytes = 640;  // of a line, beside head and body, about
constexpr std::size_t kReadBytes = 1u << 20;

std::unexpected<Error> file_failed(const fs::path& file, int error) {
  return fail(error == ENOSPC ? ErrorCode::kFull : ErrorCode::kIo, "{}: {}", file.string(),
              std::strerror(error));
}

Result<Hash32> get_hash(const json::Object& object, std::string_view field) {
  HF_TRY(text, json::get_text(object, field));
  auto hash = Hash32::from_base64url(text);
  if (!hash) return fail(ErrorCode::kInvalid, "{}: not a hash", field);
  return hash;
}

Result<std::uint64_t> get_count(const json::Object& object, std::string_view field) {
  HF_TRY(number, json::get_int(object, field, {.min = 0}));
  return static_cast<std::uint64_t>(number);
}

Result<Segment> read_segment_line(const json::Value& value) {
  if (!value.is_object()) return fail(ErrorCode::kInvalid, "segments: not a list of objects");
  const json::Object& object = value.get_object();
  Segment segment;
  HF_TRY(file, json::get_text(object, "file"));
  HF_TRY(entries, get_count(object, "entries"));
  HF_TRY(bytes, get_count(object, "bytes"));
  HF_TRY(sum, get_hash(object, "sha256"));
  // A name, not a way out of the folder.
  if (file.empty() || file.find('/') != std::string_view::npos || file.starts_with("."))
    return fail(ErrorCode::kInvalid, "segments: \"{}\" is no name of a segment", file);
  return Segment{std::string(file), entries, bytes, sum};
}

Result<Manifest> parse_manifest(const std::string& text) {
  HF_TRY(object, json::parse_object(text));
  HF_TRY(format, json::get_int(object, "format"));
  if (format != kBackupFormat) {
    return fail(ErrorCode::kInvalid, "format {} was written by another version; this one reads {}",
                format, kBackupFormat);
  }
  Manifest manifest;
  HF_TRY(deployment, json::get_text(object, "deployment"));
  const auto named = protocol::deployment_named(deployment);
  if (!named) return fail(ErrorCode::kInvalid, "deployment: \"{}\" is none", deployment);
  manifest.deployment = *named;
  HF_TRY(made, json::get_int(object, "made"));
  manifest.made = WallMs(made);
  HF_TRY(next, get_count(object, "next"));
  manifest.next_number = next;
  HF_TRY(last, get_count(object, "last"));
  manifest.last = journal::Arrival(last);
  HF_TRY(digest, get_hash(object, "last_digest"));
  manifest.last_digest = protocol::Digest(digest);
  HF_TRY(h, get_hash(object, "last_h"));
  manifest.last_h = protocol::ChainHash(h);
  HF_TRY(erasures, json::get_object(object, "erasures"));
  HF_TRY(count, get_count(*erasures, "count"));
  HF_TRY(head, get_hash(*erasures, "head"));
  manifest.erasures = {count, head, false};
  HF_TRY(segments, json::get_array(object, "segments"));
  for (const json::Value& value : *segments) {
    HF_TRY(segment, read_segment_line(value));
    manifest.segments.push_back(std::move(segment));
  }
  return manifest;
}

std::string words_of(const replication::CheckedRun& run) {
  if (run.bad.empty()) return "the chain of entries breaks";
  return fmt::format("entry {}: {}", run.bad.front().seq, run.bad.front().why);
}

// One line of a segment.
Result<void> take_line(const std::string& line, std::span<const protocol::SecretKey> cluster,
                       const std::function<Result<void>(protocol::Entry)>& take) {
  auto frame = protocol::parse_peer_frame(line);
  if (!frame) return fail(ErrorCode::kCorrupt, "not a line of a backup: {}", frame.error().why);
  auto* const entries = std::get_if<from_peer::Entries>(&*frame);
  if (entries == nullptr) return fail(ErrorCode::kCorrupt, "not a line of a backup");
  for (protocol::PeerRun& run : entries->runs) {
    const std::size_t size = run.e.size();
    replication::CheckedRun checked = replication::check_run(entries->o, std::move(run), cluster);
    // The file is what was written: its sum is right. So these are not the keys that it was
    // written with.
    const bool other_keys =
        !checked.bad.empty() && (checked.bad.front().flaw == replication::Flaw::kUnknownKey ||
                                 checked.bad.front().flaw == replication::Flaw::kMac);
    if (other_keys) {
      return fail(ErrorCode::kDenied,
                  "accepted under a key that this configuration does not have: a backup of another "
                  "installation, or one whose retired key was removed from the keys file");
    }
    if (checked.good.size() != size)
      return fail(ErrorCode::kCorrupt, "of {}: {}", entries->o, words_of(checked));
    for (protocol::Entry& entry : checked.good) HF_CHECKED(take(std::move(entry)));
  }
  return {};
}

}  // namespace

std::uint64_t Manifest::entries() const {
  std::uint64_t sum = 0;
  for (const Segment& segment : segments) sum += segment.entries;
  return sum;
}

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const Segment& segment : segments) sum += segment.bytes;
  return sum;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

Result<std::optional<Manifest>> read_manifest(const fs::path& dir) {
  const fs::path file = dir / "manifest.json";
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto manifest = parse_manifest(text);
  if (!manifest) return fail(ErrorCode::kInvalid, "{}: {}", file.string(), manifest.error().why);
  return *std::move(manifest);
}

Result<void> write_manifest(const fs::path& dir, const Manifest& manifest) {
  json::Array segments;
  for (const Segment& segment : manifest.segments) {
    segments.push_back(json::Object{{"file", segment.file},
                                    {"entries", static_cast<std::int64_t>(segment.entries)},
                                    {"bytes", static_cast<std::int64_t>(segment.bytes)},
                                    {"sha256", segment.sum.base64url()}});
  }
  const json::Object object{
      {"format", kBackupFormat},
      {"deployment", protocol::name_of(manifest.deployment)},
      {"made", manifest.made.value()},
      {"next", static_cast<std::int64_t>(manifest.next_number)},
      {"last", static_cast<std::int64_t>(manifest.last.value())},
      {"last_digest", manifest.last_digest.value().base64url()},
      {"last_h", manifest.last_h.value().base64url()},
      {"erasures", json::Object{{"count", static_cast<std::int64_t>(manifest.erasures.count)},
                                {"head", manifest.erasures.head.base64url()}}},
      {"segments", std::move(segments)}};
  return replace_file(dir / "manifest.json", json::serialize(object) + "\n");
}

// ---- writing ----

Result<SegmentWriter> SegmentWriter::create(const fs::path& dir, std::uint64_t number) {
  std::string name = fmt::format("segment-{:06}.entries", number);
  const fs::path part = dir / (name + ".part");
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return file_failed(part, errno);
  return SegmentWriter(dir, std::move(name), descriptor);
}

SegmentWriter::SegmentWriter(fs::path dir, std::string name, int descriptor)
    : dir_(std::move(dir)), name_(std::move(name)), descriptor_(descriptor) {}

SegmentWriter::SegmentWriter(SegmentWriter&& other) noexcept
    : dir_(std::move(other.dir_)),
      name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      line_(std::move(other.line_)),
      size_(other.size_),
      written_(other.written_),
      entries_(other.entries_),
      sum_(std::move(other.sum_)) {}

SegmentWriter::~SegmentWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  std::error_code ignored;
  fs::remove(part(), ignored);
}

fs::path SegmentWriter::part() const {
  return dir_ / (name_ + ".part");
}

Result<void> SegmentWriter::add(const protocol::Entry& entry) {
  const protocol::Content& content = *entry.content;
  const std::size_t size = kEntryBytes + content.head_bytes.size() +
                           (content.body_bytes ? content.body_bytes->size() : 0);
  if (size_ > 0 && (line_.o != entry.origin || size_ + size > kLineBytes)) HF_CHECKED(write_line());
  line_.o = entry.origin;
  const bool goes_on =
      !line_.runs.empty() &&
      line_.runs.back().a.value() + line_.runs.back().e.size() == entry.seq.value();
  if (!goes_on) line_.runs.push_back({entry.seq, entry.before, {}});
  line_.runs.back().e.push_back({entry.acceptance, content.head_bytes, content.body_bytes});
  size_ += size;
  ++entries_;
  return {};
}

Result<void> SegmentWriter::write_line() {
  line_.done = true;
  const std::string text = from_peer::encode(line_) + "\n";
  line_ = {};
  size_ = 0;
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = ::write(descriptor_, text.data() + at, text.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return file_failed(dir_ / name_, errno);
    at += static_cast<std::size_t>(wrote);
  }
  sum_.update(text);
  written_ += text.size();
  return {};
}

Result<Segment> SegmentWriter::finish() {
  if (size_ > 0) HF_CHECKED(write_line());
  if (::fsync(descriptor_) != 0) return file_failed(dir_ / name_, errno);
  std::error_code error;
  fs::rename(part(), dir_ / name_, error);
  if (error) return file_failed(dir_ / name_, error.value());
  ::close(std::exchange(descriptor_, -1));
  HF_CHECKED(sync_folder(dir_));
  return Segment{name_, entries_, written_, sum_.finish()};
}

// ---- reading ----

Result<void> read_segment(const fs::path& dir, const Segment& segment,
                          std::span<const protocol::SecretKey> cluster,
                          const std::function<Result<void>(protocol::Entry)>& take) {
  const fs::path file = dir / segment.file;
  const auto wrong = [&](const Error& error) {
    return std::unexpected(Error{error.code, fmt::format("{}: {}", file.string(), error.why)});
  };
  // The sum first: nothing of a file that is not what was written is looked at.
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::kCorrupt, "{}: missing, or cannot be read", file.string());
  Sha256 sum;
  std::uint64_t bytes = 0;
  std::string buffer(kReadBytes, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto count = static_cast<std::size_t>(in.gcount());
    sum.update(std::string_view(buffer).substr(0, count));
    bytes += count;
  }
  if (bytes != segment.bytes) {
    return wrong({ErrorCode::kCorrupt, fmt::format("{} bytes, the manifest says {}: it was cut "
                                                   "short, or belongs to another backup",
                                                   bytes, segment.bytes)});
  }
  if (sum.finish() != segment.sum)
    return wrong({ErrorCode::kCorrupt,
                  "its checksum is not that of the manifest: it was changed, "
                  "or the disk damaged it"});
  in.clear();
  in.seekg(0);
  std::uint64_t entries = 0;
  const auto count = [&](protocol::Entry entry) {
    ++entries;
    return take(std::move(entry));
  };
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (auto taken = take_line(line, cluster, count); !taken) {
      return wrong({taken.error().code, fmt::format("line {}: {}", number, taken.error().why)});
    }
  }
  if (entries != segment.entries)
    return wrong({ErrorCode::kCorrupt,
                  fmt::format("{} entries, the manifest says {}", entries, segment.entries)});
  return {};
}

}  // namespace holdfast::app
