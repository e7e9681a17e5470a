/*
 * tree_expr.c - reads the expressions of a policy tree.
 *
 * An expression is a finding over values; values come from facts, from fields
 * of records, from measures over records, or from arithmetic on them. Depth is
 * bounded, so that no tree can overflow the stack of who walks it.
 */
#include "judge/eval.h"
#include "judge/tree_read.h"

#define DEPTH_MAX 40

static bool deeper(struct reader *reader)
{
    return ++reader->depth <= DEPTH_MAX || reader_fail(reader, "nested too deeply:", "expression");
}

static const struct val *optional_val(struct reader *reader, yyjson_val *object,
                                      const char *name)
{
    return reader_has(object, name) ? reader_val(reader, yyjson_obj_get(object, name)) : NULL;
}

static struct rec *read_rec(struct reader *reader, yyjson_val *object)
{
    struct rec *rec = reader_array(reader, 1, sizeof *rec);
    const struct str *same;
    const struct list *lines = policy_list(reader->policy, str_of("lines"));
    size_t *fields;
    int *same_line;

    if (rec == NULL)
        return NULL;
    rec->list = &reader->policy->lists[reader_index(reader, object, "list",
                                                    reader->policy->list_count)];
    same = reader_texts(reader, object, "same", &rec->same_count);
    fields = reader_array(reader, rec->same_count, sizeof *fields);
    same_line = reader_array(reader, rec->same_count, sizeof *same_line);
    if (reader->failed)
        return rec;
    rec->where = reader_filters(reader, rec->list, yyjson_obj_get(object, "where"),
                                &rec->where_count);
    for (size_t i = 0; i < rec->same_count; i++) {
        int field = list_field(rec->list, same[i]);

        if (field < 0)
            reader_fail(reader, "no such field in same:", same[i].at);
        else
            fields[i] = (size_t)field;
        same_line[i] = lines == NULL ? -1 : list_field(lines, same[i]);
    }
    rec->same = fields;
    rec->same_line = same_line;
    rec->within = optional_val(reader, object, "within");
    rec->before = optional_val(reader, object, "before");
    rec->after = optional_val(reader, object, "after");
    rec->on_or_after = optional_val(reader, object, "on_or_after");
    return rec;
}

static void read_const(struct reader *reader, yyjson_val *object, struct val *val)
{
    double number = yyjson_get_num(yyjson_obj_get(object, "number"));
    day_t day;

    val->op = VAL_CONST;
    val->number = number;
    val->kind = value_kind_named(reader_text(reader, object, "kind"));
    val->unit_name = reader_text(reader, object, "unit");
    switch (val->kind) {
    case KIND_NUMBER:
        val->constant = value_number(number);
        break;
    case KIND_DURATION:
        val->constant = value_duration(number, unit_named(val->unit_name));
        break;
    case KIND_DATE:
        if (reader_day(reader, yyjson_obj_get(object, "date"), &day))
            val->constant = value_date((struct day_span){day, day});
        break;
    case KIND_CHOICE:
    case KIND_TEXT:
    case KIND_CODE:
        val->constant = value_text(val->kind, reader_text(reader, object, "text"));
        break;
    case KIND_NONE:
        reader_fail(reader, "unknown kind of", "constant");
        break;
    }
}

/* Finds the field of val->list that object names under "field". */
static size_t named_field(struct reader *reader, const struct list *list, yyjson_val *object)
{
    struct str name = reader_text(reader, object, "field");
    int field = list == NULL || name.at == NULL ? -1 : list_field(list, name);

    if (field < 0)
        reader_fail(reader, "no such field:", name.at == NULL ? "" : name.at);
    return field < 0 ? 0 : (size_t)field;
}

static void read_picked(struct reader *reader, yyjson_val *object, struct val *val)
{
    static const char *const picks[] = {"latest", "earliest", "worst", "best", NULL};
    yyjson_val *of = yyjson_obj_get(object, "of");

    val->op = VAL_FIELD;
    val->pick =
        (enum pick_kind)reader_word(reader, reader_text(reader, of, "pick"), picks, "pick");
    val->rec = read_rec(reader, yyjson_obj_get(of, "records"));
    if (reader->failed)
        return;
    val->list = val->rec->list;
    val->field = named_field(reader, val->list, object);
    if (val->pick == PICK_WORST || val->pick == PICK_BEST)
        val->pick_field = named_field(reader, val->list, of);
}

