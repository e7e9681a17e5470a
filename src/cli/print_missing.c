/*
 * print_missing.c - what would settle a pend, and what an answer can be traced by.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/confidence.h"
#include "cli/json_view.h"
#include "cli/print_parts.h"

#define SETS_SHOWN 5
#define SUM_LEN 64
#define SUM_SHOWN 16

static void print_item(struct page *page, yyjson_val *item, const char *bullet)
{
    yyjson_val *document = view_at(item, "document");
    struct str ask = view_text(item, "ask");

    page_label(page, STYLE_PLAIN, bullet, 6);
    if (ask.len > 0)
        page_quote(page, ask);
    else
        print_value(page, document);
    page_end(page, STYLE_PLAIN, 6);
    page_say(page, "for ");
    page_quote(page, view_text(item, "criterion"));
    if (document != NULL && ask.len > 0) {
        page_say(page, "; document: ");
        print_value(page, document);
    }
    if (view_text(item, "code").len > 0) {
        page_say(page, " (LOINC ");
        page_quote(page, view_text(item, "code"));
        page_say(page, ")");
    }
    page_end(page, STYLE_FAINT, 6);
}

static int by_size(const void *a, const void *b)
{
    yyjson_val *const *one = a;
    yyjson_val *const *other = b;
    size_t m = yyjson_arr_size(*one);
    size_t n = yyjson_arr_size(*other);

    if (m != n)
        return m < n ? -1 : 1;
    return *one < *other ? -1 : *one > *other; /* both lie in one document: its order */
}

/* The sets, fewest papers first; the caller frees. NULL: there are none. */
static yyjson_val **sorted_sets(yyjson_val *missing)
{
    size_t total = yyjson_arr_size(missing);
    yyjson_val **sets = total == 0 ? NULL : calloc(total, sizeof *sets);
    size_t i, count;
    yyjson_val *set;

    if (sets == NULL)
        return NULL;
    yyjson_arr_foreach(missing, i, count, set)
        sets[i] = set;
    qsort(sets, total, sizeof *sets, by_size);
    return sets;
}

static void print_set(struct page *page, yyjson_val *set, size_t number, bool several)
{
    char bullet[32];
    size_t i, count;
    yyjson_val *item;

    yyjson_arr_foreach(set, i, count, item) {
        if (several && i == 0)
            snprintf(bullet, sizeof bullet, "  %zu.", number);
        else
            snprintf(bullet, sizeof bullet, several ? "   +" : "  -");
        print_item(page, item, bullet);
    }
}

void print_missing(struct page *page, yyjson_val *answer)
{
    yyjson_val *missing = view_at(answer, "missing");
    size_t total = yyjson_arr_size(missing);
    yyjson_val **sets = sorted_sets(missing);

    if (sets == NULL)
        return;
    print_title(page, total == 1 ? "What would settle it"
                                 : "What would settle it: any one of these, fewest papers first");
    for (size_t i = 0; i < total && i < SETS_SHOWN; i++)
        print_set(page, sets[i], i + 1, total > 1);
    if (total > SETS_SHOWN || view_flag(answer, "missing_cut")) {
        page_say(page, "There are more ways; these are the shortest found.");
        page_end(page, STYLE_FAINT, 2);
    }
    free(sets);
}

static void print_row(struct page *page, const char *label)
{
    page_label(page, STYLE_FAINT, label, 11);
    page_end(page, STYLE_PLAIN, 11);
}

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

/* Says a text in which each SHA-256 is cut: enough of it to compare by eye. */
static void say_short(struct page *page, struct str text)
{
    for (size_t at = 0; at < text.len;) {
        bool hex = is_hex(text.at[at]);
        size_t run = 1;

        while (at + run < text.len && is_hex(text.at[at + run]) == hex)
            run++;
        page_quote(page, (struct str){text.at + at, hex && run == SUM_LEN ? SUM_SHOWN : run});
        at += run;
    }
}

static void say_sum(struct page *page, struct str sum)
{
    page_say(page, "sha256 ");
    say_short(page, sum);
}

static void print_policy(struct page *page, yyjson_val *policy)
{
    struct str title = view_text(policy, "title");
    struct str source = view_text(policy, "source");

    if (view_text(policy, "id").len == 0)
        return;
    page_quote(page, view_text(policy, "id"));
    page_say(page, " ");
    page_quote(page, view_text(policy, "version"));
    if (source.len > 0) {
        page_say(page, ", ");
        page_quote(page, source);
    }
    print_row(page, "policy");
    if (title.len > 0) {
        page_quote(page, title);
        page_end(page, STYLE_PLAIN, 11);
    }
    if (view_text(policy, "sha256").len > 0) {
        say_sum(page, view_text(policy, "sha256"));
        page_end(page, STYLE_PLAIN, 11);
    }
}

static void print_tables(struct page *page, yyjson_val *tables)
{
    size_t i, count;
    yyjson_val *key, *value;

    if (yyjson_obj_size(tables) == 0)
        return;
    yyjson_obj_foreach(tables, i, count, key, value) {
        struct str name = {yyjson_get_str(key), yyjson_get_len(key)};
        struct str label = {yyjson_get_str(value), yyjson_get_len(value)};

        page_say(page, i > 0 ? ", " : "");
        page_quote(page, name);
        page_say(page, " ");
        if (label.at != NULL)
            say_short(page, label);
        else
            print_value(page, value);
    }
    print_row(page, "codes");
}

static void print_receipt(struct page *page, yyjson_val *answer)
{
    yyjson_val *receipt = view_at(answer, "receipt");

    if (receipt == NULL || view_at(receipt, "index") == NULL) {
        page_say(page, view_at(answer, "signature") == NULL ? "not logged"
                                                         : "UNSIGNED: a trial, not logged");
        print_row(page, "audit log");
        return;
    }
    page_say(page, "entry ");
    print_value(page, view_at(receipt, "index"));
    page_say(page, " of ");
    page_quote(page, view_text(receipt, "origin"));
    print_row(page, "audit log");
    page_say(page, "leaf ");
    page_quote(page, view_text(receipt, "leaf"));
    print_row(page, "receipt");
}

void print_footer(struct page *page, yyjson_val *answer)
{
    yyjson_val *casefile = view_at(answer, "case");
    yyjson_val *engine = view_at(answer, "engine");

    fputc('\n', page->out);
    if (view_text(casefile, "id").len > 0) {
        page_quote(page, view_text(casefile, "id"));
        if (view_text(answer, "as_of").len > 0) {
            page_say(page, " as of ");
            page_quote(page, view_text(answer, "as_of"));
        }
        if (view_text(casefile, "sha256").len > 0) {
            page_say(page, ", ");
            say_sum(page, view_text(casefile, "sha256"));
        }
        print_row(page, "case");
    }
    print_policy(page, view_at(answer, "policy"));
    if (confidence_say_all(page, view_at(answer, "criteria"), false))
        print_row(page, "cited");
    print_tables(page, view_at(answer, "tables"));
    if (engine != NULL) {
        page_say(page, "rubric ");
        say_short(page, view_text(engine, "build"));
        page_say(page, ", level ");
        print_value(page, view_at(engine, "level"));
        print_row(page, "engine");
    }
    print_receipt(page, answer);
}
