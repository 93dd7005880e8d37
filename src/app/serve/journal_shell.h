// The journal of this process and its two threads: carries out what the core asks of the disk, and
// brings the answers back.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/serve/mailbox.h"
#include "base/clock.h"
#include "journal/damage_watch.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/writer.h"

namespace holdfast::app {

// Used by the core's thread; it lives as long as a node's life, and the next life opens the journal
// anew.
class JournalShell {
 public:
  using Answer = std::function<void(node::Input)>;

  // `waiting_max`: appends that may wait before the core should wait for the disk.
  static Result<std::unique_ptr<JournalShell>> open(const std::string& data_dir, Clock& clock,
                                                    std::size_t waiting_max);
  ~JournalShell();  // finish(), when nobody called it

  const journal::OpenReport& report() const { return report_; }

  // Each is answered exactly once, on a thread of the journal's.
  void append(node::Append effect, Answer answer);
  void read(node::Read effect, Answer answer);
  // Answers with JournalDamaged when damage was found since it was last asked.
  void look_for_damage(Answer answer);
  // Something else to do with the journal, after the appends so far. False when it is going down.
  [[nodiscard]] bool submit(journal::JournalReader::Work work) {
    return reader_.submit(std::move(work));
  }

  // Waits while too much waits for the disk: then the mailbox fills, and the sockets wait in their
  // turn.
  void wait_for_room();

  // Carries out what was accepted, then closes the file.
  Result<void> finish();

  journal::JournalWriter::Counters counters() const { return writer_.counters(); }
  std::size_t reads_waiting() const { return reader_.waiting(); }

 private:
  JournalShell(journal::SqliteJournal::Opened opened, Clock& clock, std::size_t waiting_max);

  Clock& clock_;
  const std::size_t waiting_max_;
  journal::OpenReport report_;
  std::unique_ptr<journal::SqliteJournal> journal_;
  journal::JournalWriter writer_;
  journal::JournalReader reader_;
  journal::DamageWatch damage_;  // the reading thread's
  bool finished_ = false;
};

}  // namespace holdfast::app
