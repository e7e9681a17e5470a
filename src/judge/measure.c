/*
 * measure.c - what is measured over records: counts, sums, durations, the newest.
 *
 * Records that match for sure give the low end of a measure, those that may
 * match raise its high end. In an open list without one sure match there is
 * nothing to measure: nobody said.
 */
#include <math.h>

#include "base/sort.h"
#include "judge/eval.h"

/* The records that match, with how surely. */
struct matched {
    const struct record **items;
    enum finding *sure;
    size_t count;
    size_t sure_count;
};

static struct matched match(struct eval *eval, const struct rec *rec)
{
    const struct record_list *records = eval_list(eval, rec->list);
    struct matched matched = {NULL, NULL, 0, 0};

    matched.items = eval_take(eval, records->count, sizeof *matched.items);
    matched.sure = eval_take(eval, records->count, sizeof *matched.sure);
    if (matched.items == NULL || matched.sure == NULL)
        return (struct matched){NULL, NULL, 0, 0};
    for (size_t i = 0; i < records->count; i++) {
        enum finding sure = eval_matches(eval, rec, &records->items[i]);

        if (sure == FINDING_NOT_MET)
            continue;
        matched.items[matched.count] = &records->items[i];
        matched.sure[matched.count++] = sure;
        matched.sure_count += sure == FINDING_MET;
    }
    return matched;
}

static const struct value *date_of(struct eval *eval, const struct list *list,
                                   const struct record *record)
{
    return list->date < 0 ? &value_none
                          : eval_field(eval, list, record, (size_t)list->date);
}

/* Joins the traces of another value to those of value. */
static void join_traces(struct eval *eval, struct value *value, const struct value *from)
{
    for (const struct trace *trace = from->trace; trace != NULL; trace = trace->older) {
        struct trace *copy = eval_take(eval, 1, sizeof *copy);

        if (copy == NULL)
            return;
        *copy = *trace;
        copy->older = value->trace;
        value->trace = copy;
    }
}

/* Dates the records, or at least names them, as evidence of a count. */
static void trace_records(struct eval *eval, struct value *value, const struct list *list,
                          const struct matched *matched)
{
    for (size_t i = 0; i < matched->count && i < EVIDENCE_MAX; i++) {
        const struct value *date = date_of(eval, list, matched->items[i]);

        if (date->kind != KIND_NONE)
            join_traces(eval, value, date);
        else
            eval_trace(eval, value, list->name, str_of("record"), str_of(NULL), NULL,
                       matched->items[i]->at.src);
    }
}

static int by_day(const void *a, const void *b)
{
    const struct day_span *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->last > y->last) - (x->last < y->last);
}

/* How many different dates the matches with at least that certainty have; an
 * undated record counts as a date of its own. */
static double distinct_dates(struct eval *eval, const struct list *list,
                             const struct matched *matched, enum finding least)
{
    struct day_span *days = eval_take(eval, matched->count, sizeof *days);
    size_t n = 0, undated = 0, distinct = 0;

    for (size_t i = 0; days != NULL && i < matched->count; i++) {
        const struct value *date = date_of(eval, list, matched->items[i]);

        if (matched->sure[i] < least)
            continue;
        if (date->kind == KIND_DATE)
            days[n++] = date->from;
        else
            undated++;
    }
    if (n > 1)
        sort_items(days, n, sizeof *days, by_day);
    for (size_t i = 0; i < n; i++)
        distinct += i == 0 || by_day(&days[i - 1], &days[i]) != 0;
    return (double)(distinct + undated);
}

static struct value distinct_value(struct eval *eval, const struct list *list,
                                   const struct matched *matched)
{
    double most = distinct_dates(eval, list, matched, FINDING_UNDOCUMENTED);

    return value_interval(matched->sure_count == matched->count
                              ? most
                              : distinct_dates(eval, list, matched, FINDING_MET),
                          most);
}

static struct value count_value(struct eval *eval, const struct val *val,
                                const struct matched *matched)
{
    const struct list *list = val->rec->list;
    struct value value;

    if (val->op == VAL_ROWS)
        value = value_interval((double)matched->sure_count, (double)matched->count);
    else
        value = distinct_value(eval, list, matched);
    trace_records(eval, &value, list, matched);
    return value;
}

static struct value sum_value(struct eval *eval, const struct val *val,
                              const struct matched *matched)
{
    struct value sum = value_number(0);

    for (size_t i = 0; i < matched->count; i++) {
        const struct value *field = eval_field(eval, val->list, matched->items[i], val->field);

        join_traces(eval, &sum, field);
        if (field->conflict)
            sum.conflict = true;
        if (field->kind != KIND_NUMBER) {
            sum.hi = INFINITY; /* it has one, nobody said which */
            continue;
        }
        sum.lo += matched->sure[i] == FINDING_MET ? field->lo : 0;
        sum.hi += field->hi;
    }
    return sum;
}

