/*
 * answer_scan.c - an answer of a worker, read in the one order in which ours
 * write it.
 *
 * The schema of answers is checked in answer_check.c, for any order of members.
 * Nearly every answer has its members in canonical order with nothing between
 * them: then one pass over the bytes finds the same without building anything.
 * Whatever is not exactly so is no error here, only not for this file: it says
 * false, and the slow way decides. What it says true to, the slow way does too.
 */
#include <string.h>

#include "base/escape.h"
#include "host/inside.h"

struct scan {
    const char *at;
    const char *end;
    struct answer_facts *facts;
};

/* True, and past it, if these bytes come next. */
static inline __attribute__((always_inline)) bool
next_is(struct scan *scan, const char *bytes, size_t len)
{
    if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, bytes, len) != 0)
        return false;
    scan->at += len;
    return true;
}
#define NEXT(scan, literal) next_is((scan), (literal), sizeof(literal) - 1)

static bool scan_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Past one escape as RFC 8785 writes it. */
static bool scan_escape(struct scan *scan)
{
    if (scan->end - scan->at < 2)
        return false;
    if (scan->at[1] != 'u') {
        if (memchr("\"\\bfnrt", scan->at[1], 7) == NULL)
            return false;
        scan->at += 2;
        return true;
    }
    if (scan->end - scan->at < 6 || memcmp(scan->at, "\\u00", 4) != 0 ||
        !scan_hex(scan->at[4]) || !scan_hex(scan->at[5]))
        return false;
    scan->at += 6;
    return true;
}

/* A text: its bytes between the quotes. Absent if it has escapes. */
static bool scan_text(struct scan *scan, struct str *text)
{
    bool plain = true;
    const char *start;
    uint32_t point;

    if (!NEXT(scan, "\""))
        return false;
    start = scan->at;
    for (;;) {
        size_t run = buf_plain_run(scan->at, (size_t)(scan->end - scan->at));

        scan->at += run;
        if (scan->at == scan->end)
            return false;
        if (*scan->at == '"')
            break;
        if (*scan->at == '\\') {
            plain = false;
            if (!scan_escape(scan))
                return false;
            continue;
        }
        run = utf8_decode(scan->at, (size_t)(scan->end - scan->at), &point);
        if (run < 2)
            return false; /* no UTF-8, or a control character */
        scan->at += run;
    }
    text->at = plain ? start : NULL;
    text->len = plain ? (size_t)(scan->at - start) : 0;
    scan->at++;
    return true;
}

static bool scan_any_text(struct scan *scan)
{
    struct str unused;

    return scan_text(scan, &unused);
}

static bool scan_text_or_null(struct scan *scan)
{
    return NEXT(scan, "null") || scan_any_text(scan);
}

static bool scan_bool(struct scan *scan)
{
    return NEXT(scan, "true") || NEXT(scan, "false");
}

static size_t scan_digits(struct scan *scan)
{
    const char *start = scan->at;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
        scan->at++;
    return (size_t)(scan->at - start);
}

/* A whole number that fits; a leading zero is only zero itself. */
static bool scan_whole(struct scan *scan)
{
    bool minus = NEXT(scan, "-");
    bool zero = scan->at < scan->end && *scan->at == '0';
    size_t digits = scan_digits(scan);

    return digits > 0 && digits <= (zero ? 1 : 18) && !(minus && zero);
}

static bool scan_number(struct scan *scan)
{
    size_t digits;

    if (!scan_whole(scan))
        return false;
    if (!NEXT(scan, "."))
        return true;
    digits = scan_digits(scan);
    return digits > 0 && digits <= 18;
}

/* Copies a text that must fit and has no escapes. */
static bool scan_copy(struct scan *scan, char *into, size_t size)
{
    struct str text;

    if (!scan_text(scan, &text) || text.at == NULL || text.len >= size)
        return false;
    memcpy(into, text.at, text.len);
    into[text.len] = '\0';
    return true;
}

/* The comma before the next item of an array, or its end. */
static bool scan_more(struct scan *scan, bool *more)
{
    *more = NEXT(scan, ",");
    return *more || NEXT(scan, "]");
}

static bool scan_items(struct scan *scan, bool (*item)(struct scan *))
{
    bool more = true;

    if (!NEXT(scan, "["))
        return false;
    if (NEXT(scan, "]"))
        return true;
    while (more)
        if (!item(scan) || !scan_more(scan, &more))
            return false;
    return true;
}

#define DEPTH_MAX 8

/* Any value of JSON, for what the host does not look into. */
static bool scan_value(struct scan *scan, unsigned depth)
{
    bool more, object = NEXT(scan, "{");

    if (!object && !NEXT(scan, "["))
        return scan_text_or_null(scan) || scan_bool(scan) || scan_number(scan);
    if (depth == DEPTH_MAX)
        return false;
    if (object ? NEXT(scan, "}") : NEXT(scan, "]"))
        return true;
    do {
        if ((object && (!scan_any_text(scan) || !NEXT(scan, ":"))) ||
            !scan_value(scan, depth + 1))
            return false;
        more = NEXT(scan, ",");
    } while (more);
    return object ? NEXT(scan, "}") : NEXT(scan, "]");
}

