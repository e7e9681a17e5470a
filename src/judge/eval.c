/*
 * eval.c - the judge's arithmetic: values from the case, findings from values.
 *
 * Lists are in records.c and measure.c, facts in fact.c. What is gathered on
 * the way (evidence, a sentence per test) serves the answer; it never changes a
 * finding.
 */
#include "judge/eval.h"

#include <assert.h>
#include <math.h>

struct day_span eval_service_day(const struct casefile *file)
{
    yyjson_val *line = yyjson_arr_get_first(file->lists[CASE_LINES]);
    yyjson_val *serviced = yyjson_obj_get(line, "serviced");
    struct str text;
    struct day_span day;

    if (yyjson_is_obj(serviced))
        serviced = yyjson_obj_get(serviced, "start");
    text = case_text(serviced);
    return text.at != NULL && civil_parse(text.at, text.len, &day) ? day : file->as_of;
}

bool eval_init(struct eval *eval, const struct policy *policy, const struct casefile *file,
               const struct codes *codes, struct pool *pool, struct err *err)
{
    memset(eval, 0, sizeof *eval);
    eval->policy = policy;
    eval->file = file;
    eval->codes = codes;
    eval->pool = pool;
    eval->err = err;
    eval->on = eval->request_on = eval_service_day(file);
    eval->lists = eval_take(eval, policy->list_count, sizeof *eval->lists);
    eval->facts[0] = eval_take(eval, policy->fact_count, sizeof(struct value *));
    eval->facts[1] = eval_take(eval, policy->fact_count, sizeof(struct value *));
    return !eval->failed;
}

void eval_line(struct eval *eval, const struct record *line)
{
    int dated = eval->policy->lines == NULL ? -1 : eval->policy->lines->date;
    const struct value *date = &value_none;

    eval->line = line;
    eval->on = eval->request_on;
    if (line != NULL && dated >= 0)
        date = eval_field(eval, eval->policy->lines, line, (size_t)dated);
    if (date->kind == KIND_DATE)
        eval->on = date->from;
}

void *eval_no_memory(struct eval *eval)
{
    if (!eval->failed)
        err_set(eval->err, ERR_LIMIT, "E-LIMIT-MEMORY",
                "the case needs more memory than a request may have");
    eval->failed = true;
    return NULL;
}

void eval_trace_kept(struct eval *eval, struct value *value, struct str list, struct str name,
                     struct str unit, const struct value *date, yyjson_val *src)
{
    struct trace *trace = eval_take(eval, 1, sizeof *trace);

    if (trace == NULL)
        return;
    trace->older = value->trace;
    trace->list = list;
    trace->name = name;
    trace->value = value;
    trace->unit = unit;
    trace->src = src;
    if (date != NULL && date->kind == KIND_DATE) {
        trace->dated = true;
        trace->date = date->from;
    }
    value->trace = trace;
}

void eval_trace(struct eval *eval, struct value *value, struct str list, struct str name,
                struct str unit, const struct value *date, yyjson_val *src)
{
    struct value *kept = eval_take(eval, 1, sizeof *kept);

    if (kept == NULL)
        return;
    *kept = *value;
    eval_trace_kept(eval, kept, list, name, unit, date, src);
    value->trace = kept->trace;
}

static bool gathered_already(const struct gathered *gathered, const struct trace *trace)
{
    for (size_t i = gathered->trace_count; i-- > 0;) {
        const struct trace *other = gathered->traces[i];

        if (other == trace ||
            (other->src == trace->src && str_equal(other->name, trace->name) &&
             str_equal(other->list, trace->list) && value_same(other->value, trace->value)))
            return true;
    }
    return false;
}

void eval_gather(struct eval *eval, const struct value *value)
{
    struct gathered *gathered = eval->gathered;

    if (gathered == NULL)
        return;
    if (value->conflict)
        gathered->conflict = true;
    if (value->kind == KIND_NONE && value->suggested)
        gathered->suggested = true;
    for (const struct trace *trace = value->trace; trace != NULL; trace = trace->older) {
        if (gathered->trace_count == EVIDENCE_MAX)
            return;
        if (!gathered_already(gathered, trace))
            gathered->traces[gathered->trace_count++] = trace;
    }
}

void eval_note(struct eval *eval, enum finding finding, struct str text)
{
    struct gathered *gathered = eval->gathered;

    if (gathered == NULL || gathered->note_count == NOTES_MAX)
        return;
    gathered->notes[gathered->note_count].finding = finding;
    gathered->notes[gathered->note_count++].text = text;
}

