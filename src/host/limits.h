/*
 * limits.h - how long a policy may run for one request, and with how much memory.
 *
 * A policy may ask for less than the default, in its own `limits`. Only the
 * operator may give more, in the `limits` of the registry entry; that word is
 * the last. Limits count function criteria: words alone cannot run away.
 */
#ifndef RUBRIC_HOST_LIMITS_H
#define RUBRIC_HOST_LIMITS_H

#include <yyjson.h>

#define LIMIT_TIME_MS 250u
#define LIMIT_MEMORY_MIB 32u

struct limits {
    unsigned time_ms;
    unsigned memory_mib;
};

/* From the roots of a tree and of a registry entry; either may be NULL. */
struct limits limits_of(yyjson_val *tree, yyjson_val *entry);

/* When the host kills a worker that is still at such a request. */
unsigned limits_deadline_ms(const struct limits *limits);

#endif
