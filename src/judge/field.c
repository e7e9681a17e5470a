/*
 * field.c - one field of one record: from the words of a case to a value.
 *
 * The catalogue says, as data, in which ways a field may be found: at a path,
 * by a code, as the time between two dates. Here those ways are walked. What a
 * reviewer's annotation sets goes before what the record says.
 */
#include <assert.h>
#include <math.h>

#include "judge/eval.h"
#include "judge/field.h"
#include "judge/line_tables.h"

/* Values that ways yield: usually one, several where the case has a list. */
struct yield {
    struct value *items;
    size_t count;
    size_t room;
    struct value first; /* the place of the only one */
};

static void yield_init(struct yield *yield)
{
    yield->items = &yield->first;
    yield->count = 0;
    yield->room = 1;
}

static bool yield_put(struct eval *eval, struct yield *yield, const struct value *value)
{
    if (value->kind == KIND_NONE)
        return false;
    for (size_t i = 0; i < yield->count; i++)
        if (value_same(&yield->items[i], value))
            return true;
    if (yield->count == yield->room) {
        size_t room = yield->room * 2;
        struct value *items = eval_take(eval, room, sizeof *items);

        if (items == NULL)
            return false;
        for (size_t i = 0; i < yield->count; i++)
            items[i] = yield->items[i];
        yield->items = items;
        yield->room = room;
    }
    yield->items[yield->count++] = *value;
    return true;
}

static bool yield_add(struct eval *eval, struct yield *yield, struct value value)
{
    return yield_put(eval, yield, &value);
}

/* Text of a choice; JSON booleans are the words yes and no. */
static struct str word_of(yyjson_val *json)
{
    if (yyjson_is_bool(json))
        return str_of(yyjson_get_bool(json) ? "yes" : "no");
    return case_text(json);
}

/* A number, or an object of a number with comparator and unit. */
static struct value read_number(const struct place *place, const struct field *field,
                                const struct way *way, yyjson_val *json)
{
    yyjson_val *bare = json;
    struct str comparator = {NULL, 0};
    struct str unit = way->unit_name;
    struct value value;
    double factor;

    if (yyjson_is_obj(json)) {
        bare = yyjson_obj_get(json, "value");
        if (bare == NULL)
            bare = yyjson_obj_get(json, "number");
        comparator = case_text(yyjson_obj_get(json, "comparator"));
        unit = case_text(yyjson_obj_get(json, "unit"));
    } else if (way->unit_path.count > 0) {
        unit = case_text(place_get(place, &way->unit_path, NULL));
    }
    if (!yyjson_is_num(bare))
        return value_none;
    factor = unit_conversion(unit, field->unit_name);
    if (factor == 0)
        return value_none;
    value = value_number(yyjson_get_num(bare) * factor);
    if (comparator.len > 0 && comparator.at[0] == '<') {
        value.lo = -INFINITY;
        value.hi_open = comparator.len == 1;
    } else if (comparator.len > 0 && comparator.at[0] == '>') {
        value.hi = INFINITY;
        value.lo_open = comparator.len == 1;
    }
    return value;
}

/* A date; of a period the day it began, unless it only says its end. */
static struct value read_date(yyjson_val *json)
{
    struct day_span day;
    struct str text = case_text(json);

    if (yyjson_is_obj(json)) {
        text = case_text(yyjson_obj_get(json, "start"));
        if (text.at == NULL)
            text = case_text(yyjson_obj_get(json, "end"));
    }
    return text.at != NULL && civil_parse(text.at, text.len, &day) ? value_date(day) : value_none;
}

static struct value read_code(const struct place *place, yyjson_val *json)
{
    struct value value = value_text(KIND_CODE, case_text(json));
    yyjson_val *object = yyjson_is_obj(json) ? json : place->object;

    if (yyjson_is_obj(json))
        value.text = case_text(yyjson_obj_get(json, "code"));
    value.system = case_text(yyjson_obj_get(object, "system"));
    return value.text.at == NULL ? value_none : value;
}

static struct value read_duration(const struct place *place, const struct field *field,
                                  const struct way *way, yyjson_val *json)
{
    struct way plain = *way;
    struct field days = *field;
    struct value number;
    enum unit unit = unit_named(way->unit_name);

    if (yyjson_is_obj(json) && yyjson_obj_get(json, "unit") != NULL)
        unit = unit_named(case_text(yyjson_obj_get(json, "unit")));
    if (yyjson_is_obj(json) && yyjson_obj_get(json, "start") != NULL)
        return place_span(place, yyjson_obj_get(json, "start"), yyjson_obj_get(json, "end"));
    plain.unit_name = str_of(NULL);
    plain.unit_path.count = 0;
    days.unit_name = str_of(NULL);
    number = read_number(place, &days, &plain, json);
    if (unit == UNIT_NONE)
        unit = field->unit;
    if (number.kind == KIND_NONE || unit < UNIT_DAYS || unit > UNIT_YEARS)
        return value_none;
    if (number.lo == number.hi)
        return value_duration(number.lo, unit);
    {
        struct value low = value_duration(isinf(number.lo) ? 0 : number.lo, unit);
        struct value high = value_duration(isinf(number.hi) ? number.lo : number.hi, unit);

        low.months = -1;
        low.hi = isinf(number.hi) ? INFINITY : high.hi;
        low.lo_open = number.lo_open;
        low.hi_open = number.hi_open;
        return low;
    }
}

