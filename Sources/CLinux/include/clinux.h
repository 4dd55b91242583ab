/* The Linux system calls that the Glibc module does not show, with flat results.
 *
 * Every function that can fail returns a negative error number (-ENOENT) and never touches errno of
 * the caller's language; none of them prints, allocates (but where it says so) or blocks on a FIFO.
 * Interrupted calls are made again.
 */
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

/* The status of a file. Times are nanoseconds since 1970, clamped to 64 bits; sizes are bytes. */
typedef struct {
  uint64_t device; /* major number << 32 | minor number */
  uint64_t inode;
  uint64_t size;
  uint64_t allocated;
  uint64_t mount_id; /* 0: not known */
  int64_t modified;
  int64_t changed;
  int64_t born;
  uint64_t device_itself; /* of a device node: its own numbers, major << 32 | minor */
  uint32_t mode;
  uint32_t links;
  uint32_t owner;
  uint32_t group;
  uint32_t has_born; /* 0: the file system does not keep it */
} bs_status;

/* What one call of bs_list found. */
typedef struct {
  size_t bytes; /* used at the front of the buffer; 0 at the end of the directory */
  size_t names;
  int fault; /* 0, or a negative error number */
} bs_listed;

/* Which of the ways to open a file is wanted; the bits may be combined. */
enum {
  BS_FOLLOW = 1,    /* follow a symbolic link in the last component */
  BS_DIRECTORY = 2, /* a directory, for listing */
  BS_PLACE = 4      /* only a place in the tree (O_PATH): no permission to read is needed */
};

/* The directory number that stands for the working directory. */
int bs_working_directory(void);
/* The working directory's path, to be given back with free(); NULL, and *fault is negative. */
char *bs_working_path(int *fault);

int bs_status_at(int directory, const char *name, int how, bs_status *status);
int bs_status_of(int file, bs_status *status);
/* A descriptor; read-only, close-on-exec, without waiting, without a controlling terminal and,
 * where the owner allows, without touching the access time. */
int bs_open(int directory, const char *name, int how);
int bs_close(int file);
int bs_rewind(int directory);
/* Fills `buffer` (aligned to 8) with the next names, without "." and "..": for each the inode's eight bytes,
 * one byte of type (DT_*), the name, a NUL. `starts` gets the offset of each; size / 24 + 1 fit. */
bs_listed bs_list(int directory, void *buffer, size_t size, uint32_t *starts);
/* Bytes read: fewer than `count` only at the end. */
int64_t bs_read(int file, void *buffer, size_t count, int64_t offset);
/* Bytes of the link's text, at most `size`. An empty name is the link that `directory` is. */
int64_t bs_read_link(int directory, const char *name, char *buffer, size_t size);
int64_t bs_next_data(int file, int64_t offset);
int64_t bs_next_hole(int file, int64_t offset);
int64_t bs_end(int file);
/* Adds up the bytes of a file's blocks that other files share (FIEMAP), of at most `limit` extents. 0; or 1 where
 * there are more extents, or some lie on the disk in another length than in the file. */
int bs_shared(int file, uint32_t limit, uint64_t *bytes);
/* 1 when another open file holds a lock that meets `count` bytes from `start`, 0 when none does. */
int bs_lock_seen(int file, int64_t start, int64_t count);
/* 0 when the effective user may read the file. */
int bs_may_read(int directory, const char *name);
/* The file system's identifier (f_fsid of statfs). */
int bs_file_system(int file, uint64_t *identifier);
/* The bytes of the file system, and those that are left for whoever is not root (fstatvfs). */
int bs_file_system_room(int file, uint64_t *capacity, uint64_t *available);

/* What the calling thread used since it last asked: calls for files and directories, bytes read. */
void bs_take_use(uint64_t *calls, uint64_t *bytes);

/* A lock file: made with mode 0600, opened, never followed. */
int bs_open_lock(int directory, const char *name);
/* 0 when the lock was taken, -EWOULDBLOCK when another process has it. */
int bs_try_lock(int file);
int bs_replace_text(int file, const void *text, size_t count);

