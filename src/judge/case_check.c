/*
 * case_check.c - walks a case document once and names what is wrong with it.
 *
 * The walk follows the table in case_schema.c and keeps going after a problem,
 * so that one run shows all of them. It costs a few steps for each value and
 * builds no message, pointer or line number unless there is a problem.
 */
#include "judge/case_check.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#define KEY_SHOWN 40

void case_bad(struct checker *checker, const struct case_at *at, const char *code,
              const char *help, const char *format, ...)
{
    char text[512];
    va_list args;

    if (checker->problems->kept == CASE_PROBLEMS_KEPT) {
        checker->problems->count++;
        return;
    }
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    case_problem_add(checker->problems, code, case_pointer(checker, at),
                     case_offset(checker, at), help, "%s", text);
}

static const char *type_name(yyjson_val *value)
{
    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_NULL:
        return "null";
    case YYJSON_TYPE_BOOL:
        return "true or false";
    case YYJSON_TYPE_NUM:
        return yyjson_is_real(value) ? "a number with a fraction" : "a number";
    case YYJSON_TYPE_STR:
        return "text";
    case YYJSON_TYPE_ARR:
        return "a list";
    case YYJSON_TYPE_OBJ:
        return "an object";
    default:
        return "something else";
    }
}

static const char *wanted_name(enum case_type type)
{
    static const char *const names[] = {
        [CASE_TEXT] = "text",
        [CASE_NAME] = "text",
        [CASE_ID] = "text",
        [CASE_RECORD] = "the id of a record",
        [CASE_WORD] = "text",
        [CASE_ABOUT] = "text",
        [CASE_DATE] = "a date in quotes",
        [CASE_DAY] = "a full date in quotes",
        [CASE_INSTANT] = "a date-time in quotes",
        [CASE_WHEN] = "a date in quotes or a range {start, end}",
        [CASE_NUMBER] = "a number",
        [CASE_WHOLE] = "a whole number",
        [CASE_SEQUENCE] = "a whole number",
        [CASE_AMOUNT] = "a number or a quantity {value, unit, comparator}",
        [CASE_BOOL] = "true or false",
        [CASE_CODE] = "text or a code {system, code, display}",
        [CASE_SCALE] = "a list of two numbers, the lower first",
        [CASE_SPAN] = "a list of two whole numbers, the lower first",
        [CASE_SRC] = "a list of ids of sources",
        [CASE_OBJECT] = "an object",
        [CASE_LIST_OF] = "a list of objects",
        [CASE_TEXTS] = "a list of texts",
        [CASE_WHOLES] = "a list of whole numbers",
        [CASE_CODES] = "a list of codes",
        [CASE_ANSWER] = "true, false, a number, text, a quantity or a code",
        [CASE_SET] = "an object",
        [CASE_FREE] = "anything",
        [CASE_MAP_OF] = "an object"};

    return names[type];
}

void case_bad_type(struct checker *checker, const struct case_at *at,
                   const struct case_field *field)
{
    const char *help = yyjson_is_null(at->value)
                           ? "leave the field out when nothing is known about it" : "";
    const char *wanted = wanted_name((enum case_type)field->type);

    if (at->key != NULL)
        case_bad(checker, at, "wrong-type", help, "'%s' must be %s, not %s", field->name, wanted,
                 type_name(at->value));
    else
        case_bad(checker, at, "wrong-type", help, "each entry must be %s, not %s", wanted,
                 type_name(at->value));
}

void case_bad_name(struct checker *checker, const struct case_at *at,
                   const struct case_shape *shape, struct str name)
{
    struct case_near near = {name, NULL, 0};
    char memory[480];
    struct buf help = buf_fixed(memory, sizeof memory - 1);
    int shown = name.len > KEY_SHOWN ? KEY_SHOWN : (int)name.len;

    for (unsigned i = 0; i < shape->count; i++)
        case_near_offer(&near, shape->fields[i].name);
    if (near.best != NULL) {
        buf_printf(&help, "did you mean '%s'?", near.best);
    } else {
        buf_printf(&help, "%s may have", shape->name);
        for (unsigned i = 0; i < shape->count; i++)
            buf_printf(&help, "%s %s", i == 0 ? "" : ",", shape->fields[i].name);
    }
    case_bad(checker, at, "unknown-field", buf_cstr(&help), "unknown field '%.*s%s'", shown,
             name.at, (size_t)shown < name.len ? "..." : "");
}

