/*
 * replay.c - rubric replay: a logged answer, computed again.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"
#include "cli/audit_parts.h"
#include "cli/commands.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"

struct replay_options {
    const char *home, *policies, *since, *actor;
    bool json, all, record;
};

/* How the replays of one run went. */
struct tally {
    size_t same, different, erased, failed, unchecked;
};

static const struct option_row replay_rows[] = {
    {OPTION_FLAG, 'a', "all", NULL, "every determination of the log",
     OPTION_AT(struct replay_options, all)},
    {OPTION_TEXT, 0, "since", "DATE", "with --all: those logged on or after this day",
     OPTION_AT(struct replay_options, since)},
    {OPTION_FLAG, 0, "record", NULL, "say on the log that it was replayed, and how that went",
     OPTION_AT(struct replay_options, record)},
    OPTION_ACTOR(struct replay_options),
    OPTION_JSON(struct replay_options),
    OPTION_HOME(struct replay_options),
    OPTION_POLICIES(struct replay_options),
    OPTIONS_END,
};

static bool read_index(const char *text, uint64_t *index)
{
    char *end;

    errno = 0;
    *index = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static void say_side(struct page *page, const char *label, yyjson_val *value)
{
    struct buf text = BUF_INIT;

    view_value(&text, value);
    page_label(page, STYLE_PLAIN, label, 12);
    if (value == NULL)
        page_say(page, "nothing");
    else
        page_quote(page, (struct str){text.data, text.len});
    page_end(page, STYLE_PLAIN, 12);
    buf_free(&text);
}

/* {"differences":[{"pointer","logged","now"}]}, of which some may be missing. */
static void print_report(const char *index, const struct buf *json, bool same)
{
    yyjson_doc *doc = yyjson_read(json->data, json->len, YYJSON_READ_NOFLAG);
    yyjson_val *report = yyjson_doc_get_root(doc);
    struct page page;
    size_t i, count;
    yyjson_val *difference;

    page_init(&page, stdout, COLOR_AUTO);
    if (str_is(view_text(report, "result"), "unchecked"))
        page_say(&page, "entry %s: unchecked: answered at engine level %lld, this rubric "
                        "computes level %lld", index,
                 (long long)yyjson_get_sint(view_at(report, "level")),
                 (long long)yyjson_get_sint(view_at(report, "level_now")));
    else
        page_say(&page, "entry %s: %s", index,
                 str_is(view_text(report, "result"), "erased")
                     ? "erased: the log no longer holds the case or the answer"
                 : same ? "the same answer, byte for byte"
                        : "the answer differs");
    page_end(&page, same ? STYLE_GOOD : STYLE_BAD, 0);
    yyjson_arr_foreach(view_at(report, "differences"), i, count, difference) {
        page_label(&page, STYLE_PLAIN, " ", 2);
        page_quote(&page, view_text(difference, "pointer"));
        page_end(&page, STYLE_PLAIN, 2);
        say_side(&page, "    logged", view_at(difference, "logged"));
        say_side(&page, "    now", view_at(difference, "now"));
    }
    page_free(&page);
    yyjson_doc_free(doc);
}

/* Counts a report by its result, and says whether it is one to be shown. */
static bool count_result(const struct buf *report, bool same, struct tally *tally)
{
    bool erased = memmem(report->data, report->len, "\"result\":\"erased\"", 17) != NULL;
    bool unchecked = memmem(report->data, report->len, "\"result\":\"unchecked\"", 20) != NULL;

    tally->erased += erased;
    tally->unchecked += unchecked;
    tally->same += same && !erased;
    tally->different += !same && !unchecked;
    return !same || erased;
}

static int replay_one(const struct replay_options *options, struct host *host, uint64_t index,
                      struct tally *tally)
{
    struct buf report = BUF_INIT;
    struct err err;
    char text[24];
    bool same = false, notable;
    int status;

    snprintf(text, sizeof text, "%" PRIu64, index);
    if (!host_replay(host, index, &report, &same, &err)) {
        tally->failed++;
        status = open_failed(&err);
    } else {
        notable = count_result(&report, same, tally);
        if (options->json)
            output_line(&report);
        else if (!options->all || notable)
            print_report(text, &report, same);
        status = same ? 0 : 1;
    }
    buf_free(&report);
    return status;
}

/* On a terminal, and only there, how far it is. */
static void show_progress(size_t done, size_t count)
{
    if (isatty(STDERR_FILENO) && (done % 64 == 0 || done == count))
        fprintf(stderr, "\r%zu of %zu%s", done, count, done == count ? "\n" : "");
}

static int replay_all(const struct replay_options *options, struct host *host,
                      struct tally *tally)
{
    uint64_t *indexes = NULL;
    size_t count = 0;
    struct err err;
    day_t since = 0;
    int status = 0;

    if (options->since != NULL && !civil_parse_day(options->since, strlen(options->since), &since))
        return options_wrong(&replay_command, "'--since' takes a day as 2026-03-10, not '%s'",
                             options->since);
    if (!host_determinations(host, (int64_t)since * 86400000, &indexes, &count, &err))
        return open_failed(&err);
    for (size_t i = 0; i < count; i++) {
        status = output_worse(status, replay_one(options, host, indexes[i], tally));
        show_progress(i + 1, count);
    }
    free(indexes);
    if (!options->json) {
        printf("%zu the same, %zu different, %zu erased, %zu that could not be run", tally->same,
               tally->different, tally->erased, tally->failed);
        if (tally->unchecked > 0)
            printf(", %zu of another engine level, unchecked", tally->unchecked);
        putchar('\n');
    }
    return status;
}

static int replay_named(const struct replay_options *options, struct host *host, int count,
                        char **names, struct tally *tally)
{
    uint64_t index;
    int status = 0;

    for (int i = 0; i < count; i++) {
        if (!read_index(names[i], &index))
            return options_wrong(&replay_command, "'%s' is not the index of an entry", names[i]);
        status = output_worse(status, replay_one(options, host, index, tally));
    }
    return status;
}

/* A replay is shown to whoever ran it, so it is an access. */
static int record_run(const struct replay_options *options, const uint64_t *target,
                      const struct tally *tally)
{
    char memory[32];
    struct audit_record record = {.kind = "access",
                                  .actor = audit_cli_actor(options->actor, memory)};
    struct audit_receipt receipt;
    struct buf more = BUF_INIT;
    struct audit *audit;
    struct err err;
    int status = 0;

    buf_printf(&more, "{\"labels\":[\"input\",\"output\",\"request\"],\"purpose\":\"replay\","
                      "\"replayed\":{\"different\":%zu,\"erased\":%zu,\"failed\":%zu,\"same\":%zu,"
                      "\"unchecked\":%zu}",
               tally->different, tally->erased, tally->failed, tally->same, tally->unchecked);
    if (target != NULL)
        buf_printf(&more, ",\"target\":%" PRIu64, *target);
    buf_putc(&more, '}');
    record.more = buf_cstr(&more);
    if (audit_cli_open(options->home, false, &audit, &status)) {
        if (!audit_append(audit, &record, 1, &receipt, &err))
            status = audit_cli_failed(&err);
        audit_close(audit);
    }
    buf_free(&more);
    return status;
}

static int replay_run(int argc, char **argv)
{
    struct replay_options options = {0};
    struct open_options open = {NULL, NULL, false, 1};
    struct tally tally = {0, 0, 0, 0, 0};
    int operands = 0, status = 0;
    struct opened opened;
    uint64_t index;

    if (!options_parse(&replay_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands == 0 && !options.all)
        return options_wrong(&replay_command, "no entry was named");
    if ((operands > 0 && options.all) || (options.since != NULL && !options.all))
        return options_wrong(&replay_command, "'--all' takes no index, and '--since' needs it");
    open.home = options.home;
    open.policies = options.policies;
    if (!open_host_again(&open, &opened, &status))
        return status;
    status = options.all ? replay_all(&options, opened.host, &tally)
                         : replay_named(&options, opened.host, operands, argv, &tally);
    host_close(opened.host);
    if (options.record)
        status =
            output_worse(status,
                         record_run(&options,
                                    operands == 1 && read_index(argv[0], &index) ? &index : NULL,
                                    &tally));
    return status;
}

const struct command replay_command = {
    .name = "replay",
    .group = GROUP_OPERATOR,
    .line = "compute a logged answer again and compare it byte for byte",
    .usage = "[options] INDEX... | --all [--since DATE]",
    .example = "rubric replay 4\n",
    .exits = "0  the same bytes\n1  an answer differs, or is of another level\n" EXITS_USAGE
             "4  there is no such entry\n" EXITS_MACHINE,
    .operands = "",
    .options = replay_rows,
    .run = replay_run,
};
