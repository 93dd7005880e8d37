// A file system for tests that remembers what was synced, and can fail: SQLite's own, with a layer
// round it.
//
// powered_off() forgets every write that no sync covered, as a machine that loses power may. Sees
// only files that were opened through it. For one test at a time; calls may come from several
// threads.
#pragma once

#include <sqlite3.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace holdfast::journal {

class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  const std::string& name() const { return name_; }

  // The next sync of a WAL fails; the next write to a WAL finds the disk full.
  void fail_next_sync();
  void fill_disk();

  // From now on nothing reaches the disk: what is still open can be closed. Then restore_power()
  // puts the files back to what was synced.
  void cut_power();
  void restore_power();

  int syncs() const;

 private:
  struct File;  // SQLite's view of an open file
  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                  int* out_flags);
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_dir);
  static const sqlite3_io_methods* methods();

  int before_write(const std::string& path);
  int before_sync(const std::string& path);
  void synced(const std::string& path);

  std::string name_;
  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_ = nullptr;

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::string, std::optional<std::string>> durable_;  // by path; nothing: never synced
  bool powered_ = true;
  bool fail_sync_ = false;
  bool full_ = false;
  int syncs_ = 0;
};

}  // namespace holdfast::journal
