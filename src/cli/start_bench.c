/*
 * start_bench.c - how long a whole process of rubric takes, cold: from before
 * it is started to after it has ended. make bench runs it.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 200

extern char **environ;

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Runs the command once with its output thrown away; -1 if it failed. */
static double run_ms(char *const argv[])
{
    posix_spawn_file_actions_t actions;
    double before;
    int status = -1;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    before = now_ms();
    if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) != 0 ||
        waitpid(pid, &status, 0) < 0)
        status = -1;
    posix_spawn_file_actions_destroy(&actions);
    return status == 0 ? now_ms() - before : -1;
}

static int measure(const char *name, char *const argv[])
{
    double took[RUNS];

    for (int i = 0; i < RUNS; i++) {
        took[i] = run_ms(argv);
        if (took[i] < 0) {
            fprintf(stderr, "start_bench: '%s' failed\n", name);
            return 1;
        }
    }
    qsort(took, RUNS, sizeof took[0], by_size);
    printf("%-10s median %6.2f ms  p90 %6.2f ms  least %6.2f ms  (%d runs)\n", name,
           took[RUNS / 2], took[RUNS * 9 / 10], took[0], RUNS);
    return 0;
}

int main(void)
{
    char home[] = "/tmp/rubric-bench-XXXXXX";
    char *program = getenv("RUBRIC");
    char *version[] = {program, (char[]){"version"}, NULL};
    char *review[] = {program,
                      (char[]){"review"},
                      (char[]){"--policy"},
                      (char[]){"tests/cli/example.lua"},
                      (char[]){"tests/cli/example.json"},
                      NULL};

    if (program == NULL || mkdtemp(home) == NULL || setenv("RUBRIC_HOME", home, 1) != 0) {
        fputs("start_bench: RUBRIC must name the program\n", stderr);
        return 2;
    }
    return measure("version", version) || measure("review", review);
}
