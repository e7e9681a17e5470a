/*
 * case_lines.h - the lines of a request, as every answer repeats them.
 */
#ifndef RUBRIC_JUDGE_CASE_LINES_H
#define RUBRIC_JUDGE_CASE_LINES_H

#include "judge/casefile.h"
#include "judge/value.h"

struct case_line {
    int64_t sequence;
    struct str system; /* may be absent */
    struct str code;
    struct value units; /* one where the line is silent */
    bool covered;       /* set by the judge */
};

/* The lines in the order of the document; NULL when there is no memory. */
struct case_line *case_lines(const struct casefile *file, struct pool *pool, size_t *count);

#endif
