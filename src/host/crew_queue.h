/*
 * crew_queue.h - the requests of a crew, in the order in which they wait.
 */
#ifndef RUBRIC_HOST_CREW_QUEUE_H
#define RUBRIC_HOST_CREW_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "host/quarantine.h"

struct job {
    struct job *next;
    uint64_t tag;
    uint32_t id;
    uint16_t kind;
    bool alone; /* was in flight when a worker died: nobody beside it now */
    unsigned deadline_ms;
    char policy[QUARANTINE_NAME];
    bool ok;
    struct err err;
    char *bytes; /* the payload to send; later the answer's */
    size_t len;
};

struct queue {
    struct job *first;
    struct job **end;
    size_t count;
};

/* The end of an empty queue may be anything: zeroed memory is one. */
void queue_init(struct queue *queue);
void queue_put(struct queue *queue, struct job *job); /* takes */
void queue_put_first(struct queue *queue, struct job *job);
struct job *queue_take(struct queue *queue); /* NULL: it is empty; owned by the caller */

void job_free(struct job *job); /* takes; NULL is fine */
void queue_free(struct queue *queue);

#endif
