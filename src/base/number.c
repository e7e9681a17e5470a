/*
 * number.c - the exact, shortest text of a number; see number.h.
 *
 * The C library prints and reads exactly, so digits are found by asking it:
 * the nearest decimal of 15, then 16, then 17 digits that reads back. Every
 * decimal of up to 15 digits survives a normal double, so dropping its zeros
 * gives the shortest. Two kinds of number need more care. At a power of two
 * the next double below is half as far as the one above, so a short decimal
 * just above may read back where the nearest one, below, does not. And
 * subnormals hold fewer digits, so there the search begins at one.
 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct decimal {
    char digits[24]; /* no leading or trailing zeros */
    int count;
    int point; /* the value is 0.DIGITS times ten to this power */
};

/* Splits "d.ddde+xx" (whatever the locale's point is) into a decimal. */
static void split(const char *text, struct decimal *out)
{
    const char *at = text;

    out->count = 0;
    for (; *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9')
            out->digits[out->count++] = *at;
    }
    out->point = atoi(at + 1) + 1;
    while (out->count > 1 && out->digits[out->count - 1] == '0')
        out->count--;
}

/* Adds one to the last digit of "d.ddde+xx"; false if that carries out. */
static bool step_up(char *text)
{
    char *at = strchr(text, 'e');

    while (at > text) {
        at--;
        if (*at < '0' || *at > '9')
            continue;
        if (*at != '9') {
            (*at)++;
            return true;
        }
        *at = '0';
    }
    return false;
}

static void shortest(double value, struct decimal *out)
{
    char text[48];
    int exponent;
    bool lopsided = frexp(value, &exponent) == 0.5;

    for (int count = value < DBL_MIN ? 1 : 15; count <= 17; count++) {
        snprintf(text, sizeof text, "%.*e", count - 1, value);
        if (strtod(text, NULL) == value)
            break;
        if (lopsided && step_up(text) && strtod(text, NULL) == value)
            break;
    }
    split(text, out);
}

/* Lays the digits out as ECMAScript's Number::toString does. */
static size_t lay_out(const struct decimal *number, char *text)
{
    int count = number->count;
    int point = number->point;

    if (count <= point && point <= 21)
        return (size_t)snprintf(text, NUMBER_TEXT, "%.*s%.*s", count, number->digits,
                                point - count, "000000000000000000000");
    if (point > 0 && point <= 21)
        return (size_t)snprintf(text, NUMBER_TEXT, "%.*s.%.*s", point, number->digits,
                                count - point, number->digits + point);
    if (point > -6 && point <= 0)
        return (size_t)snprintf(text, NUMBER_TEXT, "0.%.*s%.*s", -point, "00000", count,
                                number->digits);
    return (size_t)snprintf(text, NUMBER_TEXT, "%c%s%.*se%+d", number->digits[0],
                            count > 1 ? "." : "", count - 1, number->digits + 1,
                            point - 1);
}

static size_t whole_text(uint64_t number, char *text)
{
    char digits[24];
    size_t at = sizeof digits;

    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    memcpy(text, digits + at, sizeof digits - at);
    return sizeof digits - at - 1;
}

size_t number_text(double value, char text[NUMBER_TEXT])
{
    struct decimal number;
    size_t sign = 0;

    if (!isfinite(value))
        return 0;
    if (value == 0) {
        memcpy(text, "0", 2);
        return 1;
    }
    if (value < 0) {
        text[sign++] = '-';
        value = -value;
    }
    if (value < 9007199254740992.0 && value == floor(value))
        return sign + whole_text((uint64_t)value, text + sign);
    shortest(value, &number);
    return sign + lay_out(&number, text + sign);
}

void buf_put_number(struct buf *buf, double value)
{
    char text[NUMBER_TEXT];
    size_t len = number_text(value, text);

    if (len == 0)
        buf->failed = true;
    else
        buf_put(buf, text, len);
}
