/*
 * value_test.c - what comparing imprecise values tells.
 */
#include "judge/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct value date_of(const char *text)
{
    struct day_span span;

    assert_true(civil_parse(text, strlen(text), &span));
    return value_date(span);
}

static struct value between(const char *from, const char *to)
{
    struct value start = date_of(from), end = date_of(to);

    return value_between(start.from, end.from);
}

static void a_threshold_is_met_at_it_and_not_just_short_of_it(void **state)
{
    struct value at = value_number(50), short_of = value_number(49), bound = value_number(50);

    (void)state;
    assert_int_equal(value_at_least(&at, &bound), FINDING_MET);
    assert_int_equal(value_at_least(&short_of, &bound), FINDING_NOT_MET);
    assert_int_equal(value_more_than(&at, &bound), FINDING_NOT_MET);
    assert_int_equal(value_at_least(&value_none, &bound), FINDING_UNDOCUMENTED);
}

static void an_interval_that_reaches_over_the_threshold_is_undocumented(void **state)
{
    struct value more_than_20 = value_interval(20, INFINITY), bound = value_number(50);
    struct value at_least_50 = value_interval(50, INFINITY), up_to_50 = value_interval(0, 50);

    (void)state;
    more_than_20.lo_open = true;
    assert_int_equal(value_at_least(&more_than_20, &bound), FINDING_UNDOCUMENTED);
    assert_int_equal(value_at_least(&at_least_50, &bound), FINDING_MET);
    assert_int_equal(value_at_least(&up_to_50, &bound), FINDING_UNDOCUMENTED);
    up_to_50.hi_open = true; /* less than 50 */
    assert_int_equal(value_at_least(&up_to_50, &bound), FINDING_NOT_MET);
    at_least_50.lo_open = true; /* more than 50 */
    assert_int_equal(value_more_than(&at_least_50, &bound), FINDING_MET);
}

static void months_between_two_dates_are_counted_on_the_calendar(void **state)
{
    struct value three = value_duration(3, UNIT_MONTHS);
    struct value whole = between("2026-01-31", "2026-04-30");
    struct value short_of = between("2026-01-31", "2026-04-29");
    struct value february = between("2026-02-01", "2026-05-01"); /* 89 days */

    (void)state;
    assert_int_equal(value_at_least(&whole, &three), FINDING_MET);
    assert_int_equal(value_at_least(&short_of, &three), FINDING_NOT_MET);
    assert_int_equal(value_at_least(&february, &three), FINDING_MET);
}

static void weeks_that_were_only_stated_meet_months_when_all_calendars_agree(void **state)
{
    struct value three = value_duration(3, UNIT_MONTHS);
    struct value w12 = value_duration(12, UNIT_WEEKS), w13 = value_duration(13, UNIT_WEEKS);
    struct value w14 = value_duration(14, UNIT_WEEKS), m3 = value_duration(3, UNIT_MONTHS);

    (void)state;
    assert_int_equal(value_at_least(&w12, &three), FINDING_NOT_MET);
    assert_int_equal(value_at_least(&w13, &three), FINDING_UNDOCUMENTED);
    assert_int_equal(value_at_least(&w14, &three), FINDING_MET);
    assert_int_equal(value_at_least(&m3, &three), FINDING_MET);
    assert_int_equal(value_more_than(&m3, &three), FINDING_NOT_MET);
}

static void a_period_known_to_the_month_leaves_its_length_open(void **state)
{
    struct value six = value_duration(6, UNIT_WEEKS);
    struct value open = between("2026-03", "2026-04-30"); /* 30 to 60 days */
    struct value long_enough = between("2026-02", "2026-04-30");

    (void)state;
    assert_int_equal(value_at_least(&open, &six), FINDING_UNDOCUMENTED);
    assert_int_equal(value_at_least(&long_enough, &six), FINDING_MET);
}

static void dates_compare_as_the_days_they_may_be(void **state)
{
    struct value march = date_of("2026-03"), tenth = date_of("2026-03-10");
    struct value april = date_of("2026-04-01");

    (void)state;
    assert_int_equal(value_at_least(&april, &march), FINDING_MET);
    assert_int_equal(value_at_least(&tenth, &march), FINDING_UNDOCUMENTED);
    assert_int_equal(value_more_than(&march, &april), FINDING_NOT_MET);
    assert_true(value_same(&march, &tenth));
    assert_false(value_same(&march, &april));
}

