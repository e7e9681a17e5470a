/*
 * audit_show.c - rubric audit show, list: read records.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/escape.h"
#include "base/sha256.h"
#include "audit/core.h"
#include "cli/audit_parts.h"

struct show_cli {
    const char *home, *open, *purpose, *actor;
    bool json;
};

static const struct option_row show_rows[] = {
    OPTION_HOME(struct show_cli),
    {OPTION_TEXT, 0, "open", "LABEL|all", "also show this sealed field; that is logged",
     OPTION_AT(struct show_cli, open)},
    {OPTION_TEXT, 0, "purpose", "CODE", "what the field is opened for: review, appeal, audit",
     OPTION_AT(struct show_cli, purpose)},
    OPTION_ACTOR(struct show_cli),
    OPTION_JSON(struct show_cli),
    OPTIONS_END,
};

static void show_field_json(struct buf *out, const struct audit_field *field)
{
    char hex[SHA256_HEX];

    sha256_hex(field->cm, hex);
    buf_put_json(out, field->label, strlen(field->label));
    buf_putc(out, ':');
    if (field->body != NULL) {
        buf_puts(out, "{\"body\":");
        buf_put_json(out, field->body, field->len);
        buf_printf(out, ",\"commitment\":\"%s\"", hex);
    } else {
        buf_printf(out, "{\"commitment\":\"%s\"", hex);
    }
    if (field->erased_by >= 0)
        buf_printf(out, ",\"erased_by\":%" PRId64, field->erased_by);
    buf_putc(out, '}');
}

static void show_json(const struct audit_entry *entry)
{
    char hex[SHA256_HEX];
    struct buf out = BUF_INIT;

    sha256_hex(entry->leaf, hex);
    buf_puts(&out, "{\"core\":");
    buf_put(&out, entry->core, entry->core_len);
    buf_puts(&out, ",\"fields\":{");
    for (size_t i = 0; i < entry->field_count; i++) {
        if (i > 0)
            buf_putc(&out, ',');
        show_field_json(&out, &entry->fields[i]);
    }
    buf_printf(&out, "},\"index\":%" PRIu64 ",\"leaf\":\"%s\"}", entry->index, hex);
    puts(buf_cstr(&out));
    buf_free(&out);
}

static void show_text(const struct audit_entry *entry)
{
    char hex[SHA256_HEX];
    char when[CORE_TIME];
    char code[AUDIT_SHORT_CODE];

    sha256_hex(entry->leaf, hex);
    core_time(entry->ts_ms, when);
    audit_receipt_code(entry->leaf, code);
    printf("entry    %" PRIu64 "\nkind     %s\ntime     %s\nleaf     %s\ncode     %s\ncore     ",
           entry->index, entry->kind, when, hex, code);
    escape_terminal(stdout, entry->core, entry->core_len);
    putchar('\n');
    for (size_t i = 0; i < entry->field_count; i++) {
        const struct audit_field *field = &entry->fields[i];

        printf("%-8s ", field->label);
        if (field->body != NULL)
            escape_terminal(stdout, field->body, field->len);
        else if (field->erased_by >= 0)
            printf("erased, see entry %" PRId64, field->erased_by);
        else
            printf("sealed (--open %s --purpose CODE shows it)", field->label);
        putchar('\n');
    }
}

static bool show_one(struct audit *audit, uint64_t index, const struct show_cli *cli,
                     struct err *err)
{
    char memory[32];
    struct audit_access why = {audit_cli_actor(cli->actor, memory), cli->purpose};
    struct audit_entry entry;
    struct pool pool;
    bool ok;

    pool_init(&pool);
    ok = audit_read(audit, index, &pool, &entry, err);
    if (ok && cli->open != NULL)
        ok = audit_unseal(audit, &entry, strcmp(cli->open, "all") == 0 ? NULL : cli->open, &why,
                          &pool, err);
    if (ok && cli->json)
        show_json(&entry);
    else if (ok)
        show_text(&entry);
    pool_free(&pool);
    return ok;
}

static int show_run(int argc, char **argv)
{
    struct show_cli cli = {0};
    struct audit *audit;
    uint64_t index;
    struct err err;
    int operands, status;
    bool ok;

    if (!options_parse(&audit_show_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands != 1)
        return options_wrong(&audit_show_command, "one index is expected");
    if (cli.open != NULL && cli.purpose == NULL)
        return options_wrong(&audit_show_command, "'--open' needs '--purpose': what for?");
    if (!audit_cli_number(&audit_show_command, "index", argv[0], &index))
        return 2;
    if (!audit_cli_open(cli.home, cli.open == NULL, &audit, &status))
        return status;
    ok = show_one(audit, index, &cli, &err);
    audit_close(audit);
    return ok ? 0 : audit_cli_failed(&err);
}

const struct command audit_show_command = {
    .name = "audit show",
    .group = GROUP_OPERATOR,
    .line = "show one record, and on demand its sealed fields",
    .usage = "INDEX [options]",
    .example = "rubric audit show 12\nrubric audit show 12 --open output --purpose appeal\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = show_rows,
    .run = show_run,
};

struct list_cli {
    const char *home, *case_id, *policy, *kind, *since;
    long engine_level;
    bool json;
};

static const struct option_row list_rows[] = {
    OPTION_HOME(struct list_cli),
    {OPTION_TEXT, 0, "case", "ID", "only records of this case",
     OPTION_AT(struct list_cli, case_id)},
    {OPTION_TEXT, 0, "policy", "ID", "only records of this policy",
     OPTION_AT(struct list_cli, policy)},
    {OPTION_TEXT, 0, "kind", "KIND", "only records of this kind, as determination",
     OPTION_AT(struct list_cli, kind)},
    {OPTION_TEXT, 0, "since", "TIME", "only records from this day or instant on",
     OPTION_AT(struct list_cli, since)},
    {OPTION_NUMBER, 0, "engine-level", "N",
     "only answers of this engine level, as 'rubric version' has it",
     OPTION_AT(struct list_cli, engine_level)},
    OPTION_JSON(struct list_cli),
    OPTIONS_END,
};

static bool list_json(void *context, const struct audit_entry *entry)
{
    (void)context;
    show_json(entry);
    return true;
}

static bool list_text(void *context, const struct audit_entry *entry)
{
    struct core_view *view = context;
    char when[CORE_TIME];
    const char *rec, *error;

    core_time(entry->ts_ms, when);
    printf("%8" PRIu64 "  %s  %-14s", entry->index, when, entry->kind);
    if (core_read(view, entry->core, entry->core_len, NULL)) {
        rec = core_get_text(view, "rec");
        error = core_get_text(view, "error");
        if (rec == NULL)
            rec = core_get_text(view, "decision");
        if (rec != NULL) {
            fputs("  ", stdout);
            escape_terminal(stdout, rec, strlen(rec));
        }
        if (error != NULL)
            printf("  %s", error);
    }
    putchar('\n');
    return true;
}

static bool read_since(const char *text, int64_t *ms)
{
    day_t day;

    if (civil_parse_day(text, strlen(text), &day)) {
        *ms = (int64_t)day * 86400000;
        return true;
    }
    return civil_parse_instant(text, strlen(text), ms);
}

static int list_run(int argc, char **argv)
{
    struct list_cli cli = {0};
    struct audit_filter filter = {0};
    struct core_view view = CORE_VIEW_INIT;
    struct audit *audit;
    struct err err;
    int operands, status;
    bool ok;

    if (!options_parse(&audit_list_command, argc, argv, &cli, &operands, &status))
        return status;
    if (operands > 0)
        return options_wrong(&audit_list_command, "nothing is expected after 'audit list'");
    if (cli.since != NULL && !read_since(cli.since, &filter.since_ms))
        return options_wrong(&audit_list_command, "'--since' takes 2026-03-10 or an instant");
    filter.case_id = cli.case_id;
    filter.policy_id = cli.policy;
    filter.kind = cli.kind;
    filter.engine_level = cli.engine_level;
    if (!audit_cli_open(cli.home, true, &audit, &status))
        return status;
    ok = audit_list(audit, &filter, cli.json ? list_json : list_text, &view, &err);
    core_view_free(&view);
    audit_close(audit);
    return ok ? 0 : audit_cli_failed(&err);
}

const struct command audit_list_command = {
    .name = "audit list",
    .group = GROUP_OPERATOR,
    .line = "list records, by case, policy, kind, time or engine level",
    .usage = "[options]",
    .example = "rubric audit list --kind determination --since 2026-01-01\n"
               "rubric audit list --engine-level 1\n",
    .exits = EXITS_AUDIT,
    .operands = "",
    .options = list_rows,
    .run = list_run,
};
