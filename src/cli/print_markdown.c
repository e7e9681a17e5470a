/*
 * print_markdown.c - a policy as a page: what it asks, where that is written, how
 * surely it is known, and what to send. docs/policies is made of these.
 */
#include "cli/print_policy.h"

#include <string.h>

#include "cli/confidence.h"
#include "cli/json_view.h"

#define DEPTH_MAX 40

/* Text of a policy inside a table. */
static void put(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '<')
            buf_puts(out, "&lt;");
        else if (text.at[i] == '\n')
            buf_putc(out, ' ');
        else {
            if (strchr("|*\\`", text.at[i]) != NULL)
                buf_putc(out, '\\');
            buf_putc(out, text.at[i]);
        }
    }
}

static void put_member(struct buf *out, yyjson_val *object, const char *key)
{
    put(out, view_text(object, key));
}

/* One line of a cell, set in by its depth. */
static void put_line(struct buf *out, const char *word, struct str text, unsigned depth)
{
    buf_puts(out, "<br>");
    for (unsigned i = 0; i < depth; i++)
        buf_puts(out, "· ");
    buf_puts(out, word);
    put(out, text);
}

/* An expression, its parts below it; word stands before the first line. */
static void put_expr(struct buf *out, yyjson_val *tree, yyjson_val *expr, const char *word,
                     unsigned depth)
{
    char group_text[48];
    const char *group = expr_group(expr, group_text, sizeof group_text);
    struct buf text = BUF_INIT;
    yyjson_val *of = view_at(expr, "of");
    size_t i, count;
    yyjson_val *part;

    if (group == NULL || depth == DEPTH_MAX) {
        expr_test(&text, tree, expr);
        put_line(out, word, (struct str){text.data, text.len}, depth);
        buf_free(&text);
        return;
    }
    put_line(out, word, str_of(group), depth);
    if (yyjson_is_obj(of))
        put_expr(out, tree, of, "", depth + 1);
    yyjson_arr_foreach(of, i, count, part)
        put_expr(out, tree, part, "", depth + 1);
}

static void put_clause(struct buf *out, yyjson_val *tree, yyjson_val *object, const char *key,
                       const char *word)
{
    if (view_at(object, key) != NULL)
        put_expr(out, tree, view_at(object, key), word, 0);
}

static void put_cite(struct buf *out, yyjson_val *object)
{
    buf_puts(out, " | ");
    put_member(out, object, "cite");
    buf_puts(out, " | ");
}

/* The paper to send: what to ask for, and what kind of document that is. */
static void put_paper(struct buf *out, yyjson_val *criterion)
{
    yyjson_val *document = view_at(criterion, "document");

    put_member(out, criterion, "ask");
    if (document == NULL || view_text(document, "label").len == 0)
        return;
    buf_puts(out, view_text(criterion, "ask").len > 0 ? "<br>" : "");
    put_member(out, document, "label");
    if (view_text(document, "code").len > 0) {
        buf_puts(out, " (LOINC ");
        put_member(out, document, "code");
        buf_puts(out, ")");
    }
}

static void put_criterion(struct buf *out, yyjson_val *tree, yyjson_val *criterion)
{
    buf_puts(out, "| `");
    put_member(out, criterion, "id");
    buf_puts(out, "` | ");
    put_member(out, criterion, "says");
    put_clause(out, tree, criterion, "only_if", "*only if* ");
    put_clause(out, tree, criterion, "met", "*met when* ");
    put_clause(out, tree, criterion, "unless", "*unless* ");
    if (view_flag(criterion, "presume_absent")) {
        buf_puts(out, "<br>*silence counts as absence:* ");
        put_member(out, criterion, "presume_cite");
    }
    if (view_is(criterion, "accepts", "extracted"))
        buf_puts(out, "<br>*text found in notes is accepted*");
    put_cite(out, criterion);
    put_member(out, criterion, "confidence");
    buf_puts(out, " | ");
    put_paper(out, criterion);
    buf_puts(out, " |\n");
}

static bool is_member(yyjson_val *criterion, size_t place, bool anywhere)
{
    yyjson_val *pathway = view_at(criterion, "pathway");

    return anywhere ? pathway == NULL : pathway != NULL && yyjson_get_uint(pathway) == place;
}