static void read_measure(struct reader *reader, yyjson_val *object, struct val *val)
{
    static const char *const measures[] = {"count", "rows", "sum", "longest", "total_duration",
                                           NULL};
    static const enum val_op ops[] = {VAL_COUNT, VAL_ROWS, VAL_SUM, VAL_LONGEST, VAL_TOTAL};

    val->op = ops[reader_word(reader, reader_text(reader, object, "measure"), measures,
                              "measure")];
    val->rec = read_rec(reader, yyjson_obj_get(object, "records"));
    if (reader->failed)
        return;
    val->list = val->rec->list;
    if (reader_has(object, "field")) {
        val->field = named_field(reader, val->list, object);
    } else if (val->op == VAL_SUM || val->op == VAL_LONGEST || val->op == VAL_TOTAL) {
        int duration = list_field(val->list, str_of("duration"));

        if (duration < 0)
            reader_fail(reader, "no durations in list", val->list->name.at);
        else
            val->field = (size_t)duration;
    }
}

static void read_arith(struct reader *reader, yyjson_val *object, struct val *val)
{
    static const char *const names[] = {"+", "-", "*", "/", "ceil", "floor", "min", "max", NULL};
    yyjson_val *array = yyjson_obj_get(object, "args");
    const struct val **args = reader_array(reader, yyjson_arr_size(array), sizeof *args);
    yyjson_arr_iter iter;
    yyjson_val *item;

    val->op = VAL_ARITH;
    val->arith = "+-*/cfmM"[reader_word(reader, reader_text(reader, object, "fn"), names,
                                        "arithmetic")];
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        args[val->arg_count++] = reader_val(reader, item);
    val->args = args;
    if (val->arg_count == 0 || (val->arg_count < 2 && (val->arith == '-' || val->arith == '/')))
        reader_fail(reader, "too few arguments for", "arithmetic");
}

static void read_pick_val(struct reader *reader, yyjson_val *object, struct val *val)
{
    yyjson_val *array = yyjson_obj_get(object, "choices");
    struct choice_val *choices = reader_array(reader, yyjson_arr_size(array), sizeof *choices);
    const struct val **args = reader_array(reader, 1, sizeof *args);
    yyjson_arr_iter iter;
    yyjson_val *pair;

    val->op = VAL_PICK;
    if (reader->failed)
        return;
    args[0] = reader_val(reader, yyjson_obj_get(object, "of"));
    val->args = args;
    val->arg_count = 1;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (pair = yyjson_arr_iter_next(&iter)) != NULL) {
        struct choice_val *choice = &choices[val->choice_count++];
        yyjson_val *word = yyjson_arr_get(pair, 0);

        choice->choice.len = yyjson_get_len(word);
        choice->choice.at =
            pool_copy(reader->pool, yyjson_is_str(word) ? yyjson_get_str(word) : "",
                      choice->choice.len);
        choice->val = reader_val(reader, yyjson_arr_get(pair, 1));
    }
    val->choices = choices;
}

static void read_by_date(struct reader *reader, yyjson_val *object, struct val *val)
{
    yyjson_val *array = yyjson_obj_get(object, "values");
    struct dated_val *dated = reader_array(reader, yyjson_arr_size(array), sizeof *dated);
    yyjson_arr_iter iter;
    yyjson_val *item;

    val->op = VAL_BY_DATE;
    yyjson_arr_iter_init(array, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct dated_val *one = &dated[val->dated_count++];

        one->from_start = !reader_has(item, "from");
        if (!one->from_start)
            reader_day(reader, yyjson_obj_get(item, "from"), &one->from);
        one->val = reader_val(reader, yyjson_obj_get(item, "value"));
    }
    val->dated = dated;
}

