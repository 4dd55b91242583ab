#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int bs_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  return processors < 1 ? 1 : (int)processors;
}

void bs_share_heaps(void) {
  mallopt(M_ARENA_MAX, 8 * bs_processors());
  mallopt(M_TOP_PAD, 1 << 20);
}

struct monitor {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
};

uintptr_t bs_monitor_make(void) {
  struct monitor *monitor = malloc(sizeof *monitor);
  if (!monitor) return 0;
  pthread_mutex_init(&monitor->mutex, NULL);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&monitor->condition, &attributes);
  pthread_condattr_destroy(&attributes);
  return (uintptr_t)monitor;
}

void bs_monitor_discard(uintptr_t number) {
  struct monitor *monitor = (struct monitor *)number;
  pthread_cond_destroy(&monitor->condition);
  pthread_mutex_destroy(&monitor->mutex);
  free(monitor);
}

void bs_monitor_enter(uintptr_t number) {
  pthread_mutex_lock(&((struct monitor *)number)->mutex);
}

void bs_monitor_leave(uintptr_t number) {
  pthread_mutex_unlock(&((struct monitor *)number)->mutex);
}

void bs_monitor_wait(uintptr_t number) {
  struct monitor *monitor = (struct monitor *)number;
  pthread_cond_wait(&monitor->condition, &monitor->mutex);
}

int bs_monitor_wait_for(uintptr_t number, int64_t nanoseconds) {
  struct monitor *monitor = (struct monitor *)number;
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += nanoseconds / 1000000000;
  end.tv_nsec += nanoseconds % 1000000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec += 1;
    end.tv_nsec -= 1000000000;
  }
  return pthread_cond_timedwait(&monitor->condition, &monitor->mutex, &end) != ETIMEDOUT;
}

void bs_monitor_wake_one(uintptr_t number) {
  pthread_cond_signal(&((struct monitor *)number)->condition);
}

void bs_monitor_wake_all(uintptr_t number) {
  pthread_cond_broadcast(&((struct monitor *)number)->condition);
}