static void bad_choice(struct checker *checker, const struct case_at *at,
                       const struct case_field *field)
{
    struct case_near near = {case_text(at->value), NULL, 0};
    char memory[480];
    struct buf help = buf_fixed(memory, sizeof memory - 1);

    for (size_t i = 0; field->choices[i] != NULL; i++)
        case_near_offer(&near, field->choices[i]);
    if (near.best != NULL && field->choices[1] != NULL)
        buf_printf(&help, "did you mean '%s'? ", near.best);
    buf_puts(&help, field->choices[1] != NULL ? "it may be" : "it must be");
    for (size_t i = 0; field->choices[i] != NULL; i++)
        buf_printf(&help, "%s %s", i == 0 ? "" : ",", field->choices[i]);
    case_bad(checker, at, "bad-choice", buf_cstr(&help),
             "'%s' is none of the words allowed here", field->name);
}

/* The same as str_is() without measuring the word first: most differ at once. */
static bool is_word(struct str text, const char *word)
{
    size_t same = 0;

    while (same < text.len && word[same] == text.at[same] && word[same] != '\0')
        same++;
    return same == text.len && word[same] == '\0';
}

static void check_choice(struct checker *checker, const struct case_at *at,
                         const struct case_field *field)
{
    struct str word = case_text(at->value);

    if (word.at == NULL) {
        if (!(field->flags & CASE_NULLABLE) || !yyjson_is_null(at->value))
            case_bad_type(checker, at, field);
        return;
    }
    for (size_t i = 0; field->choices[i] != NULL; i++) {
        if (is_word(word, field->choices[i])) {
            if (field->type == CASE_ABOUT && i == 1)
                checker->file->has_set_aside = true;
            return;
        }
    }
    bad_choice(checker, at, field);
}

/* dates */

static bool looks_like_date(struct str text)
{
    static const char shape[] = "dddd-dd-dd";

    if (text.len != 4 && text.len != 7 && text.len < 10)
        return false;
    for (size_t i = 0; i < text.len && i < 10; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';

        if (shape[i] == 'd' ? !digit : text.at[i] != shape[i])
            return false;
    }
    return true;
}

static void check_date(struct checker *checker, const struct case_at *at,
                       const struct case_field *field)
{
    struct str text = case_text(at->value);
    struct day_span span;
    int64_t ms;
    const char *help = "write 2026, 2026-03, 2026-03-10 or 2026-03-10T09:30:00-04:00";

    if (text.at == NULL) {
        case_bad_type(checker, at, field);
        return;
    }
    if (field->type == CASE_INSTANT) {
        help = "write a date-time with its zone, as 2026-03-10T09:30:00-04:00";
        if (civil_parse_instant(text.at, text.len, &ms))
            return;
    } else if (field->type == CASE_DAY) {
        help = "write a full date, as 2026-03-10";
        if (civil_parse_day(text.at, text.len, &span.first))
            return;
    } else if (civil_parse(text.at, text.len, &span)) {
        return;
    }
    if (looks_like_date(text) && !civil_parse(text.at, text.len < 10 ? text.len : 10, &span))
        case_bad(checker, at, "impossible-date", help, "'%s' is no day of the calendar",
                 field->name);
    else
        case_bad(checker, at, "bad-date", help, "'%s' is not written as a date", field->name);
}

static void check_range(struct checker *checker, const struct case_at *at)
{
    struct str start = case_text(yyjson_obj_get(at->value, "start"));
    struct str end = case_text(yyjson_obj_get(at->value, "end"));
    struct day_span from;
    struct day_span to;

    if (start.at != NULL && end.at != NULL && civil_parse(start.at, start.len, &from) &&
        civil_parse(end.at, end.len, &to) && from.first > to.last)
        case_bad(checker, at, "bad-range", "check which of the two dates is right",
                 "the range ends before it starts");
}

/* numbers */

static bool whole(double number)
{
    return number == floor(number);
}

static void check_number(struct checker *checker, const struct case_at *at,
                         const struct case_field *field)
{
    double number = yyjson_get_num(at->value);
    bool must_be_whole = field->type == CASE_WHOLE || field->type == CASE_SEQUENCE ||
                         field->type == CASE_WHOLES;

    if (!yyjson_is_num(at->value) || (must_be_whole && !whole(number))) {
        case_bad_type(checker, at, field);
        return;
    }
    if (number >= field->low && number <= field->high)
        return;
    if (field->high >= 1e15)
        case_bad(checker, at, "out-of-range", "", "'%s' is larger than any number a case can mean",
                 field->name);
    else
        case_bad(checker, at, "out-of-range", "", "'%s' must be between %.0f and %.0f",
                 field->name, field->low, field->high);
}

