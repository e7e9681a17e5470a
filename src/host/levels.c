/*
 * levels.c - answers of another engine level; see levels.h.
 */
#include "host/levels.h"

#include "host/inside.h"

bool host_levels_new(struct host *host, struct audit_levels *out, struct err *err)
{
    out->count = 0;
    return host->audit == NULL || audit_levels_new(host->audit, SERVICE_LEVEL, out, err);
}

int host_level(void)
{
    return SERVICE_LEVEL;
}
