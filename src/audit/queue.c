/*
 * queue.c - many callers, one writer; see queue.h.
 *
 * Tickets form a list. The writer takes a batch off its head, appends it in one
 * transaction, marks the tickets done and wakes who waits. Nothing is released
 * before the commit returned. A log that fails ends all tickets, also
 * those still queued: not one of them is answered.
 */
#include "audit/queue.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "audit/log.h"
#include "audit/wal.h"

#define QUEUE_MAX 4096
#define BATCH_MAX 256
#define BATCH_NS 2000000

struct list {
    struct audit_ticket *head;
    struct audit_ticket **tail;
};

struct audit_queue {
    struct audit *audit;
    struct wal_keeper *keeper;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* something was submitted, or the end has come */
    pthread_cond_t room;  /* the queue is not full any more */
    pthread_cond_t done;  /* a batch was finished */
    struct list waiting;
    struct list finished;
    size_t count;         /* in waiting */
    size_t last;          /* how many the last batch had */
    bool stopping;
    int event;
    struct audit_record record[BATCH_MAX];
    struct audit_receipt receipt[BATCH_MAX];
};

static void list_start(struct list *list)
{
    list->head = NULL;
    list->tail = &list->head;
}

static void list_add(struct list *list, struct audit_ticket *ticket)
{
    ticket->next = NULL;
    *list->tail = ticket;
    list->tail = &ticket->next;
}

static struct audit_ticket *list_take(struct list *list)
{
    struct audit_ticket *ticket = list->head;

    if (ticket != NULL) {
        list->head = ticket->next;
        if (list->head == NULL)
            list->tail = &list->head;
        ticket->next = NULL;
    }
    return ticket;
}

/* Waits for as many as came last time, at most 2 ms from the first: a single
 * caller never waits, many callers share one sync. */
static void gather(struct audit_queue *queue)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += BATCH_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (!queue->stopping && queue->count < queue->last) {
        if (pthread_cond_timedwait(&queue->work, &queue->lock, &until) == ETIMEDOUT)
            break;
    }
}

static void finish(struct audit_queue *queue, struct audit_ticket **batch, size_t count,
                   bool ok, const struct err *err)
{
    uint64_t polled = 0;

    for (size_t i = 0; i < count; i++) {
        batch[i]->ok = ok;
        if (ok)
            batch[i]->receipt = queue->receipt[i];
        else
            batch[i]->err = *err;
        batch[i]->done = true;
        if (batch[i]->polled) {
            list_add(&queue->finished, batch[i]);
            polled++;
        }
    }
    pthread_cond_broadcast(&queue->done);
    pthread_cond_broadcast(&queue->room);
    while (polled > 0 && write(queue->event, &polled, sizeof polled) < 0 && errno == EINTR)
        continue;
}

/* A record that cannot be logged spoils its batch; then each is tried alone, so
 * that one bad record does not refuse the others. */
static void append_each(struct audit_queue *queue, struct audit_ticket **batch, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct err err = {.kind = ERR_NONE};
        bool ok = audit_append(queue->audit, &batch[i]->record, 1, queue->receipt, &err);

        pthread_mutex_lock(&queue->lock);
        finish(queue, &batch[i], 1, ok, &err);
        pthread_mutex_unlock(&queue->lock);
    }
}

static void append_batch(struct audit_queue *queue, struct audit_ticket **batch, size_t count)
{
    struct err err = {.kind = ERR_NONE};
    bool ok;

    for (size_t i = 0; i < count; i++)
        queue->record[i] = batch[i]->record;
    ok = audit_append(queue->audit, queue->record, count, queue->receipt, &err);
    if (!ok && count > 1 && !audit_dead(queue->audit)) {
        append_each(queue, batch, count);
        return;
    }
    pthread_mutex_lock(&queue->lock);
    finish(queue, batch, count, ok, &err);
    pthread_mutex_unlock(&queue->lock);
}

