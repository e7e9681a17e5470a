/*
 * json.c - yyjson over a pool.
 */
#include "base/json.h"

#include <stdalign.h>
#include <stddef.h>

static void *take(void *context, size_t size)
{
    return pool_take(context, size);
}

/* The parser grows one block, mostly the one it took last: then in place. */
static void *retake(void *context, void *old, size_t old_size, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct pool *pool = context;
    char *end = (char *)old + (old_size + align - 1) / align * align;
    void *moved;

    if (size <= old_size)
        return old;
    if (end == pool->at && pool_take(pool, size - old_size) == end)
        return old;
    moved = pool_take(pool, size);
    if (moved != NULL)
        memcpy(moved, old, old_size);
    return moved;
}

static void give_back(void *context, void *memory)
{
    (void)context;
    (void)memory;
}

yyjson_alc json_alc(struct pool *pool)
{
    return (yyjson_alc){take, retake, give_back, pool};
}

yyjson_doc *json_read(struct pool *pool, const char *text, size_t len)
{
    const yyjson_alc alc = json_alc(pool);
    char *copy = pool_array(pool, len + YYJSON_PADDING_SIZE, 1);

    if (copy == NULL || len == 0)
        return NULL;
    memcpy(copy, text, len);
    return yyjson_read_opts(copy, len, YYJSON_READ_INSITU, &alc, NULL);
}

struct str json_text(yyjson_val *value)
{
    struct str text = {yyjson_get_str(value), yyjson_get_len(value)};

    if (text.at == NULL)
        text.len = 0;
    return text;
}

struct str json_member(yyjson_val *object, const char *name)
{
    return json_text(yyjson_obj_get(object, name));
}
