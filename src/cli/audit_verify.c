/*
 * audit_verify.c - rubric audit verify: does the log hold together?
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/files.h"
#include "audit/verify.h"
#include "base/base64.h"
#include "base/escape.h"
#include "cli/audit_parts.h"
#include "cli/home.h"

#define TOLD_MAX 20 /* violations that are printed; all are counted */
#define KEYS_MAX 64

struct verify_cli {
    const char *home, *policies, *db, *vkey, *anchor, *receipt, *from;
    bool json, replay, records;
};

/* What was found out: by the steps V1 to V8, and by V9 if it was asked for. */
struct verdict {
    struct verify_result log;
    struct audit_replayed replayed;
    bool replay, records;
};

static const struct option_row verify_rows[] = {
    OPTION_HOME(struct verify_cli),
    {OPTION_TEXT, 0, "db", "FILE", "the log itself, if it is not in a home folder",
     OPTION_AT(struct verify_cli, db)},
    {OPTION_TEXT, 0, "vkey", "KEY|FILE", "a public key that you trust; may be repeated",
     OPTION_AT(struct verify_cli, vkey)},
    {OPTION_TEXT, 0, "anchor", "FILE", "anchors or a checkpoint kept elsewhere; may be repeated",
     OPTION_AT(struct verify_cli, anchor)},
    {OPTION_TEXT, 0, "receipt", "FILE", "receipts, answers or a proof; may be repeated",
     OPTION_AT(struct verify_cli, receipt)},
    {OPTION_TEXT, 0, "from", "SIZE", "trust the log up to this size, check what came after",
     OPTION_AT(struct verify_cli, from)},
    {OPTION_FLAG, 0, "records", NULL, "only V1 to V5 and V8: not the sealed fields and contents",
     OPTION_AT(struct verify_cli, records)},
    {OPTION_FLAG, 0, "replay", NULL, "compute every logged answer again and compare the bytes",
     OPTION_AT(struct verify_cli, replay)},
    OPTION_POLICIES(struct verify_cli),
    OPTION_JSON(struct verify_cli),
    OPTIONS_END,
};

struct inputs {
    struct note_key keys[KEYS_MAX];
    size_t key_count;
    struct outside_list outside;
};

/* A key as text, or a file with one key a line. */
static bool take_keys(const char *text, struct inputs *in, struct err *err)
{
    struct buf file = BUF_INIT;
    const char *at = text;
    bool ok = true;

    if (strchr(text, '+') == NULL) {
        if (!file_read(text, 65536, &file, err)) {
            buf_free(&file);
            return false;
        }
        at = buf_cstr(&file);
    }
    while (ok && *at != '\0') {
        size_t len = strcspn(at, "\n");

        if (len > 0 && in->key_count == KEYS_MAX)
            ok = err_set(err, ERR_USAGE, "E-VKEY", "more than %d keys", KEYS_MAX);
        else if (len > 0)
            ok = note_key_parse(at, len, &in->keys[in->key_count++], err);
        at += len + (at[len] == '\n');
    }
    buf_free(&file);
    return ok;
}

static bool takes(const char *arg, const char *name, const char **value, char **next)
{
    size_t len = strlen(name);

    if (strncmp(arg, "--", 2) != 0 || strncmp(arg + 2, name, len) != 0)
        return false;
    if (arg[2 + len] == '=')
        *value = arg + 2 + len + 1;
    else if (arg[2 + len] == '\0' && *next != NULL)
        *value = *next;
    else
        return false;
    return true;
}

/* The options that may be repeated; the table knows only their last value. */
static bool take_repeated(int argc, char **argv, struct inputs *in, struct err *err)
{
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;

        if (takes(argv[i], "vkey", &value, &argv[i + 1])) {
            if (!take_keys(value, in, err))
                return false;
        } else if (takes(argv[i], "anchor", &value, &argv[i + 1]) ||
                   takes(argv[i], "receipt", &value, &argv[i + 1])) {
            if (!verify_read_outside(value, &in->outside, err))
                return false;
        }
        if (value == argv[i + 1] && value != NULL)
            i++;
    }
    return true;
}

struct teller {
    bool json;
    uint64_t told;
};