static struct value by_code(const struct place *place, const struct way *way, yyjson_val *json)
{
    struct value code = read_code(place, json);

    if (code.kind == KIND_NONE)
        return value_none;
    for (size_t i = 0; i < way->by_code_count; i++)
        if (codeset_has(way->by_code[i].set, code.system, code.text, place->on.first))
            return value_text(KIND_CHOICE, way->by_code[i].to);
    return way->otherwise.at == NULL ? value_none : value_text(KIND_CHOICE, way->otherwise);
}

static struct value by_word(const struct way *way, yyjson_val *json)
{
    struct str word = word_of(json);

    for (size_t i = 0; word.at != NULL && i < way->map_count; i++)
        if (str_equal(way->map[i].from, word))
            return value_text(KIND_CHOICE, way->map[i].to);
    for (size_t i = 0; word.at != NULL && i < way->prefix_count; i++)
        if (way->prefix[i].from.len <= word.len &&
            memcmp(way->prefix[i].from.at, word.at, way->prefix[i].from.len) == 0)
            return value_text(KIND_CHOICE, way->prefix[i].to);
    return value_none;
}

struct value field_convert(const struct place *place, const struct field *field,
                           const struct way *way, yyjson_val *json)
{
    struct str word;

    if (json == NULL || yyjson_is_null(json))
        return value_none;
    if (way->by_code_count > 0)
        return by_code(place, way, json);
    if (way->map_count > 0 || way->prefix_count > 0)
        return by_word(way, json);
    switch (field->kind) {
    case KIND_NUMBER:
        return read_number(place, field, way, json);
    case KIND_DATE:
        return read_date(json);
    case KIND_DURATION:
        return read_duration(place, field, way, json);
    case KIND_CODE:
        return read_code(place, json);
    case KIND_CHOICE:
    case KIND_TEXT:
        word = word_of(json);
        return word.at == NULL ? value_none : value_text(field->kind, word);
    case KIND_NONE:
        break;
    }
    return value_none;
}

/* Walks a path below value; an array on the way stands for all its elements. */
static void walk(struct eval *eval, const struct place *place, const struct field *field,
                 const struct way *way, yyjson_val *value, const struct path *path, size_t from,
                 struct yield *yield)
{
    yyjson_arr_iter iter;
    yyjson_val *item;

    for (size_t i = from; value != NULL; i++) {
        if (yyjson_is_arr(value)) {
            yyjson_arr_iter_init(value, &iter);
            while ((item = yyjson_arr_iter_next(&iter)) != NULL)
                walk(eval, place, field, way, item, path, i, yield);
            return;
        }
        if (i == path->count)
            break;
        value = yyjson_obj_getn(value, path->names[i].at, path->names[i].len);
    }
    if (value != NULL)
        yield_add(eval, yield, field_convert(place, field, way, value));
}

yyjson_val *place_get(const struct place *place, const struct path *path, yyjson_val **src)
{
    if (place->record == NULL)
        return case_value_get(place->object, path->names, path->count);
    return case_record_get(&place->record->at, path->names, path->count, src);
}

struct value place_span(const struct place *place, yyjson_val *start, yyjson_val *end)
{
    struct value from = read_date(start);
    struct value to = read_date(end);

    if (from.kind == KIND_NONE)
        return value_none;
    if (to.kind == KIND_NONE) {
        /* Still going on: it lasts at least until the day of the request. */
        struct str status = case_text(yyjson_obj_get(place->object, "status"));

        if (end != NULL || (!str_is(status, "in-progress") && !str_is(status, "in-use")))
            return value_none;
        to = value_date(place->on);
    }
    if (to.from.last < from.from.first)
        return value_none;
    return value_between(from.from, to.from);
}

static struct value span_of(const struct place *place, const struct way *way, yyjson_val **src)
{
    yyjson_val *first = place_get(place, &way->paths[0], src);

    if (way->path_count == 1)
        return yyjson_is_obj(first) ? place_span(place, yyjson_obj_get(first, "start"),
                                                 yyjson_obj_get(first, "end"))
                                    : value_none;
    return place_span(place, first, place_get(place, &way->paths[1], src));
}

static struct value since(const struct place *place, yyjson_val *start)
{
    struct value from = read_date(start);

