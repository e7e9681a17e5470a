/*
 * zygote.h - the process from which workers are forked.
 *
 * It is forked from the host before the host reads a secret, does once what all
 * workers need (load the prelude), and then forks one worker per message. Its
 * children are the host's children, so that the host can wait for them and kill
 * them without doubt about their process id. It handles nothing that comes from
 * outside. sandbox.md S-12.
 */
#ifndef RUBRIC_HOST_ZYGOTE_H
#define RUBRIC_HOST_ZYGOTE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/worker.h"

struct zygote {
    pid_t pid;
    int socket; /* ours; closing it ends the zygote */
};

/* Forks the zygote, which runs setup (NULL: nothing). options is kept by the
 * child. Call it from a process with one thread. */
MUST_CHECK bool zygote_start(struct zygote *zygote, worker_setup *setup,
                             const struct worker_options *options,
                             struct err *err);
void zygote_stop(struct zygote *zygote);

/* Asks for a worker and does not wait: *socket is our end, non-blocking. */
MUST_CHECK bool zygote_ask(struct zygote *zygote, int *socket, struct err *err);
/* The process id of the oldest worker asked for and not yet named; waits for
 * it at most timeout_ms. *pid is 0 when it has not come yet. */
MUST_CHECK bool zygote_named(struct zygote *zygote, int timeout_ms, pid_t *pid,
                             struct err *err);

#endif
