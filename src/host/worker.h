/*
 * worker.h - the process in which everything that nobody here wrote is handled.
 *
 * It reads a frame, calls the handler, writes a frame, and can do nothing else
 * (lockdown.h). It knows neither policies nor Lua: the handler does. Several
 * requests may wait in its socket; it answers them in order, one at a time, and
 * hands the answers over in one write as long as that keeps nobody waiting.
 */
#ifndef RUBRIC_HOST_WORKER_H
#define RUBRIC_HOST_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Makes ready what a request needs: maps memory, opens tables. Runs before
 * lockdown; on false the worker (or zygote) ends and err reaches the caller. */
typedef bool worker_setup(void *context, struct err *err);

/* Answers one request. out is fixed memory, empty, of answer_max bytes. On
 * false err is the answer, and out is ignored. An error of kind ERR_WORKER says
 * that this process is not sound: it is sent, and the worker ends. */
typedef bool worker_handle(void *context, uint16_t kind, const char *payload,
                           size_t len, struct buf *out, struct err *err);

struct worker_options {
    worker_setup *setup; /* NULL: nothing to do */
    worker_handle *handle;
    void *context;
    size_t request_max; /* bytes of a request's payload; 0: 32 MiB */
    size_t answer_max;  /* bytes of an answer's payload; 0: 8 MiB */
    size_t heap_reserve; /* bytes that malloc can still give after lockdown;
                            0: 256 KiB */
    size_t memory_margin; /* see lockdown.h */
    const int *keep;      /* descriptors that setup opened or inherited */
    size_t keep_count;
    bool no_landlock;
};

/* Never returns. parent: the process whose death ends this one. */
_Noreturn void worker_run(int socket, int parent,
                          const struct worker_options *options);

/* Puts /dev/null on descriptors 0, 1 and 2: a worker has no standard output,
 * and a stray write must not reach its socket. */
MUST_CHECK bool worker_detach(struct err *err);

/* worker_options with the defaults filled in. */
struct worker_options worker_defaults(const struct worker_options *options);

#endif
