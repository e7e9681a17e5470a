/*
 * review_all.c - one case under every registered policy; see review_all.h.
 */
#include "cli/review_all.h"

#include <stdlib.h>
#include <string.h>

#include "cli/input.h"
#include "cli/json_view.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/print_parts.h"
#include "cli/print_problems.h"

#define ROWS_MAX 512
#define COLUMN_ID 5
#define COLUMN_VERSION 34
#define COLUMN_SAYS 46
#define COLUMN_COUNTS 54

/* One policy, and what it answered. */
struct row {
    char id[256];
    yyjson_doc *doc;
    yyjson_val *answer; /* NULL: it does not load */
    char why[256];      /* then this tells why */
    bool judged;        /* it covers a line, and is in force */
};

struct comparison {
    struct row *rows;
    size_t count;
    bool json;
};

/* ---- asking ----------------------------------------------------------------------- */

static bool known(const struct comparison *comparison, struct str id)
{
    for (size_t i = 0; i < comparison->count; i++)
        if (str_is(id, comparison->rows[i].id))
            return true;
    return false;
}

/* The ids of the registry, each once, in its order. */
static bool list_policies(struct host *host, struct comparison *comparison, struct err *err)
{
    struct buf json = BUF_INIT;
    yyjson_doc *doc;
    size_t i, count;
    yyjson_val *entry;

    if (!host_policy_list(host, &json, err))
        return false;
    doc = yyjson_read(json.data, json.len, YYJSON_READ_NOFLAG);
    yyjson_arr_foreach(view_at(yyjson_doc_get_root(doc), "policies"), i, count, entry) {
        struct str id = view_text(entry, "id");

        if (comparison->count == ROWS_MAX || id.len >= sizeof comparison->rows->id ||
            known(comparison, id))
            continue;
        memcpy(comparison->rows[comparison->count++].id, id.at, id.len);
    }
    yyjson_doc_free(doc);
    buf_free(&json);
    return true;
}

/* One policy over the case. False: the case cannot be read, *status tells. */
static bool ask(struct host *host, struct host_request *request, struct row *row, int *status)
{
    struct host_answer answer = {.json = BUF_INIT};
    struct err err;
    bool read = true;

    request->policy = row->id;
    if (host_review(host, request, &answer, &err)) {
        row->doc = yyjson_read(answer.json.data, answer.json.len, YYJSON_READ_NOFLAG);
        row->answer = yyjson_doc_get_root(row->doc);
        row->judged = view_at(row->answer, "policy") != NULL;
    } else if (err.kind == ERR_POLICY) {
        snprintf(row->why, sizeof row->why, "%.*s", (int)sizeof row->why - 1, err.text);
    } else {
        *status = print_problems(request->case_name, &answer.json, &err);
        read = false;
    }
    buf_free(&answer.json);
    return read;
}

/* ---- printing --------------------------------------------------------------------- */

static struct str recommendation_of(const struct row *row)
{
    return view_text(row->answer, "recommendation");
}

/* The first reason of a line, which is all that an answer without a policy has. */
static yyjson_val *first_reason(const struct row *row)
{
    yyjson_val *line = yyjson_arr_get_first(view_at(row->answer, "lines"));

    return yyjson_arr_get_first(view_at(line, "reasons"));
}

/* How many lines the policy does not cover. */
static size_t uncovered(const struct row *row)
{
    size_t i, count, found = 0;
    yyjson_val *line;

    yyjson_arr_foreach(view_at(row->answer, "lines"), i, count, line)
        found += view_is(yyjson_arr_get_first(view_at(line, "reasons")), "code", "no_policy");
    return found;
}

static void say_row(struct page *page, const struct row *row)
{
    struct tally tally = tally_criteria(row->answer);
    size_t open = uncovered(row), lines = view_count(row->answer, "lines");
    const char *comma = "";

    if (tally.met > 0) {
        page_say(page, "%zu met", tally.met);
        comma = ", ";
    }
    if (tally.not_met > 0) {
        page_say(page, "%s%zu not met", comma, tally.not_met);
        comma = ", ";
    }
    if (tally.undocumented > 0)
        page_say(page, "%s%zu undocumented", comma, tally.undocumented);
    if (open > 0)
        page_say(page, "; covers %zu of %zu lines", lines - open, lines);
    if (view_at(row->answer, "error") != NULL)
        page_say(page, "; the policy failed");
}