static void read_list_val(struct reader *reader, yyjson_val *object, struct val *val,
                          enum val_op op, const char *list)
{
    val->op = op;
    val->list = policy_list(reader->policy, str_of(list));
    val->field = named_field(reader, val->list, object);
}

static void read_answer(struct reader *reader, yyjson_val *object, struct val *val)
{
    val->op = VAL_ANSWER;
    val->link = reader_text(reader, object, "link");
    val->kind = value_kind_named(reader_text(reader, object, "kind"));
}

static void read_val(struct reader *reader, yyjson_val *object, struct val *val)
{
    static const char *const ops[] = {"const",   "fact",  "field", "line",      "request",
                                      "patient", "answer", "measure", "arith",  "pick",
                                      "parameter", "by_date", "date_of_service", NULL};

    switch (reader_word(reader, reader_text(reader, object, "op"), ops, "value")) {
    case 0:
        read_const(reader, object, val);
        break;
    case 1:
        val->op = VAL_FACT;
        val->fact = &reader->policy->facts[reader_index(reader, object, "fact",
                                                        reader->policy->fact_count)];
        break;
    case 2:
        read_picked(reader, object, val);
        break;
    case 3:
        read_list_val(reader, object, val, VAL_LINE, "lines");
        break;
    case 4:
        read_list_val(reader, object, val, VAL_ROOT, "request");
        break;
    case 5:
        read_list_val(reader, object, val, VAL_ROOT, "patient");
        break;
    case 6:
        read_answer(reader, object, val);
        break;
    case 7:
        read_measure(reader, object, val);
        break;
    case 8:
        read_arith(reader, object, val);
        break;
    case 9:
        read_pick_val(reader, object, val);
        break;
    case 10:
        val->op = VAL_PARAMETER;
        val->parameter = &reader->policy->parameters[reader_index(
            reader, object, "index", reader->policy->parameter_count)];
        break;
    case 11:
        read_by_date(reader, object, val);
        break;
    default:
        val->op = VAL_SERVICE_DAY;
        break;
    }
}

const struct val *reader_val(struct reader *reader, yyjson_val *object)
{
    struct val *val = reader_array(reader, 1, sizeof *val);

    if (reader->failed || !deeper(reader))
        return val;
    val->constant = value_none;
    read_val(reader, object, val);
    reader->depth--;
    return val;
}

static void read_kids(struct reader *reader, yyjson_val *of, struct expr *expr)
{
    size_t count = yyjson_is_arr(of) ? yyjson_arr_size(of) : 1;
    const struct expr **kids = reader_array(reader, count, sizeof *kids);
    yyjson_arr_iter iter;
    yyjson_val *item;

    expr->kids = kids;
    if (!yyjson_is_arr(of)) {
        if (!reader->failed)
            kids[expr->kid_count++] = reader_expr(reader, of);
        return;
    }
    yyjson_arr_iter_init(of, &iter);
    while (!reader->failed && (item = yyjson_arr_iter_next(&iter)) != NULL)
        kids[expr->kid_count++] = reader_expr(reader, item);
}

void reader_operand(struct reader *reader, yyjson_val *object, struct operand *operand)
{
    static const char *const tests[] = {
        "at_least",  "at_most", "more_than", "less_than", "between", "is",          "is_not",
        "is_one_of", "in_set",  "contains",  "present",   "within",  "agrees_with",
        "on_same_scale_as", NULL};
    struct str test = reader_text(reader, object, "test");

    operand->test = test.at == NULL ? TEST_IS_ONE_OF
                                    : (enum test)reader_word(reader, test, tests, "test");
    operand->right = optional_val(reader, object, "right");
    operand->right2 = optional_val(reader, object, "right2");
    operand->values = reader_texts(reader, object, "values", &operand->value_count);
    if (reader_has(object, "set")) {
        size_t set = reader_index(reader, object, "set", reader->policy->set_count);

        if (reader->failed)
            return;
        operand->set = reader->policy->sets[set];
        operand->set_text = reader->policy->set_texts[set];
    }
    if (operand->right == NULL && operand->value_count == 0 && operand->set == NULL &&
        operand->test != TEST_PRESENT)
        reader_fail(reader, "nothing to compare with in a", "test");
    if (operand->test == TEST_BETWEEN && operand->right2 == NULL)
        reader_fail(reader, "one end is missing in", "between");
}