static void check_sequence(struct checker *checker, const struct case_at *at,
                           const struct case_field *field)
{
    double number = yyjson_get_num(at->value);
    size_t sequence;
    bool seen;

    check_number(checker, at, field);
    if (!yyjson_is_num(at->value) || !whole(number) || number < 1 || number > CASE_SEQUENCE_MAX)
        return;
    sequence = (size_t)number;
    if (sequence < 64) {
        seen = checker->low_sequences >> sequence & 1;
        checker->low_sequences |= (uint64_t)1 << sequence;
    } else {
        uint8_t bit = (uint8_t)(1u << sequence % 8);

        if (checker->sequences == NULL)
            checker->sequences = pool_take(checker->pool, CASE_SEQUENCE_MAX / 8 + 1);
        if (checker->sequences == NULL) {
            checker->no_memory = true;
            return;
        }
        seen = checker->sequences[sequence / 8] & bit;
        checker->sequences[sequence / 8] |= bit;
    }
    if (seen)
        case_bad(checker, at, "duplicate-sequence", "number the lines of a request apart",
                 "another line has this sequence");
}

/* True if the value is an array of two numbers, the first below the second. */
static bool two_ascending(yyjson_val *value, bool must_be_whole)
{
    yyjson_val *low = yyjson_arr_get(value, 0);
    yyjson_val *high = yyjson_arr_get(value, 1);

    if (yyjson_arr_size(value) != 2 || !yyjson_is_num(low) || !yyjson_is_num(high))
        return false;
    if (must_be_whole && !(yyjson_is_uint(low) && yyjson_is_uint(high)))
        return false;
    return yyjson_get_num(low) < yyjson_get_num(high);
}

/* A measured value lies on its own scale. */
static void check_scale(struct checker *checker, const struct case_at *at)
{
    yyjson_val *number = yyjson_obj_get(at->value, "number");
    yyjson_val *scale = yyjson_obj_get(at->value, "scale");
    double n = yyjson_get_num(number);

    if (!yyjson_is_num(number) || !two_ascending(scale, false))
        return;
    if (n < yyjson_get_num(yyjson_arr_get(scale, 0)) ||
        n > yyjson_get_num(yyjson_arr_get(scale, 1)))
        case_bad(checker, at, "off-scale", "correct the number, or say which scale it was taken on",
                 "the number does not lie on the scale beside it");
}

/* arrays */

static void check_entries(struct checker *checker, const struct case_at *at,
                          const struct case_field *field)
{
    struct case_field entry = *field;
    size_t index, count;
    yyjson_val *value;

    if (!yyjson_is_arr(at->value)) {
        case_bad_type(checker, at, field);
        return;
    }
    entry.type = field->type == CASE_TEXTS ? CASE_NAME
                 : field->type == CASE_WHOLES ? CASE_WHOLE : CASE_CODE;
    yyjson_arr_foreach(at->value, index, count, value) {
        struct case_at here = {at, NULL, index, value};

        case_check_value(checker, &here, &entry);
    }
}

static bool too_many(struct checker *checker, const struct case_at *at,
                     const struct case_field *field, size_t count, size_t limit)
{
    if (count <= limit)
        return false;
    case_bad(checker, at, "too-many", "split the case: this limit is fixed",
             "'%s' has %zu entries, more than the limit of %zu", field->name, count, limit);
    return true;
}

static void check_list(struct checker *checker, const struct case_at *at,
                       const struct case_field *field)
{
    size_t index, count;
    yyjson_val *value;
    size_t limit = checker->list == CASE_DOCUMENTS ? checker->limits->documents
                                                   : checker->limits->records;

    if (!yyjson_is_arr(at->value)) {
        case_bad_type(checker, at, field);
        return;
    }
    if (too_many(checker, at, field, yyjson_arr_size(at->value), limit))
        return;
    yyjson_arr_foreach(at->value, index, count, value) {
        struct case_at here = {at, NULL, index, value};

        if (!yyjson_is_obj(value)) {
            case_bad(checker, &here, "wrong-type", "", "each entry must be an object, not %s",
                     type_name(value));
            continue;
        }
        case_check_object(checker, &here, field->shape);
        if (checker->list == CASE_DOCUMENTS)
            case_check_document(checker, &here);
    }
}

