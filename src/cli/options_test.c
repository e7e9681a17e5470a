/*
 * options_test.c - command lines, right and wrong, against one small table.
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

#include "base/nearest.h"
#include "cli/options.h"

struct sample {
    const char *policy;
    int tree;
    long count;
    bool json, quiet;
};

static const struct option_row rows[] = {
    {OPTION_TEXT, 'p', "policy", "ID", "which policy", OPTION_AT(struct sample, policy)},
    {OPTION_CHOICE, 0, "tree", "selected|open|all", "how much", OPTION_AT(struct sample, tree)},
    {OPTION_NUMBER, 'n', "count", "N", "how many", OPTION_AT(struct sample, count)},
    {OPTION_FLAG, 'j', "json", NULL, "JSON", OPTION_AT(struct sample, json)},
    {OPTION_FLAG, 'q', "quiet", NULL, "less", OPTION_AT(struct sample, quiet)},
    OPTIONS_END,
};

static const struct command sample_command = {
    .name = "sample",
    .line = "show what a command line is",
    .usage = "[options] FILE...",
    .example = "rubric sample x\n",
    .exits = "0  always\n",
    .operands = "file",
    .options = rows,
};

#define ARGS_MAX 16

struct parsed {
    struct sample sample;
    bool go_on;
    int operands, status;
    char *argv[ARGS_MAX];
    char said[2048]; /* what went to standard error */
};

/* Parses the words, which are separated by one space each. */
static struct parsed *parse(const char *words)
{
    static struct parsed parsed;
    static char text[512];
    int argc = 0;
    int saved = dup(STDERR_FILENO);
    FILE *out = tmpfile();
    size_t got;

    memset(&parsed, 0, sizeof parsed);
    snprintf(text, sizeof text, "sample %s", words);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        parsed.argv[argc++] = word;
    assert_non_null(out);
    fflush(stderr);
    dup2(fileno(out), STDERR_FILENO);
    parsed.go_on = options_parse(&sample_command, argc, parsed.argv, &parsed.sample,
                                 &parsed.operands, &parsed.status);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(out);
    got = fread(parsed.said, 1, sizeof parsed.said - 1, out);
    parsed.said[got] = '\0';
    fclose(out);
    return &parsed;
}

static void every_form_of_an_option_is_read(void **state)
{
    static const char *const forms[] = {
        "--policy a.b --tree open --count 12 --json x",
        "--policy=a.b --tree=open --count=12 x -j",
        "-p a.b -n 12 -j --tree open x",
        "-pa.b -jn12 x --tree open",
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct parsed *parsed = parse(forms[i]);

        assert_true(parsed->go_on);
        assert_string_equal(parsed->sample.policy, "a.b");
        assert_int_equal(parsed->sample.tree, 1);
        assert_int_equal(parsed->sample.count, 12);
        assert_true(parsed->sample.json);
        assert_false(parsed->sample.quiet);
        assert_int_equal(parsed->operands, 1);
        assert_string_equal(parsed->argv[0], "x");
        assert_string_equal(parsed->said, "");
    }
}

static void operands_keep_their_order(void **state)
{
    const struct parsed *parsed = parse("one - --json two -- --three -x");

    (void)state;
    assert_true(parsed->go_on);
    assert_true(parsed->sample.json);
    assert_int_equal(parsed->operands, 5);
    assert_string_equal(parsed->argv[0], "one");
    assert_string_equal(parsed->argv[1], "-");
    assert_string_equal(parsed->argv[2], "two");
    assert_string_equal(parsed->argv[3], "--three");
    assert_string_equal(parsed->argv[4], "-x");
}

static void a_mistake_is_named_with_the_nearest_word(void **state)
{
    static const struct {
        const char *words, *text;
    } cases[] = {
        {"--jsn x", "there is no option '--jsn': did you mean '--json'?"},
        {"--polciy=a", "there is no option '--polciy': did you mean '--policy'?"},
        {"--polic a", "there is no option '--polic': did you mean '--policy'?"},
        {"--halp", "there is no option '--halp': did you mean '--help'?"},
        {"--flabbergasted", "there is no option '--flabbergasted'"},
        {"-z", "there is no option '-z'"},
        {"--json=yes", "'--json' takes no value"},
        {"--policy", "'--policy' needs a value: ID"},
        {"--policy --json", "'--policy' needs a value: ID"},
        {"-n", "'--count' needs a value: N"},
        {"--tree none", "'--tree' is one of selected|open|all, not 'none'"},
        {"--tree=", "'--tree' is one of selected|open|all, not ''"},
        {"--count 1e3", "'--count' takes a number, not '1e3'"},
        {"--count=-1", "'--count' takes a number, not '-1'"},
        {"--count 99999999999999999999", "'--count' takes a number, not '99999999999999999999'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct parsed *parsed = parse(cases[i].words);
        char expected[512];

        snprintf(expected, sizeof expected,
                 "rubric: %s\n  help: see 'rubric sample --help'\n  (E-USAGE)\n", cases[i].text);
        assert_false(parsed->go_on);
        assert_int_equal(parsed->status, 2);
        assert_string_equal(parsed->said, expected);
    }
}

static void help_is_made_of_the_table(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    options_help(&sample_command, out);
    fclose(out);
    assert_string_equal(text, "rubric sample: show what a command line is\n\n"
                              "usage: rubric sample [options] FILE...\n\n"
                              "options:\n"
                              "  -p, --policy ID               which policy\n"
                              "      --tree selected|open|all  how much\n"
                              "  -n, --count N                 how many\n"
                              "  -j, --json                    JSON\n"
                              "  -q, --quiet                   less\n"
                              "  -h, --help                    show this text\n\n"
                              "example:\n  rubric sample x\n\n"
                              "exit status:\n  0  always\n");
    free(text);
}

static void the_distance_of_words_counts_swapped_letters_once(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("review", "review"), 0);
    assert_int_equal(nearest_distance("reveiw", "review"), 1);
    assert_int_equal(nearest_distance("", "abc"), 3);
    assert_int_equal(nearest_distance("abc", ""), 3);
    assert_int_equal(nearest_distance("batch", "btach"), 1);
    assert_int_equal(nearest_distance("kitten", "sitting"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_option_is_read),
        cmocka_unit_test(operands_keep_their_order),
        cmocka_unit_test(a_mistake_is_named_with_the_nearest_word),
        cmocka_unit_test(help_is_made_of_the_table),
        cmocka_unit_test(the_distance_of_words_counts_swapped_letters_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
