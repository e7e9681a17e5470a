/*
 * open.h - opening the host for a command, and asking it about one case.
 */
#ifndef RUBRIC_CLI_OPEN_H
#define RUBRIC_CLI_OPEN_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/options.h"
#include "host/host.h"

struct open_options {
    const char *home;     /* --home, or NULL */
    const char *policies; /* --policies, or NULL */
    bool audit;           /* answers are logged */
    int workers;          /* 0: as many as the host thinks right */
};

/* Finds both folders and opens the host; the caller owns it. Failures are
 * reported. NULL: *status is the exit status. */
struct host *open_host(const struct open_options *options, int *status);

/* Reports an error and returns its exit status. */
int open_failed(const struct err *err);

/* True if the day is NULL or a full date; else reports it. */
bool open_day_ok(const struct command *command, const char *day);

#endif
