/*
 * crew_queue.c - lists of jobs.
 */
#include "host/crew_queue.h"

#include <stdlib.h>

void queue_init(struct queue *queue)
{
    *queue = (struct queue){NULL, NULL, 0};
}

void queue_put(struct queue *queue, struct job *job)
{
    job->next = NULL;
    if (queue->first == NULL)
        queue->first = job;
    else
        *queue->end = job;
    queue->end = &job->next;
    queue->count++;
}

void queue_put_first(struct queue *queue, struct job *job)
{
    job->next = queue->first;
    if (queue->first == NULL)
        queue->end = &job->next;
    queue->first = job;
    queue->count++;
}

struct job *queue_take(struct queue *queue)
{
    struct job *job = queue->first;

    if (job == NULL)
        return NULL;
    queue->first = job->next;
    queue->count--;
    job->next = NULL;
    return job;
}

void job_free(struct job *job)
{
    if (job == NULL)
        return;
    free(job->bytes);
    free(job);
}

void queue_free(struct queue *queue)
{
    struct job *job;

    while ((job = queue_take(queue)) != NULL)
        job_free(job);
}
