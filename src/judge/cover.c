/*
 * cover.c - what one case shows of a policy's tests; see cover.h.
 */
#include "judge/cover.h"

#include <ctype.h>

#define FIRST_DAY civil_day(2015, 10, 1) /* of ICD-10-CM */

struct covering {
    struct eval *eval;
    unsigned **parameters; /* by parameter, then by its dated values */
    unsigned *sets;
};

static unsigned bit_of(enum finding finding)
{
    static const unsigned bits[] = {[FINDING_NOT_MET] = COVER_NOT_MET,
                                    [FINDING_UNDOCUMENTED] = COVER_UNDOCUMENTED,
                                    [FINDING_MET] = COVER_MET,
                                    [FINDING_NOT_APPLICABLE] = COVER_NOT_APPLICABLE};

    return bits[finding];
}

/* ---- parameters ------------------------------------------------------------- */

static void mark_parameter(struct covering *covering, const struct parameter *parameter,
                           enum finding finding)
{
    const struct policy *policy = covering->eval->policy;
    const struct val *used =
        eval_in_force(covering->eval, parameter->values, parameter->value_count);

    for (size_t i = 0; i < parameter->value_count; i++)
        if (parameter->values[i].val == used)
            covering->parameters[parameter - policy->parameters][i] |= bit_of(finding);
}

/* Every parameter that went into a value which was compared with that outcome. */
static void mark_val(struct covering *covering, const struct val *val, enum finding finding)
{
    struct eval *eval = covering->eval;
    struct value word;

    if (val == NULL)
        return;
    if (val->op == VAL_PARAMETER)
        mark_parameter(covering, val->parameter, finding);
    if (val->op == VAL_BY_DATE)
        mark_val(covering, eval_in_force(eval, val->dated, val->dated_count), finding);
    if (val->op == VAL_ARITH)
        for (size_t i = 0; i < val->arg_count; i++)
            mark_val(covering, val->args[i], finding);
    if (val->op != VAL_PICK)
        return;
    word = eval_val(eval, val->args[0]);
    for (size_t i = 0; i < val->choice_count; i++)
        if (word.text.at != NULL && str_equal(val->choices[i].choice, word.text))
            mark_val(covering, val->choices[i].val, finding);
}

/* ---- sets of codes ---------------------------------------------------------- */

/* The next code of "cpt:64479-64480, M54.1*", in normal form; 0: there is none. */
static size_t next_code(struct str *rest, char code[16])
{
    const char *comma, *colon;
    size_t len = 0;

    while (rest->len > 0 && !isalnum((unsigned char)rest->at[0])) {
        rest->at++;
        rest->len--;
    }
    comma = memchr(rest->at, ',', rest->len);
    colon = memchr(rest->at, ':', comma == NULL ? rest->len : (size_t)(comma - rest->at));
    if (colon != NULL) {
        rest->len -= (size_t)(colon - rest->at);
        rest->at = colon;
    }
    for (; rest->len > 0; rest->at++, rest->len--) {
        unsigned char byte = (unsigned char)rest->at[0];

        if (isalnum(byte) && len < 16)
            code[len++] = (char)toupper(byte);
        else if (byte != '.' && byte != ':')
            break;
    }
    return len;
}

/* Both begin with the same three characters, or one where a category is meant. */
static bool is_near(struct str text, struct str asked)
{
    char code[16], one[16];
    size_t len = next_code(&asked, code), one_len;

    while ((one_len = next_code(&text, one)) > 0) {
        size_t same = 0;

        while (same < len && same < one_len && code[same] == one[same])
            same++;
        if (same >= (one_len > 3 ? 3 : 1))
            return true;
    }
    return false;
}

/* Was it billable then, and is no longer? */
static bool is_ended(const struct codes *codes, struct str system, struct str code, day_t now,
                     day_t then)
{
    enum code_status status = codes_status(codes, system, code, now, NULL);

    return status == CODE_EXPIRED ||
           (status == CODE_HEADER &&
            codes_status(codes, system, code, then, NULL) == CODE_BILLABLE);
}

static void mark_code(struct covering *covering, const struct codeset *set, struct str system,
                      struct str code)
{
    const struct policy *policy = covering->eval->policy;
    day_t on = covering->eval->on.first;
    unsigned bits = 0;

