/*
 * print_policy_test.c - a tree with every word in it against its printed form.
 * RUBRIC_UPDATE=1 writes the expected file anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "cli/input.h"
#include "cli/print_policy.h"

#define TREE "tests/answers/tree.json"
#define PRINTED "tests/answers/tree.txt"

static char *printed(yyjson_doc *doc)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct page page;

    assert_non_null(out);
    page_init(&page, out, COLOR_NEVER);
    print_policy_tree(&page, yyjson_doc_get_root(doc));
    page_free(&page);
    fclose(out);
    return text;
}

static void a_tree_reads_as_sentences(void **state)
{
    struct buf expected = BUF_INIT;
    struct err err;
    yyjson_doc *doc = yyjson_read_file(TREE, YYJSON_READ_NOFLAG, NULL, NULL);
    char *text;

    (void)state;
    assert_non_null(doc);
    text = printed(doc);
    if (getenv("RUBRIC_UPDATE") != NULL) {
        FILE *out = fopen(PRINTED, "wb");

        assert_non_null(out);
        fputs(text, out);
        fclose(out);
    }
    assert_true(input_read("text", PRINTED, 1 << 20, &expected, &err));
    assert_string_equal(text, buf_cstr(&expected));
    buf_free(&expected);
    free(text);
    yyjson_doc_free(doc);
}

/* Trees come from a locked worker; still, nothing of one may hurt the printer. */
static void a_tree_that_lacks_things_is_printed_as_far_as_it_goes(void **state)
{
    static const char *const trees[] = {
        "{}",
        "[]",
        "{\"criteria\":[{}],\"pathways\":[{}],\"safeguards\":[{}]}",
        "{\"covers\":9,\"sets\":[],\"criteria\":[{\"id\":\"x\",\"met\":{\"op\":\"test\"}}]}",
        "{\"criteria\":[{\"met\":{\"op\":\"test\",\"left\":{\"op\":\"fact\",\"fact\":-1}}}]}",
        "{\"criteria\":[{\"met\":{\"op\":\"all\",\"of\":7}}]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
        yyjson_doc *doc = yyjson_read(trees[i], strlen(trees[i]), YYJSON_READ_NOFLAG);
        char *text = printed(doc);

        assert_non_null(text);
        free(text);
        yyjson_doc_free(doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_reads_as_sentences),
        cmocka_unit_test(a_tree_that_lacks_things_is_printed_as_far_as_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
