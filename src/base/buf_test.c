/*
 * buf_test.c - a buffer is whole or says that it failed, and JSON strings are
 * escaped as RFC 8785 has it.
 */
#include "base/buf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/escape.h"

static void a_new_buffer_is_empty(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    assert_string_equal(buf_cstr(&buf), "");
    assert_int_equal(buf.len, 0);
    buf_free(&buf);
    assert_null(buf.data);
    buf_free(&buf);
}

static void writing_appends(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    buf_puts(&buf, "ab");
    buf_putc(&buf, '-');
    buf_put(&buf, "\0x", 2);
    buf_put(&buf, NULL, 0);
    buf_printf(&buf, "%s %d", "n", 42);
    assert_int_equal(buf.len, 9);
    assert_memory_equal(buf_cstr(&buf), "ab-\0xn 42", 10);
    assert_int_equal(buf.len, 9);
    assert_false(buf.failed);
    buf_free(&buf);
}

static void it_grows_and_keeps_what_it_held(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_printf(&buf, "%d,", i % 10);
    assert_int_equal(buf.len, 200000);
    for (size_t i = 0; i < 100000; i++) {
        assert_int_equal(buf.data[2 * i], '0' + i % 10);
        assert_int_equal(buf.data[2 * i + 1], ',');
    }
    buf_free(&buf);
}

static void reset_keeps_the_memory_and_forgets_the_failure(void **state)
{
    char memory[4];
    struct buf buf = buf_fixed(memory, sizeof memory);

    (void)state;
    buf_puts(&buf, "too long");
    assert_true(buf.failed);
    buf_reset(&buf);
    assert_false(buf.failed);
    assert_int_equal(buf.len, 0);
    assert_ptr_equal(buf.data, memory);
    buf_puts(&buf, "fits");
    assert_false(buf.failed);
    assert_memory_equal(memory, "fits", 4);
}

/* Filled to the last byte it is whole; one more and it has failed, and what
 * was there before stays as it was. */
static void a_fixed_buffer_never_writes_past_its_memory(void **state)
{
    for (size_t room = 0; room <= 16; room++) {
        char memory[24];
        struct buf buf = buf_fixed(memory, room);

        (void)state;
        memset(memory, '#', sizeof memory);
        for (size_t i = 0; i < room; i++)
            buf_putc(&buf, 'a');
        assert_false(buf.failed);
        assert_int_equal(buf.len, room);
        buf_putc(&buf, 'b');
        assert_true(buf.failed);
        assert_int_equal(buf.len, room);
        buf_puts(&buf, "");
        for (size_t i = 0; i < sizeof memory; i++)
            assert_int_equal(memory[i], i < room ? 'a' : '#');
        buf_free(&buf);
    }
}

static void after_a_failure_nothing_more_is_written(void **state)
{
    char memory[8];
    struct buf buf = buf_fixed(memory, sizeof memory);

    (void)state;
    buf_puts(&buf, "1234");
    buf_puts(&buf, "56789");
    assert_true(buf.failed);
    buf_puts(&buf, "5");
    assert_int_equal(buf.len, 4);
    assert_string_equal(buf_cstr(&buf), "");
}

static void a_terminator_needs_room_of_its_own(void **state)
{
    char memory[4];
    struct buf buf = buf_fixed(memory, sizeof memory);

    (void)state;
    buf_puts(&buf, "123");
    assert_string_equal(buf_cstr(&buf), "123");
    buf_putc(&buf, '4');
    assert_false(buf.failed);
    assert_string_equal(buf_cstr(&buf), "");
    assert_true(buf.failed);
}

/* Its NUL needs a byte that a fixed buffer may not have. */
static void printf_stays_inside_a_fixed_buffer(void **state)
{
    char memory[9];
    struct buf buf = buf_fixed(memory, 8);

    (void)state;
    memory[8] = '#';
    buf_printf(&buf, "%s", "1234567");
    assert_false(buf.failed);
    assert_int_equal(buf.len, 7);
    buf_reset(&buf);
    buf_printf(&buf, "%s", "12345678");
    assert_true(buf.failed);
    assert_int_equal(buf.len, 0);
    assert_int_equal(memory[8], '#');
}

static void an_absurd_size_fails_without_asking_for_it(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    buf_puts(&buf, "x");
    assert_false(buf_reserve(&buf, SIZE_MAX));
    assert_true(buf.failed);
    buf_reset(&buf);
    assert_false(buf_reserve(&buf, SIZE_MAX / 2));
    buf_reset(&buf);
    assert_true(buf_reserve(&buf, 10));
    buf_free(&buf);
}