/* The criteria of one pathway; anywhere: those of every request. */
static void put_criteria(struct buf *out, yyjson_val *tree, size_t place, bool anywhere)
{
    size_t i, count, put_so_far = 0;
    yyjson_val *criterion;

    yyjson_arr_foreach(view_at(tree, "criteria"), i, count, criterion) {
        if (!is_member(criterion, place, anywhere))
            continue;
        if (put_so_far++ == 0)
            buf_puts(out, "\n| criterion | rule and threshold | where | known | what to send |\n"
                          "|---|---|---|---|---|\n");
        put_criterion(out, tree, criterion);
    }
    if (put_so_far == 0)
        buf_puts(out, "\nNo criterion of its own.\n");
}

static void put_pathways(struct buf *out, yyjson_val *tree)
{
    size_t i, count;
    yyjson_val *pathway;

    yyjson_arr_foreach(view_at(tree, "pathways"), i, count, pathway) {
        buf_puts(out, "\n## Pathway `");
        put_member(out, pathway, "id");
        buf_puts(out, "`\n\n");
        put_member(out, pathway, "says");
        if (view_text(pathway, "cite").len > 0) {
            buf_puts(out, " (");
            put_member(out, pathway, "cite");
            buf_putc(out, ')');
        }
        put_clause(out, tree, pathway, "when", "*when* ");
        put_clause(out, tree, pathway, "unless", "*unless* ");
        buf_putc(out, '\n');
        put_criteria(out, tree, i, false);
    }
}

static void put_safeguards(struct buf *out, yyjson_val *tree)
{
    size_t i, count;
    yyjson_val *guard;

    yyjson_arr_foreach(view_at(tree, "safeguards"), i, count, guard) {
        if (i == 0)
            buf_puts(out, "\n## Safeguards\n\nA physician decides instead of the machine.\n\n"
                          "| safeguard | what it says, and when | where | in haste | bridge |\n"
                          "|---|---|---|---|---|\n");
        buf_puts(out, "| `");
        put_member(out, guard, "id");
        buf_puts(out, "` | ");
        put_member(out, guard, "says");
        put_clause(out, tree, guard, "when", "*when* ");
        put_clause(out, tree, guard, "unless", "*unless* ");
        put_cite(out, guard);
        buf_puts(out, view_flag(guard, "expedite") ? "yes | " : "no | ");
        buf_puts(out, view_flag(guard, "bridge") ? "yes |\n" : "no |\n");
    }
}

/* Does the object, or anything in it, name that set or that parameter? */
static bool uses(yyjson_val *object, const char *key, size_t place, unsigned depth)
{
    size_t i, count;
    yyjson_val *name, *value;

    if (depth == DEPTH_MAX)
        return false;
    if (yyjson_is_arr(object)) {
        yyjson_arr_foreach(object, i, count, value) {
            if (uses(value, key, place, depth + 1))
                return true;
        }
        return false;
    }
    value = yyjson_obj_get(object, key);
    if (yyjson_is_uint(value) && yyjson_get_uint(value) == place &&
        (strcmp(key, "set") == 0 || view_is(object, "op", "parameter")))
        return true;
    yyjson_obj_foreach(object, i, count, name, value) {
        if (yyjson_is_ctn(value) && uses(value, key, place, depth + 1))
            return true;
    }
    return false;
}

static void put_users(struct buf *out, yyjson_val *tree, const char *key, size_t place)
{
    static const char *const lists[] = {"criteria", "pathways", "safeguards"};
    const char *comma = "";
    size_t i, count;
    yyjson_val *user;

    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++)
        yyjson_arr_foreach(view_at(tree, lists[list]), i, count, user) {
            if (!uses(user, key, place, 0))
                continue;
            buf_puts(out, comma);
            buf_puts(out, "`");
            put_member(out, user, "id");
            buf_puts(out, "`");
            comma = ", ";
        }
}