static void *writer(void *context)
{
    struct audit_queue *queue = context;
    struct audit_ticket *batch[BATCH_MAX];
    size_t count;

    pthread_mutex_lock(&queue->lock);
    for (;;) {
        while (queue->count == 0 && !queue->stopping)
            pthread_cond_wait(&queue->work, &queue->lock);
        if (queue->count == 0)
            break;
        gather(queue);
        for (count = 0; count < BATCH_MAX && queue->count > 0; count++, queue->count--)
            batch[count] = list_take(&queue->waiting);
        queue->last = count;
        pthread_mutex_unlock(&queue->lock);
        append_batch(queue, batch, count);
        pthread_mutex_lock(&queue->lock);
    }
    pthread_mutex_unlock(&queue->lock);
    return NULL;
}

bool audit_queue_start(struct audit *audit, struct audit_queue **out, struct err *err)
{
    struct audit_queue *queue = calloc(1, sizeof *queue);
    pthread_condattr_t clock;

    *out = NULL;
    if (queue == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    queue->audit = audit;
    if (!wal_keeper_start(audit, WAL_FRAMES, WAL_SPACE, &queue->keeper, err)) {
        free(queue);
        return false;
    }
    queue->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
    list_start(&queue->waiting);
    list_start(&queue->finished);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->work, &clock);
    pthread_cond_init(&queue->room, NULL);
    pthread_cond_init(&queue->done, NULL);
    pthread_condattr_destroy(&clock);
    if (queue->event < 0 || pthread_create(&queue->thread, NULL, writer, queue) != 0) {
        err_set(err, ERR_STORE, "E-LOG-QUEUE", "the writer of the log cannot be started");
        if (queue->event >= 0)
            close(queue->event);
        wal_keeper_stop(queue->keeper);
        free(queue);
        return false;
    }
    *out = queue;
    return true;
}

void audit_queue_stop(struct audit_queue *queue)
{
    if (queue == NULL)
        return;
    pthread_mutex_lock(&queue->lock);
    queue->stopping = true;
    pthread_cond_broadcast(&queue->work);
    pthread_cond_broadcast(&queue->room);
    pthread_mutex_unlock(&queue->lock);
    pthread_join(queue->thread, NULL);
    wal_keeper_stop(queue->keeper);
    close(queue->event);
    pthread_cond_destroy(&queue->work);
    pthread_cond_destroy(&queue->room);
    pthread_cond_destroy(&queue->done);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

bool audit_queue_submit(struct audit_queue *queue, struct audit_ticket *ticket)
{
    bool ok;

    ticket->done = false;
    ticket->ok = false;
    pthread_mutex_lock(&queue->lock);
    while (queue->count >= QUEUE_MAX && !queue->stopping)
        pthread_cond_wait(&queue->room, &queue->lock);
    ok = !queue->stopping && !audit_dead(queue->audit);
    if (ok) {
        list_add(&queue->waiting, ticket);
        queue->count++;
        pthread_cond_signal(&queue->work);
    } else {
        err_set(&ticket->err, ERR_STORE, "E-LOG-DEAD", "the log does not take records any more");
        ticket->done = true;
    }
    pthread_mutex_unlock(&queue->lock);
    return ok;
}

bool audit_queue_wait(struct audit_queue *queue, struct audit_ticket *ticket)
{
    pthread_mutex_lock(&queue->lock);
    while (!ticket->done)
        pthread_cond_wait(&queue->done, &queue->lock);
    pthread_mutex_unlock(&queue->lock);
    return ticket->ok;
}

int audit_queue_fd(const struct audit_queue *queue)
{
    return queue->event;
}

struct audit_ticket *audit_queue_take(struct audit_queue *queue)
{
    struct audit_ticket *ticket;
    uint64_t one;

    pthread_mutex_lock(&queue->lock);
    ticket = list_take(&queue->finished);
    if (ticket != NULL && read(queue->event, &one, sizeof one) < 0)
        assert(errno == EAGAIN || errno == EINTR);
    pthread_mutex_unlock(&queue->lock);
    return ticket;
}
