/*
 * batch_progress.h - how far a batch is, on a terminal.
 */
#ifndef RUBRIC_CLI_BATCH_PROGRESS_H
#define RUBRIC_CLI_BATCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct batch_progress {
    bool shown; /* somebody looks */
    uint64_t began_ms, last_ms;
    uint64_t bytes_all; /* of the inputs; 0: not known */
};

/* Starts the clock. Shows nothing unless standard error is a terminal. */
void batch_progress_begin(struct batch_progress *progress, int count, char **names);
/* So many answered, so many bytes of the inputs read. Cheap when called often. */
void batch_progress_tell(struct batch_progress *progress, uint64_t answered, uint64_t bytes);
/* The last word. */
void batch_progress_end(struct batch_progress *progress, uint64_t answered);

#endif
