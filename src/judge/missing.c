/*
 * missing.c - the smallest sets of papers that would settle a case.
 *
 * For one undocumented expression there may be several ways to settle it: any
 * branch of an any_of, all branches of an all_of. A set of papers is a bitset
 * over the papers that occur; sets are multiplied and united, and only minimal
 * ones kept. The work is bounded: what was cut is said in the answer.
 */
#include "base/sort.h"
#include "judge/judge.h"

#define PAPERS_MAX 128
#define SETS_MAX 12

struct bits {
    uint64_t word[PAPERS_MAX / 64];
};

struct sets {
    struct bits items[SETS_MAX];
    size_t count;
};

struct papers {
    struct eval *eval;
    struct paper items[PAPERS_MAX];
    size_t count;
    bool cut;
    size_t sure;          /* papers that are needed in any case */
    bool question;        /* of a pathway: a paper needed in any case settles it too */
    struct str criterion; /* whose papers are being collected */
    struct str ask;
    struct document_kind document; /* label absent: those of the facts */
};

static bool covers(const struct bits *a, const struct bits *b)
{
    for (size_t i = 0; i < PAPERS_MAX / 64; i++)
        if ((b->word[i] & ~a->word[i]) != 0)
            return false;
    return true;
}

static int size_of(const struct bits *bits)
{
    int n = 0;

    for (size_t i = 0; i < PAPERS_MAX / 64; i++)
        n += __builtin_popcountll(bits->word[i]);
    return n;
}

/* Smaller sets first; among equals the one with the earlier paper. */
static int by_size(const void *a, const void *b)
{
    const struct bits *x = a, *y = b;
    int order = size_of(x) - size_of(y);

    for (size_t i = 0; order == 0 && i < PAPERS_MAX / 64; i++) {
        uint64_t differ = x->word[i] ^ y->word[i];

        if (differ != 0)
            return (x->word[i] & (differ & (0 - differ))) != 0 ? -1 : 1;
    }
    return order;
}

/* Adds a set unless one that it covers is there; drops those that cover it. */
static void sets_add(struct papers *papers, struct sets *sets, const struct bits *bits)
{
    size_t kept = 0;

    for (size_t i = 0; i < sets->count; i++)
        if (covers(bits, &sets->items[i]))
            return;
    for (size_t i = 0; i < sets->count; i++)
        if (!covers(&sets->items[i], bits))
            sets->items[kept++] = sets->items[i];
    sets->count = kept;
    if (sets->count == SETS_MAX) {
        papers->cut = true;
        sort_items(sets->items, sets->count, sizeof *sets->items, by_size);
        if (by_size(bits, &sets->items[SETS_MAX - 1]) < 0)
            sets->items[SETS_MAX - 1] = *bits;
        return;
    }
    sets->items[sets->count++] = *bits;
}

/* Every set of a with every set of b. */
static void multiply(struct papers *papers, struct sets *a, const struct sets *b)
{
    struct sets product = {.count = 0};

    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++) {
            struct bits both = a->items[i];

            for (size_t w = 0; w < PAPERS_MAX / 64; w++)
                both.word[w] |= b->items[k].word[w];
            sets_add(papers, &product, &both);
        }
    *a = product;
}

static void unite(struct papers *papers, struct sets *a, const struct sets *b)
{
    for (size_t i = 0; i < b->count; i++)
        sets_add(papers, a, &b->items[i]);
}

static void nothing_needed(struct sets *sets)
{
    memset(sets, 0, sizeof *sets);
    sets->count = 1;
}

