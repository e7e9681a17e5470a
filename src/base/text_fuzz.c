/*
 * text_fuzz.c - any bytes through what base does with text: dates, UTF-8, JSON
 * strings and the terminal. make soak runs it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

static void dates(const char *text, size_t len)
{
    struct day_span span;
    char shown[CIVIL_TEXT];
    day_t day;
    int64_t ms;

    if (civil_parse(text, len, &span))
        require(DAY_MIN <= span.first && span.first <= span.last && span.last <= DAY_MAX);
    if (civil_parse_day(text, len, &day)) {
        civil_format(day, shown);
        require(memcmp(shown, text, 10) == 0);
        require(civil_parse(text, len, &span) && span.first == day && span.last == day);
    }
    if (civil_parse_instant(text, len, &ms))
        require(civil_parse(text, len, &span));
}

/* As a JSON string it is valid UTF-8; if it was before, all of it is there. */
static void json(const char *text, size_t len)
{
    struct buf buf = BUF_INIT;

    buf_put_json(&buf, text, len);
    require(!buf.failed && buf.len >= len + 2);
    require(utf8_valid(buf.data, buf.len));
    buf_free(&buf);
}

/* What a terminal gets holds nothing that escape_needed() names. */
static void terminal(const char *text, size_t len)
{
    char *shown = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&shown, &size);

    require(out != NULL);
    escape_terminal(out, text, len);
    fclose(out);
    require(utf8_valid(shown, size));
    for (size_t at = 0; at < size;) {
        uint32_t point;

        at += utf8_decode(shown + at, size - at, &point);
        require(!escape_needed(point));
    }
    free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;

    dates(text, size);
    json(text, size);
    terminal(text, size);
    return 0;
}