    for (size_t i = 0; i < policy->set_count; i++) {
        if (policy->sets[i] != set)
            continue;
        if (is_ended(covering->eval->codes, system, code, on, FIRST_DAY))
            bits = COVER_RETIRED;
        else if (codeset_has(set, system, code, on))
            bits = COVER_MEMBER;
        else if (is_near(policy->set_texts[i], code))
            bits = COVER_NEAR_MISS;
        covering->sets[i] |= bits;
        return;
    }
}

static void mark_codes(struct covering *covering, const struct operand *operand,
                       const struct value *value)
{
    const struct value *all = value->all_count > 1 ? value->all : value;
    size_t count = value->all_count > 1 ? value->all_count : 1;

    if (operand->set == NULL || value->kind != KIND_CODE)
        return;
    for (size_t i = 0; i < count; i++)
        mark_code(covering, operand->set, all[i].system, all[i].text);
}

/* Did a member end before the policy does? */
struct ending {
    const struct eval *eval;
    day_t last;
    bool found;
};

static bool ends(void *context, const struct code_entry *entry)
{
    struct ending *ending = context;

    const struct codes *codes = ending->eval->codes;
    char code[CODE_SHOWN];

    if (entry->to >= ending->last)
        return true;
    /* A code may go on in another state, under a new title. */
    code_show(entry->system, entry->key, code);
    ending->found = is_ended(codes, str_of(codes_system_name(codes, entry->system)),
                             str_of(code), entry->to + 1, entry->to);
    return !ending->found;
}

static bool has_retired(const struct eval *eval, const struct codeset *set)
{
    struct ending ending = {eval, eval->policy->has_to ? eval->policy->to : DAY_MAX - 1, false};

    codeset_each(set, FIRST_DAY, ends, &ending);
    if (!ending.found)
        codeset_each(set, eval->policy->from, ends, &ending);
    for (day_t day = codes_next_release(eval->codes, DAY_MIN);
         day < ending.last && !ending.found; day = codes_next_release(eval->codes, day))
        codeset_each(set, day, ends, &ending);
    return ending.found;
}

/* ---- the walk --------------------------------------------------------------- */

static void walk_val(struct covering *covering, const struct val *val);

/* One comparison, made again. */
static enum finding walk_operand(struct covering *covering, const struct operand *operand,
                                 const struct value *left)
{
    enum finding finding = eval_operand(covering->eval, operand, left);

    mark_val(covering, operand->right, finding);
    mark_val(covering, operand->right2, finding);
    mark_codes(covering, operand, left);
    return finding;
}

/* The bound of a list by date, as the test that it is. */
static void walk_bound(struct covering *covering, enum test test, const struct val *bound,
                       const struct value *date)
{
    struct operand operand = {.test = test, .right = bound};

    if (bound == NULL)
        return;
    walk_val(covering, bound);
    walk_operand(covering, &operand, date);
}

static enum finding walk_filters(struct covering *covering, const struct list *list,
                                 const struct filter *where, size_t count,
                                 const struct record *record)
{
    enum finding sure = FINDING_MET;

    for (size_t i = 0; i < count && sure != FINDING_NOT_MET; i++)
        sure = finding_and(sure, walk_operand(covering, &where[i].operand,
                                              eval_field(covering->eval, list, record,
                                                         where[i].field)));
    return sure;
}

/* Each record as far as it is looked at: what fails a filter has no window. */
static void walk_rec(struct covering *covering, const struct rec *rec,
                     const struct filter *further, size_t further_count)
{
    const struct record_list *records = eval_list(covering->eval, rec->list);

    for (size_t i = 0; i < records->count; i++) {
        const struct record *record = &records->items[i];
        const struct value *date;

        if (walk_filters(covering, rec->list, rec->where, rec->where_count, record) ==
            FINDING_NOT_MET)
            continue;
        if (rec->list->date >= 0) {
            date = eval_field(covering->eval, rec->list, record, (size_t)rec->list->date);
            walk_bound(covering, TEST_WITHIN, rec->within, date);
            walk_bound(covering, TEST_LESS_THAN, rec->before, date);
            walk_bound(covering, TEST_MORE_THAN, rec->after, date);
            walk_bound(covering, TEST_AT_LEAST, rec->on_or_after, date);
        }
        walk_filters(covering, rec->list, further, further_count, record);
    }
}

static void walk_val(struct covering *covering, const struct val *val)
{
    if (val == NULL)
        return;
    if (val->rec != NULL)
        walk_rec(covering, val->rec, NULL, 0);
    for (size_t i = 0; i < val->arg_count; i++)
        walk_val(covering, val->args[i]);
}

