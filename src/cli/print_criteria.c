/*
 * print_criteria.c - each criterion with its finding and what it rests on.
 */
#include <string.h>

#include "cli/confidence.h"
#include "cli/json_view.h"
#include "cli/print_parts.h"

static const struct finding_row {
    const char *name;  /* in the answer */
    const char *label; /* for people */
    enum page_style style;
    int weight; /* the worst finding of a criterion counts */
} findings[] = {
    {"not_met", "not met", STYLE_BAD, 3},
    {"undocumented", "undocumented", STYLE_OPEN, 2},
    {"met", "met", STYLE_GOOD, 1},
    {"not_applicable", "does not apply", STYLE_FAINT, 0},
};

static const struct finding_row *finding_of(yyjson_val *criterion)
{
    static const struct finding_row unknown = {"", "unknown", STYLE_BAD, 3};

    for (size_t i = 0; i < sizeof findings / sizeof findings[0]; i++) {
        if (view_is(criterion, "finding", findings[i].name))
            return &findings[i];
    }
    return &unknown;
}

/* A conflict is told by true, or by the list of what contradicts what. */
static bool has_conflict(yyjson_val *criterion)
{
    yyjson_val *conflict = view_at(criterion, "conflict");

    return yyjson_is_true(conflict) || yyjson_get_len(conflict) > 0;
}

/* True if an earlier row of the same id is as bad, or a later one is worse. */
static bool outweighed(yyjson_val *criteria, size_t place, yyjson_val *criterion)
{
    int weight = finding_of(criterion)->weight;
    struct str id = view_text(criterion, "id");
    size_t i, count;
    yyjson_val *other;

    yyjson_arr_foreach(criteria, i, count, other) {
        int theirs;

        if (i == place || !str_equal(view_text(other, "id"), id))
            continue;
        theirs = finding_of(other)->weight;
        if (theirs > weight || (theirs == weight && i < place))
            return true;
    }
    return false;
}

struct tally tally_criteria(yyjson_val *answer)
{
    yyjson_val *criteria = view_at(answer, "criteria");
    struct tally tally = {0, 0, 0, 0, 0};
    size_t *const by_weight[] = {&tally.not_applicable, &tally.met, &tally.undocumented,
                                 &tally.not_met};
    size_t i, count;
    yyjson_val *criterion;

    yyjson_arr_foreach(criteria, i, count, criterion) {
        if (has_conflict(criterion))
            tally.conflicts++;
        if (!outweighed(criteria, i, criterion))
            ++*by_weight[finding_of(criterion)->weight];
    }
    return tally;
}

/* next is the evidence that follows, or NULL: words that both quote stand once. */
static void print_evidence(struct page *page, yyjson_val *evidence, yyjson_val *next)
{
    yyjson_val *date = view_at(evidence, "date");
    yyjson_val *document = view_at(evidence, "document");
    yyjson_val *source = view_at(evidence, "source");
    struct str quote = view_text(evidence, "quote");

    page_quote(page, view_text(evidence, "fact"));
    page_say(page, " = ");
    print_value(page, view_at(evidence, "value"));
    if (date != NULL) {
        page_say(page, ", ");
        print_value(page, date);
    }
    if (document != NULL || source != NULL) {
        page_say(page, ", ");
        print_value(page, document != NULL ? document : source);
    }
    page_end(page, STYLE_PLAIN, COLUMN_NAME + 2);
    if (quote.len > 0 && !str_equal(quote, view_text(next, "quote"))) {
        page_say(page, "\"");
        page_quote(page, quote);
        page_say(page, "\"");
        page_end(page, STYLE_FAINT, COLUMN_NAME + 4);
    }
}

static void print_sentence(struct page *page, const char *label, struct str text)
{
    if (text.len == 0)
        return;
    page_say(page, "%s", label);
    page_quote(page, text);
    page_end(page, STYLE_PLAIN, COLUMN_NAME);
}

/* True if "this is VALUE" only says again what stands among the evidence. */
static bool says_nothing_new(struct str clause, yyjson_val *evidence)
{
    size_t from = clause.len;
    size_t i, count;
    yyjson_val *item;

    while (from >= 4 && memcmp(clause.at + from - 4, " is ", 4) != 0)
        from--;
    if (from < 4)
        return false;
    clause.at += from;
    clause.len -= from;
    yyjson_arr_foreach(evidence, i, count, item) {
        struct str value = view_text(item, "value");

        if (value.len < clause.len || memcmp(value.at, clause.at, clause.len) != 0)
            continue;
        if (value.len == clause.len || value.at[clause.len] == ' ')
            return true; /* the same, or the same with its unit */
    }
    return false;
}

/* Why: all of it where the criterion is open, else what the evidence lacks. */
static void print_because(struct page *page, yyjson_val *criterion)
{
    struct str because = view_text(criterion, "because");
    bool met = view_is(criterion, "finding", "met");
    bool said = false;

    while (because.len > 0) {
        const char *end = memmem(because.at, because.len, "; ", 2);
        size_t len = end == NULL ? because.len : (size_t)(end - because.at);
        struct str clause = {because.at, len};

        if (!met || !says_nothing_new(clause, view_at(criterion, "evidence"))) {
            page_say(page, said ? "; " : "because: ");
            page_quote(page, clause);
            said = true;
        }
        len += end == NULL ? 0 : 2;
        because.at += len;
        because.len -= len;
    }
    if (said)
        page_end(page, STYLE_PLAIN, COLUMN_NAME);
}

