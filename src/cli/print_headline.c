/*
 * print_headline.c - the first line of an answer, its reasons and its lines.
 */
#include <string.h>

#include "cli/json_view.h"
#include "cli/print_parts.h"

/* What a reason code says to a person; docs/reviewers.md lists the same words. */
static const struct reason_words {
    const char *code;
    const char *words;
} reason_words[] = {
    {"missing_document", "a document is missing"},
    {"criterion_not_met", "a criterion is not met"},
    {"units_over_limit", "more units than the policy allows"},
    {"wrong_code", "the code does not exist or does not fit the service"},
    {"not_in_policy_scope", "the policy does not cover this service"},
    {"no_policy", "no policy covers this line"},
    {"evidence_conflict", "the record contradicts itself"},
    {"safeguard", "a safeguard of the policy applies"},
    {"safety_bridge", "a safeguard of the policy applies"},
    {"policy_version_unknown", "no version of the policy is in force on this date"},
    {"policy_limit", "the policy went over a limit"},
    {"policy_error", "the policy failed"},
    {"nothing_applied", "no criterion of the policy applied"},
    {"record_does_not_establish", "the record does not establish it"},
};

/* A reason is {"code": ..., "criterion", "says"}, or the code alone. */
static struct str reason_code(yyjson_val *reason)
{
    struct str code = {yyjson_get_str(reason), yyjson_get_len(reason)};

    return code.at != NULL ? code : view_text(reason, "code");
}

static struct str reason_said(struct str code)
{
    for (size_t i = 0; i < sizeof reason_words / sizeof reason_words[0]; i++) {
        if (str_is(code, reason_words[i].code))
            return str_of(reason_words[i].words);
    }
    return code;
}

static bool list_has_reason(yyjson_val *reasons, const char *code)
{
    size_t i, count;
    yyjson_val *reason;

    yyjson_arr_foreach(reasons, i, count, reason) {
        if (str_is(reason_code(reason), code))
            return true;
    }
    return false;
}

static bool has_reason(yyjson_val *answer, const char *code)
{
    size_t i, count;
    yyjson_val *line;

    if (list_has_reason(view_at(answer, "reasons"), code))
        return true;
    yyjson_arr_foreach(view_at(answer, "lines"), i, count, line) {
        if (list_has_reason(view_at(line, "reasons"), code))
            return true;
    }
    return false;
}

static void say_count(struct page *page, size_t count, const char *state)
{
    if (count == 1)
        page_say(page, "one criterion is %s", state);
    else
        page_say(page, "%zu criteria are %s", count, state);
}

/* The one sentence that explains a refer; the first that is true, worst first. */
static void say_refer(struct page *page, yyjson_val *answer, const struct tally *tally)
{
    static const char *const single[] = {
        "policy_limit",    "policy_error", "policy_version_unknown", "no_policy",
        "not_in_policy_scope", "wrong_code",   "units_over_limit",       "nothing_applied",
    };

    if (view_at(answer, "error") != NULL && !view_is(view_at(answer, "error"), "code",
                                                     "policy_limit")) {
        page_say(page, "the policy failed");
        return;
    }
    if (has_reason(answer, "safeguard") || has_reason(answer, "safety_bridge")) {
        page_say(page, "a safeguard of the policy applies");
        return;
    }
    if (tally->conflicts > 0 || has_reason(answer, "evidence_conflict")) {
        page_say(page, "the record contradicts itself");
        return;
    }
    if (tally->not_met > 0) {
        say_count(page, tally->not_met, "not met");
        return;
    }
    if (has_reason(answer, "record_does_not_establish") && tally->undocumented > 0) {
        page_say(page, "the record does not establish %zu %s", tally->undocumented,
                 tally->undocumented == 1 ? "criterion" : "criteria");
        return;
    }
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
        if (has_reason(answer, single[i])) {
            page_quote(page, reason_said(str_of(single[i])));
            return;
        }
    }
    page_say(page, "a physician decides");
}

void print_headline(struct page *page, yyjson_val *answer)
{
    struct str recommendation = view_text(answer, "recommendation");
    struct tally tally = tally_criteria(answer);
    enum page_style style = STYLE_BAD;

    page_quote(page, recommendation);
    if (view_flag(answer, "expedite"))
        page_say(page, ", expedited");
    page_say(page, ": ");
    if (str_is(recommendation, "approve")) {
        style = STYLE_GOOD;
        if (tally.met == 1)
            page_say(page, "the one criterion that applies is met");
        else
            page_say(page, "all %zu criteria that apply are met", tally.met);
    } else if (str_is(recommendation, "pend")) {
        style = STYLE_OPEN;
        say_count(page, tally.undocumented, "undocumented");
    } else {
        say_refer(page, answer, &tally);
    }
    page_end(page, style, 0);
    if (view_flag(answer, "bridge_suggested")) {
        page_say(page, "The policy suggests a short bridge while this is open.");
        page_end(page, STYLE_STRONG, 0);
    }
}

static bool same_reason(yyjson_val *one, yyjson_val *other)
{
    return str_equal(reason_code(one), reason_code(other)) &&
           str_equal(view_text(one, "criterion"), view_text(other, "criterion"));
}

