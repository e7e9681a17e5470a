/*
 * policy.c - rubric policy: what policies there are, and what one says.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/policy_aside.h"
#include "cli/print_policy.h"

struct policy_options {
    const char *home, *policies, *as_of;
    int color;
    bool json, markdown;
};

static const struct option_row policy_rows[] = {
    {OPTION_TEXT, 0, "as-of", "DATE", "show the version in force on this day",
     OPTION_AT(struct policy_options, as_of)},
    OPTION_JSON(struct policy_options),
    {OPTION_FLAG, 0, "markdown", NULL, "show: as a page of Markdown",
     OPTION_AT(struct policy_options, markdown)},
    OPTION_COLOR(struct policy_options),
    OPTION_HOME(struct policy_options),
    OPTION_POLICIES(struct policy_options),
    OPTIONS_END,
};

static bool print_tree(const struct policy_options *options, const struct buf *json,
                       struct err *err)
{
    yyjson_doc *doc;
    struct page page;

    if (options->json) {
        output_line(json);
        return true;
    }
    doc = yyjson_read(json->data, json->len, YYJSON_READ_NOFLAG);
    if (doc == NULL)
        return err_set(err, ERR_STORE, "E-TREE", "the tree of the policy is not JSON");
    if (options->markdown) {
        struct buf text = BUF_INIT;

        policy_markdown(&text, yyjson_doc_get_root(doc));
        fwrite(text.data, 1, text.len, stdout);
        buf_free(&text);
    } else {
        page_init(&page, stdout, (enum page_color)options->color);
        print_policy_tree(&page, yyjson_doc_get_root(doc));
        page_free(&page);
    }
    yyjson_doc_free(doc);
    return true;
}

/* "in KY, OH", of a list that is not empty. */
static void say_names(struct page *page, yyjson_val *entry, const char *key, const char *before)
{
    size_t i, count;
    yyjson_val *name;

    yyjson_arr_foreach(view_at(entry, key), i, count, name) {
        page_say(page, "%s", i == 0 ? before : ", ");
        page_quote(page, (struct str){yyjson_get_str(name), yyjson_get_len(name)});
    }
}

/* One entry: its version, whom it serves, since when and by which text. */
static void print_entry(struct page *page, yyjson_val *entry)
{
    struct str version = view_text(entry, "version"), from = view_text(entry, "from");

    page_label(page, STYLE_PLAIN, "", 2);
    page_cell(page, version, 14);
    if (!str_equal(version, from)) {
        page_say(page, "from ");
        page_quote(page, from);
        page_say(page, view_text(entry, "to").len > 0 ? " " : ", ");
    }
    if (view_text(entry, "to").len > 0) {
        page_say(page, "to ");
        page_quote(page, view_text(entry, "to"));
        page_say(page, ", ");
    }
    page_quote(page, view_text(entry, "payer"));
    say_names(page, entry, "plans", ", plan ");
    say_names(page, entry, "lines_of_business", ", ");
    say_names(page, entry, "states", " in ");
    say_names(page, entry, "places", ", place of service ");
    page_say(page, "; ");
    page_quote(page, view_text(entry, "source"));
    if (!view_flag(entry, "loads"))
        page_say(page, "; it does not load: rubric check says why");
    page_end(page, STYLE_PLAIN, 14);
}

/* {"policies":[{"id","version","title","from","to",...}]}: each policy once. */
static void print_list(const struct buf *json)
{
    yyjson_doc *doc = yyjson_read(json->data, json->len, YYJSON_READ_NOFLAG);
    yyjson_val *list = view_at(yyjson_doc_get_root(doc), "policies");
    struct str before = {NULL, 0};
    struct page page;
    size_t i, count;
    yyjson_val *policy;

    page_init(&page, stdout, COLOR_NEVER);
    yyjson_arr_foreach(list, i, count, policy) {
        struct str id = view_text(policy, "id");

        if (before.at == NULL || !str_equal(id, before)) {
            page_quote(&page, id);
            page_say(&page, ": ");
            page_quote(&page, view_text(policy, "title"));
            page_end(&page, STYLE_STRONG, 2);
        }
        print_entry(&page, policy);
        before = id;
    }
    page_free(&page);
    yyjson_doc_free(doc);
}

static bool show_one(const struct policy_options *options, struct host *host, const char *name,
                     struct err *err)
{
    struct buf json = BUF_INIT;
    bool shown = host_policy_tree(host, name, options->as_of, &json, err) &&
                 print_tree(options, &json, err);

    buf_free(&json);
    return shown;
}

static bool list_all(const struct policy_options *options, struct host *host, struct err *err)
{
    struct buf json = BUF_INIT;
    bool listed = host_policy_list(host, &json, err);

    if (listed && options->json)
        output_line(&json);
    else if (listed)
        print_list(&json);
    buf_free(&json);
    return listed;
}

static int policy_run(int argc, char **argv)
{
    struct policy_options options = {0};
    struct open_options open = {NULL, NULL, false, 1};
    int operands = 0, status = 0;
    struct opened opened;
    struct err err;
    bool list, done = true;

    if (!options_parse(&policy_command, argc, argv, &options, &operands, &status))
        return status;
    if (policy_aside_words(operands, argv))
        return policy_aside(operands, argv, options.home, options.json);
    list = operands == 1 && strcmp(argv[0], "list") == 0;
    if (!list && (operands < 2 || strcmp(argv[0], "show") != 0))
        return options_wrong(&policy_command, "the words are 'list' and 'status', or 'show' or "
                                              "'clear' and a policy");
    if (!open_day_ok(&policy_command, options.as_of))
        return err_exit_status(ERR_USAGE);
    open.home = options.home;
    open.policies = options.policies;
    if (!open_host(&open, &opened, &status))
        return status;
    if (list)
        done = list_all(&options, opened.host, &err);
    for (int i = 1; done && i < operands; i++)
        done = show_one(&options, opened.host, argv[i], &err);
    host_close(opened.host);
    return done ? 0 : open_failed(&err);
}

const struct command policy_command = {
    .name = "policy",
    .group = GROUP_AUTHOR,
    .line = "list the policies, show one, or see which are set aside",
    .usage = "[options] list | show ID|FILE... | status | clear ID...",
    .example = "rubric policy show cms.epidural-injections\n",
    .exits = "0  it was shown\n" EXITS_USAGE EXITS_POLICY EXITS_MACHINE,
    .operands = "list show status clear",
    .options = policy_rows,
    .run = policy_run,
};