/* objects */

static void check_typed_object(struct checker *checker, const struct case_at *at,
                               const struct case_field *field, const struct case_shape *shape)
{
    if (!yyjson_is_obj(at->value)) {
        case_bad_type(checker, at, field);
        return;
    }
    case_check_object(checker, at, shape);
    if (shape == &case_shape_range)
        check_range(checker, at);
    else if (shape == &case_shape_value)
        check_scale(checker, at);
}

void case_bad_repeat(struct checker *checker, const struct case_at *at)
{
    struct str name = case_text(at->key);
    int shown = name.len > KEY_SHOWN ? KEY_SHOWN : (int)name.len;

    case_bad(checker, at, "duplicate-key", "keep one of them; which one counts cannot be guessed",
             "the field '%.*s%s' stands here twice", shown, name.at,
             (size_t)shown < name.len ? "..." : "");
}

void case_check_keys(struct checker *checker, const struct case_at *at)
{
    size_t index, count;
    yyjson_val *key, *value;
    struct case_entry *first;
    struct case_map seen;

    if (yyjson_obj_size(at->value) < 2)
        return;
    if (!case_map_init(&seen, yyjson_obj_size(at->value), checker->pool)) {
        checker->no_memory = true;
        return;
    }
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        if (!case_map_put(&seen, case_text(key), value, 0, &first))
            case_bad_repeat(checker, &here);
    }
}

void case_check_free(struct checker *checker, const struct case_at *at)
{
    size_t index, count;
    yyjson_val *key, *value;
    unsigned depth = 1;

    if (!yyjson_is_ctn(at->value))
        return;
    for (const struct case_at *up = at->up; up != NULL; up = up->up)
        depth++;
    if (depth > checker->limits->depth) {
        case_bad(checker, at, "too-deep", "", "nested deeper than %u levels",
                 checker->limits->depth);
        return;
    }
    if (yyjson_is_arr(at->value)) {
        yyjson_arr_foreach(at->value, index, count, value) {
            struct case_at here = {at, NULL, index, value};

            case_check_free(checker, &here);
        }
        return;
    }
    case_check_keys(checker, at);
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        case_check_free(checker, &here);
    }
}

void case_check_map(struct checker *checker, const struct case_at *at,
                    const struct case_field *field, struct case_map *map)
{
    size_t index, count;
    yyjson_val *key, *value;
    struct case_entry *found;

    if (!yyjson_is_obj(at->value)) {
        case_bad_type(checker, at, field);
        return;
    }
    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};

        if (map != NULL && !case_map_put(map, case_text(key), value, 0, &found))
            case_bad_repeat(checker, &here);
        if (yyjson_is_obj(value))
            case_check_object(checker, &here, field->shape);
        else
            case_bad(checker, &here, "wrong-type", "", "each entry must be an object, not %s",
                     type_name(value));
    }
}

const struct case_shape *case_field_shape(const struct case_field *field)
{
    switch ((int)field->type) {
    case CASE_OBJECT:
        return field->shape;
    case CASE_WHEN:
        return &case_shape_range;
    case CASE_AMOUNT:
        return &case_shape_quantity;
    case CASE_CODE:
        return &case_shape_code;
    default:
        return NULL;
    }
}

/* One value of an answer is of the type that stands beside it. */
static void check_answer_value(struct checker *checker, const struct case_at *at,
                               const struct case_field *field, struct str type)
{
    static const struct {
        const char *type;
        enum case_type as;
    } types[] = {{"boolean", CASE_BOOL}, {"integer", CASE_WHOLE}, {"decimal", CASE_NUMBER},
                 {"date", CASE_DATE},    {"dateTime", CASE_DATE}, {"string", CASE_TEXT},
                 {"text", CASE_TEXT},    {"coding", CASE_CODE},   {"choice", CASE_CODE},
                 {"quantity", CASE_AMOUNT}};
    struct case_field as = *field;

    as.low = -1e15;
    as.high = 1e15;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (is_word(type, types[i].type)) {
            as.type = (uint8_t)types[i].as;
            case_check_value(checker, at, &as);
            return;
        }
    }
    if (yyjson_is_num(at->value)) {
        check_number(checker, at, &as);
    } else if (yyjson_is_obj(at->value)) {
        bool amount = yyjson_obj_get(at->value, "value") != NULL;

        case_check_object(checker, at, amount ? &case_shape_quantity : &case_shape_code);
    } else if (!yyjson_is_bool(at->value) && !yyjson_is_str(at->value)) {
        case_bad_type(checker, at, field);
    }
}

