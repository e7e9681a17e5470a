/*
 * case_map.c - finds a value by its key in a case document; see case_map.h.
 */
#include "judge/case_map.h"

#include <assert.h>
#include <string.h>

static uint64_t hash(struct str key)
{
    const uint64_t odd = 0x9E3779B97F4A7C15u;
    uint64_t h = key.len * odd;
    uint64_t part = 0;

    if (key.len < sizeof part) {
        for (size_t i = 0; i < key.len; i++)
            part = part << 8 | (unsigned char)key.at[i];
    } else {
        for (; key.len > sizeof part; key.at += sizeof part, key.len -= sizeof part) {
            memcpy(&part, key.at, sizeof part);
            h = (h ^ part) * odd;
            h ^= h >> 32;
        }
        /* The last eight bytes may overlap those before. */
        memcpy(&part, key.at + key.len - sizeof part, sizeof part);
    }
    h = (h ^ part) * odd;
    return h ^ h >> 29;
}

bool case_map_init(struct case_map *map, size_t count, struct pool *pool)
{
    size_t size = 8;

    map->slots = NULL;
    map->mask = 0;
    if (count == 0)
        return true;
    while (size / 2 < count)
        size *= 2;
    map->slots = pool_array(pool, size, sizeof *map->slots);
    if (map->slots == NULL)
        return false;
    map->mask = size - 1;
    return true;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct case_entry *slot_of(const struct case_map *map, struct str key)
{
    size_t at = (size_t)hash(key) & map->mask;

    for (;; at = (at + 1) & map->mask) {
        struct case_entry *slot = &map->slots[at];

        if (slot->key == NULL ||
            (slot->len == key.len && memcmp(slot->key, key.at, key.len) == 0))
            return slot;
    }
}

struct case_entry *case_map_find(const struct case_map *map, struct str key)
{
    struct case_entry *slot = map->slots == NULL || key.at == NULL ? NULL : slot_of(map, key);

    return slot == NULL || slot->key == NULL ? NULL : slot;
}

bool case_map_put(struct case_map *map, struct str key, yyjson_val *value, uint32_t tag,
                  struct case_entry **found)
{
    struct case_entry *slot;

    assert(map->slots != NULL && key.at != NULL);
    slot = slot_of(map, key);
    *found = slot;
    if (slot->key != NULL)
        return false;
    slot->key = key.at;
    slot->len = (uint32_t)key.len;
    slot->tag = tag;
    slot->value = value;
    return true;
}
