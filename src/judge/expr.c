/*
 * expr.c - findings: tests on values, and Kleene logic over them.
 */
#include "base/number.h"
#include "judge/eval.h"

/* Does the condition hold for any, or for no, value of a many-valued left? */
static enum finding any_equal(const struct value *left, const struct operand *operand)
{
    const struct value *all = left->all_count > 1 ? left->all : left;
    size_t count = left->all_count > 1 ? left->all_count : 1;

    if (left->kind == KIND_NONE || left->conflict)
        return FINDING_UNDOCUMENTED;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < operand->value_count; k++)
            if (str_equal(all[i].text, operand->values[k]))
                return FINDING_MET;
    return FINDING_NOT_MET;
}

static enum finding is_value(const struct value *left, const struct value *right,
                             const struct operand *operand)
{
    const struct value *all = left->all_count > 1 ? left->all : left;
    enum finding finding = FINDING_NOT_MET;

    if (right == NULL)
        return any_equal(left, operand);
    if (left->all_count <= 1)
        return value_is(left, right);
    for (size_t i = 0; i < left->all_count; i++)
        finding = finding_or(finding, value_is(&all[i], right));
    return left->conflict ? FINDING_UNDOCUMENTED : finding;
}

static char small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Does the part stand anywhere in the text? Large and small letters are one. */
static bool holds(struct str text, struct str part)
{
    for (size_t from = 0; from + part.len <= text.len; from++) {
        size_t n = 0;

        while (n < part.len && small(text.at[from + n]) == small(part.at[n]))
            n++;
        if (n == part.len)
            return true;
    }
    return false;
}

/* Free text holds a word; of a set of choices, one is the word. */
static enum finding contains(const struct value *left, const struct operand *operand)
{
    const struct value *all = left->all_count > 1 ? left->all : left;
    size_t count = left->all_count > 1 ? left->all_count : 1;

    if (left->kind != KIND_TEXT || left->conflict)
        return any_equal(left, operand);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < operand->value_count; k++)
            if (holds(all[i].text, operand->values[k]))
                return FINDING_MET;
    return FINDING_NOT_MET;
}

static enum finding in_set(struct eval *eval, const struct value *left,
                           const struct operand *operand)
{
    const struct value *all = left->all_count > 1 ? left->all : left;
    size_t count = left->all_count > 1 ? left->all_count : 1;

    if (left->kind == KIND_NONE || left->conflict)
        return FINDING_UNDOCUMENTED;
    for (size_t i = 0; i < count; i++)
        if (codeset_has(operand->set, all[i].system, all[i].text, eval->on.first))
            return FINDING_MET;
    return FINDING_NOT_MET;
}

static enum finding within(struct eval *eval, const struct value *left,
                           const struct value *right)
{
    struct value start, end;

    if (left->kind != KIND_DATE || left->conflict || right->kind != KIND_DURATION)
        return FINDING_UNDOCUMENTED;
    start = value_date(value_shift_day(eval->on, right, -1));
    end = value_date(eval->on);
    return finding_and(value_more_than(left, &start), value_at_least(&end, left));
}

/* Two that ought to agree and do not are a conflict, for a person to settle. */
static enum finding agrees(struct eval *eval, const struct value *left,
                           const struct value *right)
{
    enum finding overlap = values_overlap(left, right);

    if (overlap != FINDING_NOT_MET)
        return overlap;
    if (eval->gathered != NULL)
        eval->gathered->conflict = true;
    return FINDING_UNDOCUMENTED;
}

static enum finding apply(struct eval *eval, const struct operand *operand,
                          const struct value *left, const struct value *right,
                          const struct value *right2)
{
    const struct value *given = operand->right == NULL ? NULL : right;

    switch (operand->test) {
    case TEST_AT_LEAST:
        return value_at_least(left, right);
    case TEST_AT_MOST:
        return finding_negate(value_more_than(left, right));
    case TEST_MORE_THAN:
        return value_more_than(left, right);
    case TEST_LESS_THAN:
        return finding_negate(value_at_least(left, right));
    case TEST_BETWEEN:
        return finding_and(value_at_least(left, right),
                           finding_negate(value_more_than(left, right2)));
    case TEST_CONTAINS:
        if (operand->set == NULL && given == NULL)
            return contains(left, operand);
        return operand->set != NULL ? in_set(eval, left, operand)
                                    : is_value(left, given, operand);
    case TEST_IS:
    case TEST_IS_ONE_OF:
        return operand->set != NULL ? in_set(eval, left, operand)
                                    : is_value(left, given, operand);
    case TEST_IS_NOT:
        return finding_negate(operand->set != NULL ? in_set(eval, left, operand)
                                                   : is_value(left, given, operand));
    case TEST_IN_SET:
        return in_set(eval, left, operand);
    case TEST_PRESENT:
        return left->kind == KIND_NONE || left->conflict ? FINDING_UNDOCUMENTED : FINDING_MET;
    case TEST_WITHIN:
        return within(eval, left, right);
    case TEST_AGREES_WITH:
        return agrees(eval, left, right);
    case TEST_SAME_SCALE:
        return value_is(left, right);
    }
    return FINDING_UNDOCUMENTED;
}

