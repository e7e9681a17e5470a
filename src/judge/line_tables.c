/*
 * line_tables.c - what the code tables say of a request line or a diagnosis.
 *
 * Which edit table applies goes by the place of service: hospitals have limits
 * and pairs of their own; surgical centres are judged as practitioners are. That a
 * line is a supply, of a pump or its drugs, no place tells: a policy says so.
 */
#include "judge/line_tables.h"

#include <math.h>
#include <stdio.h>

static enum code_setting setting_of(yyjson_val *line)
{
    static const char *const facilities[] = {"19", "21", "22", "23", NULL};
    struct str place = case_text(yyjson_obj_get(line, "placeOfService"));

    for (int i = 0; facilities[i] != NULL; i++)
        if (str_is(place, facilities[i]))
            return SETTING_OUTPATIENT;
    return SETTING_PRACTITIONER;
}

/* "mue-practitioner 2026Q1", to stand as the source of the value. */
static struct str table_name(struct eval *eval, const char *table, const char *release)
{
    char memory[120];
    struct str name = {NULL, 0};
    int len = snprintf(memory, sizeof memory, "%s %s", table, release);

    if (len > 0 && len < (int)sizeof memory)
        name.at = pool_copy(eval->pool, memory, (size_t)len);
    name.len = name.at == NULL ? 0 : (size_t)len;
    return name;
}

static struct str day_of(yyjson_val *line)
{
    yyjson_val *serviced = yyjson_obj_get(line, "serviced");

    if (yyjson_is_obj(serviced))
        serviced = yyjson_obj_get(serviced, "start");
    return case_text(serviced);
}

/* The units of a line; negative if it does not say. */
static double units_of(yyjson_val *line)
{
    yyjson_val *quantity = yyjson_obj_get(line, "quantity");

    if (yyjson_is_obj(quantity))
        quantity = yyjson_obj_get(quantity, "value");
    return yyjson_is_num(quantity) ? yyjson_get_num(quantity) : -1;
}

/* A limit of a day is for all lines of the code on that day: what the others
 * ask for is not left for this one. False if one of them does not say. */
static bool units_left(struct eval *eval, const struct place *place, double *units)
{
    struct str code = case_text(yyjson_obj_get(place->object, "code"));
    yyjson_val *other;
    size_t i, count;

    yyjson_arr_foreach(eval->file->lists[CASE_LINES], i, count, other) {
        if (other == place->object ||
            !str_equal(case_text(yyjson_obj_get(other, "code")), code) ||
            !str_equal(day_of(other), day_of(place->object)))
            continue;
        if (units_of(other) < 0)
            return false;
        *units -= units_of(other);
    }
    *units = *units < 0 ? 0 : *units;
    return true;
}

static struct value limit_in(struct eval *eval, const struct place *place,
                             enum code_setting setting)
{
    struct code_limit limit;
    struct value value;
    double units;

    switch (codes_limit(eval->codes, setting, case_text(yyjson_obj_get(place->object, "code")),
                        place->on.first, &limit)) {
    case CODE_YES:
        units = limit.units;
        if (limit.indicator != 1 && !units_left(eval, place, &units))
            return value_none;
        value = value_number(units);
        value.table = table_name(eval, limit.table, limit.release);
        return value;
    case CODE_NO:
        return value_interval(1e6, INFINITY); /* as many as anybody asks for */
    case CODE_NO_TABLE:
        break;
    }
    return value_none;
}

struct value line_unit_limit(struct eval *eval, const struct place *place)
{
    return limit_in(eval, place, setting_of(place->object));
}

struct value line_supply_limit(struct eval *eval, const struct place *place)
{
    return limit_in(eval, place, SETTING_SUPPLIER);
}

/* Modifiers that say: these were two services, not one billed twice. The list is
 * that of the policy manual of the edits, chapter I. */
static bool carries_parting(yyjson_val *line)
{
    static const char *const parting[] = {
        "24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU",
        "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
        "TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9",
        "LT", "RT", "LC", "LD", "RC", "LM", "RI", NULL};
    yyjson_val *modifiers = yyjson_obj_get(line, "modifier");
    size_t i, count;
    yyjson_val *modifier;

    yyjson_arr_foreach(modifiers, i, count, modifier)
        for (int k = 0; parting[k] != NULL; k++)
            if (yyjson_equals_str(modifier, parting[k]))
                return true;
    return false;
}

struct value line_excluded(struct eval *eval, const struct place *place)
{
    yyjson_val *lines = eval->file->lists[CASE_LINES], *other;
    struct value value = value_text(KIND_CHOICE, str_of("no"));
    bool known = yyjson_arr_size(lines) == 1;
    struct code_pair pair;
    size_t i, count;

    yyjson_arr_foreach(lines, i, count, other) {
        enum code_answer answer;

        if (other == place->object || !str_equal(day_of(other), day_of(place->object)))
            continue;
        answer = codes_pair(eval->codes, setting_of(place->object),
                            case_text(yyjson_obj_get(place->object, "code")),
                            case_text(yyjson_obj_get(other, "code")), place->on.first, &pair);
        known |= answer != CODE_NO_TABLE;
        if (answer != CODE_YES || pair.indicator == 9 ||
            (pair.indicator == 1 && (carries_parting(place->object) || carries_parting(other))))
            continue;
        value.text = str_of("yes");
        value.table = table_name(eval, pair.table, pair.release);
    }
    return known ? value : value_none;
}

struct value code_side(struct eval *eval, const struct place *place)
{
    struct code_entry entry;
    struct value value = value_none;
    const char *side;

    codes_status(eval->codes, case_text(yyjson_obj_get(place->object, "system")),
                 case_text(yyjson_obj_get(place->object, "code")), place->on.first, &entry);
    side = entry.status == CODE_BILLABLE ? code_laterality(&entry) : NULL;
    if (side == NULL || strcmp(side, "unspecified") == 0)
        return value_none;
    value = value_text(KIND_CHOICE, str_of(side));
    value.table = table_name(eval, "icd-10-cm", entry.release);
    return value;
}
