/*
 * review_all.h - rubric review --all-policies: one case under every policy.
 *
 * A comparison, not a determination: nothing is logged, there is no receipt, and
 * what is printed says so. Whoever wants to act on a row reviews the case with
 * that policy.
 */
#ifndef RUBRIC_CLI_REVIEW_ALL_H
#define RUBRIC_CLI_REVIEW_ALL_H

#include "cli/page.h"
#include "host/host.h"

/* The host must have been opened without a log. Returns the exit status. */
int review_all(struct host *host, const char *case_name, const char *as_of, bool json,
               enum page_color color);

#endif
