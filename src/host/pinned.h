/*
 * pinned.h - the prelude and code tables that made an answer, from the log.
 */
#ifndef RUBRIC_HOST_PINNED_H
#define RUBRIC_HOST_PINNED_H

#include "host/inside.h"

/* Reads what the core names, as far as it is not our own. *other is false when
 * everything is: then this program can answer as it is. */
MUST_CHECK bool pinned_read(struct host *host, const struct audit_entry *entry,
                            const struct audit_field *output, struct pinned *pinned,
                            bool *other, struct err *err);
void pinned_free(struct pinned *pinned);

#endif
