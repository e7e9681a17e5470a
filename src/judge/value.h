/*
 * value.h - what a case says about one thing, as precisely as it says it.
 *
 * A value is an interval where the record is imprecise: a date known to the
 * month, "more than 50 %", a count that may be one higher. Comparing values
 * gives a finding: met when every value in the interval passes, not met when
 * none does, otherwise undocumented. Nothing here allocates except from the
 * pool that is handed in; texts are borrowed from the case or the policy.
 */
#ifndef RUBRIC_JUDGE_VALUE_H
#define RUBRIC_JUDGE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/str.h"

enum finding {
    FINDING_NOT_MET,
    FINDING_UNDOCUMENTED,
    FINDING_MET,
    FINDING_NOT_APPLICABLE
};

/* "met", "not_met", "undocumented", "not_applicable". */
const char *finding_name(enum finding finding);

/* Kleene logic over the first three; not_applicable drops out of both. */
enum finding finding_and(enum finding a, enum finding b);
enum finding finding_or(enum finding a, enum finding b);
enum finding finding_negate(enum finding finding);

enum value_kind {
    KIND_NONE, /* nobody said */
    KIND_NUMBER,
    KIND_CHOICE, /* one of the words that the catalogue lists; yes and no too */
    KIND_TEXT,
    KIND_DATE,
    KIND_DURATION,
    KIND_CODE
};

/* KIND_NONE if the name is no kind. */
enum value_kind value_kind_named(struct str name);

/* Only units that convert or compare matter; every other name is UNIT_OTHER. */
enum unit {
    UNIT_NONE,
    UNIT_DAYS,
    UNIT_WEEKS,
    UNIT_MONTHS,
    UNIT_YEARS,
    UNIT_HOURS,
    UNIT_MINUTES,
    UNIT_MCG,
    UNIT_MG,
    UNIT_G,
    UNIT_ML,
    UNIT_L,
    UNIT_PERCENT,
    UNIT_OTHER
};

/* Reads our own names and the UCUM and everyday spellings of cases. */
enum unit unit_named(struct str name);
/* How many of unit `to` one `from` is; 0 if they do not convert. */
double unit_factor(enum unit from, enum unit to);
/* What a number said in one unit is to be multiplied with to be in the other;
 * 0 if they do not convert. "mcg/ml" and "mg-per-ml" convert as fractions. A
 * side that is absent asks nothing, and two units that measure nothing physical
 * ("{score}", "points") count as the same. */
double unit_conversion(struct str from, struct str to);

struct trace; /* where a value came from: judge/trace.h */

struct value {
    enum value_kind kind;
    bool conflict;  /* two sources disagree: not to be used, only shown */
    bool suggested; /* rests on text that nobody confirmed */
    bool anchored;  /* duration: between two dates, from and to are set */
    bool lo_open;   /* the low end itself is excluded */
    bool hi_open;
    double lo;      /* number; or duration in days where it is not anchored */
    double hi;
    int months;              /* duration said in whole months; -1: it was not */
    struct day_span from;    /* date; or start of an anchored duration */
    struct day_span to;      /* end of an anchored duration */
    struct str text;         /* choice, text, code (as given) */
    struct str system;       /* code: its system, absent if the case is silent */
    struct str table;        /* a code table said so, not the case: its name */
    const struct value *all; /* many-valued: every value, this one first */
    size_t all_count;        /* 0 or 1: just this one */
    struct trace *trace;     /* newest first */
};

extern const struct value value_none;

struct value value_number(double number);
struct value value_interval(double lo, double hi);
struct value value_text(enum value_kind kind, struct str text);
struct value value_date(struct day_span day);
/* number of unit days, weeks, months or years. */
struct value value_duration(double number, enum unit unit);
struct value value_between(struct day_span from, struct day_span to);

/* True if the two say the same, or could: numbers whose intervals meet. */
bool value_same(const struct value *a, const struct value *b);

/* The shortest and longest it may be, in days. */
void value_days(const struct value *duration, double *least, double *most);

/* The three comparisons that all others are made of. Kinds that do not
 * compare, or a missing side, are undocumented. */
enum finding value_at_least(const struct value *a, const struct value *b);
enum finding value_more_than(const struct value *a, const struct value *b);
enum finding value_is(const struct value *a, const struct value *b);

/* The day, moved by a duration forwards (sign 1) or back (sign -1): the
 * earliest and the latest day that gives. */
struct day_span value_shift_day(struct day_span day, const struct value *duration, int sign);

/* Writes it as a person would: "7", "more than 50 percent", "27 days",
 * "2026-03", "M54.16". unit is a word put behind a number, or absent. */
void value_print(struct buf *out, const struct value *value, struct str unit);

#endif
