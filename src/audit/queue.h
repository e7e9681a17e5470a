/*
 * queue.h - many callers, one writer: group commit.
 *
 * A thread of its own takes what callers submit and appends it in batches: one
 * transaction, one signature, one sync for up to 256 records. A batch closes
 * when it has as many as the last one had, or after 2 ms; a single caller never
 * waits. The queue is bounded; when it is full, callers wait.
 */
#ifndef RUBRIC_AUDIT_QUEUE_H
#define RUBRIC_AUDIT_QUEUE_H

#include <stdbool.h>

#include "audit/audit.h"

struct audit_queue;

/* One record under way. The caller owns it and what it points to, and keeps
 * both until the ticket is done. */
struct audit_ticket {
    struct audit_record record;   /* filled by the caller */
    void *context;                /* the caller's */
    bool polled; /* set by the caller: audit_queue_take() will give it back, not wait */
    struct audit_receipt receipt; /* filled when done and ok */
    struct err err;               /* filled when done and not ok */
    bool done, ok;
    struct audit_ticket *next;
};

/* The audit handle is kept and goes on being the caller's. */
MUST_CHECK bool audit_queue_start(struct audit *audit, struct audit_queue **out,
                                  struct err *err);
/* Writes what was submitted, then ends the thread. NULL is fine. */
void audit_queue_stop(struct audit_queue *queue);

/* Waits while the queue is full. False if the log is dead or stopping: then the
 * ticket is done, and not ok. */
bool audit_queue_submit(struct audit_queue *queue, struct audit_ticket *ticket);
/* Waits until this ticket is done; returns its ok. */
bool audit_queue_wait(struct audit_queue *queue, struct audit_ticket *ticket);

/* For event loops: readable while finished tickets wait to be taken. Each polled
 * ticket whose submission returned true is taken once, in the order of the log. */
int audit_queue_fd(const struct audit_queue *queue);
struct audit_ticket *audit_queue_take(struct audit_queue *queue);

#endif
