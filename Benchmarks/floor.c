// The floor under a first scan: what the machine needs to walk a pool, to open every file, to read 4 KiB
// of it and to insert one row, and nothing else. One thread, one transaction, one prepared statement.
//
// usage: floor DIRECTORY DATABASE
//
// The row holds what an inventory cannot do without: path, inode, length, times, format, virtual size and
// backing name; with an index that makes the path unique, because a second scan must find the row again.
// WAL and synchronous=NORMAL, as Backstory's database; the time includes the checkpoint at the end.
//
// Build: cc -O2 -o floor floor.c -lsqlite3

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { headerSize = 4096, longestPath = 4096, longestName = 1023 };

static sqlite3 *database;
static sqlite3_stmt *insertion;
static char path[longestPath];
static long images;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "floor: %s: %s\n", what, why);
  exit(1);
}

static void run(const char *sql) {
  if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, sqlite3_errmsg(database));
}

static uint64_t bigEndian(const uint8_t *bytes, int count) {
  uint64_t value = 0;
  for (int index = 0; index < count; index++) value = value << 8 | bytes[index];
  return value;
}

static int64_t nanoseconds(struct timespec time) {
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Binds the columns that come from the header: the magic, the virtual size, the backing name.
static void bindHeader(const uint8_t *header, ssize_t count) {
  sqlite3_bind_null(insertion, 6);
  sqlite3_bind_null(insertion, 7);
  sqlite3_bind_null(insertion, 8);
  if (count >= 4) sqlite3_bind_int64(insertion, 6, (int64_t)bigEndian(header, 4));
  if (count < 104 || memcmp(header, "QFI\xfb", 4) != 0) return;
  sqlite3_bind_int64(insertion, 7, (int64_t)bigEndian(header + 24, 8));
  uint64_t offset = bigEndian(header + 8, 8), length = bigEndian(header + 16, 4);
  if (offset == 0 || length > longestName || offset > (uint64_t)count - length) return;
  sqlite3_bind_blob(insertion, 8, header + offset, (int)length, SQLITE_STATIC);
}

static void insertImage(int directory, const char *name, size_t pathLength) {
  static uint8_t header[headerSize];
  struct stat status;
  int file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) fail(path, strerror(errno));
  if (fstat(file, &status) != 0) fail(path, strerror(errno));
  ssize_t count = pread(file, header, headerSize, 0);
  if (count < 0) fail(path, strerror(errno));
  close(file);
  sqlite3_bind_blob(insertion, 1, path, (int)pathLength, SQLITE_STATIC);
  sqlite3_bind_int64(insertion, 2, (int64_t)status.st_ino);
  sqlite3_bind_int64(insertion, 3, status.st_size);
  sqlite3_bind_int64(insertion, 4, nanoseconds(status.st_mtim));
  sqlite3_bind_int64(insertion, 5, nanoseconds(status.st_ctim));
  bindHeader(header, count);
  if (sqlite3_step(insertion) != SQLITE_DONE) fail(path, sqlite3_errmsg(database));
  sqlite3_reset(insertion);
  images++;
}

// Walks one directory; `path` holds its path, of `length` bytes.
static void walk(int parent, const char *name, size_t length) {
  int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
  if (directory == NULL) fail(path, strerror(errno));
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    size_t nameLength = strlen(entry->d_name);
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (length + 1 + nameLength >= longestPath) fail(path, "the path is too long");
    path[length] = '/';
    memcpy(path + length + 1, entry->d_name, nameLength + 1);
    if (entry->d_type == DT_DIR) walk(dirfd(directory), entry->d_name, length + 1 + nameLength);
    if (entry->d_type == DT_REG) insertImage(dirfd(directory), entry->d_name, length + 1 + nameLength);
    path[length] = '\0';
  }
  closedir(directory);
}

int main(int count, char **arguments) {
  if (count != 3) fail("usage", "floor DIRECTORY DATABASE");
  if (strlen(arguments[1]) >= longestPath) fail(arguments[1], "the path is too long");
  strcpy(path, arguments[1]);
  if (sqlite3_open(arguments[2], &database) != SQLITE_OK) fail(arguments[2], sqlite3_errmsg(database));
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;"
      "CREATE TABLE image (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, inode INTEGER, size INTEGER,"
      " modified INTEGER, changed INTEGER, magic INTEGER, virtual_size INTEGER, backing BLOB);"
      "BEGIN");
  if (sqlite3_prepare_v2(database, "INSERT INTO image VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", -1,
                         &insertion, NULL) != SQLITE_OK)
    fail("INSERT", sqlite3_errmsg(database));
  walk(AT_FDCWD, arguments[1], strlen(path));
  run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_finalize(insertion);
  sqlite3_close(database);
  printf("%ld images\n", images);
  return 0;
}
