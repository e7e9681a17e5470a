/*
 * limits.c - how long a policy may run for one request, and with how much memory.
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
    struct limits limits = {LIMIT_TIME_MS, LIMIT_MEMORY_MIB};

    take(tree, "time_ms", LIMIT_TIME_MS, &limits.time_ms);
    take(tree, "memory_mib", LIMIT_MEMORY_MIB, &limits.memory_mib);
    take(entry, "time_ms", 60000, &limits.time_ms);
    take(entry, "memory_mib", LIMIT_MEMORY_MIB, &limits.memory_mib);
    return limits;
}

unsigned limits_deadline_ms(const struct limits *limits)
{
    return 2 * limits->time_ms + 100;
}