static void put_paper(struct papers *papers, struct bits *bits, struct document_kind document)
{
    size_t i;

    if (papers->document.label.len > 0)
        document = papers->document;
    for (i = 0; i < papers->count; i++)
        if (str_equal(papers->items[i].document.label, document.label) &&
            (str_equal(papers->items[i].criterion, papers->criterion) ||
             (papers->question && i < papers->sure)))
            break;
    if (i == PAPERS_MAX) {
        papers->cut = true;
        return;
    }
    if (i == papers->count) {
        papers->items[i].criterion = papers->criterion;
        papers->items[i].document = document;
        papers->items[i].ask = papers->ask;
        papers->count++;
    }
    bits->word[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool silent(const struct value *value)
{
    return value->kind == KIND_NONE || value->conflict;
}

/* The papers behind one value: those of the facts and lists that are silent,
 * or of all of them where none is. */
static void val_papers(struct papers *papers, const struct val *val, bool all,
                       struct bits *bits)
{
    static const struct document_kind form = {{NULL, 0}, {"Request form", 12}};
    struct value value;

    if (val == NULL || val->op == VAL_CONST)
        return;
    if (val->op == VAL_ARITH || val->op == VAL_PICK) {
        for (size_t i = 0; i < val->arg_count; i++)
            val_papers(papers, val->args[i], all, bits);
        return;
    }
    value = eval_val(papers->eval, val);
    if (!all && !silent(&value))
        return;
    switch (val->op) {
    case VAL_FACT:
        put_paper(papers, bits, val->fact->document);
        break;
    case VAL_FIELD:
    case VAL_COUNT:
    case VAL_ROWS:
    case VAL_SUM:
    case VAL_LONGEST:
    case VAL_TOTAL:
        put_paper(papers, bits, val->list->document);
        break;
    case VAL_LINE:
    case VAL_ROOT:
    case VAL_ANSWER:
        put_paper(papers, bits, form);
        break;
    case VAL_CONST:
    case VAL_ARITH:
    case VAL_PICK:
    case VAL_PARAMETER:
    case VAL_BY_DATE:
    case VAL_SERVICE_DAY:
        break;
    }
}

static void leaf_sets(struct papers *papers, const struct expr *expr, struct sets *sets)
{
    struct bits none = {{0, 0}};
    struct bits *bits = &sets->items[0];

    nothing_needed(sets);
    if (expr->op == EXPR_FUNCTION) {
        const struct criterion *criterion = papers->eval->criterion;

        for (size_t i = 0; criterion != NULL && i < criterion->reads_fact_count; i++)
            if (silent(eval_fact(papers->eval, criterion->reads_facts[i])))
                put_paper(papers, bits, criterion->reads_facts[i]->document);
        for (size_t i = 0; criterion != NULL && i < criterion->reads_list_count; i++)
            put_paper(papers, bits, criterion->reads_lists[i]->document);
    } else if (expr->rec != NULL) {
        put_paper(papers, bits, expr->rec->list->document);
    } else {
        val_papers(papers, expr->left, false, bits);
        val_papers(papers, expr->operand.right, false, bits);
        val_papers(papers, expr->operand.right2, false, bits);
    }
    if (covers(&none, bits) && expr->left != NULL)
        val_papers(papers, expr->left, true, bits);
    if (covers(&none, bits))
        put_paper(papers, bits, (struct document_kind){{NULL, 0}, {NULL, 0}});
}

static void expr_sets(struct papers *papers, const struct expr *expr, enum finding want,
                      struct sets *sets);

/* At least n of the kids: enough of the open ones, in every choice of them. */
static void choose_sets(struct papers *papers, const struct expr *expr, size_t from, size_t need,
                        enum finding want, struct sets *sets)
{
    sets->count = 0;
    if (need == 0) {
        nothing_needed(sets);
        return;
    }
    for (size_t i = from; i < expr->kid_count && sets->count < SETS_MAX; i++) {
        struct sets kid, rest;

        if (eval_expr(papers->eval, expr->kids[i]) != FINDING_UNDOCUMENTED)
            continue;
        expr_sets(papers, expr->kids[i], want, &kid);
        choose_sets(papers, expr, i + 1, need - 1, want, &rest);
        multiply(papers, &kid, &rest);
        unite(papers, sets, &kid);
    }
}

static void at_least_sets(struct papers *papers, const struct expr *expr, enum finding want,
                          struct sets *sets)
{
    size_t met = 0, open = 0;

    for (size_t i = 0; i < expr->kid_count; i++) {
        enum finding kid = eval_expr(papers->eval, expr->kids[i]);

        met += kid == FINDING_MET;
        open += kid == FINDING_UNDOCUMENTED;
    }
    if (want == FINDING_MET)
        choose_sets(papers, expr, 0, expr->least - met, want, sets);
    else
        choose_sets(papers, expr, 0, met + open + 1 - expr->least, want, sets);
}

/* All kids have to become want (a product), or any of them (a union). */
static void kids_sets(struct papers *papers, const struct expr *expr, enum finding want,
                      bool every, struct sets *sets)
{
    if (every)
        nothing_needed(sets);
    else
        sets->count = 0;
    for (size_t i = 0; i < expr->kid_count; i++) {
        struct sets kid;

        if (eval_expr(papers->eval, expr->kids[i]) != FINDING_UNDOCUMENTED)
            continue;
        expr_sets(papers, expr->kids[i], want, &kid);
        if (every)
            multiply(papers, sets, &kid);
        else
            unite(papers, sets, &kid);
    }
}

/* The sets that could turn an undocumented expression into want. */
static void expr_sets(struct papers *papers, const struct expr *expr, enum finding want,
                      struct sets *sets)
{
    bool met = want == FINDING_MET;

    switch (expr->op) {
    case EXPR_ALL:
        kids_sets(papers, expr, want, met, sets);
        break;
    case EXPR_ANY:
        kids_sets(papers, expr, want, !met, sets);
        break;
    case EXPR_NONE:
    case EXPR_NEGATE:
        kids_sets(papers, expr, finding_negate(want), met, sets);
        break;
    case EXPR_AT_LEAST:
        at_least_sets(papers, expr, want, sets);
        break;
    case EXPR_TEST:
    case EXPR_SOME:
    case EXPR_EVERY:
    case EXPR_NO_RECORD:
    case EXPR_FUNCTION:
        leaf_sets(papers, expr, sets);
        break;
    }
    if (sets->count == 0)
        leaf_sets(papers, expr, sets);
}

static void criterion_sets(struct papers *papers, const struct criterion *criterion,
                           struct sets *sets)
{
    struct eval *eval = papers->eval;
    struct sets more;

    papers->criterion = criterion->id;
    papers->ask = criterion->ask;
    papers->document = criterion->document;
    eval->criterion = criterion;
    eval->accept_extracted = criterion->accepts_extracted;
    nothing_needed(sets);
    if (criterion->only_if != NULL &&
        eval_expr(eval, criterion->only_if) == FINDING_UNDOCUMENTED) {
        expr_sets(papers, criterion->only_if, FINDING_MET, &more);
        multiply(papers, sets, &more);
    }
    eval->presume_absent = criterion->presume_absent;
    if (criterion->met->op != EXPR_FUNCTION &&
        eval_expr(eval, criterion->met) == FINDING_UNDOCUMENTED) {
        expr_sets(papers, criterion->met, FINDING_MET, &more);
        multiply(papers, sets, &more);
    } else if (criterion->met->op == EXPR_FUNCTION) {
        leaf_sets(papers, criterion->met, &more);
        multiply(papers, sets, &more);
    }
    eval->presume_absent = false;
    eval->accept_extracted = false;
}

/* A pathway of which nobody knows whether it applies: settle that. */
static void pathway_sets(struct papers *papers, const struct pathway *pathway,
                         struct sets *sets)
{
    papers->criterion = pathway->id;
    papers->ask = pathway->says;
    papers->document = (struct document_kind){{NULL, 0}, {NULL, 0}};
    papers->question = true;
    expr_sets(papers, pathway->when, FINDING_NOT_MET, sets);
    if (pathway->unless != NULL &&
        eval_expr(papers->eval, pathway->unless) == FINDING_UNDOCUMENTED) {
        struct sets excepted;

        expr_sets(papers, pathway->unless, FINDING_MET, &excepted);
        unite(papers, sets, &excepted);
    }
    papers->question = false;
}

static size_t line_index(const struct judgement *out, int64_t sequence)
{
    for (size_t i = 0; i < out->line_count; i++)
        if (out->lines[i].sequence == sequence)
            return i + 1;
    return 0;
}

static const struct record *record_of(struct eval *eval, size_t line)
{
    if (line == 0 || eval->policy->lines == NULL)
        return NULL;
    return &eval_list(eval, eval->policy->lines)->items[line - 1];
}

/* Everything open in the criteria that certainly apply. */
static void sure_sets(struct papers *papers, const struct judgement *out, struct sets *all)
{
    for (size_t i = 0; i < out->criterion_count; i++) {
        const struct judged *judged = &out->criteria[i];
        struct sets sets;

        if (judged->finding != FINDING_UNDOCUMENTED || judged->candidate)
            continue;
        eval_line(papers->eval, record_of(papers->eval, line_index(out, judged->sequence)));
        criterion_sets(papers, judged->criterion, &sets);
        multiply(papers, all, &sets);
    }
}

/* The open criteria of one candidate pathway on one line; false if one of them
 * is not met, so that no paper can make the pathway pass. */
static bool inside_sets(struct papers *papers, const struct judgement *out,
                        const struct pathway *pathway, size_t line, struct sets *inside)
{
    int64_t sequence = line == 0 ? -1 : out->lines[line - 1].sequence;

    nothing_needed(inside);
    for (size_t i = 0; i < out->criterion_count; i++) {
        const struct judged *judged = &out->criteria[i];
        struct sets sets;

        if (judged->criterion->pathway != pathway || judged->sequence != sequence)
            continue;
        if (judged->finding == FINDING_NOT_MET)
            return false;
        if (judged->finding != FINDING_UNDOCUMENTED)
            continue;
        criterion_sets(papers, judged->criterion, &sets);
        multiply(papers, inside, &sets);
    }
    return true;
}

static void candidate_sets(struct papers *papers, const struct judgement *out,
                           const enum finding *pathways, struct sets *all)
{
    const struct policy *policy = papers->eval->policy;

    for (size_t at = 0; at < policy->pathway_count * (out->line_count + 1); at++) {
        const struct pathway *pathway = &policy->pathways[at % policy->pathway_count];
        size_t line = at / policy->pathway_count;
        struct sets outside, inside;
        struct bits none = {{0, 0}};

        if (pathways[at] != FINDING_UNDOCUMENTED || pathway->per_line != (line > 0))
            continue;
        eval_line(papers->eval, record_of(papers->eval, line));
        if (inside_sets(papers, out, pathway, line, &inside)) {
            if (inside.count == 1 && covers(&none, &inside.items[0]))
                continue; /* it passes whether it applies or not */
            pathway_sets(papers, pathway, &outside);
            unite(papers, &inside, &outside);
        } else {
            pathway_sets(papers, pathway, &inside);
        }
        multiply(papers, all, &inside);
    }
}

static void write_sets(struct papers *papers, struct sets *all, struct judgement *out)
{
    struct paper_set *sets = eval_take(papers->eval, all->count, sizeof *sets);

    sort_items(all->items, all->count, sizeof *all->items, by_size);
    for (size_t i = 0; sets != NULL && i < all->count; i++) {
        struct paper *list =
            eval_take(papers->eval, (size_t)size_of(&all->items[i]), sizeof *list);

        for (size_t k = 0; list != NULL && k < papers->count; k++)
            if (all->items[i].word[k / 64] >> (k % 64) & 1)
                list[sets[i].count++] = papers->items[k];
        sets[i].papers = list;
    }
    out->missing = sets;
    out->missing_count = sets == NULL ? 0 : all->count;
    out->missing_cut = papers->cut;
}

void judge_missing(struct eval *eval, const enum finding *pathways, struct judgement *out)
{
    struct papers *papers;
    struct sets all;
    struct bits none = {{0, 0}};

    if (out->recommendation == RECOMMEND_APPROVE)
        return;
    papers = eval_take(eval, 1, sizeof *papers);
    if (papers == NULL)
        return;
    papers->eval = eval;
    eval->gathered = NULL;
    nothing_needed(&all);
    sure_sets(papers, out, &all);
    papers->sure = papers->count;
    candidate_sets(papers, out, pathways, &all);
    eval_line(eval, NULL);
    if (!(all.count == 1 && covers(&none, &all.items[0])))
        write_sets(papers, &all, out);
}
