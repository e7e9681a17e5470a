/*
 * audit_add.c - rubric audit add: what a person did about an answer, written
 * onto the log.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/act.h"
#include "audit/files.h"
#include "base/err.h"
#include "cli/audit_parts.h"

#define PAPER_MOST ((size_t)64 << 20)
#define CHANGES 16
#define PAPERS 3

struct add_cli {
    const char *home, *entry, *actor, *role, *licence, *decision, *change;
    const char *paper[PAPERS];
    bool json, corrects;
};

static const char *const paper_names[PAPERS] = {"text", "document", "letter"};

static const struct option_row add_rows[] = {
    OPTION_HOME(struct add_cli),
    {OPTION_TEXT, 0, "entry", "INDEX", "the entry that it is about",
     OPTION_AT(struct add_cli, entry)},
    {OPTION_FLAG, 0, "corrects", NULL, "it stands in the place of that entry, which was wrong",
     OPTION_AT(struct add_cli, corrects)},
    {OPTION_TEXT, 0, "decision", "CODE", "what was decided, as approve, pend or adverse",
     OPTION_AT(struct add_cli, decision)},
    {OPTION_TEXT, 0, "change", "LIST", "findings changed, as CRITERION=not_met:met:REASON,...",
     OPTION_AT(struct add_cli, change)},
    {OPTION_TEXT, 0, "text", "FILE", "what was said, in words; it is sealed",
     OPTION_AT(struct add_cli, paper[0])},
    {OPTION_TEXT, 0, "document", "FILE", "a paper that came in; it is sealed",
     OPTION_AT(struct add_cli, paper[1])},
    {OPTION_TEXT, 0, "letter", "FILE", "a letter that went out; it is sealed",
     OPTION_AT(struct add_cli, paper[2])},
    {OPTION_TEXT, 0, "role", "CODE", "as what the person acts, as nurse or physician",
     OPTION_AT(struct add_cli, role)},
    {OPTION_TEXT, 0, "licence", "CODE", "the class of the person's licence, as RN or MD",
     OPTION_AT(struct add_cli, licence)},
    OPTION_ACTOR(struct add_cli),
    OPTION_JSON(struct add_cli),
    OPTIONS_END,
};

/* Splits "CRITERION=FROM:TO:REASON" where it stands. */
static bool read_change(char *text, struct audit_finding *change)
{
    char *from = strchr(text, '=');
    char *to = from == NULL ? NULL : strchr(from, ':');
    char *reason = to == NULL ? NULL : strchr(to + 1, ':');

    if (reason == NULL)
        return false;
    *from = *to = *reason = '\0';
    *change = (struct audit_finding){text, from + 1, to + 1, reason + 1};
    return true;
}

static bool read_changes(char *text, struct audit_finding changes[CHANGES], size_t *count)
{
    char *rest = NULL;

    *count = 0;
    for (char *word = strtok_r(text, ",", &rest); word != NULL;
         word = strtok_r(NULL, ",", &rest)) {
        if (*count == CHANGES || !read_change(word, &changes[(*count)++]))
            return false;
    }
    return true;
}

static int append(const struct add_cli *cli, struct audit_act *act)
{
    struct buf file[PAPERS] = {BUF_INIT, BUF_INIT, BUF_INIT};
    struct audit_seal seal[PAPERS];
    struct audit_receipt receipt;
    struct audit *audit = NULL;
    char line[64];
    struct err err;
    int status = 0;

    act->papers = seal;
    for (size_t i = 0; status == 0 && i < PAPERS; i++) {
        if (cli->paper[i] == NULL)
            continue;
        if (!file_read(cli->paper[i], PAPER_MOST, &file[i], &err))
            status = audit_cli_failed(&err);
        seal[act->paper_count++] =
            (struct audit_seal){paper_names[i], buf_cstr(&file[i]), file[i].len};
    }
    if (status == 0 && audit_cli_open(cli->home, false, &audit, &status)) {
        snprintf(line, sizeof line, "the %s is on the log", act->kind);
        if (audit_act(audit, act, &receipt, &err))
            audit_cli_done(&receipt, cli->json, line);
        else
            status = audit_cli_failed(&err);
        audit_close(audit);
    }
    for (size_t i = 0; i < PAPERS; i++)
        buf_free(&file[i]);
    return status;
}

static int add_run(int argc, char **argv)
{
    struct add_cli cli = {0};
    struct audit_finding changes[CHANGES];
    struct audit_act act = {.changes = changes};
    char memory[32], copy[2048] = "";
    int operands, status;

    if (!options_parse(&audit_add_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands != 1 || cli.entry == NULL)
        return options_wrong(&audit_add_command, "a kind of record and '--entry INDEX' are needed");
    if (!audit_cli_number(&audit_add_command, "entry", cli.entry, &act.target))
        return 2;
    if (cli.change != NULL && strlen(cli.change) < sizeof copy)
        strcpy(copy, cli.change);
    if ((cli.change != NULL && copy[0] == '\0') ||
        !read_changes(copy, changes, &act.change_count))
        return options_wrong(&audit_add_command,
                             "'--change' takes CRITERION=FROM:TO:REASON, up to %d of them",
                             CHANGES);
    act.kind = argv[0];
    act.actor = audit_cli_actor(cli.actor, memory);
    act.actor.role = cli.role;
    act.licence = cli.licence;
    act.decision = cli.decision;
    act.corrects = cli.corrects;
    return append(&cli, &act);
}

const struct command audit_add_command = {
    .name = "audit add",
    .group = GROUP_REVIEWER,
    .line = "write onto the log what a person did about an answer",
    .usage = "review|override|evidence|letter|p2p|appeal --entry INDEX [options]",
    .example = "rubric audit add review --entry 12 --decision adverse --role physician"
               " --licence MD --text why.txt\n"
               "rubric audit add override --entry 12 --change therapy=not_met:met:new-evidence\n",
    .exits = EXITS_AUDIT,
    .operands = "review override evidence letter p2p appeal",
    .options = add_rows,
    .run = add_run,
};
