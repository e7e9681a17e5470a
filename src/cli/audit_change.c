/*
 * audit_change.c - rubric audit erase, hold, prune, key, accept-rollback: what
 * an operator may do to a log, each a record of its own.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/change.h"
#include "audit/export.h"
#include "audit/keys.h"
#include "base/err.h"
#include "cli/audit_parts.h"
#include "cli/home.h"

struct change_cli {
    const char *home, *actor, *entry, *labels, *basis, *approver, *case_id, *reason, *before,
        *signer, *vkey;
    long keep_years;
    bool json, yes, checkpoints;
};

#define OPTION_REASON                                                               \
    {OPTION_TEXT, 0, "reason", "CODE", "why, as a short code without patient data",      \
     OPTION_AT(struct change_cli, reason)}

static const struct option_row erase_rows[] = {
    OPTION_HOME(struct change_cli),
    {OPTION_TEXT, 0, "entry", "INDEX", "the entry whose fields are erased",
     OPTION_AT(struct change_cli, entry)},
    {OPTION_TEXT, 0, "labels", "LABELS", "which fields, as input,output; else all but the case",
     OPTION_AT(struct change_cli, labels)},
    {OPTION_TEXT, 0, "basis", "CODE", "why it may be erased, as misfiled-document",
     OPTION_AT(struct change_cli, basis)},
    {OPTION_TEXT, 0, "approver", "NAME", "who allowed it", OPTION_AT(struct change_cli, approver)},
    {OPTION_FLAG, 0, "yes", NULL, "do it; without this, only say what would go",
     OPTION_AT(struct change_cli, yes)},
    OPTION_ACTOR(struct change_cli),
    OPTION_JSON(struct change_cli),
    OPTIONS_END,
};

struct shared_teller {
    uint64_t entry;
    bool json;
};

static void show_shared(void *context, const struct audit_shared *shared)
{
    const struct shared_teller *teller = context;

    if (teller->json)
        printf("{\"entry\":%" PRIu64 ",\"label\":\"%s\"}\n", shared->index, shared->label);
    else if (shared->index == teller->entry)
        printf("would erase  '%s' of entry %" PRIu64 "\n", shared->label, shared->index);
    else
        printf("             entry %" PRIu64 " refers to the same '%s'\n", shared->index,
               shared->label);
}

static int erase_fields(const struct change_cli *cli, struct audit *audit, uint64_t index,
                        const char *const *labels)
{
    char memory[32];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    struct shared_teller teller = {index, cli->json};
    struct audit_receipt receipt;
    uint64_t erased;
    struct err err;

    if (!cli->yes) {
        if (!audit_erase_preview(audit, index, labels, show_shared, &teller, &err))
            return audit_cli_failed(&err);
        if (!cli->json)
            puts("nothing was erased: add --yes to do it");
        return 0;
    }
    if (!audit_erase(audit, index, labels, cli->basis, cli->approver, &actor, &receipt, &erased,
                     &err))
        return audit_cli_failed(&err);
    audit_cli_done(&receipt, cli->json, "erased from the log and its write-ahead log");
    if (!cli->json)
        puts("copies in backups of this home folder are not reached: erase or expire those too");
    return 0;
}

static int erase_run(int argc, char **argv)
{
    static const char *const all[] = {NULL};
    const char *words[17];
    struct change_cli cli = {0};
    struct audit *audit;
    char copy[512];
    uint64_t index;
    int operands, status;

    if (!options_parse(&audit_erase_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands > 0 || cli.entry == NULL || cli.basis == NULL || cli.approver == NULL)
        return options_wrong(&audit_erase_command,
                             "'--entry', '--basis' and '--approver' are needed");
    if (!audit_cli_number(&audit_erase_command, "entry", cli.entry, &index))
        return 2;
    if (cli.labels != NULL && !audit_cli_words(cli.labels, copy, sizeof copy, words))
        return options_wrong(&audit_erase_command, "'--labels' takes labels, as input,output");
    if (!audit_cli_open(cli.home, false, &audit, &status))
        return status;
    status = erase_fields(&cli, audit, index, cli.labels == NULL ? all : words);
    audit_close(audit);
    return status;
}

const struct command audit_erase_command = {
    .name = "audit erase",
    .group = GROUP_OPERATOR,
    .line = "erase sealed patient data; records and proofs stay",
    .usage = "--entry INDEX --basis CODE --approver NAME [options]",
    .example = "rubric audit erase --entry 12 --basis misfiled-document --approver p7 --yes\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = erase_rows,
    .run = erase_run,
};

/* ---- hold ---- */

