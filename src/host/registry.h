/*
 * registry.h - which policy serves which payer, plan, state and day.
 *
 * policies/registry.lua is run in a worker; its result, "rubric-registry/1", is
 * read here, by the host to find files and by the worker to choose.
 */
#ifndef RUBRIC_HOST_REGISTRY_H
#define RUBRIC_HOST_REGISTRY_H

#include <yyjson.h>

#include "base/civil.h"
#include "base/err.h"
#include "base/pool.h"
#include <stdint.h>

#include "base/str.h"

struct registry_entry {
    struct str policy;
    struct str file; /* below the policies folder */
    struct str payer; /* id of a payer; absent: any */
    bool has_from, has_to;
    day_t from, to;   /* inclusive */
    yyjson_val *json; /* the whole entry */
};

/* From a name, whatever its case, to the entries that it may mean, in order. */
struct registry_map {
    struct registry_slot *slots;
    size_t mask;
    struct registry_link *links;
    size_t link_count;
};

struct registry {
    yyjson_val *payers;
    yyjson_val *clocks; /* judge/clock.h */
    unsigned case_mib;  /* how large a case may be */
    const struct registry_entry *entries;
    size_t count;
    struct registry_map by_payer;  /* by the payer's id and all its names */
    struct registry_map by_policy;
    const uint32_t *any_payer; /* entries for whatever payer, in order */
    size_t any_count;
};

/* What of a case decides. Absent texts are silent. */
struct registry_question {
    struct str payor;
    struct str plan;
    struct str state;
    struct str line_of_business;
    struct str policy; /* only entries of this policy; absent: any */
    yyjson_val *lines; /* of the request, for entries of some places of service */
    day_t on;
};

enum registry_fit {
    REGISTRY_NO,       /* another payer, plan, state or policy */
    REGISTRY_OTHER_DAY, /* it would serve, on another day */
    REGISTRY_YES
};

/* Everything lies in the pool. NULL: err says what is wrong with the JSON. */
MUST_CHECK struct registry *registry_read(struct pool *pool, const char *json, size_t len,
                                          struct err *err);

/* The entries that may fit, in their order: among ten thousand, a few. */
struct registry_walk {
    uint32_t link;
    size_t any;
};
void registry_begin(const struct registry *registry, const struct registry_question *question,
                    struct registry_walk *walk);
/* The next one's place, or SIZE_MAX. */
size_t registry_next(const struct registry *registry, struct registry_walk *walk,
                     const struct registry_question *question);

enum registry_fit registry_fits(const struct registry *registry,
                                const struct registry_entry *entry,
                                const struct registry_question *question);

/* True if the name is one of the payer's, whatever its case. */
bool registry_payer_is(const struct registry *registry, struct str payer, struct str name);

#endif
