/* A program of the user's that is fed by a pipe: a pager, or whoever is to be told. */
#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int bs_feed_begin(const char *command, int is_apart, int output, int *input, int32_t *child) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  char *words[] = {"sh", "-c", (char *)command, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
  if (output >= 0 || is_apart) posix_spawn_file_actions_adddup2(&actions, output >= 0 ? output : 2, 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(
      &attributes,
      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (is_apart ? POSIX_SPAWN_SETPGROUP : 0));
  pid_t started = 0;
  int result = -posix_spawn(&started, "/bin/sh", &actions, &attributes, words, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[0]);
  if (result < 0) {
    close(ends[1]);
    return result;
  }
  /* A terminal's signals are for the pager; who feeds it waits for its end. */
  if (!is_apart) signal(SIGINT, SIG_IGN);
  *input = ends[1];
  *child = started;
  return 0;
}

int bs_feed_end(int32_t child, int64_t milliseconds) {
  int status = 0;
  for (int64_t waited = 0;;) {
    pid_t ended = waitpid(child, &status, milliseconds < 0 ? 0 : WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return -errno;
    if (ended < 0) continue;
    if (waited >= milliseconds) {
      /* It has a group of its own, with all that it started. */
      kill(-child, SIGKILL);
      while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
      return -ETIMEDOUT;
    }
    const struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    waited += 20;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
