/*
 * value.c - values as intervals, and what comparing them tells; see value.h.
 */
#include "judge/value.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"

const struct value value_none = {.kind = KIND_NONE, .months = -1};

const char *finding_name(enum finding finding)
{
    static const char *const names[] = {"not_met", "undocumented", "met", "not_applicable"};

    return names[finding];
}

enum finding finding_and(enum finding a, enum finding b)
{
    if (a == FINDING_NOT_APPLICABLE)
        return b;
    if (b == FINDING_NOT_APPLICABLE)
        return a;
    return a < b ? a : b;
}

enum finding finding_or(enum finding a, enum finding b)
{
    if (a == FINDING_NOT_APPLICABLE)
        return b;
    if (b == FINDING_NOT_APPLICABLE)
        return a;
    return a > b ? a : b;
}

enum finding finding_negate(enum finding finding)
{
    if (finding == FINDING_MET)
        return FINDING_NOT_MET;
    if (finding == FINDING_NOT_MET)
        return FINDING_MET;
    return finding;
}

enum value_kind value_kind_named(struct str name)
{
    static const char *const names[] = {"", "number", "choice", "text", "date", "duration", "code"};

    for (int kind = KIND_NUMBER; kind <= KIND_CODE; kind++)
        if (str_is(name, names[kind]))
            return (enum value_kind)kind;
    return KIND_NONE;
}

static const struct unit_name {
    const char *name;
    enum unit unit;
} unit_names[] = {
    {"days", UNIT_DAYS},       {"day", UNIT_DAYS},     {"d", UNIT_DAYS},
    {"weeks", UNIT_WEEKS},     {"week", UNIT_WEEKS},   {"wk", UNIT_WEEKS},
    {"months", UNIT_MONTHS},   {"month", UNIT_MONTHS}, {"mo", UNIT_MONTHS},
    {"years", UNIT_YEARS},     {"year", UNIT_YEARS},   {"a", UNIT_YEARS},
    {"hours", UNIT_HOURS},     {"hour", UNIT_HOURS},   {"h", UNIT_HOURS},
    {"minutes", UNIT_MINUTES}, {"min", UNIT_MINUTES},  {"mcg", UNIT_MCG},
    {"ug", UNIT_MCG},          {"mg", UNIT_MG},        {"g", UNIT_G},
    {"ml", UNIT_ML},           {"mL", UNIT_ML},        {"l", UNIT_L},
    {"L", UNIT_L},             {"percent", UNIT_PERCENT}, {"%", UNIT_PERCENT},
};

enum unit unit_named(struct str name)
{
    if (name.len == 0)
        return UNIT_NONE;
    for (size_t i = 0; i < sizeof unit_names / sizeof unit_names[0]; i++)
        if (str_is(name, unit_names[i].name))
            return unit_names[i].unit;
    return UNIT_OTHER;
}

double unit_factor(enum unit from, enum unit to)
{
    static const double size[] = {
        [UNIT_DAYS] = 1440, [UNIT_WEEKS] = 10080, [UNIT_HOURS] = 60, [UNIT_MINUTES] = 1,
        [UNIT_MCG] = 1, [UNIT_MG] = 1e3, [UNIT_G] = 1e6, [UNIT_ML] = 1, [UNIT_L] = 1e3,
        [UNIT_OTHER] = 0};
    static const unsigned char family[] = {
        [UNIT_DAYS] = 1, [UNIT_WEEKS] = 1, [UNIT_HOURS] = 1, [UNIT_MINUTES] = 1,
        [UNIT_MCG] = 2, [UNIT_MG] = 2, [UNIT_G] = 2, [UNIT_ML] = 3, [UNIT_L] = 3,
        [UNIT_OTHER] = 0};

    if (from == to)
        return 1;
    if (family[from] == 0 || family[from] != family[to])
        return 0;
    return size[from] / size[to];
}

/* Cuts "mg-per-day", "mg/d" or "mg per day" in two; false if it is no fraction. */
static bool cut_fraction(struct str unit, struct str *above, struct str *below)
{
    static const char *const bars[] = {"/", "-per-", " per ", NULL};

    for (int i = 0; bars[i] != NULL; i++) {
        size_t len = strlen(bars[i]);

        for (size_t at = 1; at + len < unit.len; at++) {
            if (memcmp(unit.at + at, bars[i], len) != 0)
                continue;
            *above = (struct str){unit.at, at};
            *below = (struct str){unit.at + at + len, unit.len - at - len};
            return true;
        }
    }
    return false;
}

static bool is_physical(enum unit unit)
{
    return unit > UNIT_NONE && unit < UNIT_PERCENT;
}

double unit_conversion(struct str from, struct str to)
{
    struct str above, below, to_above, to_below;
    bool fraction = cut_fraction(from, &above, &below);
    enum unit a, b;

    if (from.len == 0 || to.len == 0 || str_equal(from, to))
        return 1;
    if (fraction != cut_fraction(to, &to_above, &to_below))
        return 0;
    if (fraction) {
        double up = unit_conversion(above, to_above), down = unit_conversion(below, to_below);

        return down == 0 ? 0 : up / down;
    }
    a = unit_named(from);
    b = unit_named(to);
    return is_physical(a) || is_physical(b) ? unit_factor(a, b) : 1;
}