/* What a reader must know about how the finding came about. */
static void print_notes(struct page *page, yyjson_val *criterion)
{
    if (view_flag(criterion, "candidate"))
        print_sentence(page, "", str_of("note: the record does not say if this pathway applies"));
    if (view_flag(criterion, "exception"))
        print_sentence(page, "", str_of("note: an exception of the policy is documented"));
    if (view_flag(criterion, "suggested"))
        print_sentence(page, "", str_of("note: rests on text that nobody has confirmed"));
    print_sentence(page, "note: silence counts as absence, ", view_text(criterion, "presumed"));
}

static void print_criterion(struct page *page, yyjson_val *criterion)
{
    const struct finding_row *finding = finding_of(criterion);
    bool open = finding->weight >= 2;
    struct str id = view_text(criterion, "id");
    struct str cite = view_text(criterion, "cite");
    yyjson_val *list = view_at(criterion, "evidence");
    size_t i, count;
    yyjson_val *evidence;

    page_label(page, finding->style, finding->label, COLUMN_NAME);
    page_cell(page, id, COLUMN_CITE);
    page_quote(page, cite);
    confidence_say(page, criterion);
    page_end(page, STYLE_FAINT, COLUMN_CITE);
    print_sentence(page, "", view_text(criterion, "says"));
    if (has_conflict(criterion))
        print_sentence(page, "", str_of("the record contradicts itself:"));
    yyjson_arr_foreach(list, i, count, evidence) {
        yyjson_val *next = yyjson_arr_get(list, i + 1);

        if (next == NULL || !yyjson_equals(evidence, next))
            print_evidence(page, evidence, next);
    }
    print_because(page, criterion);
    print_notes(page, criterion);
    if (open)
        print_sentence(page, "ask for: ", view_text(criterion, "ask"));
}

static bool shown(yyjson_val *criterion, enum print_tree tree)
{
    int weight = finding_of(criterion)->weight;

    switch (tree) {
    case TREE_SELECTED:
        return weight > 0;
    case TREE_OPEN:
        return weight >= 2 || has_conflict(criterion);
    case TREE_ALL:
        break;
    }
    return true;
}

/* The code of the line with this sequence number. */
static struct str code_of_line(yyjson_val *answer, yyjson_val *sequence)
{
    size_t i, count;
    yyjson_val *line;

    yyjson_arr_foreach(view_at(answer, "lines"), i, count, line) {
        if (yyjson_equals(view_at(line, "sequence"), sequence))
            return view_text(line, "code");
    }
    return str_of(NULL);
}

static void print_section(struct page *page, yyjson_val *answer, yyjson_val *criterion)
{
    yyjson_val *line = view_at(criterion, "line");
    struct str pathway = view_text(criterion, "pathway");

    if (line != NULL) {
        page_say(page, "Line ");
        print_value(page, line);
        page_say(page, ", ");
        page_quote(page, code_of_line(answer, line));
    } else {
        page_say(page, "The whole request");
    }
    if (pathway.len > 0) {
        page_say(page, ", pathway ");
        page_quote(page, pathway);
    }
    page_end(page, STYLE_STRONG, 0);
}

static bool same_section(yyjson_val *one, yyjson_val *other)
{
    yyjson_val *line = view_at(one, "line");
    yyjson_val *line2 = view_at(other, "line");

    if ((line == NULL) != (line2 == NULL) || (line != NULL && !yyjson_equals(line, line2)))
        return false;
    return str_equal(view_text(one, "pathway"), view_text(other, "pathway"));
}

/* One section that says nothing new ("the whole request") needs no title. */
static bool needs_titles(yyjson_val *criteria, enum print_tree tree)
{
    yyjson_val *first = NULL;
    size_t i, count;
    yyjson_val *criterion;

    yyjson_arr_foreach(criteria, i, count, criterion) {
        if (!shown(criterion, tree))
            continue;
        if (first != NULL && !same_section(first, criterion))
            return true;
        first = criterion;
    }
    return first != NULL && (view_at(first, "line") != NULL || view_at(first, "pathway") != NULL);
}

void print_criteria(struct page *page, yyjson_val *answer, enum print_tree tree)
{
    yyjson_val *criteria = view_at(answer, "criteria");
    bool titles = needs_titles(criteria, tree);
    yyjson_val *last = NULL;
    size_t hidden = 0;
    size_t i, count;
    yyjson_val *criterion;

    yyjson_arr_foreach(criteria, i, count, criterion) {
        if (!shown(criterion, tree)) {
            hidden++;
            continue;
        }
        fputc('\n', page->out);
        if (titles && (last == NULL || !same_section(last, criterion)))
            print_section(page, answer, criterion);
        print_criterion(page, criterion);
        last = criterion;
    }
    if (hidden > 0) {
        fputc('\n', page->out);
        page_say(page, "%zu more %s %s; --tree all shows %s.", hidden,
                 hidden == 1 ? "criterion" : "criteria",
                 tree == TREE_OPEN ? "met or not applying" : "not applying",
                 hidden == 1 ? "it" : "them");
        page_end(page, STYLE_FAINT, 0);
    }
}
