/*
 * pool_test.c - a pool hands out zeroed, aligned memory and leaves nothing
 * behind for the next request.
 */
#include "base/pool.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REGION 65536

static bool all_zero(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < size; i++)
        if (at[i] != 0)
            return false;
    return true;
}

/* A pool over a fresh region (which the caller frees), or one that grows. */
static void open_pool(struct pool *pool, char **region, bool over)
{
    *region = NULL;
    if (!over) {
        pool_init(pool);
        return;
    }
    *region = calloc(1, REGION);
    assert_non_null(*region);
    pool_over(pool, *region, REGION);
}

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    for (int over = 0; over <= 1; over++) {
        struct pool pool;
        char *region;
        char *last_end = NULL;

        (void)state;
        open_pool(&pool, &region, over);
        for (size_t size = 0; size < 300; size++) {
            char *taken = pool_take(&pool, size);

            assert_non_null(taken);
            assert_int_equal((uintptr_t)taken % alignof(max_align_t), 0);
            assert_true(all_zero(taken, size));
            memset(taken, 0xA5, size);
            assert_true(last_end == NULL || taken >= last_end || !over);
            last_end = taken + size;
        }
        pool_free(&pool);
        free(region);
    }
}

static void a_growing_pool_serves_more_than_a_chunk(void **state)
{
    struct pool pool;
    char *first, *large, *after;

    (void)state;
    pool_init(&pool);
    first = pool_take(&pool, 100);
    large = pool_take(&pool, 5000000);
    after = pool_take(&pool, 100);
    assert_non_null(first);
    assert_non_null(large);
    assert_non_null(after);
    assert_true(all_zero(large, 5000000));
    memset(large, 1, 5000000);
    assert_true(all_zero(first, 100));
    assert_true(all_zero(after, 100));
    pool_free(&pool);
}

static void ten_thousand_small_pieces_keep_their_content(void **state)
{
    struct pool pool;
    size_t **pieces;

    (void)state;
    pool_init(&pool);
    pieces = pool_array(&pool, 10000, sizeof *pieces);
    assert_non_null(pieces);
    for (size_t i = 0; i < 10000; i++) {
        pieces[i] = POOL_NEW(&pool, size_t);
        assert_non_null(pieces[i]);
        *pieces[i] = i;
    }
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(*pieces[i], i);
    pool_free(&pool);
}

static void impossible_sizes_are_refused(void **state)
{
    for (int over = 0; over <= 1; over++) {
        struct pool pool;
        char *region;

        (void)state;
        open_pool(&pool, &region, over);
        assert_null(pool_take(&pool, SIZE_MAX));
        assert_null(pool_take(&pool, SIZE_MAX - 8));
        assert_null(pool_take(&pool, SIZE_MAX / 2));
        assert_null(pool_array(&pool, SIZE_MAX / 8, 16));
        assert_null(pool_array(&pool, SIZE_MAX, SIZE_MAX));
        assert_null(pool_copy(&pool, "x", SIZE_MAX));
        assert_non_null(pool_array(&pool, 0, 16));
        assert_non_null(pool_array(&pool, 16, 0));
        assert_non_null(pool_take(&pool, 16));
        pool_free(&pool);
        free(region);
    }
}

static void a_region_is_used_to_its_last_byte_and_not_past_it(void **state)
{
    struct pool pool;
    char *region;
    size_t taken = 0;

    (void)state;
    open_pool(&pool, &region, true);
    while (pool_take(&pool, 16) != NULL)
        taken += 16;
    assert_int_equal(taken, REGION);
    assert_null(pool_take(&pool, 1));
    assert_null(pool_take(&pool, 0));
    pool_reset(&pool);
    assert_non_null(pool_take(&pool, REGION));
    assert_null(pool_take(&pool, 1));
    pool_free(&pool);
    free(region);
}

/* A region whose size is no multiple of the alignment. */
static void an_odd_region_is_never_overrun(void **state)
{
    (void)state;
    for (size_t size = 0; size < 100; size++) {
        char *region = calloc(1, 128);
        struct pool pool;

        assert_non_null(region);
        memset(region + size, '#', 128 - size);
        pool_over(&pool, region, size);
        for (;;) {
            char *taken = pool_take(&pool, 5);

            if (taken == NULL)
                break;
            assert_true(taken + 5 <= region + size);
            memset(taken, 1, 5);
        }
        pool_reset(&pool);
        assert_true(all_zero(region, size));
        for (size_t i = size; i < 128; i++)
            assert_int_equal(region[i], '#');
        free(region);
    }
}

static void a_copy_ends_with_a_nul(void **state)
{
    struct pool pool;
    char *copy;

    (void)state;
    pool_init(&pool);
    copy = pool_copy(&pool, "abc\0def", 5);
    assert_non_null(copy);
    assert_memory_equal(copy, "abc\0d", 6);
    copy = pool_copy(&pool, NULL, 0);
    assert_non_null(copy);
    assert_string_equal(copy, "");
    pool_free(&pool);
}

static void a_reset_region_holds_nothing_of_the_last_request(void **state)
{
    struct pool pool;
    char *region;
    char *first;

    (void)state;
    open_pool(&pool, &region, true);
    first = pool_copy(&pool, "a patient's name", 16);
    assert_non_null(first);
    assert_non_null(pool_take(&pool, 1000));
    memset(first, 'x', 1016);
    pool_reset(&pool);
    assert_true(all_zero(region, REGION));
    assert_ptr_equal(pool_take(&pool, 16), first);
    pool_free(&pool);
    assert_true(all_zero(region, REGION));
    free(region);
}

static void a_reset_growing_pool_starts_again(void **state)
{
    struct pool pool;

    (void)state;
    pool_init(&pool);
    for (int round = 0; round < 3; round++) {
        char *taken = pool_take(&pool, 200000);

        assert_non_null(taken);
        assert_true(all_zero(taken, 200000));
        memset(taken, 1, 200000);
        pool_reset(&pool);
    }
    pool_free(&pool);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(a_growing_pool_serves_more_than_a_chunk),
        cmocka_unit_test(ten_thousand_small_pieces_keep_their_content),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(a_region_is_used_to_its_last_byte_and_not_past_it),
        cmocka_unit_test(an_odd_region_is_never_overrun),
        cmocka_unit_test(a_copy_ends_with_a_nul),
        cmocka_unit_test(a_reset_region_holds_nothing_of_the_last_request),
        cmocka_unit_test(a_reset_growing_pool_starts_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
