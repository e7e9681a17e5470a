/*
 * host_batch.h - many cases at a time through one host.
 *
 * The caller submits while there is room and collects what is answered. Behind
 * it several cases are at each worker, and answers are logged in groups: one
 * transaction, one signature, one sync for many. Nothing is given out before it
 * is durable. Memory is bounded by the number of cases under way and by their
 * bytes. One thread calls; a second one, of the log, writes.
 */
#ifndef RUBRIC_HOST_HOST_BATCH_H
#define RUBRIC_HOST_HOST_BATCH_H

#include "host/host.h"

struct host_batch;

struct host_batch_result {
    uint64_t tag;
    bool ok;
    struct host_answer *answer; /* borrowed; if not ok, maybe the problems of the case */
    struct err err;             /* if not ok: as host_review() gives it */
};

/* unordered: results come as they are ready, else in the order of submission.
 * The host is kept; only the batch may be used until it is closed. Owned. */
MUST_CHECK bool host_batch_open(struct host *host, bool unordered, struct host_batch **batch,
                                struct err *err);
/* Takes; NULL is fine. What was submitted and not collected may be logged. */
void host_batch_close(struct host_batch *batch);

bool host_batch_room(const struct host_batch *batch);
size_t host_batch_outstanding(const struct host_batch *batch);

/* One case more; the request is copied, except batch, which is kept. There must
 * be room. A policy that cannot be had is an error of the result, not of the call. */
MUST_CHECK bool host_batch_submit(struct host_batch *batch, const struct host_request *request,
                                  uint64_t tag, struct err *err);
/* Takes the place of a case that is known to fail. */
MUST_CHECK bool host_batch_refuse(struct host_batch *batch, const struct err *why, uint64_t tag,
                                  struct err *err);
/* Takes the place of a case whose answer is in the log already. */
MUST_CHECK bool host_batch_recall(struct host_batch *batch, uint64_t index, uint64_t tag,
                                  struct err *err);

/* True if host_batch_collect() will not wait. */
bool host_batch_ready(const struct host_batch *batch);
/* Waits for the next result, valid until the next call on the batch. False:
 * nothing is outstanding. */
bool host_batch_collect(struct host_batch *batch, struct host_batch_result *result);

/* ---- what a batch has logged ---- */

/* Told of each answer of the batch of that name, from a place in the log on. */
typedef bool host_batch_visit(void *context, uint64_t line, uint64_t index);
MUST_CHECK bool host_batch_logged(struct host *host, const char *name, uint64_t from,
                                  host_batch_visit *visit, void *context, struct err *err);
/* How many records the log has; 0 without a log. */
MUST_CHECK bool host_log_size(struct host *host, uint64_t *size, struct err *err);

#endif
