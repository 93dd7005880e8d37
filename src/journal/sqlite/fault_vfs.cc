#include "journal/sqlite/fault_vfs.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <new>
#include <string_view>

#include "base/check.h"

namespace holdfast::journal {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  std::string content(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0).read(content.data(), static_cast<std::streamsize>(content.size()));
  return content;
}

bool is_wal(std::string_view path) {
  return path.ends_with("-wal");
}

}  // namespace

// SQLite allocates szOsFile bytes: this, then the real file behind it.
struct FaultVfs::File {
  sqlite3_file base;
  FaultVfs* vfs;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
};

const sqlite3_io_methods* FaultVfs::methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = [](sqlite3_file* f) {
      File* const file = File::of(f);
      const int code = file->real()->pMethods == nullptr
                           ? SQLITE_OK
                           : file->real()->pMethods->xClose(file->real());
      delete file->path;
      return code;
    };
    m.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
      return File::of(f)->real()->pMethods->xRead(File::of(f)->real(), to, size, at);
    };
    m.xWrite = [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
      File* const file = File::of(f);
      const int refused = file->vfs->before_write(*file->path);
      return refused != SQLITE_OK ? refused
                                  : file->real()->pMethods->xWrite(file->real(), from, size, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
      File* const file = File::of(f);
      const int refused = file->vfs->before_write(*file->path);
      return refused != SQLITE_OK ? refused : file->real()->pMethods->xTruncate(file->real(), size);
    };
    m.xSync = [](sqlite3_file* f, int) {
      File* const file = File::of(f);
      const int refused = file->vfs->before_sync(*file->path);
      if (refused != SQLITE_OK) return refused;
      file->vfs->synced(*file->path);
      return SQLITE_OK;
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
      return File::of(f)->real()->pMethods->xFileSize(File::of(f)->real(), size);
    };
    m.xLock = [](sqlite3_file* f, int level) {
      return File::of(f)->real()->pMethods->xLock(File::of(f)->real(), level);
    };
    m.xUnlock = [](sqlite3_file* f, int level) {
      return File::of(f)->real()->pMethods->xUnlock(File::of(f)->real(), level);
    };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return File::of(f)->real()->pMethods->xCheckReservedLock(File::of(f)->real(), out);
    };
    m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
      return File::of(f)->real()->pMethods->xFileControl(File::of(f)->real(), op, arg);
    };
    m.xSectorSize = [](sqlite3_file* f) {
      return File::of(f)->real()->pMethods->xSectorSize(File::of(f)->real());
    };
    m.xDeviceCharacteristics = [](sqlite3_file* f) {
      return File::of(f)->real()->pMethods->xDeviceCharacteristics(File::of(f)->real());
    };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return File::of(f)->real()->pMethods->xShmMap(File::of(f)->real(), page, size, extend, out);
    };
    m.xShmLock = [](sqlite3_file* f, int at, int count, int flags) {
      return File::of(f)->real()->pMethods->xShmLock(File::of(f)->real(), at, count, flags);
    };
    m.xShmBarrier = [](sqlite3_file* f) {
      File::of(f)->real()->pMethods->xShmBarrier(File::of(f)->real());
    };
    m.xShmUnmap = [](sqlite3_file* f, int remove) {
      return File::of(f)->real()->pMethods->xShmUnmap(File::of(f)->real(), remove);
    };
    return m;
  }();
  return &kMethods;
}

FaultVfs::FaultVfs() : real_(sqlite3_vfs_find(nullptr)) {
  static std::atomic<int> count = 0;
  name_ = "fault-" + std::to_string(++count);
  CHECK(real_ != nullptr);
  vfs_ = *real_;
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  CHECK(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

int FaultVfs::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* f, int flags, int* out_flags) {
  auto* const self = static_cast<FaultVfs*>(vfs->pAppData);
  auto* const file = new (f) File{};
  const int code = self->real_->xOpen(self->real_, path, file->real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  file->base.pMethods = methods();
  file->vfs = self;
  file->path = new std::string(path == nullptr ? "" : path);
  if (path != nullptr) {
    const std::lock_guard lock(self->mutex_);
    // What was there before the test looked counts as durable.
    const std::string there = content_of(*file->path);
    if (!self->durable_.contains(*file->path))
      self->durable_[*file->path] = there.empty() ? std::nullopt : std::optional(there);
  }
  return SQLITE_OK;
}

int FaultVfs::remove(sqlite3_vfs* vfs, const char* path, int sync_dir) {
  auto* const self = static_cast<FaultVfs*>(vfs->pAppData);
  {
    const std::lock_guard lock(self->mutex_);
    if (!self->powered_) return SQLITE_IOERR_DELETE;
    self->durable_.erase(path);
  }
  return self->real_->xDelete(self->real_, path, sync_dir);
}

int FaultVfs::before_write(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!powered_) return SQLITE_IOERR_WRITE;
  return full_ && is_wal(path) ? SQLITE_FULL : SQLITE_OK;
}

int FaultVfs::before_sync(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!powered_) return SQLITE_IOERR_FSYNC;
  if (!fail_sync_ || !is_wal(path)) return SQLITE_OK;
  fail_sync_ = false;
  return SQLITE_IOERR_FSYNC;
}

void FaultVfs::synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  durable_[path] = content_of(path);
  ++syncs_;
}

void FaultVfs::fail_next_sync() {
  const std::lock_guard lock(mutex_);
  fail_sync_ = true;
}

void FaultVfs::fill_disk() {
  const std::lock_guard lock(mutex_);
  full_ = true;
}

void FaultVfs::cut_power() {
  const std::lock_guard lock(mutex_);
  powered_ = false;
}

void FaultVfs::restore_power() {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, content] : durable_) {
    if (path.ends_with("-shm")) continue;
    if (content) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << *content;
    } else {
      std::filesystem::remove(path);
    }
  }
  durable_.clear();
  powered_ = true;
  fail_sync_ = false;
  full_ = false;
}

int FaultVfs::syncs() const {
  const std::lock_guard lock(mutex_);
  return syncs_;
}

}  // namespace holdfast::journal
