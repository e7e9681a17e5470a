/*
 * case_size.c - how large a case may be (case_mib).
 *
 * Looked at before a worker sees the case. The registry says it; one that cannot
 * be read says nothing, and then its own error comes where a policy is needed.
 */
#include "host/inside.h"

_Static_assert(HOST_CASE_MOST == (size_t)LIMIT_CASE_MOST_MIB << 20, "one bound, written twice");

size_t host_case_max(struct host *host)
{
    struct err ignored;

    if (host->case_max == 0)
        host->case_max = (size_t)(host_registry(host, &ignored) ? host->registry->case_mib
                                                                : LIMIT_CASE_MIB)
                         << 20;
    return host->case_max;
}

bool host_case_too_large(struct host *host, const char *name, struct err *err)
{
    size_t mib = host_case_max(host) >> 20;

    if (name == NULL)
        err_set(err, ERR_INPUT, "E-LIMIT-CASE",
                "the case is larger than %zu MiB (limit case_mib = %zu)", mib, mib);
    else
        err_set(err, ERR_INPUT, "E-LIMIT-CASE",
                "case '%s' is larger than %zu MiB (limit case_mib = %zu)", name, mib, mib);
    return err_help(err, "one document holds one case; for many cases use 'rubric batch'");
}

bool host_case_fits(struct host *host, const char *name, size_t len, struct err *err)
{
    /* No registry allows less: one need not be read for a small case. */
    if (len <= (size_t)LIMIT_CASE_LEAST_MIB << 20)
        return true;
    return len <= host_case_max(host) || host_case_too_large(host, name, err);
}
