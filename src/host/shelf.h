/*
 * shelf.h - the policies that a worker has loaded.
 *
 * They lie in one region and are dropped all together when it is full: a worker
 * that needs one again is sent it again.
 */
#ifndef RUBRIC_HOST_SHELF_H
#define RUBRIC_HOST_SHELF_H

#include "base/pool.h"
#include "host/registry.h"
#include "judge/clock.h"
#include "judge/tree.h"
#include "lua/lua_box.h"

#define SHELF_POLICIES 512

struct shelf_policy {
    struct str key; /* sha256 of its bundle, hex */
    int entry;      /* of the registry; -1: none */
    const struct policy *policy;
    const struct clocks *clocks; /* NULL: it came without */
    struct lua_image *image; /* NULL: it has no functions */
    struct lua_limits limits;
    size_t result_max; /* bytes of an answer */
};

struct shelf {
    struct pool pool;
    struct pool registry_pool;
    struct shelf_policy items[SHELF_POLICIES];
    size_t count;
    const struct clocks *clocks; /* those of the policies loaded last, by their text */
    struct str clocks_text;
    struct registry *registry;
    struct str registry_key;
    const struct policy **scopes; /* by entry: whom each serves; NULL: not known yet */
};

/* Maps its memory. */
MUST_CHECK bool shelf_open(struct shelf *shelf, struct err *err);

struct shelf_policy *shelf_find(struct shelf *shelf, struct str key);
struct shelf_policy *shelf_of_entry(struct shelf *shelf, int entry);

/* A new place for a policy, key copied; NULL: the shelf is full. */
struct shelf_policy *shelf_add(struct shelf *shelf, struct str key);
/* Takes the newest place back; NULL, to be returned. */
struct shelf_policy *shelf_drop(struct shelf *shelf, struct shelf_policy *newest);
void shelf_empty(struct shelf *shelf); /* the registry stays */

/* The registry of that key, or NULL. */
struct registry *shelf_registry(struct shelf *shelf, struct str key);
/* Keeps a registry; entries of policies kept under another one are forgotten. */
struct registry *shelf_set_registry(struct shelf *shelf, struct str key, struct str json,
                                    struct err *err);

#endif
