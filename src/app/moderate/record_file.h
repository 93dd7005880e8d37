// The record of a moderator that has it for itself: one small JSON file (record_text.h), replaced
// as a whole.
//
// The new contents are durable under a second name before they take the first, so a crash leaves
// the old file or the new one. A file that cannot be read is never taken for none: `freeze` would
// be lost without a word.
#pragma once

#include <memory>
#include <string>

#include "app/moderate/record_store.h"
#include "app/moderate/record_text.h"

namespace holdfast::app {

class RecordFile final : public RecordStore {
 public:
  // Takes the lock beside the file and reads it; where there is none yet, the record is empty.
  // kConflict when another process has it: two moderators over one file would give one epoch two
  // meanings. kCorrupt names the file and what is wrong with it.
  static Result<std::unique_ptr<RecordFile>> open(std::string path, const VerdictKeys& keys);
  ~RecordFile() override;

  void start(Events events) override;
  // Blocks until it is durable.
  void store(const moderator::Record& record, Then then) override;
  void tell(const moderator::Colleague&) override {}
  Status status() const override { return {"file", path_, trouble_, {}, ""}; }

 private:
  RecordFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  Result<moderator::Started> load(const VerdictKeys& keys) const;
  Result<void> write(const moderator::Record& record) const;

  std::string path_;
  int lock_;
  moderator::Started loaded_;
  std::string trouble_;
};

}  // namespace holdfast::app
