/*
 * civil.h - calendar dates, their imprecision, and lengths of time.
 *
 * A day is a count of days from 1970-01-01 in the proleptic Gregorian
 * calendar; there is no clock and no time zone here. A date that is known to
 * the month or the year is the span of days it may be.
 */
#ifndef RUBRIC_BASE_CIVIL_H
#define RUBRIC_BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t day_t; /* days since 1970-01-01 */

#define DAY_MIN (-719162) /* 0001-01-01 */
#define DAY_MAX 2932896   /* 9999-12-31 */

struct day_span {
    day_t first; /* the earliest day it may be */
    day_t last;  /* the latest day it may be, inclusive */
};

day_t civil_day(int year, int month, int day_of_month);
void civil_parts(day_t day, int *year, int *month, int *day_of_month);
/* 0 = Monday ... 6 = Sunday. */
int civil_weekday(day_t day);

/* Reads "2026", "2026-03", "2026-03-10" or an RFC 3339 date-time (the date as
 * written; its time and zone are checked and ignored). False if it is none of
 * these or not a real day. */
bool civil_parse(const char *text, size_t len, struct day_span *span);
/* The same, but only a full date "2026-03-10". */
bool civil_parse_day(const char *text, size_t len, day_t *day);

/* Reads a full RFC 3339 date-time into milliseconds since 1970 UTC. */
bool civil_parse_instant(const char *text, size_t len, int64_t *ms);

#define CIVIL_TEXT 11 /* "2026-03-10" and a NUL */
void civil_format(day_t day, char text[CIVIL_TEXT]);

/* The same day of the month, months later (or earlier); the last day of the
 * month where that day does not exist. Saturates at DAY_MIN and DAY_MAX. */
day_t civil_add_months(day_t day, int months);

/* The fewest and the most days that so many calendar months can have. */
void civil_months_in_days(int months, int *fewest, int *most);

/* Whole years from born to on: an age. */
int civil_years_between(day_t born, day_t on);

#endif