static void put_parameters(struct buf *out, yyjson_val *tree)
{
    size_t i, count, k, values;
    yyjson_val *parameter, *value;

    if (yyjson_arr_size(view_at(tree, "parameters")) == 0)
        return;
    buf_puts(out,
             "\n## Parameters\n\nAn overlay or a registration may set these to other "
             "values.\n\n| parameter | value | from | where | used by |\n|---|---|---|---|---|\n");
    yyjson_arr_foreach(view_at(tree, "parameters"), i, count, parameter)
        yyjson_arr_foreach(view_at(parameter, "values"), k, values, value) {
            struct buf text = BUF_INIT;

            buf_puts(out, "| `");
            put_member(out, parameter, "name");
            buf_puts(out, "` | ");
            expr_value(&text, tree, view_at(value, "value"));
            put(out, (struct str){text.data, text.len});
            buf_free(&text);
            buf_puts(out, " | ");
            if (view_text(value, "from").len > 0)
                put_member(out, value, "from");
            else
                buf_puts(out, "the first day");
            put_cite(out, value);
            put_users(out, tree, "index", i);
            buf_puts(out, " |\n");
        }
}

static void put_sets(struct buf *out, yyjson_val *tree)
{
    bool titled = false;
    size_t i, count;
    yyjson_val *set;

    yyjson_arr_foreach(view_at(tree, "sets"), i, count, set) {
        struct buf text = BUF_INIT;

        if (view_text(set, "file").len == 0)
            continue; /* of the catalogue */
        if (!titled)
            buf_puts(out, "\n## Code sets\n\n| codes | used by |\n|---|---|\n");
        titled = true;
        view_value(&text, view_at(set, "text"));
        buf_puts(out, "| ");
        put(out, (struct str){text.data, text.len});
        buf_puts(out, " | ");
        if (yyjson_get_uint(view_at(tree, "covers")) == i)
            buf_puts(out, "what the policy covers");
        else
            put_users(out, tree, "set", i);
        buf_puts(out, " |\n");
        buf_free(&text);
    }
}

/* How surely its rules are known: how many of each tag. */
static void put_known(struct buf *out, yyjson_val *tree)
{
    static const char tags[] = CONFIDENCES;

    buf_puts(out, "\n| known | a rule that was | criteria |\n|---|---|---|\n");
    for (const char *tag = tags; *tag != '\0'; tag++) {
        size_t i, count, carrying = 0;
        yyjson_val *criterion;

        yyjson_arr_foreach(view_at(tree, "criteria"), i, count, criterion) {
            struct str own = view_text(criterion, "confidence");

            carrying += own.len == 1 && own.at[0] == *tag;
        }
        buf_printf(out, "| %c | %s | %zu |\n", *tag, confidence_words((struct str){tag, 1}),
                   carrying);
    }
}

void policy_markdown(struct buf *out, yyjson_val *tree)
{
    yyjson_val *force = view_at(tree, "in_force");

    buf_puts(out, "# ");
    put_member(out, tree, "title");
    buf_puts(out, "\n\nFor those who review by this policy. Written by "
                  "`rubric policy show --markdown` from its tree; do not edit it by hand.\n\n`");
    put_member(out, tree, "id");
    buf_puts(out, "`, version ");
    put_member(out, tree, "version");
    buf_puts(out, ", in force from ");
    put_member(out, force, "from");
    if (view_text(force, "to").len > 0) {
        buf_puts(out, " to ");
        put_member(out, force, "to");
    }
    buf_puts(out, ", chosen by the ");
    buf_puts(out, view_is(tree, "selects_by", "request") ? "day of the request"
                                                        : "date of service");
    buf_puts(out, ".\nSource: ");
    put_member(out, tree, "source");
    buf_puts(out, ". File: `policies/");
    put_member(out, tree, "file");
    buf_puts(out, "`.");
    if (view_text(tree, "extends").len > 0) {
        buf_puts(out, " It takes over what `");
        put_member(out, tree, "extends");
        buf_puts(out, "` asks, and differs as shown.");
    }
    buf_putc(out, '\n');
    put_known(out, tree);
    buf_puts(out, "\n## Every request\n");
    put_criteria(out, tree, 0, true);
    put_pathways(out, tree);
    put_safeguards(out, tree);
    put_parameters(out, tree);
    put_sets(out, tree);
}
