/*
 * replay.c - rubric replay: a logged answer, computed again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"

struct replay_options {
    const char *home, *policies;
    bool json;
};

static const struct option_row replay_rows[] = {
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
    page_say(&page, "entry %s: %s", index,
             same ? "the same answer, byte for byte" : "the answer differs");
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

static int replay_one(const struct replay_options *options, struct host *host, const char *text)
{
    struct buf report = BUF_INIT;
    struct err err;
    uint64_t index;
    bool same = false;
    int status;

    if (!read_index(text, &index))
        return options_wrong(&replay_command, "'%s' is not the index of an entry", text);
    if (!host_replay(host, index, &report, &same, &err)) {
        status = open_failed(&err);
    } else {
        if (options->json)
            output_line(&report);
        else
            print_report(text, &report, same);
        status = same ? 0 : 1;
    }
    buf_free(&report);
    return status;
}

static int replay_run(int argc, char **argv)
{
    struct replay_options options = {0};
    struct open_options open = {NULL, NULL, false, 1};
    int operands = 0, status = 0;
    struct opened opened;

    if (!options_parse(&replay_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands == 0)
        return options_wrong(&replay_command, "no entry was named");
    open.home = options.home;
    open.policies = options.policies;
    if (!open_host(&open, &opened, &status))
        return status;
    for (int i = 0; i < operands; i++)
        status = output_worse(status, replay_one(&options, opened.host, argv[i]));
    host_close(opened.host);
    return status;
}

const struct command replay_command = {
    .name = "replay",
    .group = GROUP_OPERATOR,
    .line = "compute a logged answer again and compare it byte for byte",
    .usage = "[options] INDEX...",
    .example = "rubric replay 0\n",
    .exits = "0  the same bytes\n1  an answer differs\n" EXITS_USAGE EXITS_MACHINE,
    .operands = "",
    .options = replay_rows,
    .run = replay_run,
};
