/*
 * batch_test.c - the lines of a batch: how they are cut, and what is in one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/batch_line.h"
#include "cli/input.h"
#include "cli/output.h"

static void reads(const char *text, const char *document, const char *policy, const char *as_of)
{
    struct batch_line line;
    struct err err = {ERR_NONE, "", "", ""};

    assert_true(batch_line_read(text, strlen(text), &line, &err));
    assert_int_equal(line.document.len, strlen(document));
    assert_memory_equal(line.document.at, document, line.document.len);
    assert_string_equal(line.policy, policy);
    assert_string_equal(line.as_of, as_of);
}

static void a_case_is_taken_as_it_is(void **state)
{
    static const char *const lines[] = {
        "{\"schema\":\"rubric-case/1\",\"case\":1}", "{}", "{", "[1,2]", "", "nonsense",
        "{\"caseId\":\"policy\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        reads(lines[i], lines[i], "", "");
}

static void a_case_may_come_with_its_circumstances(void **state)
{
    (void)state;
    reads("{\"case\":{\"a\":[1,{\"b\":\"}]\\\"\"}]},\"policy\":\"x.y\"}",
          "{\"a\":[1,{\"b\":\"}]\\\"\"}]}", "x.y", "");
    reads(" { \"policy\" : \"x.y\" , \"as_of\":\"2026-01-02\", \"case\" : {} } ", "{} ", "x.y",
          "2026-01-02");
    reads("{\"policy\":null,\"case\":{}}", "{}", "", "");
    reads("{\"case\":17}", "17", "", "");
}

static void refuses(const char *text, const char *why)
{
    struct batch_line line;
    struct err err = {ERR_NONE, "", "", ""};
    char expected[256];

    snprintf(expected, sizeof expected, "the line cannot be read: %s", why);
    assert_false(batch_line_read(text, strlen(text), &line, &err));
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERR_INPUT);
}

static void a_broken_wrapper_is_refused(void **state)
{
    (void)state;
    refuses("{\"policy\":\"x\"}", "it has no case");
    refuses("{\"case\":{},\"case\":{}}", "it has two cases");
    refuses("{\"case\":{\"a\":1}", "the object has no end");
    refuses("{\"case\":{\"a\":1", "the case has no end");
    refuses("{\"case\":{\"a\":\"1}}", "the case has no end");
    refuses("{\"case\":}", "the case has no end");
    refuses("{\"case\":{}} {}", "something follows the object");
    refuses("{\"case\":{},\"plicy\":1}", "only case, policy and as_of are known beside each other");
    refuses("{\"case\":{},\"policy\":7}", "the policy is not a short text");
    refuses("{\"case\":{},\"policy\":\"a\\u0062\"}", "the policy is not a short text");
    refuses("{\"case\":{},\"as_of\":[]}", "as_of is not a date");
    refuses("{\"case\":{},}", "a name and a colon are missing");
}

/* A pipe that gives the text in one piece. */
static int pipe_of(const char *text)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    return ends[0];
}

static void lines_are_cut_at_their_ends(void **state)
{
    static const char *const expected[] = {"one", "", "two", "3"};
    struct input_lines lines;
    struct input_line line;
    struct err err = {ERR_NONE, "", "", ""};
    int fd = pipe_of("one\n\ntwo\r\n3");
    size_t count = 0;

    (void)state;
    input_lines_open(&lines, fd, 100);
    assert_false(input_lines_ready(&lines));
    while (input_lines_next(&lines, &line, &err)) {
        assert_int_equal(line.len, strlen(expected[count]));
        assert_memory_equal(line.text, expected[count], line.len);
        assert_false(line.too_long);
        count++;
    }
    assert_int_equal(count, 4);
    assert_int_equal(err.kind, ERR_NONE);
    input_lines_close(&lines);
    close(fd);
}

static void a_line_that_is_too_long_is_passed_over(void **state)
{
    struct input_lines lines;
    struct input_line line;
    struct err err;
    char *text = malloc(400001);
    FILE *file = tmpfile();

    (void)state;
    assert_non_null(text);
    assert_non_null(file);
    memset(text, 'x', 400000);
    text[400000] = '\0';
    fprintf(file, "short\n%s\nafter\n%s", text, text);
    fflush(file);
    rewind(file);
    input_lines_open(&lines, fileno(file), 1000);
    assert_true(input_lines_next(&lines, &line, &err) && !line.too_long && line.len == 5);
    assert_true(input_lines_next(&lines, &line, &err) && line.too_long && line.len == 0);
    assert_true(input_lines_next(&lines, &line, &err) && !line.too_long && line.len == 5);
    assert_true(input_lines_next(&lines, &line, &err) && line.too_long);
    assert_false(input_lines_next(&lines, &line, &err));
    assert_true(lines.held.room < 300000);
    input_lines_close(&lines);
    fclose(file);
    free(text);
}

static void a_file_is_read_up_to_its_bound(void **state)
{
    struct buf bytes = BUF_INIT;
    struct err err;
    char path[] = "/tmp/rubric-input-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 2 << 20), 0);
    assert_true(input_read("case", path, (size_t)2 << 20, &bytes, &err));
    assert_int_equal(bytes.len, 2 << 20);
    buf_reset(&bytes);
    assert_true(input_read("case", path, (size_t)1 << 20, &bytes, &err));
    assert_in_range(bytes.len, (1 << 20) + 1, (1 << 20) + (64 << 10)); /* enough to see it */
    buf_free(&bytes);
    close(fd);
    unlink(path);
    assert_false(input_read("case", path, 1 << 20, &bytes, &err));
    assert_true(strstr(err.text, "No such file or directory") != NULL);
    assert_false(input_read("case", "/tmp", 1 << 20, &bytes, &err));
    assert_string_equal(err.help, "name the files in it: /tmp/*.json");
    buf_free(&bytes);
}

static void a_failure_outweighs_any_recommendation(void **state)
{
    static const int order[] = {0, 10, 20, 1, 2, 3, 4, 5};

    (void)state;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        for (size_t k = i; k < sizeof order / sizeof order[0]; k++) {
            assert_int_equal(output_worse(order[i], order[k]), order[k]);
            assert_int_equal(output_worse(order[k], order[i]), order[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_taken_as_it_is),
        cmocka_unit_test(a_case_may_come_with_its_circumstances),
        cmocka_unit_test(a_broken_wrapper_is_refused),
        cmocka_unit_test(lines_are_cut_at_their_ends),
        cmocka_unit_test(a_line_that_is_too_long_is_passed_over),
        cmocka_unit_test(a_file_is_read_up_to_its_bound),
        cmocka_unit_test(a_failure_outweighs_any_recommendation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
