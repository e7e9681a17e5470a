/*
 * err_test.c - errors are filled whole, cut whole and printed harmless.
 */
#include "base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/escape.h"

/* What err_print() writes to standard error, in text. */
static void printed(const struct err *err, char *text, size_t size)
{
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    size_t len;

    assert_non_null(file);
    assert_true(kept >= 0);
    fflush(stderr);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    err_print(err);
    fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    rewind(file);
    len = fread(text, 1, size - 1, file);
    text[len] = '\0';
    fclose(file);
}

static void setting_fills_every_field_and_returns_false(void **state)
{
    struct err err;

    (void)state;
    memset(&err, 0x5A, sizeof err);
    assert_false(err_set(&err, ERR_POLICY, "P014", "'%s' is %d", "x", 7));
    assert_int_equal(err.kind, ERR_POLICY);
    assert_string_equal(err.code, "P014");
    assert_string_equal(err.text, "'x' is 7");
    assert_string_equal(err.help, "");
}

static void setting_again_forgets_the_old_help(void **state)
{
    struct err err = {0};

    (void)state;
    err_set(&err, ERR_INPUT, NULL, "first");
    assert_false(err_help(&err, "try %s", "this"));
    assert_string_equal(err.help, "try this");
    assert_string_equal(err.code, "");
    err_set(&err, ERR_STORE, "E-STORE", "second");
    assert_string_equal(err.help, "");
}

static void nobody_needs_to_want_the_error(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_INPUT, "E", "lost"));
    assert_false(err_help(NULL, "lost"));
    assert_false(err_errno(NULL, ERR_STORE, "E", "lost"));
}

static void a_long_code_is_cut(void **state)
{
    struct err err;

    (void)state;
    err_set(&err, ERR_INPUT, "E-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "x");
    assert_int_equal(strlen(err.code), sizeof err.code - 1);
}

/* Whatever the length of the text before it, no character is cut in two. */
static void a_long_text_is_cut_at_a_whole_character(void **state)
{
    static const char *const characters[] = {"a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    char filler[1100];
    struct err err;

    (void)state;
    for (size_t c = 0; c < sizeof characters / sizeof characters[0]; c++) {
        for (size_t lead = 1000; lead < 1030; lead++) {
            size_t width = strlen(characters[c]);
            size_t len;

            memset(filler, 'x', lead);
            filler[lead] = '\0';
            err_set(&err, ERR_INPUT, NULL, "%s%s%s%s", filler, characters[c], characters[c],
                    characters[c]);
            len = strlen(err.text);
            assert_true(utf8_valid(err.text, len));
            /* As many whole characters as fit are there. */
            if (lead >= 1023)
                assert_int_equal(len, 1023);
            else
                assert_int_equal(len, lead + (1023 - lead < 3 * width
                                                  ? (1023 - lead) / width * width
                                                  : 3 * width));
        }
    }
}

static void a_long_help_is_cut_at_a_whole_character(void **state)
{
    char filler[600];
    struct err err = {0};

    (void)state;
    memset(filler, 'x', 510);
    filler[510] = '\0';
    err_help(&err, "%s\xC3\xA4", filler);
    assert_string_equal(err.help, filler);
    filler[509] = '\0';
    err_help(&err, "%s\xC3\xA4z", filler);
    assert_int_equal(strlen(err.help), 511);
}

static void errno_is_told_in_words(void **state)
{
    struct err err;

    (void)state;
    errno = ENOENT;
    assert_false(err_errno(&err, ERR_STORE, "E-OPEN", "cannot open 'a'"));
    assert_string_equal(err.text, "cannot open 'a': No such file or directory");
    assert_int_equal(err.kind, ERR_STORE);
}

static void printing_shows_help_and_code_where_there_are_any(void **state)
{
    struct err err;
    char text[4096];

    (void)state;
    err_set(&err, ERR_USAGE, "E-USAGE", "unknown command 'rewiev'");
    err_help(&err, "did you mean 'review'?");
    printed(&err, text, sizeof text);
    assert_string_equal(text, "rubric: unknown command 'rewiev'\n"
                              "  help: did you mean 'review'?\n"
                              "  (E-USAGE)\n");
    err_set(&err, ERR_USAGE, NULL, "just this");
    printed(&err, text, sizeof text);
    assert_string_equal(text, "rubric: just this\n");
}

static void printing_escapes_what_could_drive_a_terminal(void **state)
{
    struct err err;
    char text[4096];

    (void)state;
    err_set(&err, ERR_INPUT, NULL, "a\x1B[2Jb\nc\xE2\x80\xAE\xFF");
    printed(&err, text, sizeof text);
    assert_string_equal(text, "rubric: a\\u{001B}[2Jb\\u{000A}c\\u{202E}\\xFF\n");
}

static void each_kind_has_its_exit_status(void **state)
{
    static const int expected[] = {
        [ERR_NONE] = 0,  [ERR_MEMORY] = 5, [ERR_USAGE] = 2,  [ERR_POLICY] = 3, [ERR_INPUT] = 4,
        [ERR_STORE] = 5, [ERR_TAMPER] = 1, [ERR_LIMIT] = 5, [ERR_WORKER] = 5,
        [ERR_LOG] = 74,  [ERR_ROLLBACK] = 75,
    };

    (void)state;
    for (size_t kind = 0; kind < sizeof expected / sizeof expected[0]; kind++)
        assert_int_equal(err_exit_status((enum err_kind)kind), expected[kind]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_fills_every_field_and_returns_false),
        cmocka_unit_test(setting_again_forgets_the_old_help),
        cmocka_unit_test(nobody_needs_to_want_the_error),
        cmocka_unit_test(a_long_code_is_cut),
        cmocka_unit_test(a_long_text_is_cut_at_a_whole_character),
        cmocka_unit_test(a_long_help_is_cut_at_a_whole_character),
        cmocka_unit_test(errno_is_told_in_words),
        cmocka_unit_test(printing_shows_help_and_code_where_there_are_any),
        cmocka_unit_test(printing_escapes_what_could_drive_a_terminal),
        cmocka_unit_test(each_kind_has_its_exit_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