/* A descriptor for reading and writing; a symbolic link is not followed, nothing is made or cut. */
int bs_open_to_write(int directory, const char *name);
/* Writes everything at an offset and waits until the device has it. */
int bs_write_at(int file, const void *bytes, size_t count, int64_t offset);

/* Another descriptor of the same open file, with a number from `least` on; closed at an exec, or not. */
int bs_duplicate(int file, int least, int is_inherited);

/* The number that a program which is run has for the file that is passed to it. */
enum { BS_PASSED = 3 };

/* How a program ended: `fault` when it could not be run, else the status as waitpid() has it. */
typedef struct {
  int fault;
  int status;
  size_t bytes; /* of its output that were taken */
} bs_ran;
/* Runs a program, found by PATH, with `count` words, each with a NUL behind it, one after the other.
 * Nothing is its input; what it says on both outputs is taken, up to `size` bytes. It has `passed`, unless
 * that is negative, as BS_PASSED. A signal from the keyboard does not reach it: what it writes, it ends. */
bs_ran bs_run(const char *words, size_t count, int passed, char *output, size_t size);

/* Begins a command of the shell that reads what is written to `input`. Apart from the terminal it has a group of its
 * own, and its output goes to standard error; else it has the terminal, and SIGINT is its alone. Its output goes to
 * `output` instead, unless that is negative. */
int bs_feed_begin(const char *command, int is_apart, int output, int *input, int32_t *child);
/* Waits for its end, for ever where the time is negative; one apart is killed when the time is over (-ETIMEDOUT).
 * Gives its exit code, 128 and a signal's number. */
int bs_feed_end(int32_t child, int64_t milliseconds);

/* A new file of mode 0600 for writing; -EEXIST when anything stands there. */
int bs_make_file(const char *path);
/* Gives the file its mode, and waits until the device has everything. */
int bs_settle(int file, uint32_t mode);
/* Takes the place of what stood at `to`, at once; the device has that when it returns. */
int bs_take_place(const char *from, const char *to, const char *directory);
int bs_remove_file(const char *path);
/* A new directory; -EEXIST when anything stands there. */
int bs_make_directory(const char *path, uint32_t mode);

/* Writes everything, without a SIGPIPE: -EPIPE when the reader is gone. */
int bs_write_all(int file, const void *bytes, size_t count);
/* Columns of the terminal, 0 when it is none. */
int bs_columns(int file);

/* Text for an error number, NULL when there is none. */
const char *bs_error_text(int code);
void bs_sleep(int64_t nanoseconds);

/* How many processors this process may use, at least 1. */
int bs_processors(void);

/* Lets many threads share eight heaps a processor, and not have one each: what a thread gives back is then
 * soon used by another. With fewer heaps they wait for each other. They grow by a MiB at a time. */
void bs_share_heaps(void);

/* A mutex and a condition, known by a number; 0 when memory is short. */
uintptr_t bs_monitor_make(void);
void bs_monitor_discard(uintptr_t monitor);
void bs_monitor_enter(uintptr_t monitor);
void bs_monitor_leave(uintptr_t monitor);
void bs_monitor_wait(uintptr_t monitor);
/* The same for so long at most; 0 when that time has passed. */
int bs_monitor_wait_for(uintptr_t monitor, int64_t nanoseconds);
void bs_monitor_wake_one(uintptr_t monitor);
void bs_monitor_wake_all(uintptr_t monitor);

/* Writes `text` on standard error when the process ends by a fault of its own, or for want of memory.
 * Where somebody else has taken these signals, as Swift's backtracer, nothing is done. `text` must stay. */
void bs_last_words(const char *text);

/* SIGINT and SIGTERM: the first is remembered, the second ends the process with 128 + signal. */
int bs_stop_listen(void);
void bs_stop_unlisten(void);
int bs_stop_requested(void);
/* The calling thread takes no SIGINT and SIGTERM any more. */
void bs_stop_leave_to_others(void);
/* For such a thread: the signal that no other thread has taken yet, or 0. A thread that waits for a
 * file system takes none. */
int bs_stop_pending(void);

#endif
