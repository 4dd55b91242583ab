#define _GNU_SOURCE
#include "clinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Thread_local uint64_t calls_made, bytes_read;

#define AGAIN(result, call) \
  do { calls_made++; (result) = (call); } while ((result) < 0 && errno == EINTR)

void bs_take_use(uint64_t *calls, uint64_t *bytes) {
  *calls = calls_made;
  *bytes = bytes_read;
  calls_made = bytes_read = 0;
}

int bs_working_directory(void) { return AT_FDCWD; }

char *bs_working_path(int *fault) {
  char *path = getcwd(NULL, 0);
  *fault = path ? 0 : -errno;
  return path;
}

/* ---- status ---- */

static int64_t nanoseconds(struct statx_timestamp time) {
  int64_t whole;
  if (__builtin_mul_overflow(time.tv_sec, INT64_C(1000000000), &whole) ||
      __builtin_add_overflow(whole, (int64_t)time.tv_nsec, &whole))
    return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
  return whole;
}

static uint64_t device_number(uint32_t major, uint32_t minor) {
  return (uint64_t)major << 32 | minor;
}

static int status_through(int directory, const char *name, int flags, bs_status *status) {
  /* Attributes of network files are asked of the server as stat(2) asks (no AT_STATX_DONT_SYNC):
   * a stale time would hide a change; for local files there is nothing to save. */
  struct statx x;
  int result;
  AGAIN(result, statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID, &x));
  if (result < 0) return -errno;
  status->device = device_number(x.stx_dev_major, x.stx_dev_minor);
  status->inode = x.stx_ino;
  status->size = x.stx_size;
  status->allocated = x.stx_blocks * UINT64_C(512);
  status->mount_id = x.stx_mask & STATX_MNT_ID ? x.stx_mnt_id : 0;
  status->modified = nanoseconds(x.stx_mtime);
  status->changed = nanoseconds(x.stx_ctime);
  status->has_born = (x.stx_mask & STATX_BTIME) != 0;
  status->born = status->has_born ? nanoseconds(x.stx_btime) : 0;
  status->device_itself = device_number(x.stx_rdev_major, x.stx_rdev_minor);
  status->mode = x.stx_mode;
  status->links = x.stx_nlink;
  status->owner = x.stx_uid;
  status->group = x.stx_gid;
  return 0;
}

int bs_status_at(int directory, const char *name, int how, bs_status *status) {
  int flags = how & BS_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  return status_through(directory, name, flags, status);
}

int bs_status_of(int file, bs_status *status) {
  return status_through(file, "", AT_EMPTY_PATH, status);
}

/* ---- opening and reading ---- */

int bs_open(int directory, const char *name, int how) {
  int flags = O_CLOEXEC | (how & BS_FOLLOW ? 0 : O_NOFOLLOW);
  int file;
  if (how & BS_DIRECTORY) flags |= O_DIRECTORY;
  if (how & BS_PLACE) {
    AGAIN(file, openat(directory, name, flags | O_PATH));
    return file < 0 ? -errno : file;
  }
  flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY;
  AGAIN(file, openat(directory, name, flags | O_NOATIME));
  if (file < 0 && errno == EPERM) /* only the owner may leave the access time alone */
    AGAIN(file, openat(directory, name, flags));
  return file < 0 ? -errno : file;
}

int bs_close(int file) {
  calls_made++;
  return close(file) < 0 ? -errno : 0;
}

int bs_rewind(int directory) { return lseek(directory, 0, SEEK_SET) < 0 ? -errno : 0; }

struct record { /* struct linux_dirent64, getdents64(2) */
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t type;
  char name[];
};

