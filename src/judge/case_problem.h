/*
 * case_problem.h - what is wrong with a case document, and where.
 *
 * All problems of a document are collected, up to a bound; the rest is only
 * counted. Texts name fields and choices, never what the case says about the
 * patient. Line and column are found only when there is a problem.
 */
#ifndef RUBRIC_JUDGE_CASE_PROBLEM_H
#define RUBRIC_JUDGE_CASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

#define CASE_PROBLEMS_KEPT 100

struct case_problem {
    const char *code;    /* stable: "unknown-field", "wrong-type", ... */
    const char *pointer; /* JSON Pointer (RFC 6901) of the place, long keys cut; "" is the whole */
    const char *text;    /* lower case, no full stop */
    const char *help;    /* the next step; may be "" */
    size_t offset;       /* bytes from the start of the document */
    size_t line;         /* from 1 */
    size_t column;       /* from 1, in bytes */
};

/* Start with a zeroed one. The texts lie in the pool of the parse. */
struct case_problems {
    struct case_problem *items; /* in document order */
    size_t kept;                /* items that are here: the first ones found */
    size_t count;               /* all that were found */
    struct pool *pool;
};

/* Adds a problem at an offset; one that does not fit is counted only. */
void case_problem_add(struct case_problems *problems, const char *code, struct str pointer,
                      size_t offset, const char *help, const char *format, ...)
    PRINTF_LIKE(6, 7);

/* Sorts by place and fills in lines and columns from the document's bytes. */
void case_problems_settle(struct case_problems *problems, struct str bytes);

/* Writes "FILE:LINE:COLUMN: POINTER: TEXT" and a help line for each, control
 * characters escaped, and how many more there are. */
void casefile_problems_print(FILE *out, const char *file, const struct case_problems *problems);

#define CASE_NEAR_MAX 63

/* The candidate nearest to a word: start with {word, NULL, 0}, offer all, read
 * `best`: NULL if none is near enough to be worth a question. */
struct case_near {
    struct str word;
    const char *best; /* borrowed from the candidate */
    int distance;
};

void case_near_offer(struct case_near *near, const char *candidate);

#endif
