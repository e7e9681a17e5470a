/*
 * audit_replayed.c - rubric audit verify --replay: step V9, every logged answer
 * computed again and compared byte for byte.
 *
 * What differs is named by entry and by its place in the answer, never by its
 * value: `rubric replay` shows that to somebody who may see the case.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/verify.h"
#include "cli/audit_parts.h"
#include "cli/json_view.h"
#include "cli/open.h"

static void say(const struct audit_replay_told *told, uint64_t index, const char *found)
{
    struct verify_finding finding = {.step = "V9", .index = (int64_t)index, .table = "entry",
                                     .column = "output", .expected = "the answer as logged"};

    snprintf(finding.found, sizeof finding.found, "%s", found);
    told->tell(told->context, &finding);
}

static bool was(const struct buf *report, const char *result)
{
    char wanted[40];
    int len = snprintf(wanted, sizeof wanted, "\"result\":\"%s\"", result);

    return memmem(report->data, report->len, wanted, (size_t)len) != NULL;
}

/* The first place where the answers differ, such as "/lines/0/recommendation". */
static void say_difference(const struct audit_replay_told *told, uint64_t index,
                           const struct buf *report)
{
    yyjson_doc *doc = yyjson_read(report->data, report->len, YYJSON_READ_NOFLAG);
    yyjson_val *all = view_at(yyjson_doc_get_root(doc), "differences");
    struct str pointer = view_text(yyjson_arr_get_first(all), "pointer");
    char found[VERIFY_TEXT];

    snprintf(found, sizeof found, "another one, first at '%.*s'", (int)pointer.len,
             pointer.len == 0 ? "" : pointer.at);
    say(told, index, pointer.len == 0 ? "another one" : found);
    yyjson_doc_free(doc);
}

static void replay_entry(struct host *host, uint64_t index,
                         const struct audit_replay_told *told, struct audit_replayed *replayed)
{
    struct buf report = BUF_INIT;
    char found[VERIFY_TEXT];
    struct err err;
    bool same;

    if (!host_replay(host, index, &report, &same, &err)) {
        replayed->failed++;
        snprintf(found, sizeof found, "that it cannot be run (%s)", err.code);
        say(told, index, found);
    } else if (was(&report, "unchecked")) {
        replayed->unchecked++;
    } else if (!same) {
        replayed->different++;
        say_difference(told, index, &report);
    } else if (was(&report, "erased")) {
        replayed->erased++;
    } else {
        replayed->same++;
    }
    buf_free(&report);
}

bool audit_cli_replay(const char *home, const char *policies,
                      const struct audit_replay_told *told, struct audit_replayed *replayed,
                      int *status)
{
    const struct open_options open = {home, policies, false, 1};
    uint64_t *indexes = NULL;
    struct opened opened;
    size_t count = 0;
    struct err err;
    bool ok;

    memset(replayed, 0, sizeof *replayed);
    if (!open_host_again(&open, &opened, status))
        return false;
    ok = host_determinations(opened.host, 0, &indexes, &count, &err);
    if (!ok)
        *status = open_failed(&err);
    for (size_t i = 0; ok && i < count; i++)
        replay_entry(opened.host, indexes[i], told, replayed);
    free(indexes);
    host_close(opened.host);
    return ok;
}
