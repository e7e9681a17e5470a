/*
 * host_errand.h - one case on its way to a worker, as often as it has to go.
 *
 * A worker may lack the registry or a policy: it says so and is asked again
 * with that attached. A worker that dies or is late over a case is replaced,
 * and the case is asked about once more, to be answered refer with the reason.
 * An errand only says what is next: who waits for workers is the caller, for
 * one case (host_judge) or for many (host_batch.h).
 */
#ifndef RUBRIC_HOST_HOST_ERRAND_H
#define RUBRIC_HOST_HOST_ERRAND_H

#include "host/inside.h"

enum errand_next {
    ERRAND_ASK,    /* send errand_request() to a worker */
    ERRAND_ATTACH, /* call errand_attach() first */
    ERRAND_DONE,   /* the answer is there */
    ERRAND_FAILED  /* there is none: the error says why */
};

#define ERRAND_SCOPES 64 /* asked for at once */

struct errand {
    struct host *host;
    enum service_kind kind;
    const struct asking *asking; /* kept */
    struct buf payload;          /* reused by the next errand */
    size_t case_at;              /* where in the payload the case lies */
    size_t bare_len;             /* of the payload without attachments */
    long need;                   /* an entry of the registry, or as below */
    uint32_t scopes[ERRAND_SCOPES]; /* entries */
    size_t scope_count;
    size_t attached;
    size_t rounds;
    unsigned failures;
    struct err why; /* the first failure */
};

#define ERRAND_NEEDS_REGISTRY (-1L)
#define ERRAND_NEEDS_FORCED (-2L)
#define ERRAND_NEEDS_SCOPES (-3L)

/* Writes the first payload. The errand must be zeroed before its first use. */
MUST_CHECK bool errand_start(struct errand *errand, struct host *host, enum service_kind kind,
                             const struct asking *asking, struct err *err);
void errand_free(struct errand *errand);

/* What to send; borrows the payload. */
struct crew_request errand_request(const struct errand *errand, uint64_t tag);

/* Takes what a worker answered: the answer document or the problems of the case
 * go to json. */
enum errand_next errand_take(struct errand *errand, const char *bytes, size_t len,
                             struct buf *json, struct err *err);
/* A worker, or a policy that had to be made ready, failed: is there another way? */
enum errand_next errand_fail(struct errand *errand, struct err *err);

/* True if errand_attach() will not ask a worker anything itself. */
bool errand_at_hand(const struct errand *errand);
MUST_CHECK bool errand_attach(struct errand *errand, struct err *err);

#endif
