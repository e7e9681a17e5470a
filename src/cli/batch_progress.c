/*
 * batch_progress.c - how far a batch is, on a terminal.
 */
#include "cli/batch_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define EVERY_MS 500

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The bytes of all inputs, if all are files. */
static uint64_t all_bytes(int count, char **names)
{
    uint64_t sum = 0;

    for (int i = 0; i < count; i++) {
        bool standard = strcmp(names[i], "-") == 0;
        struct stat is;

        if ((standard ? fstat(STDIN_FILENO, &is) : stat(names[i], &is)) != 0 ||
            !S_ISREG(is.st_mode))
            return 0;
        sum += (uint64_t)is.st_size;
    }
    return sum;
}

void batch_progress_begin(struct batch_progress *progress, int count, char **names)
{
    progress->shown = isatty(STDERR_FILENO) == 1;
    progress->began_ms = progress->last_ms = now_ms();
    progress->bytes_all = all_bytes(count, names);
}

static void put_left(uint64_t seconds)
{
    if (seconds >= 3600)
        fprintf(stderr, ", %" PRIu64 " h %02" PRIu64 " min left", seconds / 3600,
                seconds / 60 % 60);
    else if (seconds >= 60)
        fprintf(stderr, ", %" PRIu64 " min %02" PRIu64 " s left", seconds / 60, seconds % 60);
    else
        fprintf(stderr, ", %" PRIu64 " s left", seconds);
}

void batch_progress_tell(struct batch_progress *progress, uint64_t answered, uint64_t bytes)
{
    uint64_t now, took;

    if (!progress->shown || (now = now_ms()) - progress->last_ms < EVERY_MS)
        return;
    progress->last_ms = now;
    took = now - progress->began_ms;
    fprintf(stderr, "\r\033[K%" PRIu64 " answered, %" PRIu64 " a second", answered,
            answered * 1000 / took);
    if (bytes > 0 && progress->bytes_all >= bytes)
        put_left((uint64_t)((double)(progress->bytes_all - bytes) / (double)bytes *
                            (double)took / 1000 + 0.5));
    fflush(stderr);
}

void batch_progress_end(struct batch_progress *progress, uint64_t answered)
{
    uint64_t took = now_ms() - progress->began_ms;

    if (!progress->shown)
        return;
    fprintf(stderr, "\r\033[K%" PRIu64 " answered in %" PRIu64 ".%" PRIu64 " s", answered,
            took / 1000, took / 100 % 10);
    if (took > 0)
        fprintf(stderr, ", %" PRIu64 " a second", answered * 1000 / took);
    fputc('\n', stderr);
}