static const struct value *line_value(struct eval *eval, const struct val *val)
{
    if (eval->line == NULL)
        return &value_none;
    return eval_field(eval, val->list, eval->line, val->field);
}

static const struct value *root_value(struct eval *eval, const struct val *val)
{
    const struct record_list *root = eval_list(eval, val->list);

    return root->count == 0 ? &value_none
                            : eval_field(eval, val->list, &root->items[0], val->field);
}

const struct val *eval_in_force(const struct eval *eval, const struct dated_val *values,
                                size_t count)
{
    const struct dated_val *best = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!values[i].from_start && values[i].from > eval->on.first)
            continue;
        if (best == NULL || best->from_start ||
            (!values[i].from_start && values[i].from >= best->from))
            best = &values[i];
    }
    return best == NULL ? NULL : best->val;
}

static const struct value *dated_value(struct eval *eval, const struct dated_val *values,
                                       size_t count, struct value *room)
{
    const struct val *val = eval_in_force(eval, values, count);

    return val == NULL ? &value_none : eval_value(eval, val, room);
}

static struct value pick_value(struct eval *eval, const struct val *val)
{
    struct value word = eval_val(eval, val->args[0]);
    struct value picked = value_none;

    if (word.kind == KIND_NONE || word.conflict || word.all_count > 1)
        picked.conflict = word.conflict;
    else
        for (size_t i = 0; i < val->choice_count; i++)
            if (str_equal(val->choices[i].choice, word.text))
                picked = eval_val(eval, val->choices[i].val);
    for (const struct trace *trace = word.trace; trace != NULL; trace = trace->older) {
        struct trace *copy = eval_take(eval, 1, sizeof *copy);

        if (copy == NULL)
            break;
        *copy = *trace;
        copy->older = picked.trace;
        picked.trace = copy;
    }
    return picked;
}

static struct value interval(double lo, double hi)
{
    return isnan(lo) || isnan(hi) ? value_none : value_interval(lo, hi);
}

static double least4(double a, double b, double c, double d)
{
    return fmin(fmin(a, b), fmin(c, d));
}

static double most4(double a, double b, double c, double d)
{
    return fmax(fmax(a, b), fmax(c, d));
}

/* Number with number. */
static struct value number_arith(char fn, const struct value *a, const struct value *b)
{
    struct value value;

    switch (fn) {
    case '+':
        value = interval(a->lo + b->lo, a->hi + b->hi);
        break;
    case '-':
        return interval(a->lo - b->hi, a->hi - b->lo);
    case '*':
        return interval(least4(a->lo * b->lo, a->lo * b->hi, a->hi * b->lo, a->hi * b->hi),
                        most4(a->lo * b->lo, a->lo * b->hi, a->hi * b->lo, a->hi * b->hi));
    case '/':
        if (b->lo <= 0 && b->hi >= 0)
            return value_none;
        return interval(least4(a->lo / b->lo, a->lo / b->hi, a->hi / b->lo, a->hi / b->hi),
                        most4(a->lo / b->lo, a->lo / b->hi, a->hi / b->lo, a->hi / b->hi));
    case 'm':
        return interval(fmin(a->lo, b->lo), fmin(a->hi, b->hi));
    default:
        return interval(fmax(a->lo, b->lo), fmax(a->hi, b->hi));
    }
    value.lo_open = a->lo_open || b->lo_open;
    value.hi_open = a->hi_open || b->hi_open;
    return value;
}

static struct value duration_arith(char fn, const struct value *a, const struct value *b)
{
    struct value sum = value_duration(0, UNIT_DAYS);
    double a_least, a_most, b_least, b_most;

    value_days(a, &a_least, &a_most);
    value_days(b, &b_least, &b_most);
    if (fn == 'm' || fn == 'M')
        return (value_more_than(a, b) == FINDING_MET) == (fn == 'M') ? *a : *b;
    if (fn != '+' && fn != '-')
        return value_none;
    sum.lo = fn == '+' ? a_least + b_least : a_least - b_most;
    sum.hi = fn == '+' ? a_most + b_most : a_most - b_least;
    return sum;
}

/* Days as a share: duration over duration, or a duration taken n times. */
static struct value scaled(char fn, const struct value *a, const struct value *b)
{
    struct value x = value_interval(0, 0), y = value_interval(0, 0), product;