struct value value_number(double number)
{
    return value_interval(number, number);
}

struct value value_interval(double lo, double hi)
{
    struct value value = value_none;

    value.kind = KIND_NUMBER;
    value.lo = lo;
    value.hi = hi;
    return value;
}

struct value value_text(enum value_kind kind, struct str text)
{
    struct value value = value_none;

    value.kind = kind;
    value.text = text;
    return value;
}

struct value value_date(struct day_span day)
{
    struct value value = value_none;

    value.kind = KIND_DATE;
    value.from = day;
    return value;
}

struct value value_duration(double number, enum unit unit)
{
    struct value value = value_none;

    value.kind = KIND_DURATION;
    if (unit == UNIT_MONTHS || unit == UNIT_YEARS) {
        double months = unit == UNIT_YEARS ? number * 12 : number;
        int fewest, most;

        if (months < 0 || months > 12000)
            return value_none;
        civil_months_in_days((int)floor(months), &fewest, &most);
        value.lo = fewest + (months - floor(months)) * 28;
        value.hi = most + (months - floor(months)) * 31;
        if (months == floor(months))
            value.months = (int)months;
        return value;
    }
    value.lo = value.hi = number * unit_factor(unit, UNIT_DAYS);
    return value;
}

struct value value_between(struct day_span from, struct day_span to)
{
    struct value value = value_none;

    value.kind = KIND_DURATION;
    value.anchored = true;
    value.from = from;
    value.to = to;
    return value;
}

void value_days(const struct value *duration, double *least, double *most)
{
    assert(duration->kind == KIND_DURATION);
    *least = duration->lo;
    *most = duration->hi;
    if (duration->anchored) {
        *least = duration->to.first - duration->from.last;
        *most = duration->to.last - duration->from.first;
    }
}

struct day_span value_shift_day(struct day_span day, const struct value *duration, int sign)
{
    double least, most;
    struct day_span moved;

    if (duration->months >= 0) {
        moved.first = civil_add_months(day.first, sign * duration->months);
        moved.last = civil_add_months(day.last, sign * duration->months);
        return moved;
    }
    value_days(duration, &least, &most);
    moved.first = day.first + (day_t)(sign > 0 ? ceil(least) : -floor(most));
    moved.last = day.last + (day_t)(sign > 0 ? floor(most) : -ceil(least));
    return moved;
}

static enum finding number_at_least(const struct value *a, const struct value *b)
{
    if (a->lo >= b->hi)
        return FINDING_MET;
    if (a->hi < b->lo || (a->hi == b->lo && (a->hi_open || b->lo_open)))
        return FINDING_NOT_MET;
    return FINDING_UNDOCUMENTED;
}

static enum finding number_more_than(const struct value *a, const struct value *b)
{
    if (a->lo > b->hi || (a->lo == b->hi && (a->lo_open || b->hi_open)))
        return FINDING_MET;
    if (a->hi <= b->lo)
        return FINDING_NOT_MET;
    return FINDING_UNDOCUMENTED;
}

/* Is duration a at least (or, strictly, more than) duration b? A span between
 * two dates is compared on the calendar: from + b against to. */
static enum finding duration_order(const struct value *a, const struct value *b, bool strictly)
{
    double a_least, a_most, b_least, b_most;
    double more = strictly ? 1 : 0;

    if (a->anchored && !b->anchored) {
        struct day_span late = {a->from.last, a->from.last};
        struct day_span early = {a->from.first, a->from.first};

        if (a->to.first >= value_shift_day(late, b, 1).last + more)
            return FINDING_MET;
        if (a->to.last < value_shift_day(early, b, 1).first + more)
            return FINDING_NOT_MET;
        return FINDING_UNDOCUMENTED;
    }
    if (a->months >= 0 && b->months >= 0)
        return a->months >= b->months + more ? FINDING_MET : FINDING_NOT_MET;
    value_days(a, &a_least, &a_most);
    value_days(b, &b_least, &b_most);
    if (strictly ? a_least > b_most || (a_least == b_most && a->lo_open) : a_least >= b_most)
        return FINDING_MET;
    if (strictly ? a_most <= b_least : a_most < b_least || (a_most == b_least && a->hi_open))
        return FINDING_NOT_MET;
    return FINDING_UNDOCUMENTED;
}

static bool comparable(const struct value *a, const struct value *b)
{
    return a->kind != KIND_NONE && a->kind == b->kind && !a->conflict && !b->conflict;
}

enum finding value_at_least(const struct value *a, const struct value *b)
{
    if (!comparable(a, b))
        return FINDING_UNDOCUMENTED;
    if (a->kind == KIND_NUMBER)
        return number_at_least(a, b);
    if (a->kind == KIND_DURATION)
        return duration_order(a, b, false);
    if (a->kind != KIND_DATE)
        return FINDING_UNDOCUMENTED;
    if (a->from.first >= b->from.last)
        return FINDING_MET;
    return a->from.last < b->from.first ? FINDING_NOT_MET : FINDING_UNDOCUMENTED;
}

