/*
 * civil_test.c - the calendar, day by day, and every shape a date may have.
 */
#include "base/civil.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
    if (month == 2)
        return leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Walks the calendar from 0001-01-01 to 9999-12-31, one day at a time. */
static void every_day_has_its_number_and_back(void **state)
{
    day_t day = DAY_MIN;

    (void)state;
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int dom = 1; dom <= days_in(year, month); dom++, day++) {
                int y, m, d;

                civil_parts(day, &y, &m, &d);
                if (civil_day(year, month, dom) != day || y != year || m != month || d != dom)
                    fail_msg("day %d is not %04d-%02d-%02d", (int)day, year, month, dom);
            }
        }
    }
    assert_int_equal(day, DAY_MAX + 1);
}

static void known_days_have_known_numbers(void **state)
{
    (void)state;
    assert_int_equal(civil_day(1970, 1, 1), 0);
    assert_int_equal(civil_day(1969, 12, 31), -1);
    assert_int_equal(civil_day(2000, 2, 29), 11016);
    assert_int_equal(civil_day(2026, 3, 10), 20522);
    assert_int_equal(civil_day(1, 1, 1), DAY_MIN);
    assert_int_equal(civil_day(9999, 12, 31), DAY_MAX);
}

static void weekdays_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(civil_weekday(0), 3);                          /* a Thursday */
    assert_int_equal(civil_weekday(civil_day(2000, 1, 1)), 5);      /* a Saturday */
    assert_int_equal(civil_weekday(civil_day(1900, 1, 1)), 0);      /* a Monday */
    assert_int_equal(civil_weekday(civil_day(1, 1, 1)), 0);         /* a Monday */
    assert_int_equal(civil_weekday(civil_day(2024, 2, 29)), 3);     /* a Thursday */
    for (day_t day = DAY_MIN; day < DAY_MIN + 1000; day++)
        assert_int_equal(civil_weekday(day + 1), (civil_weekday(day) + 1) % 7);
}

static void assert_span(const char *text, const char *first, const char *last)
{
    struct day_span span = {1, 0};
    char shown[CIVIL_TEXT];

    if (!civil_parse(text, strlen(text), &span))
        fail_msg("'%s' was refused", text);
    civil_format(span.first, shown);
    assert_string_equal(shown, first);
    civil_format(span.last, shown);
    assert_string_equal(shown, last);
}

static void a_date_is_the_days_it_may_be(void **state)
{
    (void)state;
    assert_span("2026", "2026-01-01", "2026-12-31");
    assert_span("0001", "0001-01-01", "0001-12-31");
    assert_span("9999", "9999-01-01", "9999-12-31");
    assert_span("2026-02", "2026-02-01", "2026-02-28");
    assert_span("2024-02", "2024-02-01", "2024-02-29");
    assert_span("1900-02", "1900-02-01", "1900-02-28");
    assert_span("2000-02", "2000-02-01", "2000-02-29");
    assert_span("2026-12", "2026-12-01", "2026-12-31");
    assert_span("2026-03-10", "2026-03-10", "2026-03-10");
    assert_span("2026-03-10T23:30:00-08:00", "2026-03-10", "2026-03-10");
    assert_span("2026-03-10T00:00:00Z", "2026-03-10", "2026-03-10");
    assert_span("2026-03-10t12:00:00.123456z", "2026-03-10", "2026-03-10");
    assert_span("2026-03-10T12:00:60Z", "2026-03-10", "2026-03-10");
    assert_span("2026-03-10T12:00Z", "2026-03-10", "2026-03-10");
}

