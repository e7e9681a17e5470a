/*
 * levels.h - answers on the log that this program would not compute alike.
 */
#ifndef RUBRIC_HOST_LEVELS_H
#define RUBRIC_HOST_LEVELS_H

#include "audit/level.h"
#include "host/host.h"

/* The other engine levels of the log's answers, if nobody of this level has been
 * told yet; count 0 if there is nothing to tell. */
MUST_CHECK bool host_levels_new(struct host *host, struct audit_levels *out, struct err *err);
int host_level(void); /* of this program */

#endif
