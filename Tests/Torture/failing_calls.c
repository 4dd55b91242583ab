/* Lets one call of a program fail, or many from one on, and moves its clock: for LD_PRELOAD.
 *
 * FAULT_CALLS    names of calls, with commas; those below, "open" for every way to open, and so on
 * FAULT_AT       which of them fails, from 1 on; 0: none, they are only counted
 * FAULT_ERROR    the number of the error
 * FAULT_STORM    1: from that one on every call fails; 2: every second one
 * FAULT_PROGRAM  whose calls are meant (else "backstory"); its children have calls of their own
 * FAULT_LOG      a file that gets a line of every call that failed, or with FAULT_AT=0 of every one
 * CLOCK_SHIFT    seconds by which the time of day is off, once it was asked CLOCK_AT times (else always)
 *
 * What the C library does inside of itself is not seen: who lists a directory with readdir is failed there. Files
 * of the system's libraries and a program's words to itself (eventfd) are left alone, as no disk is asked.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static atomic_long counted, asked;
static long fails_at = -1, clock_at, clock_shift;
static int error_number, storm, log_file = -1;
static const char *calls = "";

static long number(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text && *text ? atol(text) : otherwise;
}

__attribute__((constructor)) static void begin(void) {
  const char *program = getenv("FAULT_PROGRAM"), *log = getenv("FAULT_LOG");
  if (strcmp(program_invocation_short_name, program ? program : "backstory") != 0) return;
  clock_shift = number("CLOCK_SHIFT", 0);
  clock_at = number("CLOCK_AT", 0);
  error_number = (int)number("FAULT_ERROR", EIO);
  storm = (int)number("FAULT_STORM", 0);
  if (getenv("FAULT_CALLS")) calls = getenv("FAULT_CALLS");
  if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  fails_at = number("FAULT_AT", -1);
}

static int is_meant(const char *call) {
  size_t length = strlen(call);
  for (const char *at = calls; (at = strstr(at, call)); at += length)
    if ((at == calls || at[-1] == ',') && (at[length] == 0 || at[length] == ',')) return 1;
  return 0;
}

static int is_of_the_system(const char *path) {
  static const char *const places[] = {"/usr/", "/lib", "/opt/", "/etc/ld", "/etc/localtime", "/dev/", "anon_inode:"};
  for (size_t place = 0; place < sizeof places / sizeof *places; place++)
    if (strncmp(path, places[place], strlen(places[place])) == 0) return 1;
  return 0;
}

static void tell(long count, const char *call, const char *path) {
  char line[600];
  int length = snprintf(line, sizeof line, "%ld %s %.500s\n", count, call, path);
  if (log_file >= 0) syscall(SYS_write, log_file, line, (size_t)length);
}

/* Whether this call fails; errno is set then. */
static int fails(const char *call, const char *path) {
  if (fails_at < 0 || !is_meant(call) || is_of_the_system(path)) return 0;
  long count = atomic_fetch_add(&counted, 1) + 1;
  int does = fails_at > 0 && (storm ? count >= fails_at && (count - fails_at) % storm == 0 : count == fails_at);
  if (does || fails_at == 0) tell(count, call, path);
  if (does) errno = error_number;
  return does;
}

static int file_fails(const char *call, int file) {
  char place[32], path[512];
  if (fails_at < 0 || !is_meant(call)) return 0;
  if (storm && (file == 1 || file == 2)) return 0; /* what is said is said to somebody else */
  if (file == 1 || file == 2) return fails(call, file == 1 ? "<output>" : "<complaint>");
  snprintf(place, sizeof place, "/proc/self/fd/%d", file);
  long length = syscall(SYS_readlinkat, AT_FDCWD, place, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return fails(call, path);
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)
#define CALL(type, name, call, failed, where, parameters, arguments) \
  type name parameters { \
    REAL(type, name, PARAMETERS parameters); \
    return (where) ? (failed) : real arguments; \
  }
#define PARAMETERS(...) __VA_ARGS__

/* A call of a path, and one of an open file. */
#define BY_PATH(type, name, call, path, failed, parameters, arguments) \
  CALL(type, name, call, failed, fails(call, path), parameters, arguments)
#define BY_FILE(type, name, call, file, failed, parameters, arguments) \
  CALL(type, name, call, failed, file_fails(call, file), parameters, arguments)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more); \
    REAL(int, name, const char *, int, ...); \
    return fails("open", path) ? -1 : real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
  int name(int place, const char *path, int flags, ...) { \
    va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more); \
    REAL(int, name, int, const char *, int, ...); \
    return fails("openat", path) ? -1 : real(place, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)
#define FCNTL(name) \
  int name(int file, int what, ...) { \
    va_list more; va_start(more, what); void *value = va_arg(more, void *); va_end(more); \
    REAL(int, name, int, int, ...); \
    return file_fails("fcntl", file) ? -1 : real(file, what, value); \
  }
FCNTL(fcntl)
FCNTL(fcntl64)

BY_PATH(FILE *, fopen, "open", path, NULL, (const char *path, const char *mode), (path, mode))
BY_PATH(FILE *, fopen64, "open", path, NULL, (const char *path, const char *mode), (path, mode))
BY_PATH(DIR *, opendir, "open", path, NULL, (const char *path), (path))
#define FAILING_STATUS(name) \
  BY_PATH(int, name, "statx", path, -1, (const char *restrict path, struct stat *restrict to), (path, to))
FAILING_STATUS(stat)
FAILING_STATUS(lstat)
#define FAILING_STATUS64(name) \
  BY_PATH(int, name, "statx", path, -1, (const char *restrict path, struct stat64 *restrict to), (path, to))
