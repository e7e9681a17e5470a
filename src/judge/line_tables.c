/*
 * line_tables.c - what the code tables say of a request line or a diagnosis.
 *
 * Which edit table applies goes by the place of service: hospitals and surgical
 * centres have limits and pairs of their own.
 */
#include "judge/line_tables.h"

#include <math.h>
#include <stdio.h>

static enum code_setting setting_of(yyjson_val *line)
{
    static const char *const facilities[] = {"19", "21", "22", "23", "24", NULL};
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

struct value line_unit_limit(struct eval *eval, const struct place *place)
{
    struct code_limit limit;
    struct value value;

    switch (codes_limit(eval->codes, setting_of(place->object),
                        case_text(yyjson_obj_get(place->object, "code")), place->on.first,
                        &limit)) {
    case CODE_YES:
        value = value_number(limit.units);
        value.table = table_name(eval, limit.table, limit.release);
        return value;
    case CODE_NO:
        return value_interval(1e6, INFINITY); /* as many as anybody asks for */
    case CODE_NO_TABLE:
        break;
    }
    return value_none;
}

/* Modifiers that say: these were two services, not one billed twice. */
static bool carries_parting(yyjson_val *line)
{
    static const char *const parting[] = {"25", "50", "58", "59", "78", "79", "91", "LT", "RT",
                                          "XE", "XP", "XS", "XU", NULL};
    yyjson_val *modifiers = yyjson_obj_get(line, "modifier");
    size_t i, count;
    yyjson_val *modifier;

    yyjson_arr_foreach(modifiers, i, count, modifier)
        for (int k = 0; parting[k] != NULL; k++)
            if (yyjson_equals_str(modifier, parting[k]))
                return true;
    return false;
}

static struct str day_of(yyjson_val *line)
{
    yyjson_val *serviced = yyjson_obj_get(line, "serviced");

    if (yyjson_is_obj(serviced))
        serviced = yyjson_obj_get(serviced, "start");
    return case_text(serviced);
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
