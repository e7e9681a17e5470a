/*
 * canon_test.c - the examples of RFC 8785, and what it refuses.
 */
#include "base/canon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void assert_canon(const char *text, const char *wanted)
{
    struct buf out = BUF_INIT;
    struct err err;

    assert_true(canon_json(text, strlen(text), CANON_DEPTH, &out, &err));
    assert_string_equal(buf_cstr(&out), wanted);
    buf_free(&out);
}

static void writes_the_examples_of_the_rfc(void **state)
{
    (void)state;
    assert_canon("{\n\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, "
                 "0.000000000000000000000000001],\n\"string\": "
                 "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
                 "\"literals\": [null, true, false]\n}",
                 "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,"
                 "1e-27],\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    assert_canon("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
                 "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
                 "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
                 "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
                 "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
                 "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                 "\"\U0001f600\":\"Emoji: Grinning Face\","
                 "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

static void writes_values_that_are_not_objects(void **state)
{
    (void)state;
    assert_canon(" 1.0 ", "1");
    assert_canon("-0", "0");
    assert_canon("-0.0", "0");
    assert_canon("[ ]", "[]");
    assert_canon("{ }", "{}");
    assert_canon("\"\\u0000\"", "\"\\u0000\"");
    assert_canon("12345678901234567890", "12345678901234567000");
    assert_canon("-9007199254740993", "-9007199254740992");
    assert_canon("[56,{\"d\":true,\"10\":null,\"1\":[]}]", "[56,{\"1\":[],\"10\":null,\"d\":true}]");
}

static void assert_refused(const char *text, size_t len)
{
    struct buf out = BUF_INIT;
    struct err err;

    assert_false(canon_json(text, len, 16, &out, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    buf_free(&out);
}

static void refuses_what_has_no_canonical_form(void **state)
{
    static const char *const rows[] = {
        "", " ", "{", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "\"\\ud800\"", "\"\\udc00x\"",
        "1e999", "-1e999", "NaN", "Infinity", "[1,]", "{} {}", "01", "\"\x80\"", "\"\xed\xa0\x80\"",
        "\xef\xbb\xbf{}", "'a'", "// c\n1", "\"a\tb\"",
        "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_refused(rows[i], strlen(rows[i]));
    assert_refused("1\0", 2);
}

static void takes_objects_of_many_keys(void **state)
{
    struct buf in = BUF_INIT;
    struct buf out = BUF_INIT;
    struct err err;

    (void)state;
    buf_putc(&in, '{');
    for (int i = 0; i < 1000; i++)
        buf_printf(&in, "%s\"k%03d\":%d", i > 0 ? "," : "", 999 - i, i);
    buf_putc(&in, '}');
    assert_true(canon_json(in.data, in.len, 8, &out, &err));
    assert_memory_equal(out.data, "{\"k000\":999,\"k001\":998", 22);
    assert_int_equal(in.len, out.len);
    in.len--;
    buf_puts(&in, ",\"k500\":0}");
    buf_reset(&out);
    assert_false(canon_json(in.data, in.len, 8, &out, &err));
    assert_string_equal(err.text, "a key appears twice in one object");
    buf_free(&in);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_examples_of_the_rfc),
        cmocka_unit_test(writes_values_that_are_not_objects),
        cmocka_unit_test(refuses_what_has_no_canonical_form),
        cmocka_unit_test(takes_objects_of_many_keys),
    };

    return cmocka_run_group_tests_name("canon", tests, NULL, NULL);
}
