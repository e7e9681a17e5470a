/*
 * base64_test.c - RFC 4648 section 10, and texts that mean nothing.
 */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void writes_and_reads_the_rfc_examples(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
    };
    char text[32];
    uint8_t bytes[32];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        base64_encode(rows[i][0], strlen(rows[i][0]), text);
        assert_string_equal(text, rows[i][1]);
        assert_true(base64_decode(text, strlen(text), bytes, sizeof bytes, &len));
        assert_int_equal(len, strlen(rows[i][0]));
        assert_memory_equal(bytes, rows[i][0], len);
    }
}

static void refuses_a_second_spelling(void **state)
{
    static const char *const rows[] = {"Zg=",  "Zg",   "Zh==", "Zm9=",  "Z===", "====",
                                       "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm9-", "Zg==\n"};
    uint8_t bytes[32];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_false(base64_decode(rows[i], strlen(rows[i]), bytes, sizeof bytes, &len));
    assert_false(base64_decode("Zm9v", 4, bytes, 2, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_the_rfc_examples),
        cmocka_unit_test(refuses_a_second_spelling),
    };

    return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
