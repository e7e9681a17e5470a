/*
 * tabular_test.c - merging the orders of releases, over random trees of codes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codes/tabular.h"

#define MOST 4000

static unsigned seed;

static unsigned next(unsigned below)
{
    seed = seed * 1103515245 + 12345;
    return seed / 65536 % below;
}

/* Walks a random tree below a code, children in random order, into all. */
static void grow(code_key *all, size_t *count, const char *code, int depth)
{
    char letters[] = "0123456789ABX", child[16];
    size_t children = next(5);

    all[(*count)++] = code_pack(code, strlen(code));
    for (size_t i = 0; i < children && depth < 4 && *count < MOST - 600; i++) {
        size_t pick = i + next((unsigned)(sizeof letters - 1 - i));
        char swap = letters[i];

        letters[i] = letters[pick];
        letters[pick] = swap;
        strcpy(child, code);
        child[strlen(code) + 1] = '\0';
        child[strlen(code)] = letters[i];
        grow(all, count, child, depth + 1);
    }
}

static size_t make_book(code_key *all)
{
    size_t count = 0;
    char code[8];

    for (int i = 0; i < 40; i++) {
        code[0] = (char)('A' + (i * 7) % 26);
        code[1] = (char)('0' + i / 26);
        code[2] = (char)(i % 3 == 0 ? 'A' : '0' + i % 10);
        code[3] = '\0';
        grow(all, &count, code, 0);
    }
    return count;
}

/* What a year kept: most codes, each with all above it. */
static size_t make_release(const code_key *all, size_t count, code_key *kept)
{
    size_t made = 0;
    code_key gone = 0;

    for (size_t i = 0; i < count; i++) {
        if (gone != 0 && code_key_under(all[i], gone))
            continue;
        if (next(9) == 0)
            gone = all[i];
        else
            kept[made++] = all[i];
    }
    return made;
}

static size_t place_in(const code_key *order, size_t count, code_key key)
{
    size_t at = 0;

    while (at < count && order[at] != key)
        at++;
    return at;
}

static void check_merge(const struct tabular_list *lists, size_t list_count)
{
    const struct tabular_list *newest = &lists[list_count - 1];
    struct err err = {ERR_NONE, "", "", ""};
    uint32_t *ends;
    code_key *order;
    size_t count, at = 0;

    if (!tabular_merge(lists, list_count, &order, &count, &err))
        fail_msg("%s", err.text);
    ends = malloc(count * sizeof *ends);
    assert_non_null(ends);
    tabular_ends(order, count, ends);
    for (size_t i = 0; i < count; i++) { /* each code once, its subtree in one run */
        for (size_t k = 0; k < count; k++)
            assert_int_equal(k >= i && k < ends[i], code_key_under(order[k], order[i]));
    }
    for (size_t i = 0; i < newest->count; i++) { /* in the order of the newest */
        while (at < count && order[at] != newest->keys[i])
            at++;
        assert_true(at < count);
    }
    for (size_t i = 0; i < list_count; i++) {
        for (size_t k = 0; k < lists[i].count; k++)
            assert_true(place_in(order, count, lists[i].keys[k]) < count);
    }
    free(ends);
    free(order);
}

static void every_release_fits_into_one_order(void **state)
{
    static code_key all[MOST], kept[3][MOST];
    struct tabular_list lists[3];

    (void)state;
    for (seed = 1; seed < 5; seed++) {
        unsigned start = seed;
        size_t count = make_book(all);

        for (int i = 0; i < 3; i++)
            lists[i] = (struct tabular_list){kept[i], make_release(all, count, kept[i])};
        check_merge(lists, 1);
        check_merge(lists, 2);
        check_merge(lists, 3);
        seed = start;
    }
}

static void a_subtree_in_two_pieces_is_refused(void **state)
{
    code_key keys[4];
    struct tabular_list list = {keys, 4};
    struct err err = {ERR_NONE, "", "", ""};
    code_key *order;
    size_t count;

    (void)state;
    keys[0] = code_pack("A00", 3);
    keys[1] = code_pack("A000", 4);
    keys[2] = code_pack("B00", 3);
    keys[3] = code_pack("A001", 4);
    assert_false(tabular_merge(&list, 1, &order, &count, &err));
    assert_string_equal(err.text, "code A001 stands outside its category's run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_release_fits_into_one_order),
        cmocka_unit_test(a_subtree_in_two_pieces_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
