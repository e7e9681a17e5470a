/*
 * anchor.h - lines of anchor files, and adding such a file to a log.
 */
#ifndef RUBRIC_AUDIT_ANCHOR_H
#define RUBRIC_AUDIT_ANCHOR_H

#include "audit/audit.h"
#include "audit/note.h"

struct anchor_line {
    struct checkpoint at;
    int64_t at_ms;
    char note[AUDIT_NOTE];
    size_t note_len;
};

/* Reads one line, with or without its newline. */
MUST_CHECK bool anchor_parse(const char *line, size_t len, struct anchor_line *out,
                             struct err *err);

/* Anchors the newest checkpoint in every file now. */
MUST_CHECK bool audit_anchor_now(struct audit *audit, struct err *err);
/* From now on anchors in this file too, or with "|" before it by this program,
 * which gets each note on its standard input and ends with 0 when it has kept
 * it; kept in the log, with a record. */
MUST_CHECK bool audit_anchor_add(struct audit *audit, const char *path,
                                 const struct audit_actor *actor,
                                 struct audit_receipt *receipt, struct err *err);
/* Names each anchor file and what is in it. */
typedef void audit_anchor_visit(void *context, const char *path, uint64_t size, int64_t at_ms);
void audit_anchor_list(const struct audit *audit, audit_anchor_visit *visit, void *context);

#endif
