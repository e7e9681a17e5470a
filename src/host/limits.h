/*
 * limits.h - what a policy may use for one request.
 *
 * A policy may ask for less than the default, in its own `limits`. Only the
 * operator may give more, in the `limits` of the registry entry; that word is
 * the last. Limits count function criteria: words alone cannot run away.
 */
#ifndef RUBRIC_HOST_LIMITS_H
#define RUBRIC_HOST_LIMITS_H

#include <yyjson.h>

#include "base/buf.h"

#define LIMIT_TIME_MS 250u
#define LIMIT_MEMORY_MIB 32u
#define LIMIT_RESULT_KIB 1024u
#define LIMIT_TRACE_KIB 64u
#define LIMIT_LOAD_MS 2000u
/* A case belongs to no policy yet when its size is looked at: only the registry as
 * a whole says how large it may be, within these. */
#define LIMIT_CASE_LEAST_MIB 1u
#define LIMIT_CASE_MIB 8u
#define LIMIT_CASE_MOST_MIB 16u

/* That the time was enough is known of an answer that is replayed: another machine,
 * or a busier one, gets so many times as much. */
#define PATIENCE 40u

struct limits {
    unsigned time_ms;
    unsigned memory_mib;
    unsigned result_kib; /* of the whole answer */
    unsigned trace_kib;
    unsigned load_ms; /* to run the declarations; only the operator changes it */
};

/* From the roots of a tree and of a registry entry; either may be NULL. */
struct limits limits_of(yyjson_val *tree, yyjson_val *entry);

/* case_mib, from the root of the registry. */
unsigned limits_case_mib(yyjson_val *registry);

/* When the host kills a worker that is still at such a request, or at loading. */
unsigned limits_deadline_ms(const struct limits *limits);
unsigned limits_load_deadline_ms(const struct limits *limits);

/* Appends "limits":{..}, for the log: what one request ran under. */
void limits_json(const struct limits *limits, struct buf *out);

#endif