/* What the left side is called stands in the reason of every criterion. */
static struct str name_of(struct reader *reader, const struct val *val)
{
    char memory[400];
    struct buf name = buf_fixed(memory, sizeof memory);
    struct str said = {NULL, 0};

    eval_name(&name, val);
    if (!name.failed)
        said = (struct str){pool_copy(reader->pool, memory, name.len), name.len};
    return said;
}

static void read_test(struct reader *reader, yyjson_val *object, struct expr *expr)
{
    expr->left = reader_val(reader, yyjson_obj_get(object, "left"));
    reader_operand(reader, object, &expr->operand);
    if (!reader->failed)
        expr->said = name_of(reader, expr->left);
}

static void read_record_test(struct reader *reader, yyjson_val *object, struct expr *expr)
{
    expr->rec = read_rec(reader, yyjson_obj_get(object, "records"));
    if (!reader->failed)
        expr->where = reader_filters(reader, expr->rec->list, yyjson_obj_get(object, "where"),
                                     &expr->where_count);
}

static void read_expr(struct reader *reader, yyjson_val *object, struct expr *expr)
{
    static const char *const ops[] = {"all",   "any",   "none",
                                      "at_least", "negate", "test",
                                      "some",  "every", "none_of_records",
                                      "function", NULL};

    expr->op =
        (enum expr_op)reader_word(reader, reader_text(reader, object, "op"), ops, "expression");
    switch (expr->op) {
    case EXPR_AT_LEAST:
        expr->least = (size_t)yyjson_get_uint(yyjson_obj_get(object, "n"));
        read_kids(reader, yyjson_obj_get(object, "of"), expr);
        break;
    case EXPR_ALL:
    case EXPR_ANY:
    case EXPR_NONE:
    case EXPR_NEGATE:
        read_kids(reader, yyjson_obj_get(object, "of"), expr);
        break;
    case EXPR_TEST:
        read_test(reader, object, expr);
        break;
    case EXPR_SOME:
    case EXPR_EVERY:
    case EXPR_NO_RECORD:
        read_record_test(reader, object, expr);
        break;
    case EXPR_FUNCTION:
        expr->function = reader_index(reader, object, "index", reader->policy->function_count);
        break;
    }
    if (!reader->failed && expr->kids != NULL && expr->kid_count == 0)
        reader_fail(reader, "nothing in a", "combination");
}

const struct expr *reader_expr(struct reader *reader, yyjson_val *object)
{
    struct expr *expr = reader_array(reader, 1, sizeof *expr);

    if (reader->failed || !deeper(reader))
        return expr;
    read_expr(reader, object, expr);
    reader->depth--;
    return expr;
}

static bool val_per_line(const struct val *val);

static bool rec_per_line(const struct rec *rec)
{
    return rec != NULL &&
           (rec->same_count > 0 || val_per_line(rec->within) || val_per_line(rec->before) ||
            val_per_line(rec->after) || val_per_line(rec->on_or_after));
}

static bool val_per_line(const struct val *val)
{
    if (val == NULL)
        return false;
    if (val->op == VAL_LINE || rec_per_line(val->rec))
        return true;
    for (size_t i = 0; i < val->arg_count; i++)
        if (val_per_line(val->args[i]))
            return true;
    for (size_t i = 0; i < val->choice_count; i++)
        if (val_per_line(val->choices[i].val))
            return true;
    for (size_t i = 0; i < val->dated_count; i++)
        if (val_per_line(val->dated[i].val))
            return true;
    return false;
}

bool expr_per_line(const struct expr *expr)
{
    if (expr == NULL)
        return false;
    for (size_t i = 0; i < expr->kid_count; i++)
        if (expr_per_line(expr->kids[i]))
            return true;
    return val_per_line(expr->left) || val_per_line(expr->operand.right) ||
           val_per_line(expr->operand.right2) || rec_per_line(expr->rec);
}
