/*
 * case_syntax.h - says why bytes are no JSON at all, in words a person can use.
 */
#ifndef RUBRIC_JUDGE_CASE_SYNTAX_H
#define RUBRIC_JUDGE_CASE_SYNTAX_H

#include <yyjson.h>

#include "base/str.h"
#include "judge/case_problem.h"

/* Notes what stopped the parser. */
void case_syntax_problem(struct case_problems *problems, struct str bytes,
                         const yyjson_read_err *why);

/* For a document that the parser gave up on: true, and noted, if it nests
 * deeper than limit levels. */
bool case_syntax_too_deep(struct case_problems *problems, struct str bytes, unsigned limit);

#endif
