/*
 * level.h - answers of another engine level than this program computes.
 *
 * A level is raised when a change of the host may alter a byte of an answer. What
 * was answered at another level is neither right nor wrong here: it is replayed
 * by the rubric that gave it.
 */
#ifndef RUBRIC_AUDIT_LEVEL_H
#define RUBRIC_AUDIT_LEVEL_H

#include "audit/audit.h"

#define AUDIT_LEVELS 8

struct audit_levels {
    struct {
        int64_t level;
        uint64_t answers;
    } at[AUDIT_LEVELS];
    size_t count;
};

/* Which other levels the log has answers of. That is told to the first program of
 * a level that opens the log for writing, and not again until another one did. */
MUST_CHECK bool audit_levels_new(struct audit *audit, int64_t level, struct audit_levels *out,
                                 struct err *err);

#endif
