/*
 * lua_arena.c - the arena's allocator, and images of it.
 */
#include "lua/lua_arena.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(at, len) ASAN_POISON_MEMORY_REGION((at), (len))
#define UNPOISON(at, len) ASAN_UNPOISON_MEMORY_REGION((at), (len))
#define ARENA_ADDRESS 0x200000000000u /* above the sanitizer's shadow */
#else
#define POISON(at, len) ((void)(at), (void)(len))
#define UNPOISON(at, len) ((void)(at), (void)(len))
#define ARENA_ADDRESS 0x060000000000u
#endif

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define ARENA_MAGIC 0x52554252494331u
#define SLOT_STEP ((uintptr_t)1 << 32)
#define STEP ((size_t)16)
#define SMALL ((size_t)1024)
#define SMALL_CLASSES 64
#define CLASSES (SMALL_CLASSES + 88) /* up to 2^32 bytes */
#define MANY_BYTES ((size_t)1 << 20) /* from here on madvise beats zeroing */

struct hole {
    struct hole *next;
};

struct arena_head {
    uint64_t magic;
    size_t top;   /* the next byte that was never given out */
    size_t high;  /* the highest top since the image: what must be scrubbed */
    size_t limit; /* top may not pass it */
    void *root;
    struct hole *holes[CLASSES];
};

#define HEAD_SIZE ((sizeof(struct arena_head) + STEP - 1) / STEP * STEP)

static struct arena_head *head_of(const struct arena *arena)
{
    return (struct arena_head *)(void *)arena->base;
}

/* The class that holds size bytes, and the bytes that its blocks have. */
static unsigned class_of(size_t size, size_t *rounded)
{
    unsigned power;
    size_t quarter;

    assert(size > 0);
    if (size <= SMALL) {
        *rounded = (size + STEP - 1) / STEP * STEP;
        return (unsigned)((size - 1) / STEP);
    }
    power = 63u - (unsigned)__builtin_clzl(size - 1);
    quarter = ((size - 1) >> (power - 2)) & 3;
    *rounded = (quarter + 5) << (power - 2);
    return SMALL_CLASSES + (power - 10) * 4 + (unsigned)quarter;
}

static void push_hole(struct arena_head *head, char *at, size_t size)
{
    size_t rounded;
    unsigned class = class_of(size, &rounded);
    struct hole *hole = (struct hole *)(void *)at;

    assert(rounded == size);
    UNPOISON(hole, sizeof *hole);
    hole->next = head->holes[class];
    head->holes[class] = hole;
    POISON(at, size);
}

static char *pop_hole(struct arena_head *head, unsigned class)
{
    struct hole *hole = head->holes[class];

    if (hole == NULL)
        return NULL;
    UNPOISON(hole, sizeof *hole);
    head->holes[class] = hole->next;
    return (char *)hole;
}

/* The largest class size that fits into len bytes. */
static size_t floor_size(size_t len)
{
    unsigned power;

    if (len <= SMALL)
        return len;
    power = 63u - (unsigned)__builtin_clzl(len);
    return (len >> (power - 2)) << (power - 2);
}

/* Turns len bytes (a multiple of STEP) into holes. */
static void push_rest(struct arena_head *head, char *at, size_t len)
{
    while (len >= STEP) {
        size_t size = floor_size(len);

        push_hole(head, at, size);
        at += size;
        len -= size;
    }
}

/* A block of this class out of a larger hole. */
static char *split_hole(struct arena_head *head, unsigned class, size_t size)
{
    for (unsigned larger = class + 1; larger < CLASSES; larger++) {
        char *at = pop_hole(head, larger);
        size_t have;

        if (at == NULL)
            continue;
        if (larger < SMALL_CLASSES) {
            have = (larger + 1) * STEP;
        } else {
            unsigned power = 10 + (larger - SMALL_CLASSES) / 4;

            have = (size_t)((larger - SMALL_CLASSES) % 4 + 5) << (power - 2);
        }
        push_rest(head, at + size, have - size);
        return at;
    }
    return NULL;
}

