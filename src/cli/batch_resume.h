/*
 * batch_resume.h - the file of answers of a batch, and how to go on with it.
 *
 * Beside ANSWERS stands ANSWERS.state as long as the batch is not done: the
 * name under which its answers are logged, and where the log stood when it
 * began. After a kill the whole lines of ANSWERS say what was given out, and the
 * log says what was answered beyond that; the rest was never answered.
 */
#ifndef RUBRIC_CLI_BATCH_RESUME_H
#define RUBRIC_CLI_BATCH_RESUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "host/host.h"

struct batch_logged {
    uint64_t line;
    uint64_t index;
};

struct batch_resume {
    const char *path; /* kept; of the answers */
    int fd;
    char name[33];         /* of the batch, hex */
    uint64_t log_size;     /* when it began */
    uint64_t given;        /* answers in the file */
    uint64_t known;        /* the last of them that names its case; 0: none near the end */
    char known_sha256[65]; /* of that case */
    bool complete;         /* there is nothing left to do */
    struct batch_logged *logged; /* by line */
    size_t logged_count, logged_room;
};

/* Opens or goes on with the file. The struct must be zeroed. */
MUST_CHECK bool batch_resume_open(struct batch_resume *resume, const char *path, bool again,
                                  struct host *host, struct err *err);
/* The entry of the log that answers the line; false: none does. */
bool batch_resume_find(const struct batch_resume *resume, uint64_t line, uint64_t *index);
/* All is answered: makes it durable. */
MUST_CHECK bool batch_resume_finish(struct batch_resume *resume, struct err *err);
void batch_resume_free(struct batch_resume *resume);

#endif