enum finding eval_operand(struct eval *eval, const struct operand *operand,
                          const struct value *left)
{
    const struct value *right = &value_none, *right2 = &value_none;
    struct value room, room2;

    if (operand->right != NULL)
        right = eval_value(eval, operand->right, &room);
    if (operand->right2 != NULL)
        right2 = eval_value(eval, operand->right2, &room2);
    if (operand->right != NULL)
        eval_gather(eval, right);
    if (operand->right2 != NULL)
        eval_gather(eval, right2);
    return apply(eval, operand, left, right, right2);
}

static const char *const test_words[] = {
    [TEST_AT_LEAST] = "at least ",     [TEST_AT_MOST] = "at most ",
    [TEST_MORE_THAN] = "more than ",   [TEST_LESS_THAN] = "less than ",
    [TEST_BETWEEN] = "between ",       [TEST_IS] = "",
    [TEST_IS_NOT] = "anything but ",   [TEST_IS_ONE_OF] = "one of ",
    [TEST_IN_SET] = "among ",          [TEST_CONTAINS] = "",
    [TEST_PRESENT] = "stated",         [TEST_WITHIN] = "within ",
    [TEST_AGREES_WITH] = "in agreement with ", [TEST_SAME_SCALE] = "on the scale of "};

/* A bound as its author wrote it: "4 weeks", "50 percent". */
static void put_bound(struct eval *eval, struct buf *out, const struct val *bound)
{
    const struct val *plain = bound;
    struct value value;

    if (bound->op == VAL_PARAMETER)
        plain = eval_in_force(eval, bound->parameter->values, bound->parameter->value_count);
    else if (bound->op == VAL_BY_DATE)
        plain = eval_in_force(eval, bound->dated, bound->dated_count);
    if (plain != NULL && plain->op == VAL_CONST && plain->unit_name.len > 0) {
        buf_put_number(out, plain->number);
        buf_putc(out, ' ');
        buf_put(out, plain->unit_name.at, plain->unit_name.len);
        return;
    }
    value = eval_val(eval, bound);
    value_print(out, &value, str_of(NULL));
}

/* What the test asks for: "at least 4 weeks", "one of ct, fluoroscopy". */
static void put_asked(struct eval *eval, struct buf *out, const struct operand *operand)
{
    buf_puts(out, test_words[operand->test]);
    for (size_t i = 0; i < operand->value_count; i++) {
        buf_puts(out, i == 0 ? "" : ", ");
        buf_put(out, operand->values[i].at, operand->values[i].len);
    }
    if (operand->set != NULL)
        buf_put(out, operand->set_text.at, operand->set_text.len);
    if (operand->right != NULL) {
        if (operand->test == TEST_AGREES_WITH || operand->test == TEST_SAME_SCALE) {
            eval_name(out, operand->right);
            buf_puts(out, ", ");
        }
        put_bound(eval, out, operand->right);
    }
    if (operand->right2 != NULL) {
        buf_puts(out, " and ");
        put_bound(eval, out, operand->right2);
    }
}

/* One sentence on how the test went. */
static void note_test(struct eval *eval, const struct expr *expr, const struct value *left,
                      enum finding finding)
{
    char memory[600];
    struct buf out = buf_fixed(memory, sizeof memory);
    struct str text;

    if (eval->gathered == NULL || eval->gathered->note_count == NOTES_MAX)
        return;
    if (left->conflict)
        buf_puts(&out, "sources disagree about ");
    else if (left->kind == KIND_NONE)
        buf_puts(&out, left->suggested ? "nobody has confirmed what text says about "
                                       : "nothing on file about ");
    if (expr->said.at != NULL)
        buf_put(&out, expr->said.at, expr->said.len);
    else
        eval_name(&out, expr->left);
    if (left->kind != KIND_NONE && !left->conflict) {
        buf_puts(&out, " is ");
        value_print(&out, left, str_of(NULL));
    }
    if (expr->operand.test != TEST_PRESENT && finding != FINDING_MET) {
        buf_puts(&out, finding == FINDING_NOT_MET ? ", not " : ", asked is ");
        put_asked(eval, &out, &expr->operand);
    }
    text.len = out.len;
    text.at = pool_copy(eval->pool, out.data, out.len);
    if (text.at != NULL)
        eval_note(eval, finding, text);
}