enum finding value_more_than(const struct value *a, const struct value *b)
{
    if (!comparable(a, b))
        return FINDING_UNDOCUMENTED;
    if (a->kind == KIND_NUMBER)
        return number_more_than(a, b);
    if (a->kind == KIND_DURATION)
        return duration_order(a, b, true);
    if (a->kind != KIND_DATE)
        return FINDING_UNDOCUMENTED;
    if (a->from.first > b->from.last)
        return FINDING_MET;
    return a->from.last <= b->from.first ? FINDING_NOT_MET : FINDING_UNDOCUMENTED;
}

static bool same_one(const struct value *a, const struct value *b)
{
    if (a->kind == KIND_NUMBER)
        return value_more_than(a, b) != FINDING_MET && value_more_than(b, a) != FINDING_MET;
    if (a->kind == KIND_DATE)
        return a->from.first <= b->from.last && b->from.first <= a->from.last;
    if (a->kind == KIND_DURATION)
        return duration_order(a, b, true) != FINDING_MET &&
               duration_order(b, a, true) != FINDING_MET;
    return str_equal(a->text, b->text);
}

bool value_same(const struct value *a, const struct value *b)
{
    return a->kind == b->kind && (a->kind == KIND_NONE || same_one(a, b));
}

enum finding value_is(const struct value *a, const struct value *b)
{
    enum finding low, high;

    if (!comparable(a, b))
        return FINDING_UNDOCUMENTED;
    if (a->kind == KIND_NUMBER || a->kind == KIND_DATE || a->kind == KIND_DURATION) {
        low = value_at_least(a, b);
        high = finding_negate(value_more_than(a, b));
        return finding_and(low, high);
    }
    return str_equal(a->text, b->text) ? FINDING_MET : FINDING_NOT_MET;
}

static void print_interval(struct buf *out, const struct value *value)
{
    if (value->lo == value->hi) {
        buf_put_number(out, value->lo);
    } else if (isinf(value->hi)) {
        buf_puts(out, value->lo_open ? "more than " : "at least ");
        buf_put_number(out, value->lo);
    } else if (isinf(value->lo)) {
        buf_puts(out, value->hi_open ? "less than " : "at most ");
        buf_put_number(out, value->hi);
    } else {
        buf_put_number(out, value->lo);
        buf_puts(out, " to ");
        buf_put_number(out, value->hi);
    }
}

static void print_days(struct buf *out, struct day_span day)
{
    char first[CIVIL_TEXT], last[CIVIL_TEXT];
    int year, month, dom;

    civil_format(day.first, first);
    if (day.first == day.last) {
        buf_put(out, first, CIVIL_TEXT - 1);
        return;
    }
    civil_parts(day.first, &year, &month, &dom);
    if (dom == 1 && day.last == civil_add_months(day.first, 1) - 1) {
        buf_put(out, first, 7);
    } else if (dom == 1 && month == 1 && day.last == civil_add_months(day.first, 12) - 1) {
        buf_put(out, first, 4);
    } else {
        civil_format(day.last, last);
        buf_puts(out, first);
        buf_puts(out, " to ");
        buf_puts(out, last);
    }
}

static void print_duration(struct buf *out, const struct value *value)
{
    struct value days = value_none;

    if (value->months >= 0) {
        bool years = value->months >= 24 && value->months % 12 == 0;
        int count = years ? value->months / 12 : value->months;

        buf_put_int(out, count);
        buf_puts(out, years ? " year" : " month");
        buf_puts(out, count == 1 ? "" : "s");
        return;
    }
    days.lo_open = value->lo_open;
    days.hi_open = value->hi_open;
    value_days(value, &days.lo, &days.hi);
    print_interval(out, &days);
    buf_puts(out, days.lo == 1 && days.hi == 1 ? " day" : " days");
}

void value_print(struct buf *out, const struct value *value, struct str unit)
{
    if (value->all_count > 1) {
        for (size_t i = 0; i < value->all_count; i++) {
            struct value one = value->all[i];

            one.all_count = 0;
            if (i > 0)
                buf_puts(out, ", ");
            value_print(out, &one, unit);
        }
        return;
    }
    switch (value->kind) {
    case KIND_NONE:
        buf_puts(out, "nothing on file");
        break;
    case KIND_NUMBER:
        print_interval(out, value);
        if (unit.len > 0) {
            buf_putc(out, ' ');
            buf_put(out, unit.at, unit.len);
        }
        break;
    case KIND_CHOICE:
    case KIND_TEXT:
    case KIND_CODE:
        buf_put(out, value->text.at, value->text.len);
        break;
    case KIND_DATE:
        print_days(out, value->from);
        break;
    case KIND_DURATION:
        print_duration(out, value);
        break;
    }
}