static void what_is_no_date_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "2", "20", "202", "20260", "2026-", "2026-3", "2026-00", "2026-13", "2026-1-1",
        "0000", "0000-01", "0000-01-01", "2026/03", "2026/03/10", "2026-03/10", "2026-03-1",
        "2026-03-00", "2026-03-32", "2026-04-31", "2025-02-29", "1900-02-29", "2026-02-30",
        "+026", "-026", " 2026", "2026 ", "2O26", "2026-03-10 ", "2026-03-1O", "20260310",
        "2026-03-10T", "2026-03-10 12:00:00Z", "2026-03-10T12", "2026-03-10T12:00",
        "2026-03-10T12:00:00", "2026-03-10T24:00:00Z", "2026-03-10T12:60:00Z",
        "2026-03-10T12:00:61Z", "2026-03-10T12:00:00.Z", "2026-03-10T12:00:00+1:00",
        "2026-03-10T12:00:00+24:00", "2026-03-10T12:00:00+01:60", "2026-03-10T12:00:00ZZ",
        "2026-03-10T12:00:00+0100", "2026-03-10T12:0000Z", "2026-03-10T1200:00Z",
        "2026-03-10T12:00:0Z", "2026-03-10T12:00:-1Z", "2026-03-10T-1:00:00Z", "2026-02-30T12:00:00Z",
    };
    struct day_span span;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (civil_parse(bad[i], strlen(bad[i]), &span))
            fail_msg("'%s' was taken for a date", bad[i]);
}

/* No prefix of a date-time makes the reader look past the end it was given. */
static void the_length_is_respected(void **state)
{
    static const char text[] = "2026-03-10T12:34:56.789+01:30";
    struct day_span span;
    int64_t ms;

    (void)state;
    for (size_t len = 0; len < sizeof text; len++) {
        char exact[sizeof text];
        bool whole = len == 4 || len == 7 || len == 10 || len == sizeof text - 1;

        memset(exact, '9', sizeof exact);
        memcpy(exact, text, len);
        assert_int_equal(civil_parse(exact, len, &span), whole);
        assert_int_equal(civil_parse_instant(exact, len, &ms), len == sizeof text - 1);
    }
}

static void only_a_full_date_is_a_day(void **state)
{
    day_t day = 7;

    (void)state;
    assert_true(civil_parse_day("2026-03-10", 10, &day));
    assert_int_equal(day, 20522);
    assert_false(civil_parse_day("2026-03", 7, &day));
    assert_false(civil_parse_day("2026", 4, &day));
    assert_false(civil_parse_day("2026-03-10T00:00:00Z", 20, &day));
    assert_false(civil_parse_day("2026-03-1\0", 10, &day));
    assert_int_equal(day, 20522);
}

static void assert_instant(const char *text, int64_t expected)
{
    int64_t ms = -1;

    if (!civil_parse_instant(text, strlen(text), &ms))
        fail_msg("'%s' was refused", text);
    assert_int_equal(ms, expected);
}

static void an_instant_counts_from_1970_utc(void **state)
{
    int64_t ms;

    (void)state;
    assert_instant("1970-01-01T00:00:00Z", 0);
    assert_instant("1970-01-01T01:00:00+01:00", 0);
    assert_instant("1969-12-31T16:00:00-08:00", 0);
    assert_instant("1970-01-01T00:00:01.5Z", 1500);
    assert_instant("1970-01-01T00:00:00.0019Z", 1);
    assert_instant("1969-12-31T23:59:59.999Z", -1);
    assert_instant("2026-03-10T12:00Z", (int64_t)20522 * 86400000 + 43200000);
    assert_instant("2026-03-10T05:45:00+05:45", (int64_t)20522 * 86400000);
    assert_false(civil_parse_instant("2026-03-10", 10, &ms));
    assert_false(civil_parse_instant("2026-03-10T12:00", 16, &ms));
    assert_false(civil_parse_instant("2026-03-10 12:00:00Z", 20, &ms));
}

static void assert_months(const char *from, int months, const char *expected)
{
    day_t day = 0;
    char shown[CIVIL_TEXT];

    assert_true(civil_parse_day(from, 10, &day));
    civil_format(civil_add_months(day, months), shown);
    assert_string_equal(shown, expected);
}

