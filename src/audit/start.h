/*
 * start.h - making a log: its keys, its schema, its first record.
 */
#ifndef RUBRIC_AUDIT_START_H
#define RUBRIC_AUDIT_START_H

#include "audit/log.h"

/* What a new log says of the one before it. */
struct log_past {
    char origin[AUDIT_ORIGIN];
    uint64_t size;
    struct tree_hash root;
    const char *reason; /* a short text of the operator */
    const struct audit_actor *who; /* the operator; NULL: the host */
    uint64_t have;      /* how many records were still there */
};

/* A handle on a home folder that has not been opened; owned. */
struct audit *log_handle(const char *home, const struct audit_options *options,
                         struct err *err);

/* Makes everything in one transaction and gives the file its name; the handle
 * is to be opened after that. past may be NULL. An anchor that names a log
 * which is not here refuses the start. */
bool log_make(struct audit *audit, const struct audit_options *options,
              const struct log_past *past, struct err *err);
/* Anchors the first checkpoint of a log that was just made. */
bool log_first_anchor(struct audit *audit, struct err *err);

#endif