/* Until when to decide: an object that says, among other things, on which day. */
static bool scan_due(struct scan *scan)
{
    bool said = false;
    struct str name;

    if (!NEXT(scan, ",\"due\":{"))
        return false;
    do {
        if (!scan_text(scan, &name) || name.at == NULL || !NEXT(scan, ":"))
            return false;
        if (!str_is(name, "on")) {
            if (!scan_value(scan, 0))
                return false;
        } else if (said || !scan_text_or_null(scan)) {
            return false;
        } else {
            said = true;
        }
    } while (NEXT(scan, ","));
    return said && NEXT(scan, "}");
}

static bool scan_evidence(struct scan *scan)
{
    struct buf *reads = &scan->facts->reads;
    struct str fact;

    if (!NEXT(scan, "{\"date\":") || !scan_text_or_null(scan) || !NEXT(scan, ",\"document\":") ||
        !scan_text_or_null(scan) || !NEXT(scan, ",\"fact\":") || !scan_text(scan, &fact) ||
        fact.at == NULL)
        return false;
    buf_putc(reads, reads->len == 0 ? '[' : ',');
    buf_put(reads, fact.at - 1, fact.len + 2);
    return NEXT(scan, ",\"quote\":") && scan_text_or_null(scan) && NEXT(scan, ",\"source\":") &&
           scan_text_or_null(scan) && NEXT(scan, ",\"value\":") && scan_text_or_null(scan) &&
           NEXT(scan, "}");
}

static bool scan_finding(struct scan *scan)
{
    struct answer_facts *facts = scan->facts;

    if (NEXT(scan, "\"met\""))
        facts->met++;
    else if (NEXT(scan, "\"not_met\""))
        facts->not_met++;
    else if (NEXT(scan, "\"undocumented\""))
        facts->undocumented++;
    else
        return NEXT(scan, "\"not_applicable\"");
    return true;
}

static bool scan_criterion(struct scan *scan)
{
    if (!NEXT(scan, "{\"ask\":") || !scan_text_or_null(scan) || !NEXT(scan, ",\"because\":") ||
        !scan_text_or_null(scan))
        return false;
    (void)NEXT(scan, ",\"candidate\":true");
    if (!NEXT(scan, ",\"cite\":") || !scan_text_or_null(scan))
        return false;
    if (NEXT(scan, ",\"confidence\":") && !scan_text_or_null(scan))
        return false;
    if (!NEXT(scan, ",\"conflict\":") || !scan_bool(scan) || !NEXT(scan, ",\"evidence\":") ||
        !scan_items(scan, scan_evidence))
        return false;
    (void)NEXT(scan, ",\"exception\":true");
    if (!NEXT(scan, ",\"finding\":") || !scan_finding(scan) || !NEXT(scan, ",\"id\":") ||
        !scan_text_or_null(scan) || !NEXT(scan, ",\"line\":") ||
        !(NEXT(scan, "null") || scan_whole(scan)) || !NEXT(scan, ",\"pathway\":") ||
        !scan_text_or_null(scan))
        return false;
    if (NEXT(scan, ",\"presumed\":") && !scan_text_or_null(scan))
        return false;
    if (!NEXT(scan, ",\"says\":") || !scan_text_or_null(scan))
        return false;
    (void)NEXT(scan, ",\"suggested\":true");
    return NEXT(scan, "}");
}

static const char *const recommendations[] = {"approve", "pend", "refer"};

/* 0 to 2 as in recommendations; -1: none of them. */
static int scan_recommendation(struct scan *scan)
{
    struct str text;

    if (scan_text(scan, &text) && text.at != NULL)
        for (int i = 0; i < 3; i++)
            if (str_is(text, recommendations[i]))
                return i;
    return -1;
}

static bool scan_reason(struct scan *scan)
{
    return NEXT(scan, "{\"code\":") && scan_text_or_null(scan) && NEXT(scan, ",\"criterion\":") &&
           scan_text_or_null(scan) && NEXT(scan, ",\"says\":") && scan_text_or_null(scan) &&
           NEXT(scan, "}");
}

/* All lines; *worst is that of the worst, -1 if there is none. */
static bool scan_lines(struct scan *scan, int *worst)
{
    bool more = true;
    int one;

    *worst = -1;
    if (!NEXT(scan, "["))
        return false;
    if (NEXT(scan, "]"))
        return true;
    while (more) {
        if (!NEXT(scan, "{\"code\":") || !scan_text_or_null(scan) ||
            !NEXT(scan, ",\"pathway\":") || !scan_text_or_null(scan) ||
            !NEXT(scan, ",\"reasons\":") || !scan_items(scan, scan_reason) ||
            !NEXT(scan, ",\"recommendation\":") || (one = scan_recommendation(scan)) < 0 ||
            !NEXT(scan, ",\"sequence\":") || !scan_whole(scan) || !NEXT(scan, ",\"system\":") ||
            !scan_text_or_null(scan) || !NEXT(scan, ",\"units\":") || !scan_number(scan) ||
            !NEXT(scan, "}") || !scan_more(scan, &more))
            return false;
        *worst = one > *worst ? one : *worst;
    }
    return true;
}