static void months_end_where_the_day_does_not_exist(void **state)
{
    (void)state;
    assert_months("2026-01-31", 1, "2026-02-28");
    assert_months("2024-01-31", 1, "2024-02-29");
    assert_months("2026-03-31", -1, "2026-02-28");
    assert_months("2026-12-15", 1, "2027-01-15");
    assert_months("2026-01-15", -1, "2025-12-15");
    assert_months("2024-02-29", 12, "2025-02-28");
    assert_months("2024-02-29", 48, "2028-02-29");
    assert_months("2026-05-10", 0, "2026-05-10");
    assert_months("2026-05-10", -24, "2024-05-10");
}

static void months_stop_at_the_ends_of_the_calendar(void **state)
{
    (void)state;
    assert_int_equal(civil_add_months(DAY_MIN, -1), DAY_MIN);
    assert_int_equal(civil_add_months(DAY_MAX, 1), DAY_MAX);
    assert_int_equal(civil_add_months(0, INT_MAX), DAY_MAX);
    assert_int_equal(civil_add_months(0, INT_MIN), DAY_MIN);
    assert_int_equal(civil_add_months(DAY_MAX, INT_MAX), DAY_MAX);
    assert_int_equal(civil_add_months(DAY_MIN, INT_MIN), DAY_MIN);
    assert_int_equal(civil_add_months(0, 8030 * 12 - 1), civil_day(9999, 12, 1));
}

/* The calendar repeats after 400 years: these are all the starts there are. */
static void months_have_as_few_and_as_many_days_as_they_can(void **state)
{
    int fewest, most;

    (void)state;
    for (int months = 0; months <= 600; months++) {
        int least = INT_MAX, greatest = 0;

        for (int year = 1600; year < 2000; year++) {
            for (int month = 1; month <= 12; month++) {
                day_t from = civil_day(year, month, 1);
                int days = civil_add_months(from, months) - from;

                least = days < least ? days : least;
                greatest = days > greatest ? days : greatest;
            }
        }
        civil_months_in_days(months, &fewest, &most);
        if (fewest != least || most != greatest)
            fail_msg("%d months: %d..%d days, not %d..%d", months, fewest, most, least, greatest);
    }
    civil_months_in_days(3, &fewest, &most);
    assert_int_equal(fewest, 89);
    assert_int_equal(most, 92);
}

static int age(const char *born, const char *on)
{
    day_t from = 0, to = 0;

    assert_true(civil_parse_day(born, 10, &from));
    assert_true(civil_parse_day(on, 10, &to));
    return civil_years_between(from, to);
}

static void an_age_changes_on_the_birthday(void **state)
{
    (void)state;
    assert_int_equal(age("1960-06-15", "2026-06-14"), 65);
    assert_int_equal(age("1960-06-15", "2026-06-15"), 66);
    assert_int_equal(age("2000-02-29", "2018-02-28"), 17);
    assert_int_equal(age("2000-02-29", "2018-03-01"), 18);
    assert_int_equal(age("2026-01-01", "2026-12-31"), 0);
    assert_int_equal(age("2026-01-01", "2026-01-01"), 0);
    assert_int_equal(age("1926-12-31", "2026-01-01"), 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_has_its_number_and_back),
        cmocka_unit_test(known_days_have_known_numbers),
        cmocka_unit_test(weekdays_follow_each_other),
        cmocka_unit_test(a_date_is_the_days_it_may_be),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(the_length_is_respected),
        cmocka_unit_test(only_a_full_date_is_a_day),
        cmocka_unit_test(an_instant_counts_from_1970_utc),
        cmocka_unit_test(months_end_where_the_day_does_not_exist),
        cmocka_unit_test(months_stop_at_the_ends_of_the_calendar),
        cmocka_unit_test(months_have_as_few_and_as_many_days_as_they_can),
        cmocka_unit_test(an_age_changes_on_the_birthday),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