static void walk_expr(struct covering *covering, const struct expr *expr)
{
    struct value left;
    enum finding finding;

    if (expr == NULL || covering->eval->failed)
        return;
    for (size_t i = 0; i < expr->kid_count; i++)
        walk_expr(covering, expr->kids[i]);
    if (expr->rec != NULL)
        walk_rec(covering, expr->rec, expr->where, expr->where_count);
    if (expr->op != EXPR_TEST)
        return;
    walk_val(covering, expr->left);
    walk_val(covering, expr->operand.right);
    walk_val(covering, expr->operand.right2);
    left = eval_val(covering->eval, expr->left);
    finding = walk_operand(covering, &expr->operand, &left);
    mark_val(covering, expr->left, finding);
}

/* A pathway or a safeguard, which a documented exception keeps from applying. */
static enum finding applies(struct eval *eval, const struct expr *when, const struct expr *unless)
{
    enum finding finding = eval_expr(eval, when);

    if (finding != FINDING_NOT_MET && unless != NULL &&
        eval_expr(eval, unless) == FINDING_MET)
        return FINDING_NOT_MET;
    return finding;
}

/* Everything that looks at the line under review, or everything that does not. */
static void walk_level(struct covering *covering, unsigned *pathways, unsigned *safeguards)
{
    struct eval *eval = covering->eval;
    const struct policy *policy = eval->policy;

    for (size_t i = 0; i < policy->pathway_count; i++) {
        const struct pathway *pathway = &policy->pathways[i];

        if (pathway->per_line != (eval->line != NULL))
            continue;
        walk_expr(covering, pathway->when);
        walk_expr(covering, pathway->unless);
        pathways[i] |= bit_of(applies(eval, pathway->when, pathway->unless));
    }
    for (size_t i = 0; i < policy->criterion_count; i++) {
        const struct criterion *criterion = &policy->criteria[i];

        if (criterion->per_line != (eval->line != NULL))
            continue;
        eval->accept_extracted = criterion->accepts_extracted;
        walk_expr(covering, criterion->met);
        walk_expr(covering, criterion->unless);
        walk_expr(covering, criterion->only_if);
        eval->accept_extracted = false;
    }
    for (size_t i = 0; i < policy->safeguard_count; i++) {
        const struct safeguard *guard = &policy->safeguards[i];

        if (guard->per_line != (eval->line != NULL))
            continue;
        walk_expr(covering, guard->when);
        walk_expr(covering, guard->unless);
        safeguards[i] |= bit_of(applies(eval, guard->when, guard->unless));
    }
}

static void walk_all(struct covering *covering, const struct judgement *judgement,
                     unsigned *pathways, unsigned *safeguards)
{
    struct eval *eval = covering->eval;
    const struct list *lines = eval->policy->lines;

    eval->gathered = NULL;
    eval->presume_absent = false;
    eval_line(eval, NULL);
    walk_level(covering, pathways, safeguards);
    for (size_t i = 0; i < judgement->line_count; i++) {
        const struct judged_line *line = &judgement->lines[i];

        mark_code(covering, eval->policy->covers, line->system, line->code);
        if (lines == NULL || i >= eval_list(eval, lines)->count)
            continue;
        eval_line(eval, &eval_list(eval, lines)->items[i]);
        walk_level(covering, pathways, safeguards);
    }
}

/* ---- what is possible --------------------------------------------------------- */

#define CLEAR (COVER_MET | COVER_NOT_MET)
#define ALL_THREE (CLEAR | COVER_UNDOCUMENTED)

/* Does something always stand there? */
static bool always_there(const struct field *field)
{
    for (size_t i = 0; i < field->way_count; i++)
        if (field->ways[i].kind == WAY_CONST)
            return true;
    return str_is(field->name, "code") || str_is(field->name, "sequence");
}

static bool filters_are_sure(const struct list *list, const struct filter *where, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!always_there(&list->fields[where[i].field]))
            return false;
    return true;
}

/* The lines of the request, told apart by what every line has. */
static bool is_sure(const struct rec *rec)
{
    return str_is(rec->list->name, "lines") && rec->same_count == 0 && rec->within == NULL &&
           rec->before == NULL && rec->after == NULL && rec->on_or_after == NULL &&
           filters_are_sure(rec->list, rec->where, rec->where_count);
}