static void integers_are_written_in_full(void **state)
{
    static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, INT32_MIN, INT64_MAX, INT64_MIN};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct buf buf = BUF_INIT;
        char expected[32];

        snprintf(expected, sizeof expected, "%lld", (long long)numbers[i]);
        buf_put_int(&buf, numbers[i]);
        assert_string_equal(buf_cstr(&buf), expected);
        buf_free(&buf);
    }
}

static void assert_json(const char *text, size_t len, const char *expected)
{
    struct buf buf = BUF_INIT;

    buf_put_json(&buf, text, len);
    assert_string_equal(buf_cstr(&buf), expected);
    buf_free(&buf);
}
#define ASSERT_JSON(text, expected) assert_json(text, sizeof(text) - 1, expected)

static void json_escapes_what_it_must_and_no_more(void **state)
{
    (void)state;
    ASSERT_JSON("", "\"\"");
    ASSERT_JSON("plain / text", "\"plain / text\"");
    ASSERT_JSON("\"\\", "\"\\\"\\\\\"");
    ASSERT_JSON("\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"");
    ASSERT_JSON("\x01\x1F\x7F", "\"\\u0001\\u001f\x7F\"");
    ASSERT_JSON("a\0b", "\"a\\u0000b\"");
    ASSERT_JSON("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"");
    ASSERT_JSON("\xE2\x80\xA8</script>", "\"\xE2\x80\xA8</script>\"");
}

static void json_of_bytes_that_are_no_text_is_still_text(void **state)
{
    (void)state;
    ASSERT_JSON("\xFF", "\"\xEF\xBF\xBD\"");
    ASSERT_JSON("a\xC3", "\"a\xEF\xBF\xBD\"");
    ASSERT_JSON("\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    ASSERT_JSON("\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    ASSERT_JSON("\xC3\xA4\x80z", "\"\xC3\xA4\xEF\xBF\xBDz\"");
}

static void every_byte_gives_valid_utf8_in_quotes(void **state)
{
    (void)state;
    for (int first = 0; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            char text[3] = {(char)first, (char)second, 'z'};
            struct buf buf = BUF_INIT;

            buf_put_json(&buf, text, sizeof text);
            assert_true(utf8_valid(buf.data, buf.len));
            assert_true(buf.len >= 5);
            assert_int_equal(buf.data[0], '"');
            assert_int_equal(buf.data[buf.len - 1], '"');
            for (size_t i = 0; i < buf.len; i++)
                assert_true((unsigned char)buf.data[i] >= 0x20);
            buf_free(&buf);
        }
    }
}

/* Runs of plain text are measured many bytes at a time: no place may be missed. */
static void json_is_escaped_at_every_place_of_every_length(void **state)
{
    static const char odd[] = {'"', '\\', '\n', '\x1f', '\x7f', '\x80', '\xff'};
    static const char *const written[] = {"\\\"", "\\\\", "\\n", "\\u001f", "\x7f",
                                          "\xEF\xBF\xBD", "\xEF\xBF\xBD"};

    (void)state;
    for (size_t len = 0; len < 70; len++) {
        for (size_t at = 0; at < len; at++) {
            for (size_t k = 0; k < sizeof odd; k++) {
                char text[80], wanted[120];
                struct buf buf = BUF_INIT;
                int wanted_len;

                memset(text, 'a', sizeof text);
                text[at] = odd[k];
                wanted_len = snprintf(wanted, sizeof wanted, "\"%.*s%s%.*s\"", (int)at, text,
                                      written[k], (int)(len - at - 1), text + at + 1);
                buf_put_json(&buf, text, len);
                assert_int_equal(buf.len, wanted_len);
                assert_memory_equal(buf.data, wanted, buf.len);
                buf_free(&buf);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_buffer_is_empty),
        cmocka_unit_test(writing_appends),
        cmocka_unit_test(it_grows_and_keeps_what_it_held),
        cmocka_unit_test(reset_keeps_the_memory_and_forgets_the_failure),
        cmocka_unit_test(a_fixed_buffer_never_writes_past_its_memory),
        cmocka_unit_test(after_a_failure_nothing_more_is_written),
        cmocka_unit_test(a_terminator_needs_room_of_its_own),
        cmocka_unit_test(printf_stays_inside_a_fixed_buffer),
        cmocka_unit_test(an_absurd_size_fails_without_asking_for_it),
        cmocka_unit_test(integers_are_written_in_full),
        cmocka_unit_test(json_escapes_what_it_must_and_no_more),
        cmocka_unit_test(json_of_bytes_that_are_no_text_is_still_text),
        cmocka_unit_test(every_byte_gives_valid_utf8_in_quotes),
        cmocka_unit_test(json_is_escaped_at_every_place_of_every_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
