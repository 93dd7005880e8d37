// Where a moderator keeps what must survive a restart: one small JSON file, replaced as a whole.
//
//   {"v":1,"verdict":{"p":…,"k":…,"s":…},"frozen":false,"moves":[1700000000000],
//    "maintenance":{"deployment":"primary","by":"a:cli","since":1700000000000,"safe":…,
//                   "interrupted":false}}
//
// `maintenance` is there while a deployment is in it, `safe` once it may be stopped.
//
// The new contents are durable under a second name before they take the first, so a crash leaves
// the old file or the new one. A file that cannot be read is never taken for none: `freeze` would
// be lost without a word.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "moderator/moderator.h"
#include "protocol/keys.h"

namespace holdfast::app {

class RecordFile {
 public:
  // Takes the lock beside the file. kConflict when another process has it: two moderators over one
  // record would give one epoch two meanings.
  static Result<RecordFile> open(std::string path);

  RecordFile(RecordFile&& other) noexcept;
  RecordFile& operator=(RecordFile&&) = delete;
  ~RecordFile();

  // What is stored; an empty record where there is no file yet. kCorrupt names the file and what is
  // wrong with it.
  Result<moderator::Started> load(std::span<const protocol::PublicKey> moderators,
                                  const protocol::KeyId& own_key) const;
  // Durable when it returns.
  Result<void> store(const moderator::Record& record) const;

  const std::string& path() const { return path_; }

 private:
  RecordFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

}  // namespace holdfast::app