    if (from.kind == KIND_NONE || from.from.first > place->on.last)
        return value_none;
    return value_between(from.from, place->on);
}

static struct value age_of(const struct place *place, const struct way *way)
{
    struct value born = read_date(place_get(place, &way->paths[0], NULL));

    if (born.kind == KIND_NONE || born.from.first > place->on.first)
        return value_none;
    return value_interval(civil_years_between(born.from.last, place->on.first),
                          civil_years_between(born.from.first, place->on.first));
}

/* Everything one way yields for a record; src is set to who vouches for it. */
static void take_way(struct eval *eval, const struct place *place, const struct field *field,
                     const struct way *way, struct yield *yield, yyjson_val **src)
{
    yyjson_val *json;

    switch (way->kind) {
    case WAY_PATH:
        for (size_t i = 0; i < way->path_count && yield->count == 0; i++) {
            yyjson_val *vouch = *src;

            if (place->record == NULL || place->record->at.notes == NULL) {
                walk(eval, place, field, way, place->object, &way->paths[i], 0, yield);
                continue;
            }
            json = place_get(place, &way->paths[i], &vouch);
            if (vouch != *src && json != NULL) {
                *src = vouch;
                walk(eval, place, field, way, json, &way->paths[i], way->paths[i].count, yield);
            } else {
                walk(eval, place, field, way, place->object, &way->paths[i], 0, yield);
            }
        }
        break;
    case WAY_COUNT:
        json = place_get(place, &way->paths[0], src);
        if (yyjson_is_arr(json) && yyjson_arr_size(json) > 0)
            yield_add(eval, yield, value_number((double)yyjson_arr_size(json)));
        break;
    case WAY_CONST:
        yield_add(eval, yield,
                  way->constant.at == NULL ? value_number(way->number)
                                           : value_text(field->kind, way->constant));
        break;
    case WAY_AGE:
        yield_add(eval, yield, age_of(place, way));
        break;
    case WAY_SPAN:
        yield_add(eval, yield, span_of(place, way, src));
        break;
    case WAY_SINCE:
        for (size_t i = 0; i < way->path_count && yield->count == 0; i++)
            yield_add(eval, yield, since(place, place_get(place, &way->paths[i], src)));
        break;
    case WAY_UNIT_LIMIT:
        yield_add(eval, yield, line_unit_limit(eval, place));
        break;
    case WAY_SUPPLY_LIMIT:
        yield_add(eval, yield, line_supply_limit(eval, place));
        break;
    case WAY_EXCLUDED:
        yield_add(eval, yield, line_excluded(eval, place));
        break;
    case WAY_LATERALITY:
        yield_add(eval, yield, code_side(eval, place));
        break;
    }
}

/* True if no value of one is among those of the other. */
static bool disjoint(const struct yield *a, const struct yield *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (value_same(&a->items[i], &b->items[k]))
                return false;
    return a->count > 0 && b->count > 0;
}

static const struct value *greatest(const struct yield *yield)
{
    const struct value *best = NULL;

    for (size_t i = 0; i < yield->count; i++)
        if (best == NULL || value_more_than(&yield->items[i], best) == FINDING_MET)
            best = &yield->items[i];
    return best;
}

/* Several numbers where one is due, as the concentrations of a mixture: nobody
 * said which is meant, so it is any of them. */
static struct value any_number(const struct yield *yield)
{
    struct value value = yield->items[0];

    for (size_t i = 1; i < yield->count; i++) {
        value.lo = fmin(value.lo, yield->items[i].lo);
        value.hi = fmax(value.hi, yield->items[i].hi);
    }
    return value;
}

struct value field_find(struct eval *eval, const struct place *place, const struct field *field,
                        yyjson_val **src)
{
    struct yield all, one;
    struct value value;
    bool conflict = false;

    yield_init(&all);
    for (size_t i = 0; i < field->way_count; i++) {
        if (field->mode == MODE_FIRST) {
            take_way(eval, place, field, &field->ways[i], &all, src);
            if (all.count > 0)
                break;
            continue;
        }
        yield_init(&one);
        take_way(eval, place, field, &field->ways[i], &one, src);
        if (field->mode == MODE_ALL && disjoint(&all, &one))
            conflict = true;
        for (size_t k = 0; k < one.count; k++)
            yield_put(eval, &all, &one.items[k]);
    }
    if (all.count == 0)
        return value_none;
    value = field->mode == MODE_GREATEST ? *greatest(&all) : all.items[0];
    value.conflict = conflict;
    if (field->mode != MODE_GREATEST && field->kind == KIND_NUMBER) {
        value = any_number(&all);
        value.conflict = conflict;
    } else if (field->mode != MODE_GREATEST && all.count > 1) {
        value.all = all.items;
        value.all_count = all.count;
    }
    return value;
}
