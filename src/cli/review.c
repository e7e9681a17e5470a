/*
 * review.c - rubric review: a case in, a recommendation out.
 *
 * Each case is judged, logged, then printed. One case that cannot be read does
 * not keep the others from being answered; the exit status tells the worst.
 */
#include <string.h>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/print_answer.h"
#include "cli/print_problems.h"
#include "cli/review_all.h"

struct review_options {
    const char *home, *policies, *policy, *as_of;
    int tree, color;
    bool json, exit_status, dev, trace, all_policies;
};

static const struct option_row review_rows[] = {
    {OPTION_TEXT, 'p', "policy", "ID|FILE", "use this policy; without it the registry chooses",
     OPTION_AT(struct review_options, policy)},
    OPTION_AS_OF(struct review_options),
    {OPTION_CHOICE, 0, "tree", "selected|open|all",
     "show what applies, only what is open, or everything",
     OPTION_AT(struct review_options, tree)},
    OPTION_JSON(struct review_options),
    {OPTION_FLAG, 0, "exit-status", NULL, "exit 10 for a pend, 20 for a refer",
     OPTION_AT(struct review_options, exit_status)},
    {OPTION_FLAG, 0, "trace", NULL, "say on standard error what functions traced",
     OPTION_AT(struct review_options, trace)},
    {OPTION_FLAG, 0, "all-policies", NULL,
     "compare all policies; nothing is determined or logged",
     OPTION_AT(struct review_options, all_policies)},
    {OPTION_FLAG, 0, "dev", NULL, "try it: needs no key, logs nothing, says UNSIGNED",
     OPTION_AT(struct review_options, dev)},
    OPTION_COLOR(struct review_options),
    OPTION_HOME(struct review_options),
    OPTION_POLICIES(struct review_options),
    OPTIONS_END,
};

static int status_of(const struct review_options *options, const char *recommendation)
{
    if (!options->exit_status || strcmp(recommendation, "approve") == 0)
        return 0;
    return strcmp(recommendation, "pend") == 0 ? 10 : 20;
}

static bool print_one(const struct review_options *options, const struct host_answer *answer,
                      struct err *err)
{
    struct page page;
    bool printed;

    if (options->json) {
        output_line(&answer->json);
        return output_flush(err);
    }
    page_init(&page, stdout, (enum page_color)options->color);
    printed = print_answer(&page, answer->json.data, answer->json.len,
                           (enum print_tree)options->tree, err);
    page_free(&page);
    return printed && output_flush(err);
}

/* Not the answer's business, so not on its stream. */
static void print_trace(const struct buf *trace)
{
    for (size_t at = 0; at < trace->len;) {
        const char *line = trace->data + at;
        const char *end = memchr(line, '\n', trace->len - at);
        size_t len = end == NULL ? trace->len - at : (size_t)(end - line);

        fputs("trace: ", stderr);
        escape_terminal(stderr, line, len);
        fputc('\n', stderr);
        at += len + 1;
    }
}

/* Answers under a name that is nearly a fact's: they were not used. */
static void warn_of_slips(struct host *host, const struct host_request *request)
{
    struct buf json = BUF_INIT;
    struct err err;
    yyjson_doc *doc;
    size_t i, count;
    yyjson_val *slip;

    if (!host_slips(host, request, &json, &err)) {
        buf_free(&json);
        return; /* the case was answered all the same */
    }
    doc = yyjson_read(json.data, json.len, YYJSON_READ_NOFLAG);
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, slip) {
        struct str answer = view_text(slip, "answer");

        err_set(&err, ERR_INPUT, "W-ANSWER",
                "%s: warning: no fact is called '%.*s', so that answer was not used",
                request->case_name, (int)answer.len, answer.at);
        err_help(&err, "did you mean '%s'? docs/reference.md lists the facts",
                 yyjson_get_str(view_at(slip, "nearest")));
        err_print(&err);
    }
    yyjson_doc_free(doc);
    buf_free(&json);
}

static int review_one(const struct review_options *options, struct host *host,
                      const char *name)
{
    struct host_request request = {.case_name = name, .policy = options->policy,
                                   .as_of = options->as_of, .origin = "cli"};
    struct host_answer answer = {.json = BUF_INIT};
    struct buf bytes = BUF_INIT, trace = BUF_INIT;
    struct err err;
    int status;

    if (options->trace)
        request.trace = &trace;
    if (!input_case(host, name, &bytes, &err)) {
        status = open_failed(&err);
        goto done;
    }
    request.case_bytes = bytes.data;
    request.case_len = bytes.len;
    if (!host_review(host, &request, &answer, &err)) {
        status = print_problems(name, &answer.json, &err);
        goto done;
    }
    print_trace(&trace);
    request.trace = NULL;
    warn_of_slips(host, &request);
    if (print_one(options, &answer, &err))
        status = status_of(options, answer.recommendation);
    else
        status = open_failed(&err);
done:
    buf_free(&answer.json);
    buf_free(&bytes);
    buf_free(&trace);
    return status;
}

static void print_name(const char *name, bool further)
{
    fputs(further ? "\n== " : "== ", stdout);
    escape_terminal(stdout, name, strlen(name));
    putchar('\n');
}

static int review_run(int argc, char **argv)
{
    struct review_options options = {0};
    struct open_options open = {NULL, NULL, true, 1};
    int operands = 0, status = 0;
    struct opened opened;

    if (!options_parse(&review_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands == 0)
        return options_wrong(&review_command, "no case was named");
    if (options.all_policies && options.policy != NULL)
        return options_wrong(&review_command, "'--all-policies' goes without '--policy'");
    if (options.all_policies && options.exit_status)
        return options_wrong(&review_command, "'--all-policies' recommends nothing, so there is no "
                                              "'--exit-status'");
    if (!open_day_ok(&review_command, options.as_of))
        return err_exit_status(ERR_USAGE);
    open.home = options.home;
    open.policies = options.policies;
    open.audit = !options.dev && !options.all_policies;
    if (!open_host(&open, &opened, &status))
        return status;
    for (int i = 0; i < operands; i++) {
        if (operands > 1 && !options.json)
            print_name(argv[i], i > 0);
        status = output_worse(
            status, options.all_policies
                        ? review_all(opened.host, argv[i], options.as_of, options.json,
                                     (enum page_color)options.color)
                        : review_one(&options, opened.host, argv[i]));
    }
    host_close(opened.host);
    return status;
}

const struct command review_command = {
    .name = "review",
    .group = GROUP_REVIEWER,
    .line = "judge a case and log the answer",
    .usage = "[options] CASE...      (- is standard input)",
    .example = "rubric review --tree open policies/cms/cases/a05-004b-first-injection.json\n",
    .exits = "0  every case was answered, whatever was recommended\n" EXITS_USAGE EXITS_POLICY
             EXITS_CASE EXITS_MACHINE
             "10, 20  only with --exit-status: the worst answer is a pend, a refer\n" EXITS_LOG,
    .operands = "file",
    .options = review_rows,
    .run = review_run,
};
