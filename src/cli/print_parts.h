/*
 * print_parts.h - the parts of a printed answer; only print_*.c include it.
 */
#ifndef RUBRIC_CLI_PRINT_PARTS_H
#define RUBRIC_CLI_PRINT_PARTS_H

#include <yyjson.h>

#include "cli/print_answer.h"

/* Columns where the second and the third thing of a row begin. */
#define COLUMN_NAME 16
#define COLUMN_CITE 41

/* What became of the criteria, each id counted once with its worst finding. */
struct tally {
    size_t met, not_met, undocumented, not_applicable, conflicts;
};

struct tally tally_criteria(yyjson_val *answer);

/* print_headline.c: the first line, and why a physician decides. */
void print_headline(struct page *page, yyjson_val *answer);
void print_reasons(struct page *page, yyjson_val *answer);
void print_lines(struct page *page, yyjson_val *answer);

/* print_due.c: until when it must be decided. */
void print_due(struct page *page, yyjson_val *answer);

/* print_criteria.c */
void print_criteria(struct page *page, yyjson_val *answer, enum print_tree tree);

/* print_missing.c: which papers would settle it, and what to trace it by. */
void print_missing(struct page *page, yyjson_val *answer);
void print_footer(struct page *page, yyjson_val *answer);

/* A title of a section, after an empty line. */
void print_title(struct page *page, const char *title);
/* Says a value of the case in the paragraph being collected. */
void print_value(struct page *page, yyjson_val *value);

#endif
