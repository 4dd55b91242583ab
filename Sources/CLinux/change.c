/* What changes an image, and only when told to: the repair of a header, and running qemu-img. */
#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGAIN(result, call) \
  do { (result) = (call); } while ((result) < 0 && errno == EINTR)

int bs_open_to_write(int directory, const char *name) {
  int file;
  AGAIN(file, openat(directory, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  return file < 0 ? -errno : file;
}

int bs_write_at(int file, const void *bytes, size_t count, int64_t offset) {
  for (size_t done = 0; done < count;) {
    ssize_t more = pwrite(file, (const char *)bytes + done, count - done, (off_t)offset + (off_t)done);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return -errno;
    done += (size_t)more;
  }
  return fsync(file) < 0 ? -errno : 0;
}

int bs_duplicate(int file, int least, int is_inherited) {
  int copy;
  AGAIN(copy, fcntl(file, is_inherited ? F_DUPFD : F_DUPFD_CLOEXEC, least));
  return copy < 0 ? -errno : copy;
}

extern char **environ;

/* The words' addresses, NULL at the end; free() gives them back. */
static char **word_list(const char *words, size_t count) {
  char **list = calloc(count + 1, sizeof *list);
  for (size_t word = 0; list && word < count; word++) {
    list[word] = (char *)words;
    words += strlen(words) + 1;
  }
  return list;
}

static size_t take_output(int pipe, char *output, size_t size) {
  char rest[4096];
  size_t taken = 0;
  for (;;) {
    int has_room = taken < size;
    ssize_t more = read(pipe, has_room ? output + taken : rest, has_room ? size - taken : sizeof rest);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return taken;
    if (has_room) taken += (size_t)more;
  }
}

bs_ran bs_run(const char *words, size_t count, int passed, char *output, size_t size) {
  bs_ran ran = {.fault = 0, .status = 0, .bytes = 0};
  int ends[2];
  char **list = word_list(words, count);
  if (!list || pipe2(ends, O_CLOEXEC) < 0) {
    ran.fault = list ? -errno : -ENOMEM;
    free(list);
    return ran;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  if (passed >= 0) posix_spawn_file_actions_adddup2(&actions, passed, BS_PASSED);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  ran.fault = -posix_spawnp(&child, list[0], &actions, &attributes, list, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  free(list);
  if (ran.fault == 0) {
    ran.bytes = take_output(ends[0], output, size);
    pid_t ended;
    AGAIN(ended, waitpid(child, &ran.status, 0));
    if (ended < 0) ran.fault = -errno;
  }
  close(ends[0]);
  return ran;
}
