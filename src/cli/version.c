/*
 * version.c - rubric version: which program this is, for a report or a replay.
 */
#include <stdio.h>
#include <string.h>

#include "base/build_id.h"
#include "base/err.h"
#include "cli/commands.h"
#include "host/service.h"

struct version_options {
    bool json;
};

static const struct option_row version_rows[] = {
    {OPTION_FLAG, 0, "json", NULL, "print one JSON object",
     OPTION_AT(struct version_options, json)},
    OPTIONS_END,
};

static int version_run(int argc, char **argv)
{
    struct version_options options = {0};
    int operands = 0, status = 0;

    if (!options_parse(&version_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands > 0)
        return options_wrong(&version_command, "nothing is expected after 'version'");
    if (options.json) {
        printf("{\"build\":\"%s\",\"deps\":\"%s\",\"level\":%d,\"version\":\"%s\"}\n",
               rubric_build_id, rubric_build_deps, SERVICE_LEVEL, rubric_version);
        return 0;
    }
    printf("rubric %s\n", rubric_version);
    printf("build   %s\n", rubric_build_id);
    printf("with    %s\n", rubric_build_deps);
    printf("level   %d\n", SERVICE_LEVEL);
    return 0;
}

const struct command version_command = {
    .name = "version",
    .group = GROUP_ANY,
    .line = "say which build this is and what it was built with",
    .usage = "[options]",
    .example = "rubric version\n",
    .exits = "0  always\n" EXITS_USAGE,
    .operands = "",
    .options = version_rows,
    .run = version_run,
};
