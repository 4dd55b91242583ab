// A file system that answers late, for measuring --jobs: loaded before a program, it waits DELAY_US
// microseconds in every openat, statx and pread of what is opened relative to a directory. A scan opens
// images so, and SQLite does not open its database so. Caches stay warm: the wait is all that differs.
//
// Build: cc -O2 -shared -fPIC -o delay.so delay.c -ldl
// Use: DELAY_US=2000 LD_PRELOAD=$PWD/delay.so backstory scan --jobs 64 /srv/pool

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { mostFiles = 1 << 20 };
static char isSlow[mostFiles];

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = dlsym(RTLD_NEXT, #name)

static void waitForDisk(void) {
  const char *delay = getenv("DELAY_US");
  long microseconds = delay ? atol(delay) : 0;
  struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
  nanosleep(&time, NULL);
}

static int opened(int directory, int file) {
  if (file >= 0 && file < mostFiles) isSlow[file] = directory != AT_FDCWD;
  return file;
}

#define OPEN(name) \
  int name(int directory, const char *path, int flags, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, flags); \
    int mode = va_arg(rest, int); \
    va_end(rest); \
    if (directory != AT_FDCWD) waitForDisk(); \
    return opened(directory, real(directory, path, flags, mode)); \
  }
OPEN(openat)
OPEN(openat64)

#define READ(name, offset) \
  ssize_t name(int file, void *buffer, size_t count, offset start) { \
    REAL(name); \
    if (file >= 0 && file < mostFiles && isSlow[file]) waitForDisk(); \
    return real(file, buffer, count, start); \
  }
READ(pread, off_t)
READ(pread64, off64_t)

int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status) {
  REAL(statx);
  // An open file knows its status.
  if (directory != AT_FDCWD && *path) waitForDisk();
  return real(directory, path, flags, mask, status);
}

int close(int file) {
  REAL(close);
  if (file >= 0 && file < mostFiles) isSlow[file] = 0;
  return real(file);
}
