/*
 * buf.c - a growing run of bytes; see buf.h.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/escape.h"

struct buf buf_fixed(char *memory, size_t room)
{
    struct buf buf = BUF_INIT;

    buf.data = memory;
    buf.room = room;
    buf.fixed = true;
    return buf;
}

void buf_free(struct buf *buf)
{
    if (!buf->fixed)
        free(buf->data);
    *buf = (struct buf)BUF_INIT;
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

bool buf_reserve(struct buf *buf, size_t more)
{
    size_t room = buf->room < 256 ? 256 : buf->room;
    char *data;

    if (buf->failed)
        return false;
    if (more <= buf->room - buf->len)
        return true;
    if (buf->fixed || more > SIZE_MAX / 4 - buf->len) {
        buf->failed = true;
        return false;
    }
    while (room < buf->len + more)
        room *= 2;
    data = realloc(buf->data, room);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->room = room;
    return true;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    int wanted;

    va_start(args, format);
    va_copy(again, args);
    wanted = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (wanted >= 0 && buf_reserve(buf, (size_t)wanted + 1)) {
        vsnprintf(buf->data + buf->len, (size_t)wanted + 1, format, again);
        buf->len += (size_t)wanted;
    }
    va_end(again);
}

void buf_put_int(struct buf *buf, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0)
        digits[--at] = '-';
    buf_put(buf, digits + at, sizeof digits - at);
}

/* Room for so many bytes more; false if there is none. */
static inline bool buf_has(struct buf *buf, size_t more)
{
    return (!buf->failed && more <= buf->room - buf->len) || buf_reserve(buf, more);
}

static void put_json_control(struct buf *buf, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char special[] = "\b\t\n\f\r\"\\";
    static const char letter[] = "btnfr\"\\";
    const char *at = memchr(special, byte, sizeof special - 1);

    buf_putc(buf, '\\');
    if (at != NULL) {
        buf_putc(buf, letter[at - special]);
        return;
    }
    buf_puts(buf, "u00");
    buf_putc(buf, hex[byte >> 4]);
    buf_putc(buf, hex[byte & 15]);
}

/* True if eight bytes stand in a JSON string as they are: each is printable
 * ASCII but neither quote nor backslash. */
static inline bool plain8(uint64_t bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t odd = bytes | (bytes - 0x20 * ones) | ((bytes ^ '"' * ones) - ones) |
                   ((bytes ^ '\\' * ones) - ones);

    return (odd & 0x80 * ones) == 0;
}

/* The same for less than sixteen, in two loads that may overlap. */
static bool plain_short(const char *text, size_t len)
{
    const uint64_t fill = 0x2020202020202020u;
    uint64_t low = 0, high = 0;
    uint32_t first, last;

    if (len >= 8) {
        memcpy(&low, text, 8);
        memcpy(&high, text + len - 8, 8);
        return plain8(low) && plain8(high);
    }
    if (len >= 4) {
        memcpy(&first, text, 4);
        memcpy(&last, text + len - 4, 4);
        return plain8((uint64_t)first << 32 | last);
    }
    for (size_t i = 0; i < len; i++)
        low = low << 8 | (unsigned char)text[i];
    return plain8(low | fill << 8 * len);
}

static size_t plain_bytes(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && (unsigned char)text[at] >= 0x20 && (unsigned char)text[at] < 0x80 &&
           text[at] != '"' && text[at] != '\\')
        at++;
    return at;
}

/* How many bytes from here on stand in a JSON string as they are. */
size_t buf_plain_run(const char *text, size_t len)
{
    size_t at = 0;

    if (len < 16)
        return plain_short(text, len) ? len : plain_bytes(text, len);
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
    const __m128i first = _mm_set1_epi8(0x20);

    for (;;) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        /* As signed numbers, controls and all bytes from 0x80 are below 0x20. */
        __m128i bad = _mm_or_si128(_mm_cmplt_epi8(bytes, first),
                                   _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
                                                _mm_cmpeq_epi8(bytes, slash)));
        unsigned mask = (unsigned)_mm_movemask_epi8(bad);

        if (mask != 0)
            return at + (size_t)__builtin_ctz(mask);
        if (at + 16 == len)
            return len;
        at = at + 32 <= len ? at + 16 : len - 16; /* the last step overlaps */
    }
#else
    while (at + 16 <= len && plain_short(text + at, 15))
        at += 15;
    return at + plain_bytes(text + at, len - at);
#endif
}

/* Text from its first byte that does not stand in a JSON string as it is. */
static void put_json_rest(struct buf *buf, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t run;

        if ((unsigned char)text[at] < 0x80) {
            put_json_control(buf, (unsigned char)text[at++]);
        } else {
            run = utf8_decode(text + at, len - at, &point);
            if (run > 1)
                buf_put(buf, text + at, run);
            else
                buf_puts(buf, "\xEF\xBF\xBD");
            at += run;
        }
        run = buf_plain_run(text + at, len - at);
        buf_put(buf, text + at, run);
        at += run;
    }
}

void buf_put_json(struct buf *buf, const char *text, size_t len)
{
    size_t run = buf_plain_run(text, len);
    char *at;

    if (!buf_has(buf, run + 2))
        return;
    at = buf->data + buf->len;
    *at++ = '"';
    if (run > 0)
        memcpy(at, text, run);
    at[run] = '"';
    buf->len += run + 2;
    if (run == len)
        return;
    buf->len--;
    put_json_rest(buf, text + run, len - run);
    buf_putc(buf, '"');
}

const char *buf_cstr(struct buf *buf)
{
    if (!buf_reserve(buf, 1))
        return "";
    buf->data[buf->len] = '\0';
    return buf->data;
}