static void tell_json(const struct verify_finding *finding)
{
    struct buf out = BUF_INIT;

    buf_puts(&out, "{\"column\":");
    buf_put_json(&out, finding->column, strlen(finding->column));
    buf_puts(&out, ",\"expected\":");
    buf_put_json(&out, finding->expected, strlen(finding->expected));
    buf_puts(&out, ",\"found\":");
    buf_put_json(&out, finding->found, strlen(finding->found));
    if (finding->index >= 0)
        buf_printf(&out, ",\"index\":%" PRId64, finding->index);
    buf_printf(&out, ",\"step\":\"%s\",\"table\":", finding->step);
    buf_put_json(&out, finding->table, strlen(finding->table));
    buf_putc(&out, '}');
    puts(buf_cstr(&out));
    buf_free(&out);
}

static void tell(void *context, const struct verify_finding *finding)
{
    struct teller *teller = context;

    if (teller->json) {
        tell_json(finding);
        return;
    }
    if (teller->told++ >= TOLD_MAX)
        return;
    printf("%s  ", finding->step);
    escape_terminal(stdout, finding->table, strlen(finding->table));
    if (finding->index >= 0)
        printf(" %" PRId64, finding->index);
    printf(", %s: expected ", finding->column);
    escape_terminal(stdout, finding->expected, strlen(finding->expected));
    fputs(", found ", stdout);
    escape_terminal(stdout, finding->found, strlen(finding->found));
    putchar('\n');
}

/* a violation first, then a replay that differs, then what is unproven. */
static int verdict_status(const struct verdict *verdict)
{
    int status = verify_exit_status(&verdict->log);

    if (status != 1 && verdict->replayed.different + verdict->replayed.failed +
                           verdict->replayed.unchecked > 0)
        return 4;
    return status;
}

static void sum_up_json(const struct verdict *verdict)
{
    const struct verify_result *r = &verdict->log;
    const struct audit_replayed *again = &verdict->replayed;
    struct buf out = BUF_INIT;

    buf_printf(&out, "{\"checked\":%" PRIu64 ",\"checkpoints\":%" PRIu64 ",\"contents\":%" PRIu64
               ",\"erased\":%" PRIu64 ",\"first\":%" PRIu64 ",\"origin\":",
               r->checked, r->checkpoints, r->contents, r->erased, r->first);
    buf_put_json(&out, r->origin, strlen(r->origin));
    if (verdict->replay)
        buf_printf(&out, ",\"replay\":{\"different\":%" PRIu64 ",\"erased\":%" PRIu64
                   ",\"failed\":%" PRIu64 ",\"same\":%" PRIu64 ",\"unchecked\":%" PRIu64 "}",
                   again->different, again->erased, again->failed, again->same,
                   again->unchecked);
    if (r->revoked_from > 0)
        buf_printf(&out, ",\"revoked_from\":%" PRIu64, r->revoked_from);
    buf_puts(&out, ",\"root\":\"");
    buf_put_base64(&out, r->root.bytes, 32);
    buf_printf(&out, "\",\"sealed\":%" PRIu64 ",\"size\":%" PRIu64 ",\"status\":%d,\"tied\":%s,"
               "\"violations\":%" PRIu64 "}", r->sealed, r->size, verdict_status(verdict),
               r->tied ? "true" : "false", r->violations);
    puts(buf_cstr(&out));
    buf_free(&out);
}

static void say_replayed(const struct audit_replayed *again)
{
    printf("replay       %" PRIu64 " the same", again->same);
    if (again->different > 0)
        printf(", %" PRIu64 " DIFFERENT", again->different);
    if (again->failed > 0)
        printf(", %" PRIu64 " that CANNOT BE RUN", again->failed);
    if (again->unchecked > 0)
        printf(", %" PRIu64 " UNCHECKED, of another level", again->unchecked);
    printf(", %" PRIu64 " erased\n", again->erased);
}

