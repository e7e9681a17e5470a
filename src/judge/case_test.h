/*
 * case_test.h - what the tests of the case reader share.
 *
 * Documents are written here with single quotes for double ones, so that they
 * can be read; every refusal is compared as a whole, as a user would see it.
 */
#ifndef RUBRIC_JUDGE_CASE_TEST_H
#define RUBRIC_JUDGE_CASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "judge/casefile.h"

/* A sound case with a fact missing: the row under test begins on line 6. */
#define WITH(extra) \
    "{'schema': 'rubric-case/1',\n" \
    " 'caseId': 'T-1',\n" \
    " 'asOf': '2026-03-10',\n" \
    " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]},\n" \
    " 'sources': {'s1': {'kind': 'ehr'}},\n" \
    " " extra "}"

/* The same with a document and one source that points into it, on line 6. */
#define WITH_SOURCE(source) \
    "{'schema': 'rubric-case/1', 'caseId': 'T-1', 'asOf': '2026-03-10',\n" \
    " 'request': {'lines': [{'sequence': 1, 'code': '64483'}]},\n" \
    " 'goals': [{'id': 'g1', 'src': ['s1']}],\n" \
    " 'documents': [{'id': 'd1', 'text': 'Pain 7/10, h\xC3\xB6" "her.'}],\n" \
    " 'sources': {'s1':\n" \
    "  " source "}}"

#define REFUSES(document, problems) refuses((document), sizeof(document) - 1, (problems))

/* A copy with double quotes; the caller frees it. */
static inline char *quoted(const char *document, size_t len)
{
    char *copy = malloc(len + 1);

    assert_non_null(copy);
    memcpy(copy, document, len + 1);
    for (size_t i = 0; i < len; i++)
        copy[i] = copy[i] == '\'' ? '"' : copy[i];
    return copy;
}

/* The document is refused with exactly these lines, FILE being case.json. */
static inline void refuses(const char *document, size_t len, const char *expected)
{
    struct case_problems problems;
    struct casefile file;
    struct pool pool;
    struct err err = {.kind = ERR_NONE};
    char *bytes = quoted(document, len);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    pool_init(&pool);
    assert_false(casefile_parse(&file, bytes, len, &pool, NULL, &problems, &err));
    casefile_problems_print(out, "case.json", &problems);
    fclose(out);
    assert_string_equal(text, expected);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(err.code, "E-CASE");
    free(text);
    free(bytes);
    pool_free(&pool);
}

#endif
