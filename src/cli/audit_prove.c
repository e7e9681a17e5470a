/*
 * audit_prove.c - rubric audit prove, consistency, checkpoint, anchor, export:
 * what an outsider is given.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/anchor.h"
#include "audit/command.h"
#include "audit/core.h"
#include "audit/export.h"
#include "base/escape.h"
#include "cli/audit_parts.h"

struct prove_cli {
    const char *home, *output, *open, *purpose, *actor, *add, *command;
    bool with_policy, json, tiles, list;
};

#define OPTION_OUTPUT                                                                       \
    {OPTION_TEXT, 'o', "output", "FILE", "write there instead of to standard output",          \
     OPTION_AT(struct prove_cli, output)}

static const struct option_row prove_rows[] = {
    OPTION_HOME(struct prove_cli), OPTION_OUTPUT, OPTION_JSON(struct prove_cli), OPTIONS_END};
static const struct option_row checkpoint_rows[] = {
    OPTION_HOME(struct prove_cli), OPTION_JSON(struct prove_cli), OPTIONS_END};
static const struct option_row anchor_rows[] = {
    OPTION_HOME(struct prove_cli),
    {OPTION_TEXT, 0, "add", "FILE", "from now on anchor in this file too (its whole path)",
     OPTION_AT(struct prove_cli, add)},
    {OPTION_TEXT, 0, "add-command", "COMMAND",
     "from now on give each checkpoint to this program too", OPTION_AT(struct prove_cli, command)},
    {OPTION_FLAG, 0, "list", NULL, "only say where the log is anchored",
     OPTION_AT(struct prove_cli, list)},
    OPTION_ACTOR(struct prove_cli),
    OPTION_JSON(struct prove_cli),
    OPTIONS_END};
static const struct option_row export_rows[] = {
    OPTION_HOME(struct prove_cli),
    {OPTION_FLAG, 0, "tiles", NULL, "write the whole log as static files (C2SP tlog-tiles)",
     OPTION_AT(struct prove_cli, tiles)},
    {OPTION_TEXT, 0, "open", "LABELS", "sealed fields to disclose, as input,output; that is logged",
     OPTION_AT(struct prove_cli, open)},
    {OPTION_TEXT, 0, "purpose", "CODE", "what they are disclosed for",
     OPTION_AT(struct prove_cli, purpose)},
    {OPTION_FLAG, 0, "with-policy", NULL, "also the policy by which it was decided",
     OPTION_AT(struct prove_cli, with_policy)},
    OPTION_OUTPUT,
    OPTION_ACTOR(struct prove_cli),
    OPTION_JSON(struct prove_cli),
    OPTIONS_END};

/* {"TEXT_KEY":"..."}: a text of several lines as one line of JSON. */
static void as_json(struct buf *out, const char *key, const struct buf *text)
{
    buf_printf(out, "{\"%s\":", key);
    buf_put_json(out, text->data, text->len);
    buf_puts(out, "}\n");
}

static int give(const struct prove_cli *cli, const char *key, const struct buf *text)
{
    struct buf json = BUF_INIT;
    int status;

    if (!cli->json)
        return audit_cli_write(cli->output, text);
    as_json(&json, key, text);
    status = audit_cli_write(cli->output, &json);
    buf_free(&json);
    return status;
}

