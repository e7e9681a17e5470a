/*
 * which.c - rubric which: the policy that the registry chooses for a case.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/print_problems.h"

struct which_options {
    const char *home, *policies, *as_of;
    bool json;
};

static const struct option_row which_rows[] = {
    OPTION_AS_OF(struct which_options),
    OPTION_JSON(struct which_options),
    OPTION_HOME(struct which_options),
    OPTION_POLICIES(struct which_options),
    OPTIONS_END,
};

/* Name and value of each member, in the order of the document; lists of objects
 * a paragraph each. The host words the reasons. */
static void print_members(struct page *page, yyjson_val *object, int indent)
{
    size_t i, count, j, items;
    yyjson_val *key, *value, *item;

    yyjson_obj_foreach(object, i, count, key, value) {
        struct str name = {yyjson_get_str(key), yyjson_get_len(key)};
        struct buf text = BUF_INIT;

        if (yyjson_is_null(value))
            continue;
        page_quote(page, name);
        page_say(page, ":");
        if (yyjson_is_arr(value) && yyjson_is_obj(yyjson_arr_get_first(value))) {
            page_label(page, STYLE_PLAIN, "", indent);
            page_end(page, STYLE_PLAIN, indent);
            yyjson_arr_foreach(value, j, items, item)
                print_members(page, item, indent + 2);
            continue;
        }
        view_value(&text, value);
        page_say(page, " ");
        page_quote(page, (struct str){text.data, text.len});
        page_end(page, STYLE_PLAIN, indent);
        buf_free(&text);
    }
}

static int which_one(const struct which_options *options, struct host *host, const char *name)
{
    struct host_request request = {NULL, 0, name, NULL, options->as_of, "cli"};
    struct buf bytes = BUF_INIT;
    struct buf json = BUF_INIT;
    struct page page;
    struct err err;
    int status = 0;

    if (!input_read("case", name, INPUT_CASE_MAX, &bytes, &err)) {
        status = open_failed(&err);
        goto done;
    }
    request.case_bytes = bytes.data;
    request.case_len = bytes.len;
    if (!host_which(host, &request, &json, &err)) {
        status = print_problems(name, &json, &err);
    } else if (options->json) {
        output_line(&json);
    } else {
        yyjson_doc *doc = yyjson_read(json.data, json.len, YYJSON_READ_NOFLAG);

        page_init(&page, stdout, COLOR_NEVER);
        print_members(&page, yyjson_doc_get_root(doc), 0);
        page_free(&page);
        yyjson_doc_free(doc);
    }
done:
    buf_free(&json);
    buf_free(&bytes);
    return status;
}

static int which_run(int argc, char **argv)
{
    struct which_options options = {0};
    struct open_options open = {NULL, NULL, false, 1};
    int operands = 0, status = 0;
    struct opened opened;

    if (!options_parse(&which_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands == 0)
        return options_wrong(&which_command, "no case was named");
    if (!open_day_ok(&which_command, options.as_of))
        return err_exit_status(ERR_USAGE);
    open.home = options.home;
    open.policies = options.policies;
    if (!open_host(&open, &opened, &status))
        return status;
    for (int i = 0; i < operands; i++)
        status = output_worse(status, which_one(&options, opened.host, argv[i]));
    host_close(opened.host);
    return status;
}

const struct command which_command = {
    .name = "which",
    .group = GROUP_REVIEWER,
    .line = "say which policy would judge a case, and why",
    .usage = "[options] CASE...      (- is standard input)",
    .example = "rubric which policies/cms/cases/a01.json\n",
    .exits = "0  it was said, also that no policy covers a line\n" EXITS_USAGE EXITS_POLICY
             EXITS_CASE EXITS_MACHINE,
    .operands = "file",
    .options = which_rows,
    .run = which_run,
};