static const struct option_row hold_rows[] = {
    OPTION_HOME(struct change_cli),
    {OPTION_TEXT, 0, "case", "ID", "hold this case only; else the whole log",
     OPTION_AT(struct change_cli, case_id)},
    OPTION_REASON,
    OPTION_ACTOR(struct change_cli),
    OPTION_JSON(struct change_cli),
    OPTIONS_END,
};

static void show_hold(void *context, const char *name, uint64_t index)
{
    if (*(const bool *)context)
        printf("{\"entry\":%" PRIu64 ",\"hold\":\"%s\"}\n", index, name);
    else
        printf("%s, set by entry %" PRIu64 "\n", name, index);
}

static int hold_change(const struct change_cli *cli, struct audit *audit, const char *verb,
                       const char *name)
{
    char memory[32];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    struct audit_receipt receipt;
    struct err err;
    bool set = strcmp(verb, "set") == 0;
    bool ok = set ? audit_hold_set(audit, name, cli->case_id, cli->reason, &actor, &receipt, &err)
                  : audit_hold_release(audit, name, cli->reason, &actor, &receipt, &err);

    if (!ok)
        return audit_cli_failed(&err);
    audit_cli_done(&receipt, cli->json, set ? "the hold is set" : "the hold is released");
    return 0;
}

static int hold_run(int argc, char **argv)
{
    struct change_cli cli = {0};
    struct audit *audit;
    struct err err;
    int operands, status;
    bool list;

    if (!options_parse(&audit_hold_command, argc, argv, &cli, &operands, &status))
        return status;
    list = operands == 1 && strcmp(argv[0], "list") == 0;
    if (!list && (operands != 2 ||
                  (strcmp(argv[0], "set") != 0 && strcmp(argv[0], "release") != 0)))
        return options_wrong(&audit_hold_command,
                             "'set NAME', 'release NAME' or 'list' is expected");
    if (!list && cli.reason == NULL)
        return options_wrong(&audit_hold_command, "'--reason' is needed");
    if (!audit_cli_open(cli.home, list, &audit, &status))
        return status;
    if (!list)
        status = hold_change(&cli, audit, argv[0], argv[1]);
    else
        status = audit_hold_list(audit, show_hold, &cli.json, &err) ? 0 : audit_cli_failed(&err);
    audit_close(audit);
    return status;
}

const struct command audit_hold_command = {
    .name = "audit hold",
    .group = GROUP_OPERATOR,
    .line = "keep records that retention would let go",
    .usage = "set NAME|release NAME|list [options]",
    .example = "rubric audit hold set docket-77 --reason litigation\n",
    .exits = EXITS_AUDIT,
    .operands = "set release list",
    .options = hold_rows,
    .run = hold_run,
};

/* ---- prune ---- */

static const struct option_row prune_rows[] = {
    OPTION_HOME(struct change_cli),
    {OPTION_TEXT, 0, "before", "INDEX", "the lowest index that stays",
     OPTION_AT(struct change_cli, before)},
    {OPTION_FLAG, 0, "checkpoints", NULL,
     "old checkpoints only: one an hour stays, after a year one a day",
     OPTION_AT(struct change_cli, checkpoints)},
    {OPTION_NUMBER, 0, "keep-years", "N", "keep this long at least, whatever the rules say",
     OPTION_AT(struct change_cli, keep_years)},
    OPTION_ACTOR(struct change_cli),
    OPTION_JSON(struct change_cli),
    OPTIONS_END,
};