static enum page_style style_of(struct str recommendation)
{
    if (str_is(recommendation, "approve"))
        return STYLE_GOOD;
    return str_is(recommendation, "pend") ? STYLE_OPEN : STYLE_BAD;
}

static void print_judged(struct page *page, const struct comparison *comparison)
{
    size_t number = 0;

    for (size_t i = 0; i < comparison->count; i++) {
        const struct row *row = &comparison->rows[i];
        char place[16], says[32];

        if (!row->judged)
            continue;
        snprintf(place, sizeof place, "%3zu", ++number);
        snprintf(says, sizeof says, "%.*s", (int)recommendation_of(row).len,
                 recommendation_of(row).at);
        page_label(page, STYLE_FAINT, place, COLUMN_ID);
        page_cell(page, str_of(row->id), COLUMN_VERSION);
        page_cell(page, view_text(view_at(row->answer, "policy"), "version"), COLUMN_SAYS);
        page_label(page, style_of(recommendation_of(row)), says, COLUMN_COUNTS);
        say_row(page, row);
        page_end(page, STYLE_PLAIN, COLUMN_COUNTS);
    }
}

static void print_others(struct page *page, const struct comparison *comparison)
{
    bool titled = false;

    for (size_t i = 0; i < comparison->count; i++) {
        const struct row *row = &comparison->rows[i];

        if (row->judged)
            continue;
        if (!titled)
            print_title(page, "Not asked");
        titled = true;
        page_label(page, STYLE_PLAIN, "", COLUMN_ID);
        page_cell(page, str_of(row->id), COLUMN_VERSION);
        if (row->answer == NULL)
            page_quote(page, str_of(row->why));
        else if (view_is(first_reason(row), "code", "policy_version_unknown"))
            page_say(page, "not in force on the date of service");
        else
            page_say(page, "covers no line of this request");
        page_end(page, STYLE_FAINT, COLUMN_VERSION);
    }
}

/* The worst finding of a criterion in an answer: 3 not met, 2 undocumented, 1 met,
 * 0 not applicable; -1: it has no such criterion. */
static int worst_of(const struct row *row, struct str id)
{
    static const char *const names[] = {"not_applicable", "met", "undocumented", "not_met"};
    int worst = -1;
    size_t i, count;
    yyjson_val *criterion;

    yyjson_arr_foreach(view_at(row->answer, "criteria"), i, count, criterion) {
        if (!str_equal(view_text(criterion, "id"), id))
            continue;
        for (int weight = 0; weight < 4; weight++)
            if (weight > worst && view_is(criterion, "finding", names[weight]))
                worst = weight;
    }
    return worst;
}

/* Is the criterion worth a row: open, or not found alike everywhere? */
static bool worth_showing(const struct comparison *comparison, struct str id)
{
    int first = -2;

    for (size_t i = 0; i < comparison->count; i++) {
        int worst = comparison->rows[i].judged ? worst_of(&comparison->rows[i], id) : -1;

        if (worst >= 2 || (worst >= 0 && first >= 0 && worst != first))
            return true;
        if (worst >= 0)
            first = worst;
    }
    return false;
}

static bool shown_before(const struct comparison *comparison, size_t row, size_t place,
                         struct str id)
{
    size_t i, count;
    yyjson_val *criterion;

    for (size_t k = 0; k < row; k++)
        if (comparison->rows[k].judged && worst_of(&comparison->rows[k], id) >= 0)
            return true;
    yyjson_arr_foreach(view_at(comparison->rows[row].answer, "criteria"), i, count, criterion)
        if (i < place && str_equal(view_text(criterion, "id"), id))
            return true;
    return false;
}

static void print_findings(struct page *page, const struct comparison *comparison, struct str id)
{
    static const char marks[] = " .+?-";

    page_label(page, STYLE_PLAIN, "", COLUMN_ID);
    page_cell(page, id, COLUMN_VERSION);
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->rows[i].judged)
            page_say(page, "%c", marks[worst_of(&comparison->rows[i], id) + 1]);
    page_end(page, STYLE_PLAIN, COLUMN_VERSION);
}

/* Numbers of the policies, one digit a column. */
static void print_numbers(struct page *page, size_t count)
{
    page_label(page, STYLE_FAINT, "", COLUMN_VERSION);
    for (size_t i = 1; i <= count; i++)
        page_say(page, "%zu", i % 10);
    page_end(page, STYLE_FAINT, COLUMN_VERSION);
}

