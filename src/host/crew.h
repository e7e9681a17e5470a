/*
 * crew.h - the workers of one host process: who is asked, who is late, who died.
 *
 * A caller hands in requests and gets answers; that workers are killed and
 * replaced behind it shows only as an error in the answer of the request that
 * was the reason. The crew knows no policy and no Lua. All of it runs in the
 * one thread that calls it. sandbox.md S-12, S-13, S-42.
 *
 * Several requests may be in flight at one worker. When it dies or is late with
 * more than one, nobody can tell which was to blame: they are all asked again,
 * each alone. Requests must therefore be free of effects.
 */
#ifndef RUBRIC_HOST_CREW_H
#define RUBRIC_HOST_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "host/frame.h"
#include "host/worker.h"

struct crew;

#define CREW_LATE "the evaluator did not answer" /* so its message begins */

struct crew_options {
    struct worker_options worker; /* handle is required */
    worker_setup *zygote_setup;   /* once, before the first worker; may be NULL */
    unsigned workers;       /* 0: as many as there are processors */
    unsigned in_flight;     /* requests at one worker at a time; 0: 16 */
    unsigned deaths_max;    /* a policy that ended so many workers ... 0: 3 */
    unsigned deaths_window_s; /* ... within this time is set aside; 0: 600 */
    unsigned spin_us; /* how long to look for an answer before sleeping */
};

struct crew_request {
    uint16_t kind;        /* FRAME_REQUEST or above */
    const char *policy;   /* who is counted when the worker dies; NULL: nobody */
    const char *payload;  /* copied */
    size_t len;
    unsigned deadline_ms; /* from when the worker begins with it; not 0 */
    uint64_t tag;         /* comes back with the answer */
};

struct crew_answer {
    uint64_t tag;
    bool ok;
    const char *bytes; /* borrowed: valid until the next call on the crew */
    size_t len;
    struct err err; /* if not ok: the handler's own, or
                       ERR_LIMIT E-LIMIT-TIME: missed the deadline, killed
                       ERR_WORKER E-WORKER: died (the signal is in the text)
                       ERR_WORKER E-QUARANTINE: the policy is set aside */
};

/* Forks the zygote: call it before secrets are read and threads are made. The
 * first worker is on its way when it returns. Owned by the caller; options and
 * what they point to are kept. */
MUST_CHECK bool crew_start(struct crew **crew, const struct crew_options *options,
                           struct err *err);
void crew_stop(struct crew *crew); /* takes; NULL is fine; kills what runs */

/* One request, one answer. answer is reset first. False: err says why. */
MUST_CHECK bool crew_call(struct crew *crew, const struct crew_request *request,
                          struct buf *answer, struct err *err);

/* Many: submit until crew_room() is 0, collect one, go on. Submit never waits
 * and fails only for want of memory or for a request that cannot be sent. */
size_t crew_room(const struct crew *crew);
MUST_CHECK bool crew_submit(struct crew *crew, const struct crew_request *request,
                            struct err *err);
/* Waits for the next answer, in the order in which they come. False when
 * nothing is outstanding. */
bool crew_collect(struct crew *crew, struct crew_answer *answer);
size_t crew_outstanding(const struct crew *crew);

/* Is this policy set aside; and the operator's word to try it again. */
bool crew_set_aside(const struct crew *crew, const char *policy);
void crew_forgive(struct crew *crew, const char *policy); /* NULL: all */

struct crew_figures {
    uint64_t answered;
    uint64_t deaths; /* workers that ended by themselves */
    uint64_t late;   /* workers killed for a missed deadline */
    uint64_t started;
    uint64_t replace_ns; /* the longest time from a death to its replacement's
                            being asked for and ready to be written to */
};
struct crew_figures crew_figures(const struct crew *crew);

#endif