static bool line_has(yyjson_val *line, yyjson_val *reason)
{
    size_t i, count;
    yyjson_val *other;

    yyjson_arr_foreach(view_at(line, "reasons"), i, count, other) {
        if (same_reason(other, reason))
            return true;
    }
    return false;
}

/* Says "lines 1, 3: " of a reason that some lines have, from the one at first;
 * nothing if all have it. False if a line before that one has it too. */
static bool say_where(struct page *page, yyjson_val *lines, size_t first, yyjson_val *reason)
{
    size_t having = 0, said = 0;
    size_t i, count;
    yyjson_val *line;

    yyjson_arr_foreach(lines, i, count, line) {
        if (line_has(line, reason)) {
            if (i < first)
                return false;
            having++;
        }
    }
    if (having == yyjson_arr_size(lines))
        return true;
    page_say(page, having == 1 ? "line " : "lines ");
    yyjson_arr_foreach(lines, i, count, line) {
        if (line_has(line, reason)) {
            page_say(page, said++ > 0 ? ", " : "");
            print_value(page, view_at(line, "sequence"));
        }
    }
    page_say(page, ": ");
    return true;
}

/* The paragraph may have begun with where. */
static void print_reason(struct page *page, yyjson_val *reason)
{
    struct str criterion = view_text(reason, "criterion");
    struct str says = view_text(reason, "says");

    page_quote(page, reason_said(reason_code(reason)));
    if (criterion.len > 0) {
        page_say(page, ": ");
        page_quote(page, criterion);
    }
    page_label(page, STYLE_PLAIN, "  -", 4);
    page_end(page, STYLE_PLAIN, 4);
    if (says.len > 0) {
        page_quote(page, says);
        page_end(page, STYLE_PLAIN, 4);
    }
}

static void print_line_reasons(struct page *page, yyjson_val *lines)
{
    size_t i, count, j, reasons;
    yyjson_val *line, *reason;

    yyjson_arr_foreach(lines, i, count, line) {
        yyjson_arr_foreach(view_at(line, "reasons"), j, reasons, reason) {
            /* What is only missing is told where it would be settled. */
            if (str_is(reason_code(reason), "missing_document"))
                continue;
            if (say_where(page, lines, i, reason))
                print_reason(page, reason);
        }
    }
}

void print_reasons(struct page *page, yyjson_val *answer)
{
    yyjson_val *error = view_at(answer, "error");
    size_t i, count;
    yyjson_val *reason;

    if (!view_is(answer, "recommendation", "refer"))
        return;
    print_title(page, "Why a physician decides");
    yyjson_arr_foreach(view_at(answer, "reasons"), i, count, reason)
        print_reason(page, reason);
    print_line_reasons(page, view_at(answer, "lines"));
    if (error == NULL)
        return;
    page_label(page, STYLE_BAD, "  error", 10);
    page_quote(page, view_text(error, "message"));
    page_say(page, " (");
    page_quote(page, view_text(error, "code"));
    page_say(page, view_text(error, "id").len > 0 ? ", " : "");
    page_quote(page, view_text(error, "id"));
    page_say(page, ")");
    page_end(page, STYLE_PLAIN, 10);
    page_label(page, STYLE_PLAIN, "  help:", 10);
    page_say(page, "nothing was decided by the failed policy; see 'When a policy fails' in "
                   "docs/reviewers.md");
    page_end(page, STYLE_PLAIN, 10);
}

/* A single line of one unit is said by the headline already. */
static bool lines_matter(yyjson_val *lines)
{
    yyjson_val *units;

    if (yyjson_arr_size(lines) != 1)
        return yyjson_arr_size(lines) > 1;
    units = view_at(yyjson_arr_get_first(lines), "units");
    return yyjson_is_num(units) && yyjson_get_num(units) > 1;
}

/* The reasons of a line, each kind once. */
static void say_reasons(struct page *page, yyjson_val *reasons)
{
    bool first = true;

    for (size_t k = 0; k < sizeof reason_words / sizeof reason_words[0]; k++) {
        if (!list_has_reason(reasons, reason_words[k].code))
            continue;
        page_say(page, "%s%s", first ? "" : "; ", reason_words[k].words);
        first = false;
    }
}

static void print_cell(struct page *page, yyjson_val *line, const char *key, int upto)
{
    static const struct buf empty = BUF_INIT;
    struct buf cell = empty;

    view_value(&cell, view_at(line, key));
    page_cell(page, (struct str){cell.data, cell.len}, upto);
    buf_free(&cell);
}

void print_lines(struct page *page, yyjson_val *answer)
{
    yyjson_val *lines = view_at(answer, "lines");
    size_t i, count;
    yyjson_val *line;

    if (!lines_matter(lines))
        return;
    print_title(page, "Lines of the request");
    page_label(page, STYLE_FAINT, "  line  code     units  answer   why", 0);
    page_end(page, STYLE_PLAIN, 0);
    yyjson_arr_foreach(lines, i, count, line) {
        page_label(page, STYLE_PLAIN, " ", 2);
        print_cell(page, line, "sequence", 8);
        print_cell(page, line, "code", 17);
        print_cell(page, line, "units", 24);
        print_cell(page, line, "recommendation", 33);
        say_reasons(page, view_at(line, "reasons"));
        page_end(page, STYLE_PLAIN, 33);
    }
}
