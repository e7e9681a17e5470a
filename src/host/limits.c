/*
 * limits.c - what a policy may use for one request.
 */
#include "host/limits.h"

static void take(yyjson_val *object, const char *name, unsigned most, unsigned *limit)
{
    yyjson_val *value = yyjson_obj_get(yyjson_obj_get(object, "limits"), name);

    if (yyjson_is_uint(value) && yyjson_get_uint(value) > 0 && yyjson_get_uint(value) <= most)
        *limit = (unsigned)yyjson_get_uint(value);
}

struct limits limits_of(yyjson_val *tree, yyjson_val *entry)
{
    struct limits limits = {LIMIT_TIME_MS, LIMIT_MEMORY_MIB, LIMIT_RESULT_KIB, LIMIT_TRACE_KIB,
                            LIMIT_LOAD_MS};

    take(tree, "time_ms", LIMIT_TIME_MS, &limits.time_ms);
    take(tree, "memory_mib", LIMIT_MEMORY_MIB, &limits.memory_mib);
    take(tree, "result_kib", LIMIT_RESULT_KIB, &limits.result_kib);
    take(tree, "trace_kib", LIMIT_TRACE_KIB, &limits.trace_kib);
    take(entry, "time_ms", 60000, &limits.time_ms);
    take(entry, "memory_mib", LIMIT_MEMORY_MIB, &limits.memory_mib);
    take(entry, "result_kib", 8192, &limits.result_kib);
    take(entry, "trace_kib", 1024, &limits.trace_kib);
    take(entry, "load_ms", 10000, &limits.load_ms);
    return limits;
}

unsigned limits_case_mib(yyjson_val *registry)
{
    unsigned mib = LIMIT_CASE_MIB;

    take(registry, "case_mib", LIMIT_CASE_MOST_MIB, &mib);
    return mib;
}

unsigned limits_deadline_ms(const struct limits *limits)
{
    return 2 * limits->time_ms + 100;
}

/* Twice, since functions are found in a second run; and then the case is judged. */
unsigned limits_load_deadline_ms(const struct limits *limits)
{
    return 2 * limits->load_ms + 1000;
}

void limits_json(const struct limits *limits, struct buf *out)
{
    buf_printf(out,
               "\"limits\":{\"memory_mib\":%u,\"result_kib\":%u,\"time_ms\":%u,"
               "\"trace_kib\":%u},",
               limits->memory_mib, limits->result_kib, limits->time_ms, limits->trace_kib);
}
