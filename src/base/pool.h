/*
 * pool.h - memory that is given back all at once.
 *
 * What belongs to one policy or one request is carved from a pool and never
 * freed by itself. A pool either grows by malloc (pool_init) or lives in one
 * region that the caller owns (pool_over): the locked worker uses the second
 * kind, so that a request makes no system call and leaves nothing behind.
 */
#ifndef RUBRIC_BASE_POOL_H
#define RUBRIC_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POOL_ALIGN _Alignof(max_align_t)

struct pool_chunk;

struct pool {
    char *at;                  /* the next free byte of the current chunk */
    char *end;                 /* one past its last byte */
    struct pool_chunk *chunks; /* malloc kind: all chunks, newest first */
    char *base;                /* region kind: its first byte, else NULL */
};

void pool_init(struct pool *pool);
/* The region must be zeroed and aligned for any type. */
void pool_over(struct pool *pool, void *region, size_t size);

/* Memory of size bytes, aligned for any type, zeroed; NULL when there is none. */
static inline void *pool_take(struct pool *pool, size_t size);
#define POOL_NEW(pool, type) ((type *)pool_take((pool), sizeof(type)))
/* An array of count elements of size bytes each; NULL also on overflow. */
static inline void *pool_array(struct pool *pool, size_t count, size_t size);

/* A copy with a NUL behind it; NULL when there is no memory. */
char *pool_copy(struct pool *pool, const char *text, size_t len);

/* Everything taken is gone. A region is overwritten with zeros as far as it
 * was used, so that the next request finds nothing of this one. */
void pool_reset(struct pool *pool);
/* The same for a region that is a private anonymous mapping of its own: what
 * was used beyond the first megabyte goes back to the kernel. */
void pool_reset_mapped(struct pool *pool);
/* Bytes taken from a region. */
size_t pool_used(const struct pool *pool);
void pool_free(struct pool *pool);

/* Behind pool_take(): everything but the next bytes of a region. */
void *pool_take_any(struct pool *pool, size_t size);

static inline void *pool_take(struct pool *pool, size_t size)
{
    size_t left = (size_t)(pool->end - pool->at);
    size_t aligned = (size + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
    void *taken = pool->at;

    /* A region's unused bytes are zero already: pool_reset() saw to that. */
    if (pool->base == NULL || size == 0 || size > left || aligned > left)
        return pool_take_any(pool, size);
    pool->at += aligned;
    return taken;
}

static inline void *pool_array(struct pool *pool, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return pool_take(pool, count * size);
}

#endif
