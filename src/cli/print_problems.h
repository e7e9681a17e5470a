/*
 * print_problems.h - what is wrong with a case or a policy, a problem a line.
 */
#ifndef RUBRIC_CLI_PRINT_PROBLEMS_H
#define RUBRIC_CLI_PRINT_PROBLEMS_H

#include <stdbool.h>
#include <yyjson.h>

#include "base/buf.h"
#include "base/err.h"

/* Reports why the case called name got no answer, and returns the exit status:
 * each problem of {"problems":[{"line","column","pointer","text","help","code"}],
 * "more":N} at its place, then how many there are; or err, where json says nothing. */
int print_problems(const char *name, const struct buf *json, const struct err *err);

/* Writes to standard output the report of a check: {"files":[{"file","policy",
 * "version","errors":[{"line","text","help","code"}],"warnings":[...]}]}. */
void print_check(yyjson_val *report, bool quiet);

#endif
