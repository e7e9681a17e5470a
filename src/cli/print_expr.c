/*
 * print_expr.c - the expressions of a policy's tree, as words.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/json_view.h"
#include "cli/print_policy.h"

struct words {
    const char *name, *words;
};

static const struct words tests[] = {
    {"at_least", " is at least "},
    {"at_most", " is at most "},
    {"more_than", " is more than "},
    {"less_than", " is less than "},
    {"between", " is between "},
    {"is", " is "},
    {"is_not", " is not "},
    {"is_one_of", " is one of "},
    {"in_set", " is in "},
    {"contains", " contains "},
    {"present", " is on file"},
    {"agrees_with", " agrees with "},
    {"on_same_scale_as", " is on the same scale as "},
    {"within", " is within the last "},
};

static const struct words measures[] = {
    {"count", "the number of "},
    {"rows", "the number of entries of "},
    {"sum", "the sum over "},
    {"longest", "the longest of "},
    {"total_duration", "the time covered by "},
};

static const char *words_for(const struct words *table, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, table[i].name))
            return table[i].words;
    }
    return " ? ";
}

static void put(struct buf *out, struct str text)
{
    buf_put(out, text.at, text.len);
}

static yyjson_val *item_at(yyjson_val *tree, const char *list, yyjson_val *place)
{
    if (!yyjson_is_uint(place))
        return NULL;
    return yyjson_arr_get(view_at(tree, list), (size_t)yyjson_get_uint(place));
}

static void put_set(struct buf *out, yyjson_val *tree, yyjson_val *place)
{
    yyjson_val *set = item_at(tree, "sets", place);

    if (view_text(set, "name").len > 0)
        put(out, view_text(set, "name"));
    else
        view_value(out, view_at(set, "text"));
}

/* "x or y" */
static void put_either(struct buf *out, yyjson_val *values)
{
    size_t i, count;
    yyjson_val *value;

    yyjson_arr_foreach(values, i, count, value) {
        buf_puts(out, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        view_value(out, value);
    }
}

/* " with kind x or y, code in ..."; lead is the first word. */
static void put_filters(struct buf *out, yyjson_val *tree, yyjson_val *where, const char *lead)
{
    size_t i, count;
    yyjson_val *filter;

    yyjson_arr_foreach(where, i, count, filter) {
        struct str test = view_text(filter, "test");

        buf_puts(out, i > 0 ? ", " : lead);
        put(out, view_text(filter, "field"));
        buf_putc(out, ' ');
        buf_puts(out, str_is(test, "is_not") ? "not " : str_is(test, "in_set") ? "in " : "");
        if (str_is(test, "in_set"))
            put_set(out, tree, view_at(filter, "set"));
        put_either(out, view_at(filter, "values"));
    }
}

static void put_when(struct buf *out, yyjson_val *tree, yyjson_val *records, const char *key,
                     const char *words)
{
    yyjson_val *value = view_at(records, key);

    if (value == NULL)
        return;
    buf_puts(out, words);
    expr_value(out, tree, value);
}

static void put_records(struct buf *out, yyjson_val *tree, yyjson_val *records)
{
    yyjson_val *same = view_at(records, "same");

    put(out, view_text(item_at(tree, "lists", view_at(records, "list")), "name"));
    put_filters(out, tree, view_at(records, "where"), " with ");
    if (yyjson_arr_size(same) > 0) {
        buf_puts(out, " of the same ");
        view_value(out, same);
    }
    put_when(out, tree, records, "within", " in the last ");
    put_when(out, tree, records, "before", " before ");
    put_when(out, tree, records, "after", " after ");
    put_when(out, tree, records, "on_or_after", " on or after ");
}

static void put_measure(struct buf *out, yyjson_val *tree, yyjson_val *value)
{
    struct str field = view_text(value, "field");

    buf_puts(out, words_for(measures, sizeof measures / sizeof measures[0],
                            view_text(value, "measure")));
    put_records(out, tree, view_at(value, "records"));
    if (field.len > 0) {
        buf_puts(out, " of ");
        put(out, field);
    }
}

static void put_picked(struct buf *out, yyjson_val *tree, yyjson_val *value)
{
    yyjson_val *pick = view_at(value, "of");

    put(out, view_text(value, "field"));
    buf_puts(out, " of the ");
    put(out, view_text(pick, "pick"));
    if (view_text(pick, "field").len > 0) {
        buf_putc(out, ' ');
        put(out, view_text(pick, "field"));
    }
    buf_puts(out, " among ");
    put_records(out, tree, view_at(pick, "records"));
}

static void put_arith(struct buf *out, yyjson_val *tree, yyjson_val *value)
{
    struct str fn = view_text(value, "fn");
    bool infix = fn.len == 1;
    size_t i, count;
    yyjson_val *arg;

    if (!infix)
        put(out, fn);
    buf_putc(out, '(');
    yyjson_arr_foreach(view_at(value, "args"), i, count, arg) {
        if (i > 0 && infix) {
            buf_putc(out, ' ');
            put(out, fn);
            buf_putc(out, ' ');
        } else if (i > 0) {
            buf_puts(out, ", ");
        }
        expr_value(out, tree, arg);
    }
    buf_putc(out, ')');
}

/* "50 percent, and 60 percent from 2026-01-01" */
static void put_dated(struct buf *out, yyjson_val *tree, yyjson_val *values)
{
    size_t i, count;
    yyjson_val *dated;

    yyjson_arr_foreach(values, i, count, dated) {
        buf_puts(out, i > 0 ? ", " : "");
        expr_value(out, tree, view_at(dated, "value"));
        if (view_text(dated, "from").len > 0) {
            buf_puts(out, " from ");
            put(out, view_text(dated, "from"));
        }
    }
}

static void put_choice(struct buf *out, yyjson_val *tree, yyjson_val *value)
{
    size_t i, count;
    yyjson_val *choice;

    buf_puts(out, "by ");
    expr_value(out, tree, view_at(value, "of"));
    buf_puts(out, " (");
    yyjson_arr_foreach(view_at(value, "choices"), i, count, choice) {
        buf_puts(out, i > 0 ? ", " : "");
        view_value(out, yyjson_arr_get(choice, 0));
        buf_puts(out, ": ");
        expr_value(out, tree, yyjson_arr_get(choice, 1));
    }
    buf_putc(out, ')');
}

static void put_parameter(struct buf *out, yyjson_val *tree, yyjson_val *value)
{
    yyjson_val *parameter = item_at(tree, "parameters", view_at(value, "index"));

    put_dated(out, tree, view_at(parameter, "values"));
    buf_puts(out, " (");
    put(out, view_text(parameter, "name"));
    buf_putc(out, ')');
}

/* "4 weeks", "1 week", "3": a number without a unit is a count. */
static void put_amount(struct buf *out, yyjson_val *value)
{
    struct str unit = view_text(value, "unit");
    double number = yyjson_get_num(view_at(value, "number"));

    buf_put_number(out, number);
    if (unit.len == 0 || str_is(unit, "count"))
        return;
    if (number == 1 && unit.at[unit.len - 1] == 's')
        unit.len--;
    buf_putc(out, ' ');
    put(out, unit);
}

/* A constant is {"op":"const",...}, or the same without an op in a parameter. */
void expr_value(struct buf *out, yyjson_val *tree, yyjson_val *value)
{
    struct str op = view_text(value, "op");

    if (str_is(op, "fact"))
        put(out, view_text(item_at(tree, "facts", view_at(value, "fact")), "path"));
    else if (str_is(op, "field"))
        put_picked(out, tree, value);
    else if (str_is(op, "measure"))
        put_measure(out, tree, value);
    else if (str_is(op, "arith"))
        put_arith(out, tree, value);
    else if (str_is(op, "pick"))
        put_choice(out, tree, value);
    else if (str_is(op, "parameter"))
        put_parameter(out, tree, value);
    else if (str_is(op, "by_date"))
        put_dated(out, tree, view_at(value, "values"));
    else if (str_is(op, "answer")) {
        buf_puts(out, "the answer to ");
        put(out, view_text(value, "link"));
    } else if (str_is(op, "date_of_service")) {
        buf_puts(out, "the date of service");
    } else if (yyjson_is_num(view_at(value, "number"))) {
        put_amount(out, value);
    } else if (view_text(value, "field").len > 0) {
        put(out, op);
        buf_putc(out, '.');
        put(out, view_text(value, "field"));
    } else {
        view_value(out, value);
    }
}

static void put_records_test(struct buf *out, yyjson_val *tree, yyjson_val *expr)
{
    struct str op = view_text(expr, "op");

    buf_puts(out, str_is(op, "some")    ? "one or more of "
                  : str_is(op, "every") ? "each of "
                                        : "none of ");
    put_records(out, tree, view_at(expr, "records"));
    put_filters(out, tree, view_at(expr, "where"), str_is(op, "some") ? " have " : " has ");
}

void expr_test(struct buf *out, yyjson_val *tree, yyjson_val *expr)
{
    struct str op = view_text(expr, "op");
    struct str test = view_text(expr, "test");

    if (str_is(op, "function")) {
        buf_puts(out, "a function of the policy says so");
        return;
    }
    if (!str_is(op, "test")) {
        put_records_test(out, tree, expr);
        return;
    }
    expr_value(out, tree, view_at(expr, "left"));
    buf_puts(out, words_for(tests, sizeof tests / sizeof tests[0], test));
    if (view_at(expr, "set") != NULL)
        put_set(out, tree, view_at(expr, "set"));
    if (view_at(expr, "right") != NULL)
        expr_value(out, tree, view_at(expr, "right"));
    if (view_at(expr, "right2") != NULL) {
        buf_puts(out, " and ");
        expr_value(out, tree, view_at(expr, "right2"));
    }
    put_either(out, view_at(expr, "values"));
}

const char *expr_group(yyjson_val *expr, char *text, size_t size)
{
    struct str op = view_text(expr, "op");

    if (str_is(op, "all"))
        return "all of:";
    if (str_is(op, "any"))
        return "any of:";
    if (str_is(op, "none"))
        return "none of:";
    if (str_is(op, "negate"))
        return "not:";
    if (!str_is(op, "at_least"))
        return NULL;
    snprintf(text, size, "at least %" PRIu64 " of:", yyjson_get_uint(view_at(expr, "n")));
    return text;
}
