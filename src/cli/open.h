/*
 * open.h - opening the host for a command, and asking it about one case.
 */
#ifndef RUBRIC_CLI_OPEN_H
#define RUBRIC_CLI_OPEN_H

#include <limits.h>
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

/* A host and the paths that it keeps; give the host back to host_close() first. */
struct opened {
    struct host *host;
    char home[PATH_MAX];
    char policies[PATH_MAX];
    char shipped[PATH_MAX];
};

/* Finds both folders and opens the host. Failures are reported; then *status is
 * the exit status. */
bool open_host(const struct open_options *options, struct opened *opened, int *status);
/* The same for a home folder that must be there: nothing is made. */
bool open_host_again(const struct open_options *options, struct opened *opened, int *status);
/* The same for a batch: throughput matters, not the latency of one case. */
bool open_host_for_many(const struct open_options *options, struct opened *opened, int *status);

/* Reports an error and returns its exit status. */
int open_failed(const struct err *err);

/* False if the operator accepts a kernel without Landlock: RUBRIC_NO_LANDLOCK, which
 * `rubric --no-landlock COMMAND` sets. Where the kernel has it nothing changes. */
bool open_landlock(void);

/* True if the day is NULL or a full date; else reports it. */
bool open_day_ok(const struct command *command, const char *day);

#endif
