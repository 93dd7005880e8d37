// A backup in a folder: every entry of a deployment's journal, in the order of its arrival.
//
//   manifest.json             what is here, and the checksum of each file
//   segment-000001.entries    lines; each is a frame `entries` of the peer link (docs/protocol.md
//   §9)
//
// A segment is written once, synced, read back and verified before the manifest names it; the
// manifest is replaced as one. So an interrupted backup leaves the one before it. What the manifest
// does not name is not part of the backup and goes at the end of the next run. docs/operations.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"
#include "journal/journal.h"
#include "node/node.h"
#include "protocol/frames.gen.h"
#include "protocol/keys.h"

namespace holdfast::app {

inline constexpr std::int64_t kBackupFormat = 1;

struct Segment {
  std::string file;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  Hash32 sum{};  // SHA-256 of the file
};

struct Manifest {
  protocol::Deployment deployment{};
  WallMs made{};
  std::vector<Segment> segments;
  std::uint64_t next_number = 1;  // of the next segment
  // The newest entry: where the next run goes on, when the journal still has it there.
  journal::Arrival last;
  protocol::Digest last_digest;
  protocol::ChainHash last_h;
  // The erasures that every segment obeys.
  node::ErasureMark erasures;

  std::uint64_t entries() const;
  std::uint64_t bytes() const;
};

// Nothing when there is no manifest. kInvalid, with the file: it cannot be read, or is of a later
// format.
Result<std::optional<Manifest>> read_manifest(const std::filesystem::path& dir);
Result<void> write_manifest(const std::filesystem::path& dir, const Manifest& manifest);

// Writes one segment. Until finish() the file has another name; it is removed when the writer dies
// before that.
class SegmentWriter {
 public:
  static Result<SegmentWriter> create(const std::filesystem::path& dir, std::uint64_t number);
  SegmentWriter(SegmentWriter&& other) noexcept;
  SegmentWriter& operator=(SegmentWriter&&) = delete;
  ~SegmentWriter();

  Result<void> add(const protocol::Entry& entry);
  std::uint64_t bytes() const { return written_ + size_; }
  // Synced, and under its name.
  Result<Segment> finish();

 private:
  SegmentWriter(std::filesystem::path dir, std::string name, int descriptor);
  std::filesystem::path part() const;
  Result<void> write_line();

  std::filesystem::path dir_;
  std::string name_;
  int descriptor_;
  protocol::from_peer::Entries line_;
  std::size_t size_ = 0;  // of the line, about
  std::uint64_t written_ = 0;
  std::uint64_t entries_ = 0;
  Sha256 sum_;
};

// Hands every entry of a segment to `take`, verified: well formed, its acceptance genuine under one
// of these keys, its place in the chain. kCorrupt, with the file: it is not what was written.
// kDenied: it was accepted under a key that is not among them: another installation's backup.
Result<void> read_segment(const std::filesystem::path& dir, const Segment& segment,
                          std::span<const protocol::SecretKey> cluster,
                          const std::function<Result<void>(protocol::Entry)>& take);

// "12.3 MB"
std::string bytes_text(std::uint64_t bytes);

}  // namespace holdfast::app
