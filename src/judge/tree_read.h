/*
 * tree_read.h - what the three files that read a policy tree share.
 *
 * Private to tree.c, tree_list.c and tree_expr.c. A reader remembers its first
 * failure; after it every function returns quickly and its result is unused.
 */
#ifndef RUBRIC_JUDGE_TREE_READ_H
#define RUBRIC_JUDGE_TREE_READ_H

#include "judge/tree.h"

struct reader {
    struct pool *pool;
    const struct codes *codes;
    struct policy *policy;
    struct field *scratch;
    struct err *err;
    bool failed;
    unsigned depth; /* of the expression being read */
};

/* Notes the first failure; always false. */
bool reader_fail(struct reader *reader, const char *what, const char *name);

/* Zeroed memory for count things; NULL and failed when there is none. A count
 * of zero gives a pointer that must not be followed. */
void *reader_array(struct reader *reader, size_t count, size_t size);

/* Members of an object. Absent or null is the empty answer. */
struct str reader_text(struct reader *reader, yyjson_val *object, const char *name);
size_t reader_index(struct reader *reader, yyjson_val *object, const char *name, size_t below);
bool reader_has(yyjson_val *object, const char *name);
const struct str *reader_texts(struct reader *reader, yyjson_val *object, const char *name,
                               size_t *count);
bool reader_day(struct reader *reader, yyjson_val *value, day_t *day);
struct document_kind reader_document(struct reader *reader, yyjson_val *object);
/* The place of word among words, which end with NULL; fails if it has none. */
int reader_word(struct reader *reader, struct str word, const char *const *words,
                const char *what);

bool reader_lists(struct reader *reader, yyjson_val *array);
bool reader_facts(struct reader *reader, yyjson_val *array);
const struct filter *reader_filters(struct reader *reader, const struct list *list,
                                    yyjson_val *array, size_t *count);

/* test, right, right2, values and set of a test or filter; no test: one of the
 * values. */
void reader_operand(struct reader *reader, yyjson_val *object, struct operand *operand);

const struct expr *reader_expr(struct reader *reader, yyjson_val *object);
const struct val *reader_val(struct reader *reader, yyjson_val *object);
/* True if evaluating it looks at the line under review. */
bool expr_per_line(const struct expr *expr);

#endif