/* A question with several answers has a list of them. */
static void check_answer(struct checker *checker, const struct case_at *at,
                         const struct case_field *field)
{
    struct str type = case_text(yyjson_obj_get(at->up->value, "type"));
    size_t index, count;
    yyjson_val *value;

    if (!yyjson_is_arr(at->value)) {
        check_answer_value(checker, at, field, type);
        return;
    }
    yyjson_arr_foreach(at->value, index, count, value) {
        struct case_at here = {at, NULL, index, value};

        check_answer_value(checker, &here, field, type);
    }
}

static void check_text(struct checker *checker, const struct case_at *at,
                       const struct case_field *field)
{
    struct str text = case_text(at->value);

    if (text.at == NULL)
        case_bad_type(checker, at, field);
    else if (text.len == 0 && field->type != CASE_TEXT)
        case_bad(checker, at, "empty", "", "'%s' is empty", field->name);
}

/* A record's id: no other record has it. */
static void check_id(struct checker *checker, const struct case_at *at,
                     const struct case_field *field)
{
    struct case_entry *found;

    check_text(checker, at, field);
    if (!yyjson_is_str(at->value) || yyjson_get_len(at->value) == 0)
        return;
    if (!case_map_put(&checker->file->records, case_text(at->value), at->up->value,
                      (uint32_t)checker->list, &found))
        case_bad(checker, at, "duplicate-id", "give each record of the case an id of its own",
                 "another record of this case has the same id");
}

/* supersededBy may name a record further down: it is looked up at the end. */
static void check_later(struct checker *checker, const struct case_at *at,
                        const struct case_field *field)
{
    struct case_later *later;

    check_text(checker, at, field);
    checker->file->has_set_aside = true;
    if (!yyjson_is_str(at->value))
        return;
    later = POOL_NEW(checker->pool, struct case_later);
    if (later == NULL) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < sizeof later->at / sizeof later->at[0] && at != NULL; i++) {
        later->at[i] = *at;
        if (i > 0)
            later->at[i - 1].up = &later->at[i];
        at = at->up;
    }
    later->next = checker->later;
    checker->later = later;
}

/* A plain value, or an object that says more. */
static void check_either(struct checker *checker, const struct case_at *at,
                         const struct case_field *field)
{
    if (yyjson_is_obj(at->value))
        check_typed_object(checker, at, field, case_field_shape(field));
    else if (field->type == CASE_WHEN)
        check_date(checker, at, field);
    else if (field->type == CASE_CODE)
        check_text(checker, at, field);
    else
        check_number(checker, at, field);
}

static void check_bool(struct checker *checker, const struct case_at *at,
                       const struct case_field *field)
{
    if (!yyjson_is_bool(at->value))
        case_bad_type(checker, at, field);
}

static void check_two(struct checker *checker, const struct case_at *at,
                      const struct case_field *field)
{
    if (!two_ascending(at->value, field->type == CASE_SPAN))
        case_bad(checker, at, "wrong-type", "", "'%s' must be %s", field->name,
                 wanted_name((enum case_type)field->type));
}

static void check_src(struct checker *checker, const struct case_at *at,
                      const struct case_field *field)
{
    (void)field;
    case_check_src(checker, at);
}

static void check_object(struct checker *checker, const struct case_at *at,
                         const struct case_field *field)
{
    check_typed_object(checker, at, field, field->shape);
}

/* Only that it sets anything: its fields are those of its target. */
static void check_set(struct checker *checker, const struct case_at *at,
                      const struct case_field *field)
{
    (void)field;
    if (!yyjson_is_obj(at->value) || yyjson_obj_size(at->value) == 0)
        case_bad(checker, at, "wrong-type",
                 "write {\"field\": value} for what the reviewer read",
                 "'set' must be an object with at least one field");
}

static void check_free(struct checker *checker, const struct case_at *at,
                       const struct case_field *field)
{
    (void)field;
    case_check_free(checker, at);
}

static void check_map(struct checker *checker, const struct case_at *at,
                      const struct case_field *field)
{
    case_check_map(checker, at, field, NULL);
}

