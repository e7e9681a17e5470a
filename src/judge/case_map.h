/*
 * case_map.h - finds a value by its key in a case document.
 *
 * Open addressing over keys that lie in the document; made once with room for
 * all, never grows. Looking up does not allocate.
 */
#ifndef RUBRIC_JUDGE_CASE_MAP_H
#define RUBRIC_JUDGE_CASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

struct case_entry {
    const char *key; /* borrowed; NULL: the slot is free */
    uint32_t len;
    uint32_t tag;    /* the owner's own mark */
    yyjson_val *value;
    const void *more; /* the owner's own */
};

struct case_map {
    struct case_entry *slots; /* in the pool; NULL: nothing was ever put in */
    size_t mask;
};

/* Room for count entries. False if the pool has no memory. */
MUST_CHECK bool case_map_init(struct case_map *map, size_t count, struct pool *pool);

/* The entry of this key; NULL if there is none. */
struct case_entry *case_map_find(const struct case_map *map, struct str key);

/* Puts a key in, unless it is there: then *found gets the entry that is. At
 * most as many as the map was made for. */
bool case_map_put(struct case_map *map, struct str key, yyjson_val *value, uint32_t tag,
                  struct case_entry **found);

#endif