static int thin_log(const struct change_cli *cli, struct audit *audit)
{
    uint64_t thinned;
    struct err err;

    if (!audit_thin_checkpoints(audit, &thinned, &err))
        return audit_cli_failed(&err);
    if (cli->json)
        printf("{\"checkpoints_dropped\":%" PRIu64 "}\n", thinned);
    else
        printf("%" PRIu64 " checkpoint%s dropped; every entry is still under a newer one\n",
               thinned, thinned == 1 ? " was" : "s were");
    return 0;
}

static int prune_log(const struct change_cli *cli, struct audit *audit, uint64_t before)
{
    char memory[32], line[64];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    struct audit_receipt receipt;
    uint64_t removed, thinned;
    struct err err;

    if (!audit_prune(audit, before, (int)cli->keep_years, &actor, &receipt, &removed, &err) ||
        !audit_thin_checkpoints(audit, &thinned, &err))
        return audit_cli_failed(&err);
    snprintf(line, sizeof line, "%" PRIu64 " entries were pruned", removed);
    audit_cli_done(&receipt, cli->json, line);
    return 0;
}

static int prune_run(int argc, char **argv)
{
    struct change_cli cli = {0};
    struct audit *audit;
    uint64_t before = 0;
    int operands, status;

    if (!options_parse(&audit_prune_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands > 0 || (cli.before == NULL) != cli.checkpoints)
        return options_wrong(&audit_prune_command,
                             "'--before INDEX' is needed, or '--checkpoints' by itself");
    if (cli.keep_years > 200)
        return options_wrong(&audit_prune_command, "'--keep-years' is at most 200");
    if (!cli.checkpoints &&
        !audit_cli_number(&audit_prune_command, "index", cli.before, &before))
        return 2;
    if (!audit_cli_open(cli.home, false, &audit, &status))
        return status;
    status = cli.checkpoints ? thin_log(&cli, audit) : prune_log(&cli, audit, before);
    audit_close(audit);
    return status;
}

const struct command audit_prune_command = {
    .name = "audit prune",
    .group = GROUP_OPERATOR,
    .line = "let old records go once they need not be kept",
    .usage = "--before INDEX [options] | --checkpoints",
    .example = "rubric audit retention list\nrubric audit prune --before 40000\n"
               "rubric audit prune --checkpoints\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = prune_rows,
    .run = prune_run,
};

/* ---- keys ---- */

static const struct option_row key_rows[] = {
    OPTION_HOME(struct change_cli),
    {OPTION_TEXT, 0, "signer", "COMMAND", "with 'add': this program has the key and signs",
     OPTION_AT(struct change_cli, signer)},
    {OPTION_TEXT, 0, "vkey", "KEY", "with '--signer': the public key that it signs with",
     OPTION_AT(struct change_cli, vkey)},
    OPTION_REASON,
    OPTION_ACTOR(struct change_cli),
    OPTION_JSON(struct change_cli),
    OPTIONS_END,
};

static void show_key(void *context, const char *vkey, uint64_t from, uint64_t to)
{
    struct buf out = BUF_INIT;

    if (*(const bool *)context) {
        buf_printf(&out, "{\"from\":%" PRIu64, from);
        if (to != UINT64_MAX)
            buf_printf(&out, ",\"to\":%" PRIu64, to);
        buf_puts(&out, ",\"vkey\":");
        buf_put_json(&out, vkey, strlen(vkey));
        buf_putc(&out, '}');
    } else {
        buf_puts(&out, vkey);
        if (to != UINT64_MAX)
            buf_printf(&out, "   (until size %" PRIu64 ")", to);
    }
    puts(buf_cstr(&out));
    buf_free(&out);
}

static int key_add(const struct change_cli *cli, struct audit *audit,
                   const struct audit_actor *actor)
{
    struct audit_receipt receipt;
    char made[NOTE_VKEY];
    struct err err;
    bool ok = cli->signer == NULL
                  ? audit_key_add(audit, actor, made, &receipt, &err)
                  : audit_key_add_outside(audit, actor, cli->vkey, cli->signer, &receipt, &err);

    if (!ok)
        return audit_cli_failed(&err);
    if (!cli->json)
        puts(cli->signer == NULL ? made : cli->vkey);
    audit_cli_done(&receipt, cli->json, "the key signs from now on");
    return 0;
}

static int key_change(const struct change_cli *cli, struct audit *audit, const char *verb,
                      const char *vkey)
{
    char memory[32];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    struct audit_receipt receipt;
    struct err err;

    if (strcmp(verb, "add") == 0)
        return key_add(cli, audit, &actor);
    if (strcmp(verb, "retire") == 0) {
        if (!audit_key_retire(audit, &actor, vkey, &receipt, &err))
            return audit_cli_failed(&err);
        audit_cli_done(&receipt, cli->json, "the key does not sign any more");
        return 0;
    }
    if (!audit_key_revoke(audit, &actor, vkey, cli->reason, &err))
        return audit_cli_failed(&err);
    puts(cli->json ? "{\"revoked\":true}"
                   : "the key is revoked, this log is closed, and a new one was begun");
    return 0;
}

static int key_run(int argc, char **argv)
{
    struct change_cli cli = {0};
    struct audit *audit;
    struct err err;
    int operands, status;
    bool list, add;

    if (!options_parse(&audit_key_command, argc, argv, &cli, &operands, &status))
        return status;
    list = operands == 1 && strcmp(argv[0], "list") == 0;
    add = operands == 1 && strcmp(argv[0], "add") == 0;
    if (!list && !add &&
        (operands != 2 || (strcmp(argv[0], "retire") != 0 && strcmp(argv[0], "revoke") != 0)))
        return options_wrong(&audit_key_command,
                             "'list', 'add', 'retire VKEY' or 'revoke VKEY' is expected");
    if (operands == 2 && strcmp(argv[0], "revoke") == 0 && cli.reason == NULL)
        return options_wrong(&audit_key_command, "'--reason' is needed");
    if ((cli.signer != NULL) != (cli.vkey != NULL) || (cli.signer != NULL && !add))
        return options_wrong(&audit_key_command, "'add' takes '--signer' and '--vkey' together");
    if (!audit_cli_open(cli.home, list, &audit, &status))
        return status;
    if (list)
        status = audit_key_list(audit, show_key, &cli.json, &err) ? 0 : audit_cli_failed(&err);
    else
        status = key_change(&cli, audit, argv[0], operands == 2 ? argv[1] : NULL);
    audit_close(audit);
    return status;
}

const struct command audit_key_command = {
    .name = "audit key",
    .group = GROUP_OPERATOR,
    .line = "list, add, retire or revoke the keys that sign the log",
    .usage = "list|add|retire VKEY|revoke VKEY [options]",
    .example = "rubric audit key list\nrubric audit key add\n"
               "rubric audit key add --signer /usr/local/bin/sign-checkpoint --vkey KEY\n",
    .exits = EXITS_AUDIT,
    .operands = "list add retire revoke",
    .options = key_rows,
    .run = key_run,
};

/* ---- after a rollback ---- */

static const struct option_row rollback_rows[] = {
    OPTION_HOME(struct change_cli), OPTION_REASON, OPTION_ACTOR(struct change_cli),
    OPTION_JSON(struct change_cli), OPTIONS_END,
};

static int rollback_run(int argc, char **argv)
{
    struct change_cli cli = {0};
    struct audit_options options = {.anchor_file = getenv("RUBRIC_ANCHOR")};
    struct audit_actor actor;
    char home[4096], memory[32];
    struct err err;
    int operands, status;

    if (!options_parse(&audit_rollback_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands > 0 || cli.reason == NULL)
        return options_wrong(&audit_rollback_command, "'--reason' is needed");
    actor = audit_cli_actor(cli.actor, memory);
    if (!home_find(cli.home, true, home, sizeof home, &err) ||
        !audit_accept_rollback(home, &options, &actor, cli.reason, &err))
        return audit_cli_failed(&err);
    puts(cli.json ? "{\"accepted\":true}"
                  : "the old log was put aside, and a new one was begun that names the gap");
    return 0;
}

const struct command audit_rollback_command = {
    .name = "audit accept-rollback",
    .group = GROUP_OPERATOR,
    .line = "begin a new log after one was lost or rolled back",
    .usage = "--reason CODE [options]",
    .example = "rubric audit accept-rollback --reason restored-from-backup\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = rollback_rows,
    .run = rollback_run,
};
