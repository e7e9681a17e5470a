/*
 * print_answer.h - an answer as a person reads it.
 *
 * The recommendation comes first, then why, then each criterion with what it
 * rests on, then what is missing, then what the answer can be traced by. The
 * words carry the meaning; colour only helps the eye. This layout may change
 * with any release: programs read --json.
 */
#ifndef RUBRIC_CLI_PRINT_ANSWER_H
#define RUBRIC_CLI_PRINT_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cli/page.h"

/* The order of --tree=selected|open|all. */
enum print_tree {
    TREE_SELECTED, /* what applies to this case */
    TREE_OPEN,     /* only what is not met or undocumented */
    TREE_ALL       /* also what does not apply */
};

/* Prints the answer document json[0..len), with its receipt if it has one. */
MUST_CHECK bool print_answer(struct page *page, const char *json, size_t len,
                             enum print_tree tree, struct err *err);

#endif
