/*
 * print_policy.h - a policy as sentences: what it asks, and when that is met.
 *
 * Printed from the tree that the judge reads ("rubric-tree/1"), not from the
 * policy's source, so that a reviewer sees what will be judged.
 */
#ifndef RUBRIC_CLI_PRINT_POLICY_H
#define RUBRIC_CLI_PRINT_POLICY_H

#include <yyjson.h>

#include "cli/page.h"

void print_policy_tree(struct page *page, yyjson_val *tree);

/* The same as a page of Markdown (print_markdown.c). */
void policy_markdown(struct buf *out, yyjson_val *tree);

/* print_expr.c: an expression and a value of the tree, as words. */
void expr_value(struct buf *out, yyjson_val *tree, yyjson_val *value);
void expr_test(struct buf *out, yyjson_val *tree, yyjson_val *expr);
/* The op of an expression that holds others: "all of", "at least 2 of"; NULL
 * for a single test. */
const char *expr_group(yyjson_val *expr, char *text, size_t size);

#endif