static void sum_up(const struct verdict *verdict)
{
    const struct verify_result *r = &verdict->log;
    char root[BASE64_LEN(32) + 1];

    base64_encode(r->root.bytes, 32, root);
    fputs("log          ", stdout);
    escape_terminal(stdout, r->origin, strlen(r->origin));
    printf("\nentries      %" PRIu64, r->size);
    if (r->checked != r->size)
        printf(", of which %" PRIu64 " were checked", r->checked);
    if (r->first > 0)
        printf(", %" PRIu64 " pruned", r->first);
    printf("\nroot         %s\ncheckpoints  %" PRIu64 "\n", root, r->checkpoints);
    if (verdict->records)
        puts("sealed       not looked at");
    else
        printf("sealed       %" PRIu64 " open to check, %" PRIu64 " erased\ncontents     %" PRIu64
               "\n", r->sealed, r->erased, r->contents);
    if (r->revoked_from > 0)
        printf("revoked      what was added after size %" PRIu64 " rests on a revoked key\n",
               r->revoked_from);
    if (verdict->replay)
        say_replayed(&verdict->replayed);
    if (r->violations > 0)
        printf("NOT SOUND    %" PRIu64 " violation%s\n", r->violations,
               r->violations == 1 ? "" : "s");
    else if (r->tied)
        puts("sound        and tied to what you named");
    else
        puts("consistent   in itself only: records cut off the end, or a log rewritten as a\n"
             "             whole, would not show. Name something kept outside:\n"
             "             --vkey, --anchor or --receipt");
}

/* Names the log: --db, or that of the home folder. */
static bool find_log(const struct verify_cli *cli, char path[4200], struct err *err)
{
    char home[4096];

    if (cli->db != NULL) {
        if (strlen(cli->db) >= 4200)
            return err_set(err, ERR_USAGE, "E-USAGE", "the path of the log is too long");
        strcpy(path, cli->db);
        return true;
    }
    if (!home_find(cli->home, false, home, sizeof home, err))
        return false;
    snprintf(path, 4200, "%s/audit.db", home);
    return true;
}

static int check(const struct verify_cli *cli, struct inputs *in, uint64_t from)
{
    struct teller teller = {cli->json, 0};
    const struct audit_replay_told told = {tell, &teller};
    struct verdict verdict = {.replay = cli->replay, .records = cli->records};
    char path[4200];
    struct verify_options options = {.path = path, .keys = in->keys, .key_count = in->key_count,
                                     .outside = in->outside.item,
                                     .outside_count = in->outside.count, .from = from,
                                     .skip_sealed = cli->records,
                                     .report = tell, .context = &teller};
    struct err err;
    int status;

    if (!find_log(cli, path, &err) || !audit_verify(&options, &verdict.log, &err)) {
        err_print(&err);
        return err.kind == ERR_TAMPER ? 1 : 2;
    }
    if (cli->replay &&
        !audit_cli_replay(cli->home, cli->policies, &told, &verdict.replayed, &status))
        return verdict.log.violations > 0 || status == err_exit_status(ERR_ROLLBACK) ? 1 : 2;
    if (teller.told > TOLD_MAX)
        printf("... and %" PRIu64 " more\n", teller.told - TOLD_MAX);
    if (cli->json)
        sum_up_json(&verdict);
    else
        sum_up(&verdict);
    return verdict_status(&verdict);
}

static int verify_run(int argc, char **argv)
{
    struct verify_cli cli = {0};
    struct inputs in = {.key_count = 0};
    uint64_t from = 0;
    struct err err;
    int operands, status;
    bool read = take_repeated(argc, argv, &in, &err);

    if (!read) {
        err_print(&err);
        status = 2;
    } else if (!options_parse(&audit_verify_command, argc, argv, &cli, &operands, &status)) {
        ; /* status says why */
    } else if (operands > 0) {
        status = options_wrong(&audit_verify_command, "nothing is expected after 'audit verify'");
    } else if (cli.replay && cli.db != NULL) {
        status = options_wrong(&audit_verify_command,
                               "'--replay' needs a home folder, not '--db'");
    } else if (cli.from != NULL &&
               !audit_cli_number(&audit_verify_command, "size", cli.from, &from)) {
        status = 2;
    } else {
        status = check(&cli, &in, from);
    }
    verify_free_outside(&in.outside);
    return status;
}

const struct command audit_verify_command = {
    .name = "audit verify",
    .group = GROUP_OPERATOR,
    .line = "check every record, hash and signature of the log",
    .usage = "[options]",
    .example = "rubric audit verify --anchor /mnt/other/rubric.anchor\n",
    .exits = "0  sound, and tied to a key, anchor or receipt that you named\n"
             "1  something was changed\n"
             "2  the command line is wrong, or the log cannot be read\n"
             "3  consistent in itself, but nothing outside it was named\n"
             "4  with --replay: an answer differs, or cannot be computed again\n",
    .operands = "",
    .options = verify_rows,
    .run = verify_run,
};
