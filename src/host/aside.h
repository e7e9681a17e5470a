/*
 * aside.h - the policies that ended workers lately, as the home folder remembers.
 *
 * A policy that ended three workers in ten minutes is set aside in every process of
 * this home folder, until an operator clears it. The file only grows: a line for
 * each death, and one for each clearing. sandbox.md S-13.
 */
#ifndef RUBRIC_HOST_ASIDE_H
#define RUBRIC_HOST_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define ASIDE_DEATHS 3
#define ASIDE_WINDOW_S 600

/* Appends the ids that are set aside, a line each. A file that is not there is an
 * empty one; a line that cannot be read counts for nothing. */
void aside_ids(const char *home, struct buf *ids);
/* True if the lines name the policy. */
bool aside_has(struct str ids, struct str policy);

/* Reads the ids once more, if the last time is a second or longer ago. True: they are
 * others now. *read_s is when that was; 0: never. */
bool aside_changed(const char *home, struct buf *ids, int64_t *read_s);

/* A worker ended over a case of this policy. */
void aside_note(const char *home, const char *policy, const char *why);

/* {"policies":[{"deaths":3,"last":"2026-..Z","policy":"..","set_aside":true,"why":".."}]}
 * of all that ended a worker and were not cleared since. */
void aside_json(const char *home, struct buf *json);

/* False, ERR_USAGE: that policy ended no worker. */
MUST_CHECK bool aside_clear(const char *home, const char *policy, struct err *err);

#endif
