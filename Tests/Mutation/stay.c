/* Loaded before a program (LD_PRELOAD), makes it run its main once for each line of input, each time in a process of
 * its own: linking and starting a program takes longer than what qemu-img does with a header.
 *
 * A line of standard input is the last argument. What is printed goes to the files `answer` and `complaint`; then the
 * exit code, or 256 and the signal, is a line of standard output.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int (*main_function)(int, char **, char **);
static main_function real_main;

static void redirect(const char *name, int stream) {
  int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || dup2(file, stream) < 0) _exit(127);
  close(file);
}

static int run_for_each_line(int count, char **arguments, char **environment) {
  char line[4096];
  unsetenv("LD_PRELOAD");
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    pid_t child = fork();
    if (child == 0) {
      redirect("answer", 1);
      redirect("complaint", 2);
      arguments[count - 1] = line;
      exit(real_main(count, arguments, environment));
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) < 0) return 127;
    printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status));
    fflush(stdout);
  }
  return 0;
}

int __libc_start_main(main_function program, int count, char **arguments, void (*init)(void), void (*fini)(void),
                      void (*linker_fini)(void), void *stack_end) {
  int (*start)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *) =
      dlsym(RTLD_NEXT, "__libc_start_main");
  real_main = program;
  return start(run_for_each_line, count, arguments, init, fini, linker_fini, stack_end);
}
