/*
 * keep.c - rubric keep-policies DIR: what the build calls, so that a review in a new
 * home folder need not run the shipped policies.
 */
#include "cli/commands.h"
#include "cli/open.h"

static const struct option_row rows[] = {
    OPTION_POLICIES(struct open_options),
    OPTIONS_END,
};

static int keep_run(int argc, char **argv)
{
    struct open_options options = {.workers = 1};
    struct opened opened;
    struct err err;
    int operands, status = 0;

    if (!options_parse(&keep_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands != 1)
        return options_wrong(&keep_command, "name one folder");
    options.home = argv[0];
    if (!open_host(&options, &opened, &status))
        return status;
    if (!host_keep_policies(opened.host, &err))
        status = open_failed(&err);
    host_close(opened.host);
    return status;
}

const struct command keep_command = {
    .name = "keep-policies",
    .group = GROUP_HIDDEN,
    .line = "load the shipped policies and keep what that gave below DIR/loaded",
    .usage = "DIR",
    .example = "rubric keep-policies build\n",
    .exits = "0  they were loaded\n" EXITS_USAGE "3  a policy does not load\n" EXITS_MACHINE,
    .operands = "folder",
    .options = rows,
    .run = keep_run,
};
