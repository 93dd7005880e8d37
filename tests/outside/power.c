/* A disk that loses power, for one process: preloaded, it notes every write that was not synced yet, so that `power.py` can take back
 * what a real machine would have lost; and it fails writes and syncs, or makes syncs slow, while a flag file says so: `full`, `failing`,
 * `slow` (with the seconds in it). Only files below $HOLDFAST_DISK are touched. Notes go to <file>.unsynced, one record after another: offset, length of the old bytes, length of the new bytes, the file's
 * old size, the old bytes, the new bytes. A sync that succeeded empties it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define FILES 4096
static int notes[FILES]; /* by descriptor: of its note file, plus one; 0: not ours */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_ftruncate)(int, off_t), (*real_close)(int);

/* Also called before our constructor could run: other libraries have constructors that close files. */
__attribute__((constructor)) static void find(void) {
  if (real_close != NULL) return;
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_close = dlsym(RTLD_NEXT, "close");
}

static int flag(const char *name) {
  char path[4096];
  const char *disk = getenv("HOLDFAST_DISK");
  snprintf(path, sizeof path, "%s/%s", disk ? disk : "/nonexistent", name);
  return access(path, F_OK) == 0;
}

/* How many seconds a sync takes longer. */
static unsigned slowness(void) {
  char path[4096], digits[16] = "";
  const char *disk = getenv("HOLDFAST_DISK");
  snprintf(path, sizeof path, "%s/slow", disk ? disk : "/nonexistent");
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  if (read(file, digits, sizeof digits - 1) < 0) perror("power.c");
  real_close(file);
  return (unsigned)atoi(digits);
}

/* The note file of a descriptor, -1 when the file is none of ours. Looked up at its first write: whoever opened it, and how, is the same. */
static int note_of(int fd) {
  if (fd < 0 || fd >= FILES) return -1;
  if (notes[fd] != 0) return notes[fd] - 1;
  char link[64], path[4096], note[4200];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  const char *disk = getenv("HOLDFAST_DISK");
  if (size <= 0 || disk == NULL) return -1;
  path[size] = 0;
  if (strncmp(path, disk, strlen(disk)) != 0 || strstr(path, ".unsynced") != NULL) return -1;
  snprintf(note, sizeof note, "%s.unsynced", path);
  const int opened = open(note, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (opened >= 0) notes[fd] = opened + 1;
  return opened;
}

static void remember(int fd, const void *bytes, size_t count, off_t offset) {
  const int note = note_of(fd);
  if (note < 0) return;
  struct stat now;
  fstat(fd, &now);
  char *record = malloc(4 * 8 + 2 * count);
  const ssize_t old = pread(fd, record + 32, count, offset);
  const unsigned long long head[4] = {(unsigned long long)offset, old < 0 ? 0 : (unsigned long long)old, count, (unsigned long long)now.st_size};
  memcpy(record, head, 32);
  memcpy(record + 32 + head[1], bytes, count);
  if (write(note, record, 32 + head[1] + count) < 0) perror("power.c");
  free(record);
}

static ssize_t written(int fd, const void *bytes, size_t count, off_t offset) {
  find();
  pthread_mutex_lock(&lock);
  const int ours = note_of(fd) >= 0;
  if (ours && flag("full")) {
    pthread_mutex_unlock(&lock);
    errno = ENOSPC;
    return -1;
  }
  remember(fd, bytes, count, offset);
  const ssize_t result = real_pwrite(fd, bytes, count, offset);
  pthread_mutex_unlock(&lock);
  return result;
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return written(fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return written(fd, bytes, count, offset); }

/* A file made shorter is taken for synced: SQLite does so only with what it needs no more. */
static int shortened(int fd, off_t size) {
  find();
  pthread_mutex_lock(&lock);
  const int note = note_of(fd);
  if (note >= 0 && real_ftruncate(note, 0) != 0) perror("power.c");
  const int result = real_ftruncate(fd, size);
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate(int fd, off_t size) { return shortened(fd, size); }
int ftruncate64(int fd, off_t size) { return shortened(fd, size); }

static int synced(int fd, int (*real)(int)) {
  pthread_mutex_lock(&lock);
  const int note = note_of(fd);
  const int fails = note >= 0 && flag("failing");
  pthread_mutex_unlock(&lock);
  if (fails) {
    errno = EIO;
    return -1;
  }
  if (note >= 0) sleep(slowness());
  const int result = real(fd);
  if (result == 0 && note >= 0) {
    pthread_mutex_lock(&lock);
    if (real_ftruncate(note, 0) != 0) perror("power.c");
    pthread_mutex_unlock(&lock);
  }
  return result;
}
int fsync(int fd) {
  find();
  return synced(fd, real_fsync);
}
int fdatasync(int fd) {
  find();
  return synced(fd, real_fdatasync);
}

int close(int fd) {
  find();
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < FILES && notes[fd] != 0) {
    real_close(notes[fd] - 1);
    notes[fd] = 0;
  }
  pthread_mutex_unlock(&lock);
  return real_close(fd);
}