static void *take_block(struct arena *arena, size_t size)
{
    struct arena_head *head = head_of(arena);
    size_t rounded;
    unsigned class;
    char *at;

    if (size > arena->size)
        return NULL;
    class = class_of(size, &rounded);
    at = pop_hole(head, class);
    if (at == NULL && rounded <= head->limit - head->top) {
        at = arena->base + head->top;
        head->top += rounded;
        if (head->top > head->high)
            head->high = head->top;
    }
    if (at == NULL)
        at = split_hole(head, class, rounded);
    if (at != NULL) {
        POISON(at, rounded);
        UNPOISON(at, size);
    }
    return at;
}

static void give_block(struct arena *arena, char *block, size_t size)
{
    struct arena_head *head = head_of(arena);
    size_t rounded;

    class_of(size, &rounded);
    if (block + rounded == arena->base + head->top) {
        head->top -= rounded;
        POISON(block, rounded);
        return;
    }
    push_hole(head, block, rounded);
}

/* Changes the size without moving; false if that is not possible. */
static bool resize_in_place(struct arena *arena, char *block, size_t old_size,
                            size_t new_size)
{
    struct arena_head *head = head_of(arena);
    size_t had;
    size_t wants;

    class_of(old_size, &had);
    class_of(new_size, &wants);
    if (had != wants && block + had == arena->base + head->top) {
        size_t start = head->top - had;

        if (wants > had && wants > head->limit - start)
            return false;
        head->top = start + wants;
        if (head->top > head->high)
            head->high = head->top;
    } else if (wants < had) {
        push_rest(head, block + wants, had - wants);
    } else if (wants > had) {
        return false;
    }
    UNPOISON(block, new_size);
    POISON(block + new_size, wants - new_size);
    return true;
}

void *arena_resize(struct arena *arena, void *block, size_t old_size,
                   size_t new_size)
{
    void *moved;

    if (block == NULL)
        return new_size == 0 ? NULL : take_block(arena, new_size);
    assert(old_size > 0);
    if (new_size == 0) {
        give_block(arena, block, old_size);
        return NULL;
    }
    if (new_size > arena->size)
        return NULL;
    if (resize_in_place(arena, block, old_size, new_size))
        return block;
    moved = take_block(arena, new_size);
    if (moved != NULL) {
        memcpy(moved, block, old_size);
        give_block(arena, block, old_size);
    }
    return moved;
}

bool arena_map(struct arena *arena, size_t size, unsigned slot, struct err *err)
{
    char *wanted = (char *)(ARENA_ADDRESS + slot * SLOT_STEP);
    size_t fence = ARENA_PAGE;
    void *got;

    size = (size + ARENA_PAGE - 1) / ARENA_PAGE * ARENA_PAGE;
    if (size < 16 * ARENA_PAGE || size > SLOT_STEP / 2)
        return err_set(err, ERR_USAGE, "E-ARENA",
                       "an arena of %zu bytes is not possible", size);
    /* A page without rights on either side: a stray pointer ends the worker. */
    got = mmap(wanted - fence, size + 2 * fence, PROT_NONE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
               -1, 0);
    if (got == MAP_FAILED)
        return err_errno(err, ERR_STORE, "E-ARENA", "the interpreter's arena");
    if (got != wanted - fence ||
        mprotect(wanted, size, PROT_READ | PROT_WRITE) != 0) {
        munmap(got, size + 2 * fence);
        return err_set(err, ERR_STORE, "E-ARENA",
                       "the interpreter's arena cannot have its fixed address");
    }
    arena->base = wanted;
    arena->size = size;
    arena->from_end = false;
    *head_of(arena) = (struct arena_head){0};
    arena_clear(arena);
    return true;
}

void arena_unmap(struct arena *arena)
{
    if (arena->base == NULL)
        return;
    UNPOISON(arena->base, arena->size);
    munmap(arena->base - ARENA_PAGE, arena->size + 2 * ARENA_PAGE);
    arena->base = NULL;
}

