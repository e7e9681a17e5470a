/*
 * open.c - opening the host for a command.
 */
#include "cli/open.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "cli/home.h"
#include "host/levels.h"

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

/* A rubric of another level came to this home: whoever runs it is told once which
 * answers it cannot check. */
static bool tell_levels(struct host *host, struct err *err)
{
    struct audit_levels levels;

    if (!host_levels_new(host, &levels, err))
        return false;
    for (size_t i = 0; i < levels.count; i++)
        fprintf(stderr,
                "rubric: warning: %" PRIu64 " answer%s on the log %s of engine level %" PRId64
                ", and this rubric computes level %d\n"
                "  help: 'rubric audit list --engine-level %" PRId64 "' lists what only the rubric"
                " that gave it can replay\n",
                levels.at[i].answers, levels.at[i].answers == 1 ? "" : "s",
                levels.at[i].answers == 1 ? "is" : "are", levels.at[i].level, host_level(),
                levels.at[i].level);
    return true;
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
        if (tell_levels(opened->host, &err))
            return true;
        host_close(opened->host);
        opened->host = NULL;
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