FAILING_STATUS64(stat64)
FAILING_STATUS64(lstat64)
BY_FILE(int, fstat, "statx", file, -1, (int file, struct stat *to), (file, to))
BY_FILE(int, fstat64, "statx", file, -1, (int file, struct stat64 *to), (file, to))

int statx(int place, const char *restrict path, int flags, unsigned mask, struct statx *restrict to) {
  REAL(int, statx, int, const char *, int, unsigned, struct statx *);
  int does = *path ? fails("statx", path) : file_fails("statx", place);
  return does ? -1 : real(place, path, flags, mask, to);
}

BY_PATH(int, access, "access", path, -1, (const char *path, int how), (path, how))
BY_PATH(int, faccessat, "access", path, -1, (int place, const char *path, int how, int flags),
        (place, path, how, flags))
BY_FILE(ssize_t, read, "read", file, -1, (int file, void *to, size_t count), (file, to, count))
BY_FILE(ssize_t, pread, "pread", file, -1, (int file, void *to, size_t count, off_t at), (file, to, count, at))
BY_FILE(ssize_t, pread64, "pread", file, -1, (int file, void *to, size_t count, off64_t at), (file, to, count, at))
BY_FILE(ssize_t, write, "write", file, -1, (int file, const void *from, size_t count), (file, from, count))
BY_FILE(ssize_t, pwrite, "pwrite", file, -1, (int file, const void *from, size_t count, off_t at),
        (file, from, count, at))
BY_FILE(ssize_t, pwrite64, "pwrite", file, -1, (int file, const void *from, size_t count, off64_t at),
        (file, from, count, at))
#define VECTORS(name, call, offset) \
  BY_FILE(ssize_t, name, call, file, -1, (int file, const struct iovec *parts, int count, offset at), \
          (file, parts, count, at))
VECTORS(preadv, "pread", off_t)
VECTORS(preadv64, "pread", off64_t)
VECTORS(pwritev, "pwrite", off_t)
VECTORS(pwritev64, "pwrite", off64_t)
BY_PATH(ssize_t, readlink, "readlink", path, -1, (const char *restrict path, char *restrict to, size_t size),
        (path, to, size))
BY_PATH(ssize_t, readlinkat, "readlink", path, -1,
        (int place, const char *restrict path, char *restrict to, size_t size), (place, path, to, size))
BY_FILE(int, fsync, "fsync", file, -1, (int file), (file))
BY_FILE(int, fdatasync, "fsync", file, -1, (int file), (file))
BY_FILE(int, ftruncate, "ftruncate", file, -1, (int file, off_t length), (file, length))
BY_FILE(int, ftruncate64, "ftruncate", file, -1, (int file, off64_t length), (file, length))
BY_FILE(int, fchmod, "fchmod", file, -1, (int file, mode_t mode), (file, mode))
BY_FILE(int, fstatfs, "fstatfs", file, -1, (int file, struct statfs *to), (file, to))
BY_FILE(int, flock, "flock", file, -1, (int file, int how), (file, how))
BY_FILE(off_t, lseek, "lseek", file, -1, (int file, off_t at, int from), (file, at, from))
BY_PATH(int, rename, "rename", path, -1, (const char *path, const char *to), (path, to))
BY_PATH(int, unlink, "unlink", path, -1, (const char *path), (path))
BY_PATH(int, mkdir, "mkdir", path, -1, (const char *path, mode_t mode), (path, mode))
BY_PATH(char *, getcwd, "getcwd", "", NULL, (char *to, size_t size), (to, size))
BY_PATH(int, pipe2, "pipe2", "", -1, (int ends[2], int flags), (ends, flags))
BY_PATH(pid_t, waitpid, "waitpid", "", -1, (pid_t child, int *status, int how), (child, status, how))
BY_PATH(struct dirent *, readdir, "getdents", "", NULL, (DIR *from), (from))
BY_PATH(struct dirent64 *, readdir64, "getdents", "", NULL, (DIR *from), (from))

/* Memory of nobody's file is malloc's, and no call of the program. */
#define MMAP(name, offset) \
  void *name(void *at, size_t length, int may, int flags, int file, offset from) { \
    REAL(void *, name, void *, size_t, int, int, int, offset); \
    return file >= 0 && file_fails("mmap", file) ? MAP_FAILED : real(at, length, may, flags, file, from); \
  }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

long syscall(long which, ...) {
  va_list more;
  va_start(more, which);
  long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long), d = va_arg(more, long),
       e = va_arg(more, long), f = va_arg(more, long);
  va_end(more);
  static long (*real)(long, ...);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "syscall");
  if (which != SYS_getdents64) return real(which, a, b, c, d, e, f);
  return file_fails("getdents", (int)a) ? -1 : real(which, a, b, c, d, e, f);
}

static long shift(void) { return atomic_fetch_add(&asked, 1) + 1 > clock_at ? clock_shift : 0; }

int clock_gettime(clockid_t clock, struct timespec *to) {
  REAL(int, clock_gettime, clockid_t, struct timespec *);
  int result = real(clock, to);
  if (result == 0 && clock_shift && clock == CLOCK_REALTIME) to->tv_sec += shift();
  return result;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone) {
  REAL(int, gettimeofday, struct timeval *, void *);
  int result = real(to, zone);
  if (result == 0 && clock_shift) to->tv_sec += shift();
  return result;
}

time_t time(time_t *to) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to) *to = now.tv_sec;
  return now.tv_sec;
}
