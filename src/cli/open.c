/*
 * open.c - opening the host for a command.
 */
#include "cli/open.h"

#include <limits.h>
#include <string.h>

#include "base/civil.h"
#include "cli/home.h"

int open_failed(const struct err *err)
{
    err_print(err);
    return err_exit_status(err->kind);
}

struct host *open_host(const struct open_options *options, int *status)
{
    char home[PATH_MAX];
    char policies[PATH_MAX];
    struct host *host = NULL;
    struct err err;

    if (home_find(options->home, true, home, sizeof home, &err) &&
        policies_find(options->policies, policies, sizeof policies, &err)) {
        const struct host_options host_options = {
            .home = home,
            .policies_dir = policies,
            .workers = options->workers,
            .audit = options->audit,
            .landlock = true,
        };

        if (host_open(&host_options, &host, &err))
            return host;
    }
    *status = open_failed(&err);
    return NULL;
}

bool open_day_ok(const struct command *command, const char *day)
{
    day_t parsed;

    if (day == NULL || civil_parse_day(day, strlen(day), &parsed))
        return true;
    options_wrong(command, "'--as-of' takes a day as 2026-03-10, not '%s'", day);
    return false;
}
