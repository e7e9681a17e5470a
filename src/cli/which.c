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

static void print_row(struct page *page, const char *label, struct str text)
{
    if (text.len == 0)
        return;
    page_label(page, STYLE_FAINT, label, 14);
    page_quote(page, text);
    page_end(page, STYLE_PLAIN, 14);
}

/* The policy first, then why it is that one. The host words the reason. */
static void print_choice(struct page *page, yyjson_val *choice)
{
    struct buf entry = BUF_INIT;

    page_quote(page, view_text(choice, "case"));
    page_say(page, ": ");
    if (view_text(choice, "policy").len > 0) {
        page_quote(page, view_text(choice, "policy"));
        page_say(page, " ");
        page_quote(page, view_text(choice, "version"));
    } else {
        page_say(page, "no policy");
    }
    page_end(page, STYLE_STRONG, 0);
    print_row(page, "  because", view_text(choice, "why"));
    print_row(page, "  chosen by", view_text(choice, "selected_by"));
    print_row(page, "  on", view_text(choice, "date_of_service"));
    if (view_at(choice, "entry") != NULL) {
        view_value(&entry, view_at(choice, "entry"));
        print_row(page, "  entry", (struct str){entry.data, entry.len});
    }
    buf_free(&entry);
}

static int which_one(const struct which_options *options, struct host *host, const char *name)
{
    struct host_request request = {.case_name = name, .as_of = options->as_of, .origin = "cli"};
    struct buf bytes = BUF_INIT;
    struct buf json = BUF_INIT;
    struct page page;
    struct err err;
    int status = 0;

    if (!input_case(host, name, &bytes, &err)) {
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

        page_init(&page, stdout, COLOR_AUTO);
        print_choice(&page, yyjson_doc_get_root(doc));
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
    .example = "rubric which policies/cms/cases/a05-004b-first-injection.json\n",
    .exits = "0  it was said, also that no policy covers a line\n" EXITS_USAGE EXITS_POLICY
             EXITS_CASE EXITS_MACHINE,
    .operands = "file",
    .options = which_rows,
    .run = which_run,
};
