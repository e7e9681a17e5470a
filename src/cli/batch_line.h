/*
 * batch_line.h - one line of a batch: a case, or a case with its circumstances.
 *
 * A line is a case document as it is, or {"case": DOCUMENT, "policy": ID,
 * "as_of": DATE}. Only the outer object is looked at here, by counting brackets
 * and quotes; the document itself is read in the worker and nowhere else.
 */
#ifndef RUBRIC_CLI_BATCH_LINE_H
#define RUBRIC_CLI_BATCH_LINE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define BATCH_WORD 256

struct batch_line {
    struct str document;     /* borrowed from the line */
    char policy[BATCH_WORD]; /* "": the registry chooses */
    char as_of[BATCH_WORD];  /* "": the case says */
};

MUST_CHECK bool batch_line_read(const char *text, size_t len, struct batch_line *line,
                                struct err *err);

#endif