/* Zeroes [from, to), which nothing uses any more. */
static void scrub(char *from, const char *to)
{
    size_t len = (size_t)(to - from);

    if (from >= to)
        return;
    if (len >= MANY_BYTES) {
        uintptr_t page = ((uintptr_t)from + ARENA_PAGE - 1) & ~(ARENA_PAGE - 1);
        size_t edge = page - (uintptr_t)from;

        memset(from, 0, edge);
        if (madvise(from + edge, len - edge, MADV_DONTNEED) == 0)
            return;
    }
    memset(from, 0, len);
}

/* One past the last byte that may be dirty; all of it when in doubt. */
static char *dirty_end(const struct arena *arena)
{
    return arena->base + (arena_sound(arena) ? head_of(arena)->high : arena->size);
}

void arena_clear(struct arena *arena)
{
    struct arena_head *head = head_of(arena);

    UNPOISON(arena->base, arena->size);
    if (head->magic != 0)
        scrub(arena->base, dirty_end(arena));
    *head = (struct arena_head){0};
    head->magic = ARENA_MAGIC;
    head->top = HEAD_SIZE;
    head->high = HEAD_SIZE;
    head->limit = arena->size;
    POISON(arena->base + HEAD_SIZE, arena->size - HEAD_SIZE);
}

void arena_set_limit(struct arena *arena, size_t limit)
{
    struct arena_head *head = head_of(arena);

    if (limit == 0 || limit > arena->size)
        limit = arena->size;
    head->limit = limit < head->top ? head->top : limit;
}

void arena_set_root(struct arena *arena, void *root)
{
    head_of(arena)->root = root;
}

void *arena_root(const struct arena *arena)
{
    return head_of(arena)->root;
}

size_t arena_used(const struct arena *arena)
{
    return head_of(arena)->top;
}

size_t arena_limit(const struct arena *arena)
{
    return head_of(arena)->limit;
}

bool arena_sound(const struct arena *arena)
{
    const struct arena_head *head = head_of(arena);
    const char *first = arena->base + HEAD_SIZE;
    const char *end = arena->base + arena->size;

    if (head->magic != ARENA_MAGIC || head->top < HEAD_SIZE ||
        head->high < head->top || head->high > arena->size ||
        head->limit > arena->size)
        return false;
    for (unsigned i = 0; i < CLASSES; i++) {
        const char *hole = (const char *)head->holes[i];

        if (hole != NULL && (hole < first || hole >= end ||
                             (uintptr_t)hole % STEP != 0))
            return false;
    }
    return true;
}

#if defined(__GNUC__)
__attribute__((no_sanitize("address")))
#endif
uint64_t arena_hash(const struct arena *arena)
{
    uint64_t hash = 0xcbf29ce484222325u;
    const uint64_t *word = (const uint64_t *)(const void *)arena->base;

    for (size_t left = arena_used(arena) / sizeof *word; left > 0; left--) {
        hash ^= *word++;
        hash *= 0x100000001b3u;
        hash ^= hash >> 29;
    }
    return hash;
}

bool image_store_map(struct image_store *store, size_t size, struct err *err)
{
    void *got;

    size = (size + ARENA_PAGE - 1) / ARENA_PAGE * ARENA_PAGE;
    got = mmap(NULL, size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED)
        return err_errno(err, ERR_MEMORY, "E-IMAGES", "the space for images");
    store->base = got;
    store->size = size;
    return true;
}

void image_store_unmap(struct image_store *store)
{
    if (store->base != NULL)
        munmap(store->base, store->size);
    store->base = NULL;
}

/* The lowest gap of at least size bytes; NULL if there is none. */
static char *find_gap(const struct image_store *store, size_t size)
{
    const char *at = store->base;
    const char *end = store->base + store->size;
    bool moved = true;

    while (moved && size <= (size_t)(end - at)) {
        moved = false;
        for (size_t i = 0; i < ARENA_IMAGES; i++) {
            const struct lua_image *image = &store->slots[i];

            if (image->store != NULL && image->bytes < at + size &&
                at < image->bytes + image->size) {
                at = image->bytes + image->size;
                moved = true;
                break;
            }
        }
        if (!moved)
            return store->base + (at - store->base);
    }
    return NULL;
}

