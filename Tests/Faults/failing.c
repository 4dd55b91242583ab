/* Fails one call of a program, by LD_PRELOAD: the call number $FAIL_CALL of those to $FAIL_NAME (statx, openat, pread,
 * pwrite, write) on a path that ends in $FAIL_PATH, with the error number $FAIL_ERROR. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;

static int fails(const char *name, const char *path) {
  const char *wanted = getenv("FAIL_NAME"), *end = getenv("FAIL_PATH"), *call = getenv("FAIL_CALL");
  if (!wanted || !end || !call || strcmp(name, wanted) != 0) return 0;
  size_t length = strlen(path), ending = strlen(end);
  if (length < ending || strcmp(path + length - ending, end) != 0) return 0;
  if (atomic_fetch_add(&calls, 1) + 1 != atol(call)) return 0;
  errno = atoi(getenv("FAIL_ERROR"));
  return 1;
}

static int fails_on(const char *name, int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  long count = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  path[count < 0 ? 0 : count] = 0;
  return fails(name, path);
}

int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status) {
  if (*path ? fails("statx", path) : fails_on("statx", directory)) return -1;
  return (int)syscall(SYS_statx, directory, path, flags, mask, status);
}

int openat(int directory, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  if (fails("openat", path)) return -1;
  return (int)syscall(SYS_openat, directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...) __attribute__((alias("openat")));

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  if (fails_on("pread", file)) return -1;
  return syscall(SYS_pread64, file, bytes, count, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  if (fails_on("pwrite", file)) return -1;
  return syscall(SYS_pwrite64, file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) __attribute__((alias("pwrite")));

ssize_t pread64(int file, void *bytes, size_t count, off_t offset) __attribute__((alias("pread")));
