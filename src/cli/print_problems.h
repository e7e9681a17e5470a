/*
 * print_problems.h - what is wrong with a case or a policy, a problem a line.
 */
#ifndef RUBRIC_CLI_PRINT_PROBLEMS_H
#define RUBRIC_CLI_PRINT_PROBLEMS_H

#include <stdbool.h>
#include <yyjson.h>

#include "base/buf.h"

/* Writes to standard error what {"problems":[{"line","column","pointer","text",
 * "help","code"}], "more":N} says of the case called name. Anything else, and
 * nothing, is passed over. */
void print_problems(const char *name, const struct buf *json);

/* Writes to standard output the report of a check: {"files":[{"file","policy",
 * "version","errors":[{"line","text","help","code"}],"warnings":[...]}]}. */
void print_check(yyjson_val *report, bool quiet);

#endif