/* May nothing be on file about it? */
static bool may_be_silent(const struct val *val)
{
    if (val == NULL || val->op == VAL_CONST || val->op == VAL_PARAMETER ||
        val->op == VAL_SERVICE_DAY)
        return false;
    if (val->op == VAL_LINE)
        return !always_there(&val->list->fields[val->field]);
    if (val->op == VAL_COUNT || val->op == VAL_ROWS)
        return !is_sure(val->rec);
    if (val->op != VAL_ARITH)
        return true;
    for (size_t i = 0; i < val->arg_count; i++)
        if (may_be_silent(val->args[i]))
            return true;
    return false;
}

/* Can a case say that the list is whole, so that nothing matching means none? */
static bool may_be_closed(const struct list *list)
{
    return list->root || list->closed || list->closed_by.len > 0;
}

/* Of an open list, one record is there or nobody said. */
static unsigned possible_count(const struct val *left, const struct operand *operand)
{
    const struct val *bound = operand->right;

    if ((left->op != VAL_COUNT && left->op != VAL_ROWS) || may_be_closed(left->rec->list) ||
        bound == NULL || bound->op != VAL_CONST)
        return ALL_THREE;
    if ((operand->test == TEST_AT_LEAST && bound->number <= 1) ||
        (operand->test == TEST_MORE_THAN && bound->number < 1))
        return COVER_MET | COVER_UNDOCUMENTED;
    if ((operand->test == TEST_AT_MOST && bound->number < 1) ||
        (operand->test == TEST_LESS_THAN && bound->number <= 1))
        return COVER_NOT_MET | COVER_UNDOCUMENTED;
    return ALL_THREE;
}

static unsigned possible_test(const struct expr *expr)
{
    const struct operand *operand = &expr->operand;
    bool silent = may_be_silent(expr->left) || may_be_silent(operand->right) ||
                  may_be_silent(operand->right2);

    if (operand->test == TEST_AGREES_WITH)
        return COVER_MET | COVER_UNDOCUMENTED;
    if (operand->test == TEST_PRESENT)
        return COVER_MET | (silent ? COVER_UNDOCUMENTED : 0);
    return possible_count(expr->left, operand) & (silent ? ALL_THREE : CLEAR);
}

static unsigned negated(unsigned can)
{
    return (can & COVER_UNDOCUMENTED) | (can & COVER_MET ? COVER_NOT_MET : 0) |
           (can & COVER_NOT_MET ? COVER_MET : 0);
}

static unsigned possible(const struct expr *expr);

static unsigned possible_group(const struct expr *expr)
{
    size_t met = 0, not_met = 0, least = expr->kid_count;
    unsigned can = 0;

    for (size_t i = 0; i < expr->kid_count; i++) {
        unsigned kid = possible(expr->kids[i]);

        met += (kid & COVER_MET) != 0;
        not_met += (kid & COVER_NOT_MET) != 0;
        can |= kid & COVER_UNDOCUMENTED;
    }
    if (expr->op == EXPR_AT_LEAST)
        least = expr->least;
    else if (expr->op != EXPR_ALL)
        least = 1;
    can |= met >= least ? COVER_MET : 0;
    can |= not_met > expr->kid_count - least ? COVER_NOT_MET : 0;
    return expr->op == EXPR_NONE || expr->op == EXPR_NEGATE ? negated(can) : can;
}

/* The findings that some case could give, as far as the form of it tells. */
static unsigned possible(const struct expr *expr)
{
    if (expr->rec != NULL && is_sure(expr->rec) &&
        filters_are_sure(expr->rec->list, expr->where, expr->where_count))
        return CLEAR;
    switch (expr->op) {
    case EXPR_TEST:
        return possible_test(expr);
    case EXPR_SOME:
        return may_be_closed(expr->rec->list) ? ALL_THREE : COVER_MET | COVER_UNDOCUMENTED;
    case EXPR_NO_RECORD:
        return may_be_closed(expr->rec->list) ? ALL_THREE : COVER_NOT_MET | COVER_UNDOCUMENTED;
    case EXPR_EVERY:
    case EXPR_FUNCTION:
        return ALL_THREE;
    case EXPR_ALL:
    case EXPR_ANY:
    case EXPR_NONE:
    case EXPR_AT_LEAST:
    case EXPR_NEGATE:
        break;
    }
    return possible_group(expr);
}