static void words_are_equal_or_not(void **state)
{
    struct value yes = value_text(KIND_CHOICE, str_of("yes"));
    struct value no = value_text(KIND_CHOICE, str_of("no"));
    struct value conflict = yes;

    (void)state;
    conflict.conflict = true;
    assert_int_equal(value_is(&yes, &yes), FINDING_MET);
    assert_int_equal(value_is(&yes, &no), FINDING_NOT_MET);
    assert_int_equal(value_is(&conflict, &yes), FINDING_UNDOCUMENTED);
    assert_int_equal(value_is(&value_none, &yes), FINDING_UNDOCUMENTED);
}

static void kleene_logic_keeps_what_is_open_open(void **state)
{
    (void)state;
    assert_int_equal(finding_and(FINDING_MET, FINDING_UNDOCUMENTED), FINDING_UNDOCUMENTED);
    assert_int_equal(finding_and(FINDING_NOT_MET, FINDING_UNDOCUMENTED), FINDING_NOT_MET);
    assert_int_equal(finding_or(FINDING_MET, FINDING_UNDOCUMENTED), FINDING_MET);
    assert_int_equal(finding_or(FINDING_NOT_MET, FINDING_UNDOCUMENTED), FINDING_UNDOCUMENTED);
    assert_int_equal(finding_negate(FINDING_UNDOCUMENTED), FINDING_UNDOCUMENTED);
    assert_int_equal(finding_and(FINDING_NOT_APPLICABLE, FINDING_MET), FINDING_MET);
}

static void units_convert_within_their_family_only(void **state)
{
    (void)state;
    assert_true(unit_factor(UNIT_MCG, UNIT_MG) == 0.001);
    assert_true(unit_factor(UNIT_WEEKS, UNIT_DAYS) == 7);
    assert_true(unit_factor(UNIT_MG, UNIT_ML) == 0);
    assert_true(unit_factor(UNIT_OTHER, UNIT_OTHER) == 1);
    assert_int_equal(unit_named(str_of("mo")), UNIT_MONTHS);
    assert_int_equal(unit_named(str_of("{score}")), UNIT_OTHER);
}

static void fractions_of_units_convert_or_are_not_used(void **state)
{
    (void)state;
    assert_true(unit_conversion(str_of("mcg/ml"), str_of("mg-per-ml")) == 0.001);
    assert_true(unit_conversion(str_of("mg/d"), str_of("mg-per-day")) == 1);
    assert_true(unit_conversion(str_of("mg"), str_of("mg-per-day")) == 0);
    assert_true(unit_conversion(str_of("mg"), str_of("units")) == 0);
    assert_true(unit_conversion(str_of("{score}"), str_of("points")) == 1);
    assert_true(unit_conversion(str_of(NULL), str_of("mg")) == 1);
}

static void expect_text(const struct value *value, const char *unit, const char *text)
{
    char memory[200];
    struct buf out = buf_fixed(memory, sizeof memory);

    value_print(&out, value, str_of(unit));
    assert_string_equal(buf_cstr(&out), text);
}

static void values_print_as_a_person_would_say_them(void **state)
{
    struct value more = value_interval(50, INFINITY), span = between("2026-07-20", "2026-09-11");
    struct value month = date_of("2026-03"), year = date_of("2026"), months = value_duration(3, UNIT_MONTHS);
    struct value seven = value_number(7), range = value_interval(5, 7);

    (void)state;
    more.lo_open = true;
    expect_text(&more, "percent", "more than 50 percent");
    expect_text(&seven, "points", "7 points");
    expect_text(&range, NULL, "5 to 7");
    expect_text(&span, NULL, "53 days");
    expect_text(&month, NULL, "2026-03");
    expect_text(&year, NULL, "2026");
    expect_text(&months, NULL, "3 months");
    expect_text(&value_none, NULL, "nothing on file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_threshold_is_met_at_it_and_not_just_short_of_it),
        cmocka_unit_test(an_interval_that_reaches_over_the_threshold_is_undocumented),
        cmocka_unit_test(months_between_two_dates_are_counted_on_the_calendar),
        cmocka_unit_test(weeks_that_were_only_stated_meet_months_when_all_calendars_agree),
        cmocka_unit_test(a_period_known_to_the_month_leaves_its_length_open),
        cmocka_unit_test(dates_compare_as_the_days_they_may_be),
        cmocka_unit_test(words_are_equal_or_not),
        cmocka_unit_test(kleene_logic_keeps_what_is_open_open),
        cmocka_unit_test(units_convert_within_their_family_only),
        cmocka_unit_test(fractions_of_units_convert_or_are_not_used),
        cmocka_unit_test(values_print_as_a_person_would_say_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