static enum finding eval_test(struct eval *eval, const struct expr *expr)
{
    struct value room;
    const struct value *left = eval_value(eval, expr->left, &room);
    enum finding finding;

    eval_gather(eval, left);
    finding = eval_operand(eval, &expr->operand, left);
    note_test(eval, expr, left, finding);
    return finding;
}

/* In an exclusion that presumes absence, plain silence counts as not met. */
static enum finding presumed(struct eval *eval, enum finding finding, bool conflict_before)
{
    if (!eval->presume_absent || finding != FINDING_UNDOCUMENTED)
        return finding;
    if (eval->gathered != NULL && eval->gathered->conflict && !conflict_before)
        return finding;
    if (eval->gathered != NULL)
        eval->gathered->presumed = true;
    return FINDING_NOT_MET;
}

static enum finding eval_kids(struct eval *eval, const struct expr *expr)
{
    size_t met = 0, open = 0;
    enum finding all = FINDING_MET, any = FINDING_NOT_MET;

    for (size_t i = 0; i < expr->kid_count; i++) {
        bool conflict = eval->gathered != NULL && eval->gathered->conflict;
        enum finding kid = eval_expr(eval, expr->kids[i]);

        if (expr->op == EXPR_NONE || expr->op == EXPR_NEGATE)
            kid = presumed(eval, kid, conflict);
        all = finding_and(all, kid);
        any = finding_or(any, kid);
        met += kid == FINDING_MET;
        open += kid == FINDING_UNDOCUMENTED;
    }
    switch (expr->op) {
    case EXPR_ALL:
        return all;
    case EXPR_ANY:
        return any;
    case EXPR_NONE:
    case EXPR_NEGATE:
        return finding_negate(any);
    case EXPR_AT_LEAST:
        if (met >= expr->least)
            return FINDING_MET;
        return met + open < expr->least ? FINDING_NOT_MET : FINDING_UNDOCUMENTED;
    case EXPR_TEST:
    case EXPR_SOME:
    case EXPR_EVERY:
    case EXPR_NO_RECORD:
    case EXPR_FUNCTION:
        break;
    }
    return FINDING_UNDOCUMENTED;
}

static void put_rec(struct buf *out, const struct rec *rec);

/* What a filter asks, for the sentence about a record test. */
static void put_wanted(struct eval *eval, struct buf *out, const struct list *list,
                       const struct filter *where, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str field = list->fields[where[i].field].name;

        buf_puts(out, i == 0 ? " with " : ", ");
        buf_put(out, field.at, field.len);
        buf_putc(out, ' ');
        put_asked(eval, out, &where[i].operand);
    }
}

static void note_records(struct eval *eval, const struct expr *expr, enum finding finding)
{
    static const char *const met[] = {"there are ", "all are ", "there are no "};
    static const char *const not_met[] = {"there are no ", "not all are ", "there are "};
    char memory[400];
    struct buf out = buf_fixed(memory, sizeof memory);
    struct str text;

    if (eval->gathered == NULL || eval->gathered->note_count == NOTES_MAX)
        return;
    if (finding == FINDING_UNDOCUMENTED)
        buf_puts(&out, "nothing on file settles if ");
    buf_puts(&out, (finding == FINDING_NOT_MET ? not_met : met)[expr->op - EXPR_SOME]);
    put_rec(&out, expr->rec);
    put_wanted(eval, &out, expr->rec->list, expr->where, expr->where_count);
    text.len = out.len;
    text.at = pool_copy(eval->pool, out.data, out.len);
    if (text.at != NULL)
        eval_note(eval, finding, text);
}

static enum finding eval_function(struct eval *eval, const struct expr *expr)
{
    struct function_word word = {FINDING_UNDOCUMENTED, {NULL, 0}};

    if (eval->failed || eval->call == NULL)
        return FINDING_UNDOCUMENTED;
    if (!eval->call(eval->call_context, eval, expr->function, &word, eval->err)) {
        eval->failed = true;
        return FINDING_UNDOCUMENTED;
    }
    if (word.why.len > 0)
        eval_note(eval, word.finding, word.why);
    return word.finding;
}

enum finding eval_expr(struct eval *eval, const struct expr *expr)
{
    enum finding finding;

