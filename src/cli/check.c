/*
 * check.c - rubric check: is a policy as its author means it, without a case?
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/print_problems.h"

struct check_options {
    const char *home, *policies;
    bool json, quiet;
};

static const struct option_row check_rows[] = {
    OPTION_JSON(struct check_options),
    {OPTION_FLAG, 'q', "quiet", NULL, "print only what is wrong",
     OPTION_AT(struct check_options, quiet)},
    OPTION_HOME(struct check_options),
    OPTION_POLICIES(struct check_options),
    OPTIONS_END,
};

static int check_one(const struct check_options *options, struct host *host, const char *path)
{
    struct buf report = BUF_INIT;
    struct err err;
    yyjson_doc *doc = NULL;
    bool ok = false;
    int status = 0;

    if (!host_check(host, path, &report, &ok, &err)) {
        status = open_failed(&err);
    } else if (options->json) {
        output_line(&report);
    } else {
        doc = yyjson_read(report.data, report.len, YYJSON_READ_NOFLAG);
        print_check(yyjson_doc_get_root(doc), options->quiet);
        yyjson_doc_free(doc);
    }
    if (status == 0 && !ok)
        status = err_exit_status(ERR_POLICY);
    buf_free(&report);
    return status;
}

static int check_run(int argc, char **argv)
{
    struct check_options options = {0};
    struct open_options open = {NULL, NULL, false, 1};
    int operands = 0, status = 0;
    struct opened opened;

    if (!options_parse(&check_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands == 0)
        return options_wrong(&check_command, "no policy file or folder was named");
    open.home = options.home;
    open.policies = options.policies;
    if (!open_host(&open, &opened, &status))
        return status;
    for (int i = 0; i < operands; i++)
        status = output_worse(status, check_one(&options, opened.host, argv[i]));
    host_close(opened.host);
    return status;
}

const struct command check_command = {
    .name = "check",
    .group = GROUP_AUTHOR,
    .line = "load policies without a case and report every mistake",
    .usage = "[options] FILE|FOLDER...",
    .example = "rubric check policies\n",
    .exits = "0  every policy loads\n" EXITS_USAGE "3  a policy has errors\n" EXITS_MACHINE,
    .operands = "file",
    .options = check_rows,
    .run = check_run,
};
