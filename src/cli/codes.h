/*
 * codes.h - rubric codes: looking codes up, sets of them, and their tables.
 *
 * Each word behind `rubric codes` is a command with a table of its own options;
 * they live in codes_show.c, codes_sets.c and codes_tables.c.
 */
#ifndef RUBRIC_CLI_CODES_H
#define RUBRIC_CLI_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/options.h"
#include "codes/codes.h"

extern const struct command *const codes_words[]; /* ended by NULL */
int cli_codes(int argc, char **argv);

extern const struct command codes_show_command, codes_search_command, codes_expand_command,
    codes_check_command, codes_import_command, codes_releases_command, codes_drop_command,
    codes_diff_command;

/* ---- shared by the words --------------------------------------------------- */

/* Finds codes.db of the home folder: with create, the folder is made. Without,
 * a missing folder gives "" and only the starter table. */
MUST_CHECK bool codes_home(const char *option, bool create, char *path, size_t size,
                           struct err *err);
/* Opens the tables of the home folder; reports and returns false if it cannot. */
bool codes_open_home(const char *option, struct codes **codes, int *status);

/* The day of --on, today if it was not given; reports a text that is none. */
bool codes_day(const struct command *command, const char *text, day_t *day, int *status);

/* Reads a code expression in the sandbox of a worker. The items lie in pool. */
MUST_CHECK bool codes_parse(const char *home, const char *text, struct pool *pool,
                            struct codeset_item **items, size_t *count, struct err *err);

/* The ids of the policies that name a code, as JSON strings with commas between
 * them; nothing where no policies folder is found. */
void codes_policies(const char *home, const char *policies, const struct codes *codes,
                    const struct code_entry *entry, day_t day, struct buf *out);

/* {"code":...,"status":...} of an entry, without its end. */
void codes_put_entry(const struct codes *codes, const struct code_entry *entry, struct buf *out);
/* {"error":{"code","message","help"}} without the outer braces. */
void codes_put_error(const struct err *err, struct buf *out);

#endif
