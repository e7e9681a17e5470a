/*
 * escape_test.c - UTF-8 is read strictly, and nothing that could mislead a
 * terminal or a reader is printed raw.
 */
#include "base/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The bytes of a code point, surrogates and what is too large included. */
static size_t encode(uint32_t point, size_t width, char *text)
{
    static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = width; i-- > 1; point >>= 6)
        text[i] = (char)(0x80 | (point & 0x3F));
    text[0] = (char)(width == 1 ? point : (lead[width] | point));
    return width;
}

static size_t width_of(uint32_t point)
{
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

static void every_code_point_is_read_back(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        char text[4];
        uint32_t got = 0;
        size_t len = encode(point, width_of(point), text);
        bool surrogate = point >= 0xD800 && point < 0xE000;

        if (utf8_decode(text, len, &got) != (surrogate ? 1 : len) ||
            got != (surrogate ? 0xFFFD : point) || (utf8_valid(text, len) != 0) == surrogate)
            fail_msg("U+%04X was read as U+%04X", (unsigned)point, (unsigned)got);
    }
}

static void overlong_and_too_large_forms_are_refused(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x10000; point++) {
        for (size_t width = width_of(point) + 1; width <= 4; width++) {
            char text[4];
            uint32_t got;

            encode(point, width, text);
            assert_int_equal(utf8_decode(text, width, &got), 1);
            assert_int_equal(got, 0xFFFD);
            assert_false(utf8_valid(text, width));
        }
    }
    assert_false(utf8_valid("\xF4\x90\x80\x80", 4));
    assert_false(utf8_valid("\xF8\x88\x80\x80\x80", 5));
    assert_false(utf8_valid("\xFE", 1));
}

static void a_character_cut_short_is_one_bad_byte(void **state)
{
    static const char *const whole[] = {"\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t len = 1; len < strlen(whole[i]); len++) {
            uint32_t point;
            char *exact = malloc(len); /* a checker sees a read past it */

            assert_non_null(exact);
            memcpy(exact, whole[i], len);
            assert_int_equal(utf8_decode(exact, len, &point), 1);
            assert_int_equal(point, 0xFFFD);
            assert_false(utf8_valid(exact, len));
            free(exact);
        }
    }
}

static void text_is_valid_as_a_whole(void **state)
{
    (void)state;
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("a\0b", 3));
    assert_true(utf8_valid("\xEF\xBF\xBD", 3)); /* U+FFFD itself is fine */
    assert_false(utf8_valid("good\x80", 5));
    assert_false(utf8_valid("\x80good", 5));
}

static void what_misleads_needs_escaping(void **state)
{
    static const uint32_t bad[] = {0,      '\n',   0x1B,   0x1F,   0x7F,   0x80,    0x9B,   0x9F,
                                   0xAD,   0x61C,  0x180E, 0x200B, 0x200D, 0x200E,  0x200F, 0x2028,
                                   0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069,  0x206F, 0xFEFF,
                                   0xFFF9, 0xFFFB, 0xE0001, 0xE0020, 0xE007F};
    static const uint32_t good[] = {' ',    '~',    0xA0,   0xE4,   0x61B,  0x2010, 0x2027, 0x202F,
                                    0x205F, 0x2070, 0x20AC, 0xFFFC, 0xFFFD, 0x4E2D, 0x1F600};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!escape_needed(bad[i]))
            fail_msg("U+%04X would be printed raw", (unsigned)bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (escape_needed(good[i]))
            fail_msg("U+%04X would be escaped", (unsigned)good[i]);
}

static void assert_shown(const char *text, size_t len, const char *expected)
{
    char *shown = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&shown, &size);

    assert_non_null(out);
    escape_terminal(out, text, len);
    fclose(out);
    assert_string_equal(shown, expected);
    free(shown);
}
#define ASSERT_SHOWN(text, expected) assert_shown(text, sizeof(text) - 1, expected)

static void a_terminal_sees_no_control(void **state)
{
    (void)state;
    ASSERT_SHOWN("", "");
    ASSERT_SHOWN("plain \xC3\xA4 \xE2\x82\xAC", "plain \xC3\xA4 \xE2\x82\xAC");
    ASSERT_SHOWN("\x1B]0;title\x07", "\\u{001B}]0;title\\u{0007}");
    ASSERT_SHOWN("a\nb\tc\rd", "a\\u{000A}b\\u{0009}c\\u{000D}d");
    ASSERT_SHOWN("nul\0nul", "nul\\u{0000}nul");
    ASSERT_SHOWN("\xC2\x9B" "31m", "\\u{009B}31m");
    ASSERT_SHOWN("\x9B" "31m", "\\x9B31m");
    ASSERT_SHOWN("\xE2\x80\xAE" "evil", "\\u{202E}evil");
    ASSERT_SHOWN("\xF3\xA0\x81\x81", "\\u{E0041}");
    ASSERT_SHOWN("cut \xE2\x82", "cut \\xE2\\x82");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_read_back),
        cmocka_unit_test(overlong_and_too_large_forms_are_refused),
        cmocka_unit_test(a_character_cut_short_is_one_bad_byte),
        cmocka_unit_test(text_is_valid_as_a_whole),
        cmocka_unit_test(what_misleads_needs_escaping),
        cmocka_unit_test(a_terminal_sees_no_control),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
