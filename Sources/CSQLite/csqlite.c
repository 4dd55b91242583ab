#include "csqlite.h"

#include <errno.h>
#include <sqlite3.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

int bs_sqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

uintptr_t bs_sqlite_write_out(struct sqlite3 *connection) {
  sqlite3_file *file = NULL;
  if (sqlite3_db_cacheflush(connection) != SQLITE_OK) return 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file && file->pMethods ? (uintptr_t)file : 0;
}

void bs_sqlite_wait_for_disk(uintptr_t address) {
  /* Of a database file, unlike of a journal, SQLite's method for Unix changes nothing in the object. */
  sqlite3_file *file = (sqlite3_file *)address;
  file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

typedef ssize_t (*read_at)(int, void *, size_t, off_t);
static read_at system_read, system_read64;

/* SQLite takes these errors of a read for damage of what it reads (os_unix.c, unixRead: SQLITE_IOERR_CORRUPTFS,
 * which becomes SQLITE_CORRUPT). Under any other number it is an error of input. */
static ssize_t told(ssize_t result) {
  if (result < 0 && (errno == EIO || errno == ENXIO || errno == ERANGE)) errno = EREMOTEIO;
  return result;
}

static ssize_t telling_read(int file, void *bytes, size_t count, off_t offset) {
  return told(system_read(file, bytes, count, offset));
}

static ssize_t telling_read64(int file, void *bytes, size_t count, off_t offset) {
  return told(system_read64(file, bytes, count, offset));
}

void bs_sqlite_tell_read_faults(void) {
  sqlite3_vfs *system = sqlite3_vfs_find(NULL);
  if (!system || system->iVersion < 3 || !system->xSetSystemCall || system_read) return;
  system_read = (read_at)system->xGetSystemCall(system, "pread");
  system_read64 = (read_at)system->xGetSystemCall(system, "pread64");
  if (system_read) system->xSetSystemCall(system, "pread", (sqlite3_syscall_ptr)telling_read);
  if (system_read64) system->xSetSystemCall(system, "pread64", (sqlite3_syscall_ptr)telling_read64);
}

static intptr_t monotonic_milliseconds(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now)) return 0;
  return (intptr_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The time itself stands in the pointer: nothing has to be kept for it. */
static int is_late(void *deadline) { return monotonic_milliseconds() >= (intptr_t)deadline; }

void bs_sqlite_end_after(struct sqlite3 *connection, int64_t milliseconds) {
  if (milliseconds <= 0) {
    sqlite3_progress_handler(connection, 0, NULL, NULL);
    return;
  }
  /* One more, for the part of a millisecond that has passed. */
  intptr_t deadline = monotonic_milliseconds() + 1 + (intptr_t)milliseconds;
  sqlite3_progress_handler(connection, 10000, is_late, (void *)deadline);
}