static bool scan_paper(struct scan *scan)
{
    if (!NEXT(scan, "{\"ask\":") || !scan_text_or_null(scan))
        return false;
    if (NEXT(scan, ",\"code\":") && !scan_text_or_null(scan))
        return false;
    return NEXT(scan, ",\"criterion\":") && scan_text_or_null(scan) &&
           NEXT(scan, ",\"document\":") && scan_text_or_null(scan) && NEXT(scan, "}");
}

static bool scan_paper_set(struct scan *scan)
{
    return scan_items(scan, scan_paper);
}

static bool scan_policy(struct scan *scan)
{
    struct answer_facts *facts = scan->facts;

    return NEXT(scan, "null") ||
           (NEXT(scan, "{\"id\":") && scan_copy(scan, facts->policy_id, sizeof facts->policy_id) &&
            NEXT(scan, ",\"sha256\":") && scan_copy(scan, facts->bundle, sizeof facts->bundle) &&
            NEXT(scan, ",\"source\":") && scan_text_or_null(scan) && NEXT(scan, ",\"title\":") &&
            scan_text_or_null(scan) && NEXT(scan, ",\"version\":") &&
            scan_copy(scan, facts->policy_version, sizeof facts->policy_version) &&
            NEXT(scan, "}"));
}

static bool scan_tables(struct scan *scan)
{
    struct answer_facts *facts = scan->facts;
    char before[sizeof facts->tables[0].name] = "";
    struct str value;
    bool more = true;

    if (!NEXT(scan, "{"))
        return false;
    if (NEXT(scan, "}"))
        return true;
    while (more) {
        size_t i = facts->table_count;

        if (i == ANSWER_TABLES ||
            !scan_copy(scan, facts->tables[i].name, sizeof facts->tables[i].name) ||
            strcmp(before, facts->tables[i].name) >= 0 || !NEXT(scan, ":") ||
            !scan_text(scan, &value) || value.at == NULL)
            return false;
        memcpy(before, facts->tables[i].name, sizeof before);
        facts->tables[i].starter = value.len >= 8 && memcmp(value.at, "starter ", 8) == 0;
        facts->table_count++;
        more = NEXT(scan, ",");
    }
    return NEXT(scan, "}");
}

static bool scan_error(struct scan *scan)
{
    struct answer_facts *facts = scan->facts;

    return !NEXT(scan, ",\"error\":{\"code\":") ||
           (scan_copy(scan, facts->error, sizeof facts->error) && NEXT(scan, ",\"id\":") &&
            scan_text_or_null(scan) && NEXT(scan, ",\"message\":") && scan_text_or_null(scan) &&
            NEXT(scan, "}"));
}

static bool scan_root(struct scan *scan)
{
    struct answer_facts *facts = scan->facts;
    int worst, whole;

    if (!NEXT(scan, "{\"as_of\":") || !scan_text_or_null(scan))
        return false;
    (void)NEXT(scan, ",\"bridge_suggested\":true");
    if (!NEXT(scan, ",\"case\":{\"id\":") ||
        !scan_copy(scan, facts->case_id, sizeof facts->case_id) || !NEXT(scan, ",\"sha256\":") ||
        !scan_text_or_null(scan) || !NEXT(scan, "},\"criteria\":") ||
        !scan_items(scan, scan_criterion))
        return false;
    if (!scan_due(scan) || !NEXT(scan, ",\"engine\":{\"build\":") || !scan_text_or_null(scan) ||
        !NEXT(scan, ",\"level\":") || !scan_whole(scan) || !NEXT(scan, "}") || !scan_error(scan) ||
        !NEXT(scan, ",\"expedite\":") || !scan_bool(scan) || !NEXT(scan, ",\"lines\":") ||
        !scan_lines(scan, &worst) || !NEXT(scan, ",\"missing\":") ||
        !scan_items(scan, scan_paper_set))
        return false;
    (void)NEXT(scan, ",\"missing_cut\":true");
    if (!NEXT(scan, ",\"policy\":") || !scan_policy(scan) || !NEXT(scan, ",\"recommendation\":") ||
        (whole = scan_recommendation(scan)) < 0 ||
        !NEXT(scan, ",\"schema\":\"rubric-answer/1\",\"tables\":") || !scan_tables(scan) ||
        !NEXT(scan, "}") || scan->at != scan->end)
        return false;
    memcpy(facts->recommendation, recommendations[whole], strlen(recommendations[whole]) + 1);
    /* No line: refer. An error: refer. Else as bad as the worst line. */
    return whole == (worst < 0 ? 2 : worst) && (facts->error[0] == '\0' || whole == 2);
}

bool answer_scan(const char *json, size_t len, struct answer_facts *facts)
{
    struct scan scan = {json, json + len, facts};

    answer_forget(facts);
    return scan_root(&scan);
}
