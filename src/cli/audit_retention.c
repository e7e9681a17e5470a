/*
 * audit_retention.c - rubric audit retention: how long the records of which payer
 * are kept before `rubric audit prune` may let them go.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/retention.h"
#include "base/err.h"
#include "cli/audit_parts.h"

struct retention_cli {
    const char *home, *actor, *reason;
    long years;
    bool json;
};

static const struct option_row retention_rows[] = {
    OPTION_HOME(struct retention_cli),
    {OPTION_NUMBER, 0, "years", "N", "with 'set': for how many years",
     OPTION_AT(struct retention_cli, years)},
    {OPTION_TEXT, 0, "reason", "CODE", "why, as a short code",
     OPTION_AT(struct retention_cli, reason)},
    OPTION_ACTOR(struct retention_cli),
    OPTION_JSON(struct retention_cli),
    OPTIONS_END,
};

static void show_rule(const struct retention_rule *rule, bool json)
{
    if (json) {
        printf("{\"name\":\"%s\",\"years\":%d", rule->name, rule->years);
        if (rule->index >= 0)
            printf(",\"entry\":%" PRId64, rule->index);
        puts("}");
    } else if (rule->index >= 0) {
        printf("%-24s %3d years, set by entry %" PRId64 "\n", rule->name, rule->years, rule->index);
    } else {
        printf("%-24s %3d years\n", rule->name, rule->years);
    }
}

static int show_rules(struct audit *audit, bool json)
{
    struct retention rules;
    struct err err;

    if (!audit_retention(audit, &rules, &err))
        return audit_cli_failed(&err);
    for (size_t i = 0; i < rules.count; i++)
        show_rule(&rules.rule[i], json);
    return 0;
}

static int set_rule(const struct retention_cli *cli, struct audit *audit, const char *name)
{
    char memory[32];
    struct audit_actor actor = audit_cli_actor(cli->actor, memory);
    struct audit_receipt receipt;
    struct err err;

    if (!audit_retention_set(audit, name, (int)cli->years, cli->reason, &actor, &receipt, &err))
        return audit_cli_failed(&err);
    audit_cli_done(&receipt, cli->json,
                   cli->years == 0 ? "the rule is dropped" : "the rule is set");
    return 0;
}

static int retention_run(int argc, char **argv)
{
    struct retention_cli cli = {0};
    struct audit *audit;
    int operands, status;
    bool list, set;

    if (!options_parse(&audit_retention_command, argc, argv, &cli, &operands, &status))
        return status;
    list = operands == 1 && strcmp(argv[0], "list") == 0;
    set = operands == 2 && strcmp(argv[0], "set") == 0;
    if (!list && !set && (operands != 2 || strcmp(argv[0], "drop") != 0))
        return options_wrong(&audit_retention_command,
                             "'list', 'set NAME' or 'drop NAME' is expected");
    if (set != (cli.years > 0) || cli.years > RETENTION_YEARS_MOST)
        return options_wrong(&audit_retention_command,
                             "'set' takes '--years' from 1 to %d, and nothing else does",
                             RETENTION_YEARS_MOST);
    if (!list && cli.reason == NULL)
        return options_wrong(&audit_retention_command, "'--reason' is needed");
    if (!audit_cli_open(cli.home, list, &audit, &status))
        return status;
    status = list ? show_rules(audit, cli.json) : set_rule(&cli, audit, argv[1]);
    audit_close(audit);
    return status;
}

const struct command audit_retention_command = {
    .name = "audit retention",
    .group = GROUP_OPERATOR,
    .line = "say how long records are kept, by payer or line of business",
    .usage = "list|set NAME --years N|drop NAME [options]",
    .example = "rubric audit retention list\n"
               "rubric audit retention set \"Example Health Plan\" --years 12 --reason contract\n",
    .exits = EXITS_AUDIT,
    .operands = "list set drop",
    .options = retention_rows,
    .run = retention_run,
};
