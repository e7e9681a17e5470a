/*
 * print_policy.c - a policy as sentences.
 */
#include "cli/print_policy.h"

#include "cli/confidence.h"
#include "cli/json_view.h"

#define DEPTH_MAX 40
#define COLUMN_WORD 4
#define COLUMN_TEXT 14

static void say(struct page *page, struct buf *text)
{
    page_quote(page, (struct str){text->data, text->failed ? 0 : text->len});
    buf_free(text);
}

/* One expression, its parts indented below it. */
static void print_expr(struct page *page, yyjson_val *tree, yyjson_val *expr, int indent,
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
        say(page, &text);
        page_end(page, STYLE_PLAIN, indent);
        return;
    }
    page_say(page, "%s", group);
    page_end(page, STYLE_PLAIN, indent);
    if (yyjson_is_obj(of))
        print_expr(page, tree, of, indent + 2, depth + 1);
    yyjson_arr_foreach(of, i, count, part)
        print_expr(page, tree, part, indent + 2, depth + 1);
}

static void print_clause(struct page *page, yyjson_val *tree, yyjson_val *object,
                         const char *key, const char *word)
{
    yyjson_val *expr = view_at(object, key);

    if (expr == NULL)
        return;
    page_label(page, STYLE_FAINT, "", COLUMN_WORD);
    page_label(page, STYLE_FAINT, word, COLUMN_TEXT);
    print_expr(page, tree, expr, COLUMN_TEXT, 0);
}

static void print_text(struct page *page, struct str text, const char *word)
{
    if (text.len == 0)
        return;
    page_label(page, STYLE_FAINT, "", COLUMN_WORD);
    page_label(page, STYLE_FAINT, word, COLUMN_TEXT);
    page_quote(page, text);
    page_end(page, STYLE_PLAIN, COLUMN_TEXT);
}

/* A criterion, a pathway or a safeguard: id and citation, then its clauses. */
static void print_head(struct page *page, const char *kind, yyjson_val *object)
{
    fputc('\n', page->out);
    page_say(page, "%s", kind);
    page_quote(page, view_text(object, "id"));
    if (view_text(object, "cite").len > 0) {
        page_say(page, "  (");
        page_quote(page, view_text(object, "cite"));
        confidence_say(page, object);
        page_say(page, ")");
    }
    page_end(page, STYLE_STRONG, 2);
    if (view_text(object, "says").len > 0) {
        page_quote(page, view_text(object, "says"));
        page_end(page, STYLE_PLAIN, COLUMN_WORD);
    }
}

static void print_criterion(struct page *page, yyjson_val *tree, yyjson_val *criterion)
{
    print_head(page, "", criterion);
    print_clause(page, tree, criterion, "met", "met when");
    print_clause(page, tree, criterion, "unless", "unless");
    print_clause(page, tree, criterion, "only_if", "only if");
    if (view_flag(criterion, "presume_absent"))
        print_text(page, str_of("silence counts as absence"), "note");
    if (view_is(criterion, "accepts", "extracted"))
        print_text(page, str_of("text found in notes is accepted"), "note");
    print_text(page, view_text(criterion, "ask"), "ask for");
}

/* The criteria of one pathway; NULL: those of every request. */
static void print_members(struct page *page, yyjson_val *tree, yyjson_val *place)
{
    size_t i, count;
    yyjson_val *criterion;

    yyjson_arr_foreach(view_at(tree, "criteria"), i, count, criterion) {
        yyjson_val *pathway = view_at(criterion, "pathway");

        if (place == NULL ? pathway == NULL
                          : pathway != NULL && yyjson_equals(pathway, place))
            print_criterion(page, tree, criterion);
    }
}

static void print_pathways(struct page *page, yyjson_val *tree)
{
    size_t i, count;
    yyjson_val *pathway;

    yyjson_arr_foreach(view_at(tree, "pathways"), i, count, pathway) {
        yyjson_val place = {0};

        print_head(page, "pathway ", pathway);
        print_clause(page, tree, pathway, "when", "when");
        print_clause(page, tree, pathway, "unless", "unless");
        yyjson_set_uint(&place, i);
        print_members(page, tree, &place);
    }
}

static void print_safeguards(struct page *page, yyjson_val *tree)
{
    size_t i, count;
    yyjson_val *guard;

    yyjson_arr_foreach(view_at(tree, "safeguards"), i, count, guard) {
        print_head(page, "safeguard ", guard);
        print_clause(page, tree, guard, "when", "when");
        print_clause(page, tree, guard, "unless", "unless");
        print_text(page, str_of("a physician decides instead of the machine"), "then");
    }
}

static void print_covers(struct page *page, yyjson_val *tree)
{
    yyjson_val *place = view_at(tree, "covers");
    yyjson_val *set = yyjson_arr_get(view_at(tree, "sets"), (size_t)yyjson_get_uint(place));
    struct buf text = BUF_INIT;

    if (place == NULL || set == NULL)
        return;
    view_value(&text, view_at(set, "text"));
    page_say(page, "covers ");
    say(page, &text);
    page_end(page, STYLE_PLAIN, 2);
}

void print_policy_tree(struct page *page, yyjson_val *tree)
{
    yyjson_val *force = view_at(tree, "in_force");

    page_quote(page, view_text(tree, "id"));
    page_say(page, " ");
    page_quote(page, view_text(tree, "version"));
    page_end(page, STYLE_STRONG, 0);
    page_quote(page, view_text(tree, "title"));
    page_end(page, STYLE_PLAIN, 2);
    page_quote(page, view_text(tree, "source"));
    page_say(page, ", in force from ");
    page_quote(page, view_text(force, "from"));
    if (view_text(force, "to").len > 0) {
        page_say(page, " to ");
        page_quote(page, view_text(force, "to"));
    }
    page_end(page, STYLE_PLAIN, 2);
    print_covers(page, tree);
    if (confidence_say_all(page, view_at(tree, "criteria"), true))
        page_end(page, STYLE_PLAIN, 2);
    print_members(page, tree, NULL);
    print_pathways(page, tree);
    print_safeguards(page, tree);
}