static struct value longest_value(struct eval *eval, const struct val *val,
                                  const struct matched *matched)
{
    struct value longest = value_none;
    double high = 0;

    for (size_t i = 0; i < matched->count; i++) {
        const struct value *field = eval_field(eval, val->list, matched->items[i], val->field);
        double least, most;

        if (field->kind != KIND_DURATION || field->conflict)
            continue;
        value_days(field, &least, &most);
        high = most > high ? most : high;
        if (matched->sure[i] == FINDING_MET &&
            (longest.kind == KIND_NONE || value_more_than(field, &longest) == FINDING_MET))
            longest = *field;
    }
    if (longest.kind != KIND_NONE) {
        double least, most;

        value_days(&longest, &least, &most);
        if (high > most) {
            struct value open = value_duration(least, UNIT_DAYS);

            open.hi = high;
            open.trace = longest.trace;
            longest = open;
        }
    }
    return longest;
}

/* Days covered by at least one of the spans. */
static double union_days(struct day_span *spans, size_t count)
{
    double total = 0;
    struct day_span now;

    if (count == 0)
        return 0;
    sort_items(spans, count, sizeof *spans, by_day);
    now = spans[0];
    for (size_t i = 1; i < count; i++) {
        if (spans[i].first <= now.last) {
            now.last = spans[i].last > now.last ? spans[i].last : now.last;
            continue;
        }
        total += now.last - now.first;
        now = spans[i];
    }
    return total + (now.last - now.first);
}

static struct value total_value(struct eval *eval, const struct val *val,
                                const struct matched *matched)
{
    struct value total = value_duration(0, UNIT_DAYS);
    struct day_span *sure = eval_take(eval, matched->count, sizeof *sure);
    struct day_span *all = eval_take(eval, matched->count, sizeof *all);
    size_t sure_count = 0, all_count = 0, said = 0;
    double stated_low = 0, stated_high = 0;

    for (size_t i = 0; sure != NULL && all != NULL && i < matched->count; i++) {
        const struct value *field = eval_field(eval, val->list, matched->items[i], val->field);
        bool is_sure = matched->sure[i] == FINDING_MET;

        if (field->kind != KIND_DURATION || field->conflict)
            continue;
        join_traces(eval, &total, field);
        said += is_sure;
        if (!field->anchored) {
            stated_low = is_sure && field->lo > stated_low ? field->lo : stated_low;
            stated_high += field->hi;
            continue;
        }
        if (is_sure && field->to.first >= field->from.last)
            sure[sure_count++] = (struct day_span){field->from.last, field->to.first};
        all[all_count++] = (struct day_span){field->from.first, field->to.last};
    }
    if (said == 0)
        return value_none;
    total.lo = union_days(sure, sure_count);
    total.lo = total.lo > stated_low ? total.lo : stated_low;
    total.hi = union_days(all, all_count) + stated_high;
    return total;
}

/* Of a list that a case may declare whole, and does not, there may be more:
 * three sessions on file are no proof that there were not five. */
static struct value open_ended(struct eval *eval, const struct rec *rec, struct value value)
{
    if (rec->list->closed_by.len > 0 && !eval_closed(eval, rec))
        value.hi = INFINITY;
    return value;
}

struct value eval_measure(struct eval *eval, const struct val *val)
{
    struct matched matched = match(eval, val->rec);

    if (matched.sure_count == 0 && (matched.count > 0 || !eval_closed(eval, val->rec))) {
        struct value open;

        if (!eval_closed(eval, val->rec) || (val->op != VAL_COUNT && val->op != VAL_ROWS))
            return value_none;
        open = count_value(eval, val, &matched);
        return open;
    }
    switch (val->op) {
    case VAL_COUNT:
    case VAL_ROWS:
        return open_ended(eval, val->rec, count_value(eval, val, &matched));
    case VAL_SUM:
        return open_ended(eval, val->rec, sum_value(eval, val, &matched));
    case VAL_LONGEST:
        return matched.count == 0 ? value_duration(0, UNIT_DAYS)
                                  : longest_value(eval, val, &matched);
    case VAL_TOTAL:
        return matched.count == 0 ? value_duration(0, UNIT_DAYS)
                                  : total_value(eval, val, &matched);
    case VAL_CONST:
    case VAL_FACT:
    case VAL_FIELD:
    case VAL_LINE:
    case VAL_ROOT:
    case VAL_ANSWER:
    case VAL_ARITH:
    case VAL_PICK:
    case VAL_PARAMETER:
    case VAL_BY_DATE:
    case VAL_SERVICE_DAY:
        break;
    }
    return value_none;
}

