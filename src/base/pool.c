/*
 * pool.c - memory that is given back all at once; see pool.h.
 */
#include "base/pool.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_BYTES 65536u
#define KEPT_BYTES ((size_t)1 << 20) /* a multiple of every page size */

struct pool_chunk {
    struct pool_chunk *next;
    alignas(max_align_t) char bytes[];
};

void pool_init(struct pool *pool)
{
    memset(pool, 0, sizeof *pool);
}

void pool_over(struct pool *pool, void *region, size_t size)
{
    assert((uintptr_t)region % alignof(max_align_t) == 0);
    memset(pool, 0, sizeof *pool);
    pool->base = pool->at = region;
    pool->end = pool->base + size;
}

/* Adds a chunk that holds at least size bytes. */
static bool grow(struct pool *pool, size_t size)
{
    size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    struct pool_chunk *chunk;

    if (pool->base != NULL || room > PTRDIFF_MAX - sizeof *chunk)
        return false;
    chunk = malloc(sizeof *chunk + room);
    if (chunk == NULL)
        return false;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->at = chunk->bytes;
    pool->end = chunk->bytes + room;
    return true;
}

void *pool_take_any(struct pool *pool, size_t size)
{
    void *taken;

    if (size > SIZE_MAX - POOL_ALIGN)
        return NULL;
    /* Nothing is still something: NULL means that there is no memory. */
    size = size == 0 ? POOL_ALIGN : (size + POOL_ALIGN - 1) / POOL_ALIGN * POOL_ALIGN;
    if (size > (size_t)(pool->end - pool->at) && !grow(pool, size))
        return NULL;
    taken = pool->at;
    pool->at += size;
    /* A region's unused bytes are zero already: pool_reset() saw to that. */
    if (pool->base == NULL)
        memset(taken, 0, size);
    return taken;
}

char *pool_copy(struct pool *pool, const char *text, size_t len)
{
    char *copy = len == SIZE_MAX ? NULL : pool_take(pool, len + 1);

    if (copy != NULL && len > 0)
        memcpy(copy, text, len);
    return copy;
}

static void free_chunks(struct pool *pool)
{
    while (pool->chunks != NULL) {
        struct pool_chunk *next = pool->chunks->next;

        free(pool->chunks);
        pool->chunks = next;
    }
    pool->at = pool->end = NULL;
}

void pool_reset(struct pool *pool)
{
    if (pool->base == NULL) {
        free_chunks(pool);
        return;
    }
    memset(pool->base, 0, (size_t)(pool->at - pool->base));
    pool->at = pool->base;
}

void pool_reset_mapped(struct pool *pool)
{
    size_t used = pool_used(pool);

    /* The kernel's zeros are as good as ours, and come without the pages. */
    if (used > KEPT_BYTES &&
        madvise(pool->base + KEPT_BYTES, used - KEPT_BYTES, MADV_DONTNEED) == 0)
        pool->at = pool->base + KEPT_BYTES;
    pool_reset(pool);
}

size_t pool_used(const struct pool *pool)
{
    return pool->base == NULL ? 0 : (size_t)(pool->at - pool->base);
}

void pool_free(struct pool *pool)
{
    if (pool->base == NULL)
        free_chunks(pool);
    else
        pool_reset(pool);
}