void case_check_value(struct checker *checker, const struct case_at *at,
                      const struct case_field *field)
{
    static void (*const checks[])(struct checker *, const struct case_at *,
                                  const struct case_field *) = {
        [CASE_TEXT] = check_text,       [CASE_NAME] = check_text,
        [CASE_ID] = check_id,           [CASE_RECORD] = check_later,
        [CASE_WORD] = check_choice,     [CASE_ABOUT] = check_choice,
        [CASE_DATE] = check_date,       [CASE_DAY] = check_date,
        [CASE_INSTANT] = check_date,    [CASE_WHEN] = check_either,
        [CASE_NUMBER] = check_number,   [CASE_WHOLE] = check_number,
        [CASE_SEQUENCE] = check_sequence, [CASE_AMOUNT] = check_either,
        [CASE_BOOL] = check_bool,       [CASE_CODE] = check_either,
        [CASE_SCALE] = check_two,       [CASE_SPAN] = check_two,
        [CASE_SRC] = check_src,         [CASE_OBJECT] = check_object,
        [CASE_LIST_OF] = check_list,    [CASE_TEXTS] = check_entries,
        [CASE_WHOLES] = check_entries,  [CASE_CODES] = check_entries,
        [CASE_ANSWER] = check_answer,   [CASE_SET] = check_set,
        [CASE_FREE] = check_free,       [CASE_MAP_OF] = check_map};

    assert(field->type < sizeof checks / sizeof checks[0]);
    checks[field->type](checker, at, field);
}

static void bad_missing(struct checker *checker, const struct case_at *at,
                        const struct case_shape *shape, uint64_t seen)
{
    for (unsigned i = 0; i < shape->count; i++) {
        const struct case_field *field = &shape->fields[i];

        if (!(field->flags & CASE_REQUIRED) || (seen >> i & 1))
            continue;
        case_bad(checker, at, "missing-field",
                 field->type == CASE_SRC
                     ? "name the sources that say so: \"src\": [\"...\"]; "
                       "what nobody vouches for is not used"
                     : "",
                 "%s needs '%s'", shape->name, field->name);
    }
}

static struct case_order *order_of(struct checker *checker, const struct case_shape *shape)
{
    size_t at = (uintptr_t)shape / sizeof *shape % CASE_ORDERS;

    if (checker->orders[at].shape != shape) {
        checker->orders[at].shape = shape;
        memset(checker->orders[at].fields, 0, sizeof checker->orders[at].fields);
    }
    return &checker->orders[at];
}

/* The field of a shape that the key at a place names: the one that stood there
 * last time, or the one that is found; NULL if there is none. */
static const struct case_field *field_at(const struct case_shape *shape, yyjson_val *key,
                                         struct case_order *order, size_t index, unsigned *next)
{
    struct str name = {unsafe_yyjson_get_str(key), unsafe_yyjson_get_len(key)};
    const struct case_field *field;

    /* What lies in the object may share its place, and have left other numbers. */
    if (index >= CASE_ORDER_KEYS || order->fields[index] >= shape->count)
        return case_shape_find(shape, name, next);
    field = &shape->fields[order->fields[index]];
    if (field->len == name.len && memcmp(field->name, name.at, name.len) == 0) {
        *next = (unsigned)order->fields[index] + 1;
        return field;
    }
    field = case_shape_find(shape, name, next);
    if (field != NULL)
        order->fields[index] = (uint8_t)(field - shape->fields);
    return field;
}

void case_check_object(struct checker *checker, const struct case_at *at,
                       const struct case_shape *shape)
{
    struct case_order *order = order_of(checker, shape);
    size_t index, count;
    yyjson_val *key, *value;
    uint64_t seen = 0;
    unsigned next = 0;
    unsigned required = 0;

    yyjson_obj_foreach(at->value, index, count, key, value) {
        struct case_at here = {at, key, index, value};
        const struct case_field *field = field_at(shape, key, order, index, &next);
        uint64_t bit;

        if (field == NULL) {
            case_bad_name(checker, &here, shape, case_text(key));
            case_check_free(checker, &here);
            continue;
        }
        bit = (uint64_t)1 << (field - shape->fields);
        if (seen & bit) {
            case_bad_repeat(checker, &here);
            continue;
        }
        seen |= bit;
        required += field->flags & CASE_REQUIRED;
        case_check_value(checker, &here, field);
    }
    if (required != shape->required)
        bad_missing(checker, at, shape, seen);
}