    if (a->kind == KIND_DURATION)
        value_days(a, &x.lo, &x.hi);
    else
        x = *a;
    if (b->kind == KIND_DURATION)
        value_days(b, &y.lo, &y.hi);
    else
        y = *b;
    product = number_arith(fn, &x, &y);
    if (product.kind == KIND_NUMBER && a->kind != b->kind) {
        struct value days = value_duration(0, UNIT_DAYS);

        days.lo = product.lo;
        days.hi = product.hi;
        return days;
    }
    return product;
}

static struct value two(char fn, const struct value *a, const struct value *b)
{
    if (a->kind == KIND_NONE || b->kind == KIND_NONE || a->conflict || b->conflict)
        return value_none;
    if (a->kind == KIND_NUMBER && b->kind == KIND_NUMBER)
        return number_arith(fn, a, b);
    if (a->kind == KIND_DURATION && b->kind == KIND_DURATION && fn != '/')
        return duration_arith(fn, a, b);
    if ((fn == '/' && a->kind == KIND_DURATION &&
         (b->kind == KIND_DURATION || b->kind == KIND_NUMBER)) ||
        (fn == '*' && a->kind != b->kind && (a->kind == KIND_DURATION || a->kind == KIND_NUMBER) &&
         (b->kind == KIND_DURATION || b->kind == KIND_NUMBER)))
        return scaled(fn, a, b);
    if (a->kind == KIND_DATE && b->kind == KIND_DATE && fn == '-')
        return value_between(b->from, a->from);
    if (a->kind == KIND_DATE && b->kind == KIND_DURATION && (fn == '+' || fn == '-'))
        return value_date(value_shift_day(a->from, b, fn == '+' ? 1 : -1));
    if (a->kind == KIND_DATE && b->kind == KIND_DATE && (fn == 'm' || fn == 'M'))
        return (value_more_than(a, b) == FINDING_MET) == (fn == 'M') ? *a : *b;
    return value_none;
}

static struct value arith_value(struct eval *eval, const struct val *val)
{
    struct value total = eval_val(eval, val->args[0]);
    struct trace *traces = total.trace;

    if ((val->arith == 'c' || val->arith == 'f') && total.kind == KIND_NUMBER) {
        total.lo = val->arith == 'c' ? ceil(total.lo) : floor(total.lo);
        total.hi = val->arith == 'c' ? ceil(total.hi) : floor(total.hi);
        total.lo_open = total.hi_open = false;
    }
    for (size_t i = 1; i < val->arg_count; i++) {
        struct value next = eval_val(eval, val->args[i]);
        bool conflict = total.conflict || next.conflict;

        total = two(val->arith, &total, &next);
        total.conflict = conflict;
        for (const struct trace *trace = next.trace; trace != NULL; trace = trace->older) {
            struct trace *copy = eval_take(eval, 1, sizeof *copy);

            if (copy == NULL)
                break;
            *copy = *trace;
            copy->older = traces;
            traces = copy;
        }
    }
    total.trace = traces;
    return total;
}

const struct value *eval_value(struct eval *eval, const struct val *val, struct value *room)
{
    switch (val->op) {
    case VAL_CONST:
        return &val->constant;
    case VAL_FACT:
        return eval_fact(eval, val->fact);
    case VAL_LINE:
        return line_value(eval, val);
    case VAL_ROOT:
        return root_value(eval, val);
    case VAL_PARAMETER:
        return dated_value(eval, val->parameter->values, val->parameter->value_count, room);
    case VAL_BY_DATE:
        return dated_value(eval, val->dated, val->dated_count, room);
    case VAL_FIELD:
        *room = eval_picked(eval, val);
        break;
    case VAL_ANSWER:
        *room = answer_value(eval, val->link, val->kind, UNIT_NONE, str_of(NULL));
        break;
    case VAL_COUNT:
    case VAL_ROWS:
    case VAL_SUM:
    case VAL_LONGEST:
    case VAL_TOTAL:
        *room = eval_measure(eval, val);
        break;
    case VAL_ARITH:
        *room = arith_value(eval, val);
        break;
    case VAL_PICK:
        *room = pick_value(eval, val);
        break;
    case VAL_SERVICE_DAY:
        *room = value_date(eval->on);
        break;
    }
    return room;
}

struct value eval_val(struct eval *eval, const struct val *val)
{
    struct value room;

    return *eval_value(eval, val, &room);
}
