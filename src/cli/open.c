/*
 * open.c - opening the host for a command.
 */
#include "cli/open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "cli/home.h"

int open_failed(const struct err *err)
{
    err_print(err);
    return err_exit_status(err->kind);
}

bool open_landlock(void)
{
    const char *without = getenv("RUBRIC_NO_LANDLOCK");

    return without == NULL || *without == '\0' || strcmp(without, "0") == 0;
}

static bool open_as(const struct open_options *options, bool many, bool make,
                    struct opened *opened, int *status)
{
    bool shipped = shipped_find(opened->shipped, sizeof opened->shipped);
    const struct host_options host_options = {
        .home = opened->home,
        .policies_dir = opened->policies,
        .shipped = shipped ? opened->shipped : NULL,
        .workers = options->workers,
        .audit = options->audit,
        .many = many,
        .landlock = open_landlock(),
    };
    struct err err;

    opened->host = NULL;
    if (home_find(options->home, make, opened->home, sizeof opened->home, &err) &&
        policies_find(options->policies, opened->policies, sizeof opened->policies, &err) &&
        host_open(&host_options, &opened->host, &err)) {
        if (host_without_landlock(opened->host))
            fputs("rubric: warning: this kernel has no Landlock; as --no-landlock asks, the "
                  "filter of system calls stands alone\n", stderr);
        return true;
    }
    *status = open_failed(&err);
    return false;
}

bool open_host(const struct open_options *options, struct opened *opened, int *status)
{
    return open_as(options, false, true, opened, status);
}

bool open_host_again(const struct open_options *options, struct opened *opened, int *status)
{
    return open_as(options, false, false, opened, status);
}

bool open_host_for_many(const struct open_options *options, struct opened *opened, int *status)
{
    return open_as(options, true, true, opened, status);
}

bool open_day_ok(const struct command *command, const char *day)
{
    day_t parsed;

    if (day == NULL || civil_parse_day(day, strlen(day), &parsed))
        return true;
    options_wrong(command, "'--as-of' takes a day as 2026-03-10, not '%s'", day);
    return false;
}