/* Is a before b in the order of the pick? Not met or undocumented: not surely. */
static enum finding goes_first(struct eval *eval, const struct val *val, const struct record *a,
                               const struct record *b)
{
    const struct value *x, *y;
    bool high;

    if (val->pick == PICK_LATEST || val->pick == PICK_EARLIEST) {
        x = date_of(eval, val->list, a);
        y = date_of(eval, val->list, b);
        high = val->pick == PICK_LATEST;
    } else {
        x = eval_field(eval, val->list, a, val->pick_field);
        y = eval_field(eval, val->list, b, val->pick_field);
        high = (val->pick == PICK_WORST) != val->list->fields[val->pick_field].low_is_worst;
    }
    return high ? value_more_than(x, y) : value_more_than(y, x);
}

/* The best of the sure matches; *rival is set if another record may go first. */
static const struct record *picked(struct eval *eval, const struct val *val,
                                   const struct matched *matched, bool *rival)
{
    const struct record *best = NULL;

    *rival = false;
    for (size_t i = 0; i < matched->count; i++)
        if (matched->sure[i] == FINDING_MET &&
            (best == NULL || goes_first(eval, val, matched->items[i], best) == FINDING_MET))
            best = matched->items[i];
    for (size_t i = 0; best != NULL && i < matched->count; i++)
        if (matched->items[i] != best && matched->sure[i] != FINDING_MET &&
            goes_first(eval, val, matched->items[i], best) != FINDING_NOT_MET)
            *rival = true;
    return best;
}

/* Other sure records of the same date may fill in a field, or contradict it. */
static struct value merge_same_date(struct eval *eval, const struct val *val,
                                    const struct matched *matched, const struct record *best)
{
    struct value value = *eval_field(eval, val->list, best, val->field);
    const struct value *day = date_of(eval, val->list, best);

    for (size_t i = 0; i < matched->count; i++) {
        const struct value *other, *other_day;

        if (matched->items[i] == best || matched->sure[i] != FINDING_MET)
            continue;
        other_day = date_of(eval, val->list, matched->items[i]);
        if (day->kind != KIND_DATE || other_day->kind != KIND_DATE ||
            value_is(day, other_day) != FINDING_MET)
            continue;
        other = eval_field(eval, val->list, matched->items[i], val->field);
        if (value.kind == KIND_NONE) {
            value = *other;
        } else if (other->kind != KIND_NONE && !value_same(&value, other)) {
            join_traces(eval, &value, other);
            value.conflict = true;
        }
    }
    return value;
}

struct value eval_picked(struct eval *eval, const struct val *val)
{
    struct matched matched = match(eval, val->rec);
    bool rival;
    const struct record *best = picked(eval, val, &matched, &rival);
    struct value value;

    if (best == NULL)
        return value_none;
    value = merge_same_date(eval, val, &matched, best);
    if (rival) {
        struct value unsure = value_none;

        unsure.trace = value.trace;
        return unsure;
    }
    return value;
}

/* The filter's answer over all records that match for sure. */
enum finding eval_record_test(struct eval *eval, const struct expr *expr)
{
    struct matched matched = match(eval, expr->rec);
    struct value shown = value_none;
    enum finding some = FINDING_NOT_MET, every = FINDING_MET;

    for (size_t i = 0; i < matched.count; i++) {
        enum finding passes = eval_filters(eval, expr->rec->list, expr->where, expr->where_count,
                                           matched.items[i]);
        enum finding here = finding_and(matched.sure[i], passes);

        some = finding_or(some, here);
        if (matched.sure[i] == FINDING_MET)
            every = finding_and(every, passes);
        for (size_t k = 0; k < expr->where_count; k++)
            join_traces(eval, &shown, eval_field(eval, expr->rec->list, matched.items[i],
                                                 expr->where[k].field));
    }
    if (expr->where_count == 0)
        trace_records(eval, &shown, expr->rec->list, &matched);
    eval_gather(eval, &shown);
    if (matched.sure_count == 0 && !eval_closed(eval, expr->rec))
        return expr->op == EXPR_SOME && some == FINDING_MET ? some : FINDING_UNDOCUMENTED;
    if (expr->op == EXPR_SOME) /* in an open list, what is not there proves nothing */
        return some == FINDING_NOT_MET && !eval_closed(eval, expr->rec) ? FINDING_UNDOCUMENTED
                                                                        : some;
    return expr->op == EXPR_EVERY ? every : finding_negate(some);
}
