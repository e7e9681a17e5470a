/*
 * civil.c - calendar dates, their imprecision, and lengths of time.
 *
 * The day count works on years that begin in March, so that the leap day is
 * the last of its year and every month's start is one linear formula.
 */
#include "base/civil.h"

static bool leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && leap_year(year));
}

day_t civil_day(int year, int month, int day_of_month)
{
    int shifted = month > 2 ? year : year - 1;
    int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int in_era = shifted - era * 400;
    int from_march = (month + 9) % 12;
    int in_year = (153 * from_march + 2) / 5 + day_of_month - 1;

    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

void civil_parts(day_t day, int *year, int *month, int *day_of_month)
{
    int shifted = day + 719468;
    int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int in_era = shifted - era * 146097;
    int years = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * years + years / 4 - years / 100);
    int from_march = (5 * in_year + 2) / 153;

    *day_of_month = in_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = years + era * 400 + (*month <= 2);
}

int civil_weekday(day_t day)
{
    int rest = (day + 3) % 7;

    return rest < 0 ? rest + 7 : rest;
}

/* Reads exactly count digits; -1 if they are not digits. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* Reads "hh:mm[:ss[.fff]]" and "Z" or an offset from text; the milliseconds of
 * the day and the offset in minutes come back. */
static bool parse_time(const char *text, size_t len, int *ms_of_day, int *offset)
{
    size_t at = 5;
    int hour, minute, second = 0, ms = 0;

    if (len < 6 || text[2] != ':')
        return false;
    hour = digits(text, 2);
    minute = digits(text + 3, 2);
    if (text[at] == ':') {
        if (len < 9 || (second = digits(text + 6, 2)) < 0)
            return false;
        at = 8;
        if (at < len && text[at] == '.') {
            int scale = 100;
            size_t from = ++at;

            for (; at < len && text[at] >= '0' && text[at] <= '9'; at++, scale /= 10)
                ms += (text[at] - '0') * scale;
            if (at == from)
                return false;
        }
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second > 60)
        return false;
    *ms_of_day = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    *offset = 0;
    if (len - at == 1 && (text[at] == 'Z' || text[at] == 'z'))
        return true;
    if (len - at != 6 || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':')
        return false;
    hour = digits(text + at + 1, 2);
    minute = digits(text + at + 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *offset = (hour * 60 + minute) * (text[at] == '-' ? -1 : 1);
    return true;
}

bool civil_parse_day(const char *text, size_t len, day_t *day)
{
    int year, month, dom;

    if (len != 10 || text[4] != '-' || text[7] != '-')
        return false;
    year = digits(text, 4);
    month = digits(text + 5, 2);
    dom = digits(text + 8, 2);
    if (year < 1 || month < 1 || month > 12 || dom < 1 || dom > month_days(year, month))
        return false;
    *day = civil_day(year, month, dom);
    return true;
}

bool civil_parse(const char *text, size_t len, struct day_span *span)
{
    int year, month, ms, offset;

    if (len == 10 || (len > 10 && (text[10] == 'T' || text[10] == 't'))) {
        if (!civil_parse_day(text, 10, &span->first))
            return false;
        span->last = span->first;
        return len == 10 || parse_time(text + 11, len - 11, &ms, &offset);
    }
    if (len != 4 && len != 7)
        return false;
    year = digits(text, 4);
    if (year < 1)
        return false;
    if (len == 4) {
        span->first = civil_day(year, 1, 1);
        span->last = civil_day(year, 12, 31);
        return true;
    }
    month = digits(text + 5, 2);
    if (text[4] != '-' || month < 1 || month > 12)
        return false;
    span->first = civil_day(year, month, 1);
    span->last = civil_day(year, month, month_days(year, month));
    return true;
}

bool civil_parse_instant(const char *text, size_t len, int64_t *ms)
{
    day_t day;
    int ms_of_day, offset;

    if (len < 17 || (text[10] != 'T' && text[10] != 't') || !civil_parse_day(text, 10, &day) ||
        !parse_time(text + 11, len - 11, &ms_of_day, &offset))
        return false;
    *ms = (int64_t)day * 86400000 + ms_of_day - (int64_t)offset * 60000;
    return true;
}

void civil_format(day_t day, char text[CIVIL_TEXT])
{
    int year, month, dom;

    civil_parts(day, &year, &month, &dom);
    for (int i = 3; i >= 0; i--, year /= 10)
        text[i] = (char)('0' + year % 10);
    text[4] = text[7] = '-';
    text[5] = (char)('0' + month / 10);
    text[6] = (char)('0' + month % 10);
    text[8] = (char)('0' + dom / 10);
    text[9] = (char)('0' + dom % 10);
    text[10] = '\0';
}

day_t civil_add_months(day_t day, int months)
{
    int year, month, dom;
    int64_t total;

    civil_parts(day, &year, &month, &dom);
    total = (int64_t)year * 12 + month - 1 + months;
    if (total < 12)
        return DAY_MIN;
    if (total >= 10000 * 12)
        return DAY_MAX;
    year = (int)(total / 12);
    month = (int)(total % 12) + 1;
    if (dom > month_days(year, month))
        dom = month_days(year, month);
    return civil_day(year, month, dom);
}

void civil_months_in_days(int months, int *fewest, int *most)
{
    *fewest = INT32_MAX;
    *most = 0;
    /* 48 starts hold a leap year; 1896 to 1904 and on hold a missing one. */
    for (int year = 1896; year < 1904; year++) {
        for (int month = 1; month <= 12; month++) {
            day_t from = civil_day(year, month, 1);
            int days = civil_add_months(from, months) - from;

            *fewest = days < *fewest ? days : *fewest;
            *most = days > *most ? days : *most;
        }
    }
}

int civil_years_between(day_t born, day_t on)
{
    int year, month, dom, to_year, to_month, to_dom;

    civil_parts(born, &year, &month, &dom);
    civil_parts(on, &to_year, &to_month, &to_dom);
    return to_year - year - (to_month < month || (to_month == month && to_dom < dom));
}
