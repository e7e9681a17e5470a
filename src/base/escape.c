/*
 * escape.c - text of unknown origin, made harmless where it is shown.
 */
#include "base/escape.h"

#include <assert.h>

size_t utf8_decode(const char *text, size_t len, uint32_t *point)
{
    const unsigned char *s = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t need;
    uint32_t value;

    assert(len > 0);
    *point = 0xFFFD;
    if (s[0] < 0x80) {
        *point = s[0];
        return 1;
    }
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 1;
    need = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (len < need)
        return 1;
    value = s[0] & (0xFFu >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (s[i] & 0x3Fu);
    }
    if (value < least[need] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return 1;
    *point = value;
    return need;
}

int utf8_valid(const char *text, size_t len)
{
    uint32_t point;

    for (size_t at = 0; at < len;) {
        size_t step = utf8_decode(text + at, len - at, &point);

        if (step == 1 && point == 0xFFFD)
            return 0;
        at += step;
    }
    return 1;
}

int escape_needed(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0xAD ||
           point == 0x61C || point == 0x180E || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) ||
           point == 0xFEFF || (point >= 0xFFF9 && point <= 0xFFFB) ||
           (point >= 0xE0000 && point <= 0xE007F);
}

void escape_terminal(FILE *out, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t step = utf8_decode(text + at, len - at, &point);

        if (step == 1 && point == 0xFFFD)
            fprintf(out, "\\x%02X", (unsigned char)text[at]);
        else if (escape_needed(point))
            fprintf(out, "\\u{%04X}", (unsigned)point);
        else
            fwrite(text + at, 1, step, out);
        at += step;
    }
}