static int prove_run(int argc, char **argv)
{
    struct prove_cli cli = {0};
    struct buf text = BUF_INIT;
    struct audit *audit;
    uint64_t index;
    struct err err;
    int operands, status;
    bool ok;

    if (!options_parse(&audit_prove_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands != 1)
        return options_wrong(&audit_prove_command, "one index is expected");
    if (!audit_cli_number(&audit_prove_command, "index", argv[0], &index))
        return 2;
    if (!audit_cli_open(cli.home, true, &audit, &status))
        return status;
    ok = audit_prove(audit, index, &text, &err);
    audit_close(audit);
    status = ok ? give(&cli, "proof", &text) : audit_cli_failed(&err);
    buf_free(&text);
    return status;
}

const struct command audit_prove_command = {
    .name = "audit prove",
    .group = GROUP_OPERATOR,
    .line = "write the proof that a record is in the log",
    .usage = "INDEX [options]",
    .example = "rubric audit prove 12 -o 12.tlog-proof\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = prove_rows,
    .run = prove_run,
};

static int consistency_run(int argc, char **argv)
{
    struct prove_cli cli = {0};
    struct buf text = BUF_INIT;
    struct audit *audit;
    uint64_t size;
    struct err err;
    int operands, status;
    bool ok;

    if (!options_parse(&audit_consistency_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands != 1)
        return options_wrong(&audit_consistency_command, "one old size is expected");
    if (!audit_cli_number(&audit_consistency_command, "old size", argv[0], &size))
        return 2;
    if (!audit_cli_open(cli.home, true, &audit, &status))
        return status;
    ok = audit_consistency(audit, size, &text, &err);
    audit_close(audit);
    buf_putc(&text, '\n');
    status = ok ? audit_cli_write(cli.output, &text) : audit_cli_failed(&err);
    buf_free(&text);
    return status;
}

const struct command audit_consistency_command = {
    .name = "audit consistency",
    .group = GROUP_OPERATOR,
    .line = "write the proof that the log only grew since an old size",
    .usage = "OLD-SIZE [options]",
    .example = "rubric audit consistency 4 -o since-4.json\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = prove_rows,
    .run = consistency_run,
};

static int checkpoint_run(int argc, char **argv)
{
    struct prove_cli cli = {0};
    struct buf text = BUF_INIT;
    struct audit *audit;
    struct err err;
    int operands, status;
    bool ok;

    if (!options_parse(&audit_checkpoint_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands > 0)
        return options_wrong(&audit_checkpoint_command, "nothing is expected there");
    if (!audit_cli_open(cli.home, true, &audit, &status))
        return status;
    ok = audit_checkpoint(audit, &text, &err);
    audit_close(audit);
    status = ok ? give(&cli, "note", &text) : audit_cli_failed(&err);
    buf_free(&text);
    return status;
}

const struct command audit_checkpoint_command = {
    .name = "audit checkpoint",
    .group = GROUP_OPERATOR,
    .line = "print the newest signed checkpoint",
    .usage = "[options]",
    .example = "rubric audit checkpoint\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = checkpoint_rows,
    .run = checkpoint_run,
};

static void show_sink(void *context, const char *path, uint64_t size, int64_t at_ms)
{
    const bool *json = context;
    struct buf out = BUF_INIT;
    char when[CORE_TIME];

    core_time(at_ms, when);
    if (*json) {
        buf_puts(&out, "{\"sink\":");
        buf_put_json(&out, path, strlen(path));
        buf_printf(&out, ",\"size\":%" PRIu64 ",\"time\":\"%s\"}", size, when);
        puts(buf_cstr(&out));
    } else {
        printf("size %-8" PRIu64 " %s  ", size, size == 0 ? "never" : when);
        escape_terminal(stdout, path, strlen(path));
        putchar('\n');
    }
    buf_free(&out);
}

/* A program is told from a file by the bar before it. */
static bool anchor(const struct prove_cli *cli, struct audit *audit, struct err *err)
{
    char memory[32], program[COMMAND_TEXT + 1];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    struct audit_receipt receipt;

    if (cli->list)
        return true;
    if (cli->add != NULL)
        return audit_anchor_add(audit, cli->add, &actor, &receipt, err);
    if (cli->command == NULL)
        return audit_anchor_now(audit, err);
    if ((size_t)snprintf(program, sizeof program, "|%s", cli->command) >= sizeof program)
        return err_set(err, ERR_USAGE, "E-USAGE", "the command is too long");
    return audit_anchor_add(audit, program, &actor, &receipt, err);
}

static int anchor_run(int argc, char **argv)
{
    struct prove_cli cli = {0};
    struct audit *audit;
    struct err err;
    int operands, status;
    bool ok;

    if (!options_parse(&audit_anchor_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands > 0)
        return options_wrong(&audit_anchor_command, "nothing is expected there");
    if ((cli.add != NULL) + (cli.command != NULL) + cli.list > 1)
        return options_wrong(&audit_anchor_command,
                             "'--add', '--add-command' and '--list' exclude each other");
    if (!audit_cli_open(cli.home, cli.list, &audit, &status))
        return status;
    ok = anchor(&cli, audit, &err);
    if (ok)
        audit_anchor_list(audit, show_sink, &cli.json);
    audit_close(audit);
    return ok ? 0 : audit_cli_failed(&err);
}

const struct command audit_anchor_command = {
    .name = "audit anchor",
    .group = GROUP_OPERATOR,
    .line = "write the newest checkpoint to every anchor now",
    .usage = "[options]",
    .example = "rubric audit anchor\nrubric audit anchor --add /mnt/other/rubric.anchor\n"
               "rubric audit anchor --add-command '/usr/local/bin/mail-checkpoint audit'\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = anchor_rows,
    .run = anchor_run,
};

static int export_tiles(const struct prove_cli *cli, struct audit *audit, const char *folder)
{
    char memory[32];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    uint64_t size;
    struct err err;

    if (!audit_export_tiles(audit, folder, &actor, &size, &err))
        return audit_cli_failed(&err);
    if (cli->json)
        printf("{\"size\":%" PRIu64 "}\n", size);
    else
        printf("%" PRIu64 " entries are in the tiles\n", size);
    return 0;
}

static int export_package(const struct prove_cli *cli, struct audit *audit, uint64_t index)
{
    static const char *const none[] = {NULL};
    const char *words[17];
    char memory[32], copy[512];
    struct audit_access why = {audit_cli_actor(cli->actor, memory), cli->purpose};
    struct buf tar = BUF_INIT;
    struct err err;
    int status;

    if (cli->open != NULL && !audit_cli_words(cli->open, copy, sizeof copy, words))
        return options_wrong(&audit_export_command, "'--open' takes labels, as input,output");
    if (audit_export_package(audit, index, cli->open == NULL ? none : words, cli->with_policy,
                             &why, &tar, &err))
        status = audit_cli_write(cli->output, &tar);
    else
        status = audit_cli_failed(&err);
    if (status == 0 && cli->json)
        printf("{\"bytes\":%zu,\"entry\":%" PRIu64 "}\n", tar.len, index);
    buf_free(&tar);
    return status;
}

static int export_run(int argc, char **argv)
{
    struct prove_cli cli = {0};
    struct audit *audit;
    uint64_t index = 0;
    int operands, status;

    if (!options_parse(&audit_export_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands != 1)
        return options_wrong(&audit_export_command,
                             "an index, or --tiles and a folder, is expected");
    if (cli.open != NULL && cli.purpose == NULL)
        return options_wrong(&audit_export_command, "'--open' needs '--purpose': what for?");
    if (!cli.tiles && cli.json && cli.output == NULL)
        return options_wrong(&audit_export_command,
                             "with '--json' a package needs '--output': both cannot be on standard output");
    if (!cli.tiles && !audit_cli_number(&audit_export_command, "index", argv[0], &index))
        return 2;
    if (!audit_cli_open(cli.home, false, &audit, &status))
        return status;
    status = cli.tiles ? export_tiles(&cli, audit, argv[0]) : export_package(&cli, audit, index);
    audit_close(audit);
    return status;
}

const struct command audit_export_command = {
    .name = "audit export",
    .group = GROUP_OPERATOR,
    .line = "write one record as a package, or the log as tiles",
    .usage = "INDEX [options] | --tiles FOLDER",
    .example = "rubric audit export 12 --open input,output --purpose appeal -o 12.tar\n"
               "rubric audit export --tiles log-tiles\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = export_rows,
    .run = export_run,
};