static unsigned possible_of(const struct criterion *criterion)
{
    unsigned can = possible(criterion->met);

    if (criterion->presume_absent)
        can &= CLEAR;
    if (criterion->only_if != NULL)
        can |= possible(criterion->only_if) & COVER_UNDOCUMENTED;
    if (criterion->ask.len == 0)
        can &= CLEAR; /* its author knows of no silence */
    return can | (criterion->unless != NULL ? COVER_EXCEPTED : 0);
}

static void mark_possible(const struct policy *policy, unsigned *criteria, unsigned *pathways,
                          unsigned *safeguards)
{
    for (size_t i = 0; i < policy->criterion_count; i++)
        criteria[i] |= possible_of(&policy->criteria[i]) << COVER_CAN;
    for (size_t i = 0; i < policy->pathway_count; i++)
        pathways[i] |= (possible(policy->pathways[i].when) |
                        (policy->pathways[i].unless != NULL ? COVER_NOT_MET : 0))
                       << COVER_CAN;
    for (size_t i = 0; i < policy->safeguard_count; i++)
        safeguards[i] |= (possible(policy->safeguards[i].when) |
                          (policy->safeguards[i].unless != NULL ? COVER_NOT_MET : 0))
                         << COVER_CAN;
}

/* ---- writing ---------------------------------------------------------------- */

static void put_bits(struct buf *out, const char *name, const unsigned *bits, size_t count)
{
    buf_puts(out, name);
    buf_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_putc(out, ',');
        buf_put_int(out, bits[i]);
    }
    buf_putc(out, ']');
}

static void mark_criteria(const struct judgement *judgement, unsigned *bits)
{
    for (size_t i = 0; i < judgement->criterion_count; i++) {
        const struct judged *judged = &judgement->criteria[i];
        size_t at = (size_t)(judged->criterion - judgement->policy->criteria);

        bits[at] |= judged->excepted ? COVER_EXCEPTED : bit_of(judged->finding);
    }
}

static void put_parameters(struct covering *covering, struct buf *out)
{
    const struct policy *policy = covering->eval->policy;

    buf_puts(out, ",\"parameters\":[");
    for (size_t i = 0; i < policy->parameter_count; i++)
        put_bits(out, i == 0 ? "" : ",", covering->parameters[i],
                 policy->parameters[i].value_count);
    buf_puts(out, "]");
}

static bool prepare(struct covering *covering, unsigned **criteria, unsigned **pathways,
                    unsigned **safeguards)
{
    struct eval *eval = covering->eval;
    const struct policy *policy = eval->policy;

    *criteria = eval_take(eval, policy->criterion_count, sizeof **criteria);
    *pathways = eval_take(eval, policy->pathway_count, sizeof **pathways);
    *safeguards = eval_take(eval, policy->safeguard_count, sizeof **safeguards);
    covering->sets = eval_take(eval, policy->set_count, sizeof *covering->sets);
    covering->parameters = eval_take(eval, policy->parameter_count, sizeof(unsigned *));
    for (size_t i = 0; covering->parameters != NULL && i < policy->parameter_count; i++)
        covering->parameters[i] = eval_take(eval, policy->parameters[i].value_count,
                                            sizeof **covering->parameters);
    return !eval->failed;
}

bool cover_write(struct eval *eval, const struct judgement *judgement, struct buf *out)
{
    const struct policy *policy = eval->policy;
    struct covering covering = {eval, NULL, NULL};
    unsigned *criteria, *pathways, *safeguards;

    if (!prepare(&covering, &criteria, &pathways, &safeguards))
        return false;
    mark_criteria(judgement, criteria);
    mark_possible(policy, criteria, pathways, safeguards);
    walk_all(&covering, judgement, pathways, safeguards);
    for (size_t i = 0; i < policy->set_count; i++)
        covering.sets[i] |= has_retired(eval, policy->sets[i]) ? COVER_HAS_RETIRED : 0;
    put_bits(out, "{\"criteria\":", criteria, policy->criterion_count);
    put_parameters(&covering, out);
    put_bits(out, ",\"pathways\":", pathways, policy->pathway_count);
    buf_puts(out, ",\"policy\":");
    buf_put_json(out, policy->id.at, policy->id.len);
    put_bits(out, ",\"safeguards\":", safeguards, policy->safeguard_count);
    put_bits(out, ",\"sets\":", covering.sets, policy->set_count);
    buf_puts(out, ",\"version\":");
    buf_put_json(out, policy->version.at, policy->version.len);
    buf_putc(out, '}');
    return !eval->failed;
}