static void print_differences(struct page *page, const struct comparison *comparison, size_t judged)
{
    bool titled = false;
    size_t i, count;
    yyjson_val *criterion;

    for (size_t row = 0; row < comparison->count; row++) {
        if (!comparison->rows[row].judged)
            continue;
        yyjson_arr_foreach(view_at(comparison->rows[row].answer, "criteria"), i, count, criterion) {
            struct str id = view_text(criterion, "id");

            if (shown_before(comparison, row, i, id) || !worth_showing(comparison, id))
                continue;
            if (!titled) {
                print_title(page, "Criteria that are open, or that they find differently");
                print_numbers(page, judged);
            }
            titled = true;
            print_findings(page, comparison, id);
        }
    }
    if (titled) {
        page_say(page, "+ met, - not met, ? undocumented, . does not apply; blank: it has none");
        page_end(page, STYLE_FAINT, 0);
    }
}

static void print_comparison(const struct comparison *comparison, const char *name,
                             enum page_color color)
{
    struct page page;
    size_t judged = 0;

    for (size_t i = 0; i < comparison->count; i++)
        judged += comparison->rows[i].judged;
    page_init(&page, stdout, color);
    page_quote(&page, str_of(name));
    page_say(&page, " under every policy: a comparison. Nothing is determined, and "
                    "nothing logged.");
    page_end(&page, STYLE_STRONG, 0);
    fputc('\n', page.out);
    if (judged == 0) {
        page_say(&page, "No policy covers a line of this request on its date of service.");
        page_end(&page, STYLE_PLAIN, 0);
    }
    print_judged(&page, comparison);
    print_differences(&page, comparison, judged);
    print_others(&page, comparison);
    page_free(&page);
}

static void put_comparison(const struct comparison *comparison, struct buf *out)
{
    buf_puts(out, "{\"logged\":false,\"policies\":[");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct row *row = &comparison->rows[i];
        char *answer = row->answer == NULL ? NULL : yyjson_val_write(row->answer, 0, NULL);

        buf_puts(out, i == 0 ? "{\"answer\":" : ",{\"answer\":");
        buf_puts(out, answer == NULL ? "null" : answer);
        buf_puts(out, ",\"error\":");
        if (row->answer == NULL)
            buf_put_json(out, row->why, strlen(row->why));
        else
            buf_puts(out, "null");
        buf_puts(out, ",\"judged\":");
        buf_puts(out, row->judged ? "true" : "false");
        buf_puts(out, ",\"policy\":");
        buf_put_json(out, row->id, strlen(row->id));
        buf_putc(out, '}');
        free(answer);
    }
    buf_puts(out, "],\"schema\":\"rubric-comparison/1\"}");
}

static int show(const struct comparison *comparison, const char *name, enum page_color color)
{
    struct buf json = BUF_INIT;
    struct err err;

    if (comparison->json) {
        put_comparison(comparison, &json);
        output_line(&json);
        buf_free(&json);
    } else {
        print_comparison(comparison, name, color);
    }
    return output_flush(&err) ? 0 : open_failed(&err);
}

int review_all(struct host *host, const char *case_name, const char *as_of, bool json,
               enum page_color color)
{
    struct comparison comparison = {calloc(ROWS_MAX, sizeof(struct row)), 0, json};
    struct host_request request = {.case_name = case_name, .as_of = as_of, .origin = "cli"};
    struct buf bytes = BUF_INIT;
    struct err err;
    int status = 0;

    if (comparison.rows == NULL)
        err_set(&err, ERR_MEMORY, "E-MEMORY", "not enough memory for a comparison");
    if (comparison.rows == NULL ||
        !input_case(host, case_name, &bytes, &err) ||
        !list_policies(host, &comparison, &err)) {
        status = open_failed(&err);
        goto done;
    }
    request.case_bytes = bytes.data;
    request.case_len = bytes.len;
    for (size_t i = 0; i < comparison.count; i++)
        if (!ask(host, &request, &comparison.rows[i], &status))
            goto done;
    status = show(&comparison, case_name, color);
done:
    for (size_t i = 0; i < comparison.count; i++)
        yyjson_doc_free(comparison.rows[i].doc);
    free(comparison.rows);
    buf_free(&bytes);
    return status;
}
