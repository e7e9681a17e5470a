/*
 * answer_place_test.c - every place of a small answer, and one that is cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "host/answer_place.h"

static const char answer[] =
    "{\"as_of\":\"2026-01-01\",\"criteria\":[{\"ask\":\"a\\\"],\",\"evidence\":[{\"fact\":\"x\"},"
    "{\"fact\":\"y\"}],\"line\":null},{\"because\":\"why\"}],\"missing\":[[{\"ask\":\"p\"}]],"
    "\"policy\":{\"id\":\"z\"}}";

static void place_is(const char *mark, const char *wanted)
{
    const char *found = strstr(answer, mark);
    char memory[200];
    struct buf path = buf_fixed(memory, sizeof memory);

    assert_non_null(found);
    answer_place(answer, (size_t)(found - answer) + strlen(mark), &path);
    assert_string_equal(buf_cstr(&path), wanted);
}

static void each_value_has_its_path(void **state)
{
    (void)state;
    place_is("{", "");
    place_is("2026-", "as_of");
    place_is("\"a\\\"", "criteria[0].ask");
    place_is("\"a\\\"]", "criteria[0].ask"); /* a bracket in a text is none */
    place_is("\"x", "criteria[0].evidence");
    place_is("\"y", "criteria[0].evidence");
    place_is("nul", "criteria[0].line");
    place_is("\"wh", "criteria[1].because");
    place_is("\"p\"", "missing[0][0]");
    place_is("\"z", "policy.id");
}

static void a_name_that_is_cut_is_none(void **state)
{
    (void)state;
    place_is(",\"crit", "");
    place_is(",\"criteria\"", "");
    place_is("},{\"beca", "criteria[1]");
}

/* Whatever the bytes are, nothing beyond them is read and the path fits. */
static void any_bytes_have_some_path(void **state)
{
    static const char odd[] = "]]}}\"\\\"[{[{[{[{\"a\":\"\\";
    char memory[64];

    (void)state;
    for (size_t from = 0; from < sizeof odd; from++)
        for (size_t at = 0; at < sizeof odd - from; at++) {
            struct buf path = buf_fixed(memory, sizeof memory);

            answer_place(odd + from, at, &path);
            assert_false(path.failed);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_its_path),
        cmocka_unit_test(a_name_that_is_cut_is_none),
        cmocka_unit_test(any_bytes_have_some_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