    switch (expr->op) {
    case EXPR_TEST:
        return eval_test(eval, expr);
    case EXPR_SOME:
    case EXPR_EVERY:
    case EXPR_NO_RECORD:
        finding = eval_record_test(eval, expr);
        note_records(eval, expr, finding);
        return finding;
    case EXPR_FUNCTION:
        return eval_function(eval, expr);
    case EXPR_ALL:
    case EXPR_ANY:
    case EXPR_NONE:
    case EXPR_AT_LEAST:
    case EXPR_NEGATE:
        break;
    }
    return eval_kids(eval, expr);
}

/* One word for a filter: "failed", "conservative", "not open-label". */
static void put_filter(struct buf *out, const struct list *list, const struct filter *filter)
{
    struct str field = list->fields[filter->field].name;
    struct str word = filter->operand.values[0];

    if (filter->operand.test == TEST_IS_NOT || str_is(word, "no"))
        buf_puts(out, "not ");
    if (str_is(word, "yes") || str_is(word, "no"))
        word = field;
    buf_put(out, word.at, word.len);
}

/* "treatments (conservative, failed) within 12 months" */
static void put_rec(struct buf *out, const struct rec *rec)
{
    const char *before = " (";

    buf_put(out, rec->list->name.at, rec->list->name.len);
    for (size_t i = 0; i < rec->where_count; i++) {
        if (rec->where[i].operand.value_count != 1)
            continue;
        buf_puts(out, before);
        put_filter(out, rec->list, &rec->where[i]);
        before = ", ";
    }
    if (before[0] == ',')
        buf_putc(out, ')');
    if (rec->within != NULL && rec->within->op == VAL_CONST) {
        buf_puts(out, " within ");
        value_print(out, &rec->within->constant, str_of(NULL));
    }
}

static void name_args(struct buf *out, const struct val *val)
{
    static const struct {
        char arith;
        const char *word;
    } words[] = {{'+', " plus "},    {'-', " minus "},    {'*', " times "}, {'/', " over "},
                 {'c', "rounded up "}, {'f', "rounded down "}, {'m', " or "}, {'M', " or "}};
    const char *word = "";

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].arith == val->arith)
            word = words[i].word;
    if (val->arg_count == 1)
        buf_puts(out, word);
    if (val->arith == 'm' || val->arith == 'M')
        buf_puts(out, val->arith == 'm' ? "the lesser of " : "the greater of ");
    for (size_t i = 0; i < val->arg_count; i++) {
        if (i > 0)
            buf_puts(out, word);
        eval_name(out, val->args[i]);
    }
}

void eval_name(struct buf *out, const struct val *val)
{
    static const char *const picks[] = {"latest ", "earliest ", "worst ", "best "};
    static const char *const measures[] = {"count of ", "rows of ", "sum of ", "longest ",
                                           "total of "};

    switch (val->op) {
    case VAL_CONST:
        value_print(out, &val->constant, val->unit_name);
        break;
    case VAL_FACT:
        buf_put(out, val->fact->path.at, val->fact->path.len);
        break;
    case VAL_FIELD:
        buf_puts(out, picks[val->pick]);
        put_rec(out, val->rec);
        buf_putc(out, '.');
        buf_put(out, val->list->fields[val->field].name.at,
                val->list->fields[val->field].name.len);
        break;
    case VAL_LINE:
    case VAL_ROOT:
        buf_puts(out, val->op == VAL_LINE ? "line" : "");
        if (val->op == VAL_ROOT)
            buf_put(out, val->list->name.at, val->list->name.len);
        buf_putc(out, '.');
        buf_put(out, val->list->fields[val->field].name.at,
                val->list->fields[val->field].name.len);
        break;
    case VAL_ANSWER:
        buf_put(out, val->link.at, val->link.len);
        break;
    case VAL_COUNT:
    case VAL_ROWS:
    case VAL_SUM:
    case VAL_LONGEST:
    case VAL_TOTAL:
        buf_puts(out, measures[val->op - VAL_COUNT]);
        put_rec(out, val->rec);
        if (val->op == VAL_SUM) {
            buf_putc(out, '.');
            buf_put(out, val->list->fields[val->field].name.at,
                    val->list->fields[val->field].name.len);
        }
        break;
    case VAL_ARITH:
        name_args(out, val);
        break;
    case VAL_PICK:
        buf_puts(out, "what goes with ");
        eval_name(out, val->args[0]);
        break;
    case VAL_PARAMETER:
        buf_put(out, val->parameter->name.at, val->parameter->name.len);
        break;
    case VAL_BY_DATE:
        buf_puts(out, "the value in force");
        break;
    case VAL_SERVICE_DAY:
        buf_puts(out, "date of service");
        break;
    }
}
