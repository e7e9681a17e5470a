/*
 * lua_arena.h - the memory that an interpreter lives in.
 *
 * One mapping at a fixed address; every byte the allocator needs (free lists,
 * top, limit) lies in its head, so copying the bytes copies the allocator.
 * Small classes of 16 bytes to 1 KiB, then four per doubling; no headers in
 * front of blocks, since Lua says how large a block was. The images live in a
 * second mapping. No lua.h here.
 */
#ifndef RUBRIC_LUA_ARENA_H
#define RUBRIC_LUA_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define ARENA_PAGE ((size_t)4096)
#define ARENA_IMAGES 1024

struct arena {
    char *base;  /* the head is here */
    size_t size; /* of the whole mapping */
    bool from_end; /* how the next image is copied */
};

struct image_store;

struct lua_image {
    struct image_store *store; /* NULL: this slot is free */
    const char *bytes;
    size_t size; /* page-rounded */
};

struct image_store {
    char *base;
    size_t size;
    struct lua_image slots[ARENA_IMAGES];
};

MUST_CHECK bool arena_map(struct arena *arena, size_t size, unsigned slot,
                          struct err *err);
void arena_unmap(struct arena *arena);

/* Empty again, all bytes zero but the head. */
void arena_clear(struct arena *arena);
void arena_set_limit(struct arena *arena, size_t limit);

/* The allocator; old_size is what was asked for when block was made. NULL:
 * over the limit. Shrinking never fails. */
void *arena_resize(struct arena *arena, void *block, size_t old_size,
                   size_t new_size);

/* A pointer that survives in images: where the interpreter begins. */
void arena_set_root(struct arena *arena, void *root);
void *arena_root(const struct arena *arena);

size_t arena_used(const struct arena *arena);
size_t arena_limit(const struct arena *arena);
bool arena_sound(const struct arena *arena);
uint64_t arena_hash(const struct arena *arena);

MUST_CHECK bool image_store_map(struct image_store *store, size_t size,
                                struct err *err);
void image_store_unmap(struct image_store *store);
/* NULL: no room. */
struct lua_image *image_save(struct image_store *store, struct arena *arena);
void image_restore(struct arena *arena, const struct lua_image *image);
void image_free(struct lua_image *image);

#endif