static int is_itself_or_parent(const char *name) {
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

bs_listed bs_list(int directory, void *buffer, size_t size, uint32_t *starts) {
  bs_listed listed = {0, 0, 0};
  while (listed.names == 0) { /* a batch may hold nothing but "." and ".." */
    long count;
    AGAIN(count, syscall(SYS_getdents64, directory, buffer, size));
    if (count < 0) listed.fault = -errno;
    if (count <= 0) return listed;
    /* Packed in place: what is written never reaches past the record that it comes from. */
    char *out = buffer;
    for (long at = 0; at < count;) {
      const struct record *record = (const void *)((char *)buffer + at);
      at += record->length;
      if (is_itself_or_parent(record->name)) continue;
      size_t length = strlen(record->name);
      starts[listed.names++] = (uint32_t)(out - (char *)buffer);
      uint64_t inode = record->inode;
      uint8_t type = record->type;
      memmove(out + sizeof inode + 1, record->name, length + 1);
      memcpy(out, &inode, sizeof inode);
      out[sizeof inode] = (char)type;
      out += sizeof inode + length + 2;
    }
    listed.bytes = (size_t)(out - (char *)buffer);
  }
  return listed;
}

int64_t bs_read(int file, void *buffer, size_t count, int64_t offset) {
  size_t have = 0;
  while (have < count) {
    calls_made++;
    ssize_t more = pread(file, (char *)buffer + have, count - have, offset + (int64_t)have);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return -errno;
    if (more == 0) break;
    have += (size_t)more;
  }
  bytes_read += have;
  return (int64_t)have;
}

int64_t bs_read_link(int directory, const char *name, char *buffer, size_t size) {
  calls_made++;
  ssize_t count = readlinkat(directory, name, buffer, size);
  return count < 0 ? -errno : count;
}

static int64_t seek(int file, int64_t offset, int whence) {
  calls_made++;
  off_t position = lseek(file, offset, whence);
  return position < 0 ? -errno : position;
}

int64_t bs_next_data(int file, int64_t offset) { return seek(file, offset, SEEK_DATA); }
int64_t bs_next_hole(int file, int64_t offset) { return seek(file, offset, SEEK_HOLE); }
int64_t bs_end(int file) { return seek(file, 0, SEEK_END); }

int bs_lock_seen(int file, int64_t start, int64_t count) {
  struct flock lock = {
      .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = count, .l_pid = 0};
  int result;
  AGAIN(result, fcntl(file, F_OFD_GETLK, &lock));
  if (result < 0) return -errno;
  return lock.l_type != F_UNLCK;
}

int bs_may_read(int directory, const char *name) {
  calls_made++;
  return faccessat(directory, name, R_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int bs_file_system(int file, uint64_t *identifier) {
  struct statfs system;
  int result;
  AGAIN(result, fstatfs(file, &system));
  if (result < 0) return -errno;
  *identifier = (uint64_t)(uint32_t)system.f_fsid.__val[0] << 32 |
                (uint32_t)system.f_fsid.__val[1];
  return 0;
}

int bs_file_system_room(int file, uint64_t *capacity, uint64_t *available) {
  struct statvfs system;
  int result;
  AGAIN(result, fstatvfs(file, &system));
  if (result < 0) return -errno;
  if (__builtin_mul_overflow((uint64_t)system.f_blocks, (uint64_t)system.f_frsize, capacity) ||
      __builtin_mul_overflow((uint64_t)system.f_bavail, (uint64_t)system.f_frsize, available))
    return -EOVERFLOW;
  return 0;
}

/* ---- lock files, output, errors, time ---- */

int bs_open_lock(int directory, const char *name) {
  int file;
  AGAIN(file, openat(directory, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600));
  return file < 0 ? -errno : file;
}

int bs_try_lock(int file) {
  int result;
  AGAIN(result, flock(file, LOCK_EX | LOCK_NB));
  return result < 0 ? -errno : 0;
}

int bs_replace_text(int file, const void *text, size_t count) {
  if (ftruncate(file, 0) < 0) return -errno;
  for (size_t done = 0; done < count;) {
    ssize_t more = pwrite(file, (const char *)text + done, count - done, (off_t)done);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return -errno;
    done += (size_t)more;
  }
  return 0;
}

int bs_make_file(const char *path) {
  int file;
  AGAIN(file, open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  return file < 0 ? -errno : file;
}

int bs_settle(int file, uint32_t mode) {
  int result;
  if (fchmod(file, (mode_t)mode) < 0) return -errno;
  AGAIN(result, fsync(file));
  return result < 0 ? -errno : 0;
}

int bs_take_place(const char *from, const char *to, const char *directory) {
  if (rename(from, to) < 0) return -errno;
  int place = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (place < 0) return 0; /* a directory that may be written and not read: the rename holds */
  fsync(place);
  close(place);
  return 0;
}

int bs_remove_file(const char *path) { return unlink(path) < 0 ? -errno : 0; }

int bs_make_directory(const char *path, uint32_t mode) {
  return mkdir(path, (mode_t)mode) < 0 ? -errno : 0;
}

static int write_whole(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t done = write(file, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) { /* somebody made the stream non-blocking: wait for room */
      struct pollfd room = {.fd = file, .events = POLLOUT, .revents = 0};
      poll(&room, 1, -1);
      continue;
    }
    if (done < 0) return -errno;
    bytes += done;
    count -= (size_t)done;
  }
  return 0;
}

int bs_write_all(int file, const void *bytes, size_t count) {
  /* A SIGPIPE of this write is held back and taken away; one that was pending before stays. */
  sigset_t pipe_signal, before, pending;
  const struct timespec at_once = {0, 0};
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  int result = write_whole(file, bytes, count);
  if (result == -EPIPE && !sigismember(&pending, SIGPIPE))
    while (sigtimedwait(&pipe_signal, NULL, &at_once) < 0 && errno == EINTR) continue;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}

int bs_columns(int file) {
  struct winsize size;
  return ioctl(file, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

const char *bs_error_text(int code) { return strerrordesc_np(code); }

void bs_sleep(int64_t nanoseconds) {
  const struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  nanosleep(&time, NULL);
}

/* ---- the end by a fault ---- */

static const char *last_words;

static void say_last_words(int signal) {
  /* Nothing that allocates may be called here. The second time the signal takes its usual way. */
  ssize_t ignored = write(STDERR_FILENO, last_words, strlen(last_words));
  (void)ignored;
  raise(signal);
}

void bs_last_words(const char *text) {
  static const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV, SIGFPE};
  if (last_words) return;
  last_words = text;
  sigset_t blocked;
  sigemptyset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    struct sigaction before, action = {.sa_handler = say_last_words, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    if (sigaction(faults[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
      sigaction(faults[i], &action, NULL);
    sigaddset(&blocked, faults[i]);
  }
  /* Whoever started us may have blocked them; then a fault that is sent would wait for ever. */
  pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
}

/* ---- stop signals ---- */

static atomic_int requested;
static struct sigaction before_interrupt, before_terminate;

static void remember(int signal) {
  int none = 0;
  if (!atomic_compare_exchange_strong(&requested, &none, signal)) _exit(128 + signal);
}

int bs_stop_listen(void) {
  struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  atomic_store(&requested, 0);
  if (sigaction(SIGINT, NULL, &before_interrupt) < 0) return -errno;
  if (sigaction(SIGTERM, NULL, &before_terminate) < 0) return -errno;
  /* Who had a signal ignored (nohup, a shell's background job) meant it. */
  if (before_interrupt.sa_handler != SIG_IGN) sigaction(SIGINT, &action, NULL);
  if (before_terminate.sa_handler != SIG_IGN) sigaction(SIGTERM, &action, NULL);
  /* Who starts a program from a thread of a pool hands on a mask that nobody meant. */
  pthread_sigmask(SIG_UNBLOCK, &action.sa_mask, NULL);
  return 0;
}

void bs_stop_unlisten(void) {
  sigaction(SIGINT, &before_interrupt, NULL);
  sigaction(SIGTERM, &before_terminate, NULL);
}

void bs_stop_leave_to_others(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int bs_stop_pending(void) {
  sigset_t pending;
  if (sigpending(&pending) < 0) return 0;
  return sigismember(&pending, SIGTERM) == 1 ? SIGTERM : sigismember(&pending, SIGINT) == 1 ? SIGINT : 0;
}

int bs_stop_requested(void) { return atomic_load(&requested); }
