/*
 * print_answer_test.c - hand-written answers against their printed form, under
 * tests/answers. RUBRIC_UPDATE=1 writes the expected files anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/print_answer.h"

static char *slurp(const char *path, size_t *len)
{
    FILE *in = fopen(path, "rb");
    struct buf text = BUF_INIT;
    char part[4096];
    size_t got;

    if (in == NULL)
        return NULL;
    while ((got = fread(part, 1, sizeof part, in)) > 0)
        buf_put(&text, part, got);
    fclose(in);
    buf_cstr(&text);
    *len = text.len;
    return text.data;
}

static char *printed(const char *name, enum print_tree tree, enum page_color color)
{
    char path[256];
    char *json, *text = NULL;
    size_t len = 0, size = 0;
    struct err err = {ERR_NONE, "", "", ""};
    struct page page;
    FILE *out = open_memstream(&text, &size);

    snprintf(path, sizeof path, "tests/answers/%s.json", name);
    json = slurp(path, &len);
    assert_non_null(json);
    assert_non_null(out);
    page_init(&page, out, color);
    assert_true(print_answer(&page, json, len, tree, &err));
    page_free(&page);
    fclose(out);
    free(json);
    return text;
}

static void compare(const char *name, const char *golden, enum print_tree tree,
                    enum page_color color)
{
    char path[256];
    char *text = printed(name, tree, color);
    char *expected;
    size_t len = 0;

    snprintf(path, sizeof path, "tests/answers/%s.txt", golden);
    if (getenv("RUBRIC_UPDATE") != NULL) {
        FILE *out = fopen(path, "wb");

        assert_non_null(out);
        fputs(text, out);
        fclose(out);
    }
    expected = slurp(path, &len);
    assert_non_null(expected);
    assert_string_equal(text, expected);
    free(expected);
    free(text);
}

static void each_kind_of_answer_reads_as_before(void **state)
{
    static const char *const names[] = {"approve", "pend", "refer",    "error",
                                        "hostile", "imr",  "safeguard"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        compare(names[i], names[i], TREE_SELECTED, COLOR_NEVER);
}

static void the_tree_can_be_cut_or_shown_whole(void **state)
{
    (void)state;
    compare("pend", "pend-open", TREE_OPEN, COLOR_NEVER);
    compare("pend", "pend-all", TREE_ALL, COLOR_NEVER);
}

/* Without its escape sequences a coloured answer is the plain one. */
static void colour_adds_nothing_but_colour(void **state)
{
    static const char *const names[] = {"approve", "pend", "refer", "error", "hostile"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *plain = printed(names[i], TREE_ALL, COLOR_NEVER);
        char *colored = printed(names[i], TREE_ALL, COLOR_ALWAYS);
        char *to = colored;

        assert_null(strchr(plain, '\033'));
        assert_non_null(strchr(colored, '\033'));
        for (const char *at = colored; *at != '\0'; at++) {
            if (*at == '\033')
                at = strchr(at, 'm');
            else
                *to++ = *at;
        }
        *to = '\0';
        assert_string_equal(colored, plain);
        free(colored);
        free(plain);
    }
}

static void no_line_is_wider_than_a_terminal(void **state)
{
    static const char *const names[] = {"approve", "pend", "refer", "error", "hostile", "imr"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *text = printed(names[i], TREE_ALL, COLOR_NEVER);

        for (char *line = text; *line != '\0';) {
            size_t len = strcspn(line, "\n");
            struct str whole = {line, len};

            assert_true(len == 0 || line[len - 1] != ' ');
            assert_true(page_columns(whole) <= 80);
            line += len + 1;
        }
        free(text);
    }
}

static void what_is_no_answer_is_refused(void **state)
{
    static const char *const texts[] = {"", "{", "[]", "{\"schema\":\"rubric-answer/1\"}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct page page;
        struct err err = {ERR_NONE, "", "", ""};

        page_init(&page, stderr, COLOR_NEVER);
        assert_false(print_answer(&page, texts[i], strlen(texts[i]), TREE_ALL, &err));
        assert_string_equal(err.text, "the answer is not an answer document");
        page_free(&page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_answer_reads_as_before),
        cmocka_unit_test(the_tree_can_be_cut_or_shown_whole),
        cmocka_unit_test(colour_adds_nothing_but_colour),
        cmocka_unit_test(no_line_is_wider_than_a_terminal),
        cmocka_unit_test(what_is_no_answer_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