/* Bytes of free blocks are copied too: an image is the bytes, all of them. */
#if defined(__GNUC__)
__attribute__((no_sanitize("address")))
#endif
static void copy_pages(char *to, const char *from, size_t len)
{
#ifdef ARENA_ASAN
    uint64_t *out = (uint64_t *)(void *)to;
    const uint64_t *in = (const uint64_t *)(const void *)from;

    for (size_t i = 0; i < len / sizeof *out; i++)
        out[i] = in[i];
#else
    memcpy(to, from, len);
#endif
}

/* Copies the pages that are not the same already. Most are, and not to write them
 * is cheaper at any size. Every second time from the end: of an image that is larger
 * than a cache what was looked at last is still there. */
static void copy_changed(char *to, const char *from, size_t len, bool from_end)
{
#ifdef ARENA_ASAN
    (void)from_end;
    copy_pages(to, from, len);
#else
    for (size_t done = 0; done < len; done += ARENA_PAGE) {
        size_t at = from_end ? len - ARENA_PAGE - done : done;

        if (memcmp(to + at, from + at, ARENA_PAGE) != 0)
            memcpy(to + at, from + at, ARENA_PAGE);
    }
#endif
}

struct lua_image *image_save(struct image_store *store, struct arena *arena)
{
    struct arena_head *head = head_of(arena);
    size_t size = (head->top + ARENA_PAGE - 1) / ARENA_PAGE * ARENA_PAGE;
    char *at = find_gap(store, size);

    for (size_t i = 0; at != NULL && i < ARENA_IMAGES; i++) {
        struct lua_image *image = &store->slots[i];

        if (image->store != NULL)
            continue;
        UNPOISON(arena->base + head->top, head->high - head->top);
        scrub(arena->base + head->top, arena->base + head->high);
        POISON(arena->base + head->top, head->high - head->top);
        head->high = head->top;
        copy_pages(at, arena->base, size);
        *image = (struct lua_image){store, at, size};
        return image;
    }
    return NULL;
}

/* After a restore the shadow must say again which blocks are free. */
static void poison_holes(struct arena *arena)
{
#ifdef ARENA_ASAN
    struct arena_head *head = head_of(arena);

    POISON(arena->base + head->top, arena->size - head->top);
    for (unsigned i = 0; i < CLASSES; i++) {
        size_t size = i < SMALL_CLASSES
                          ? (i + 1) * STEP
                          : (size_t)((i - SMALL_CLASSES) % 4 + 5)
                                << (8 + (i - SMALL_CLASSES) / 4);

        for (struct hole *hole = head->holes[i]; hole != NULL;) {
            struct hole *next = hole->next;

            POISON(hole, size);
            hole = next;
        }
    }
#else
    (void)arena;
#endif
}

/* In checked builds: every byte is that of the image, every other one zero. */
#if defined(__GNUC__)
__attribute__((no_sanitize("address")))
#endif
static bool is_restored(const struct arena *arena, const struct lua_image *image,
                        const char *dirty)
{
#ifdef ARENA_ASAN
    for (size_t i = 0; i < image->size; i++)
        if (arena->base[i] != image->bytes[i])
            return false;
    for (const char *at = arena->base + image->size; at < dirty; at++)
        if (*at != 0)
            return false;
#else
    (void)arena;
    (void)image;
    (void)dirty;
#endif
    return true;
}

void image_restore(struct arena *arena, const struct lua_image *image)
{
    char *dirty;

    assert(image->store != NULL && image->size <= arena->size);
    UNPOISON(arena->base, arena->size);
    dirty = dirty_end(arena);
    copy_changed(arena->base, image->bytes, image->size, arena->from_end);
    arena->from_end = !arena->from_end;
    scrub(arena->base + image->size, dirty);
    assert(arena_sound(arena) && is_restored(arena, image, dirty));
    poison_holes(arena);
}

void image_free(struct lua_image *image)
{
    if (image == NULL)
        return;
    if (image->size >= MANY_BYTES)
        madvise(image->store->base + (image->bytes - image->store->base),
                image->size, MADV_DONTNEED);
    *image = (struct lua_image){NULL, NULL, 0};
}
