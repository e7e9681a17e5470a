/*
 * command.c - running a program outside; see command.h.
 */
#include "audit/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMAND_MS 10000
#define COMMAND_WORDS 32
#define COMMAND_OUTPUT 65536

extern char **environ;

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool command_valid(const char *command)
{
    size_t len = strlen(command);
    size_t words = 1;

    if (command[0] != '/' || len >= COMMAND_TEXT)
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)command[i] < ' ' || command[i] == 0x7F)
            return false;
        words += command[i] == ' ';
    }
    return words < COMMAND_WORDS;
}

/* The input as a file without a name: nobody has to write while we read. */
static int input_file(const void *input, size_t len)
{
    int file = memfd_create("rubric-input", MFD_CLOEXEC);

    if (file >= 0 && (write(file, input, len) != (ssize_t)len || lseek(file, 0, SEEK_SET) != 0)) {
        close(file);
        return -1;
    }
    return file;
}

static bool spawn(const char *command, int input, int output, pid_t *pid)
{
    char words[COMMAND_TEXT];
    char *argv[COMMAND_WORDS + 1];
    char *rest = NULL;
    size_t count = 0;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    int failed;

    strcpy(words, command);
    for (char *at = strtok_r(words, " ", &rest); at != NULL; at = strtok_r(NULL, " ", &rest))
        argv[count++] = at;
    argv[count] = NULL;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    failed = posix_spawn_file_actions_adddup2(&files, input, 0) ||
             posix_spawn_file_actions_adddup2(&files, output, 1) ||
             posix_spawn_file_actions_addclosefrom_np(&files, 3) ||
             posix_spawnattr_setsigmask(&how, &none) || posix_spawnattr_setsigdefault(&how, &all) ||
             posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    errno = failed ? ENOMEM : posix_spawn(pid, argv[0], &files, &how, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return errno == 0;
}

/* Reads until the program closes its output; false if it takes too long. */
static bool read_output(int file, int64_t until, struct buf *out)
{
    char bytes[4096];
    size_t total = 0;

    for (;;) {
        struct pollfd ready = {.fd = file, .events = POLLIN};
        int64_t left = until - now_ms();
        ssize_t got;

        if (left <= 0 || total > COMMAND_OUTPUT)
            return false;
        if (poll(&ready, 1, (int)left) <= 0)
            continue;
        got = read(file, bytes, sizeof bytes);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0 && out != NULL)
            buf_put(out, bytes, (size_t)got);
        total += got > 0 ? (size_t)got : 0;
    }
}

/* Waits for its end; a program that does not end in time is killed. */
static bool ended_well(pid_t pid, bool in_time, int64_t until)
{
    const struct timespec pause = {0, 1000000};
    int status = 0;
    pid_t ended = 0;

    while (in_time && (ended = waitpid(pid, &status, WNOHANG)) == 0 && now_ms() < until)
        nanosleep(&pause, NULL);
    if (ended == pid)
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (ended == 0) {
        kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    return false;
}

bool command_ask(const char *command, const void *input, size_t len, struct buf *out,
                 struct err *err)
{
    int64_t until = now_ms() + COMMAND_MS;
    int pipes[2] = {-1, -1};
    int file = input_file(input, len);
    pid_t pid = -1;
    bool ok;

    ok = command_valid(command) && file >= 0 && pipe2(pipes, O_CLOEXEC) == 0 &&
         spawn(command, file, pipes[1], &pid);
    if (!ok)
        err_errno(err, ERR_LOG, "E-LOG-COMMAND", command);
    if (file >= 0)
        close(file);
    if (pipes[1] >= 0)
        close(pipes[1]);
    if (ok && !ended_well(pid, read_output(pipes[0], until, out), until))
        ok = err_set(err, ERR_LOG, "E-LOG-COMMAND",
                     "'%s' did not end with exit status 0 within %d seconds", command,
                     COMMAND_MS / 1000);
    if (pipes[0] >= 0)
        close(pipes[0]);
    return ok && ((out == NULL || !out->failed) ||
                  err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory"));
}
