/*
 * frame_test.c - frames are read as written, and nothing else is.
 */
#include "host/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_frame_is_read_as_written(void **state)
{
    struct buf out = BUF_INIT;
    struct frame frame;
    size_t used = 0;

    (void)state;
    frame_put(&out, FRAME_ANSWER, 7, "hello", 5);
    for (size_t len = 0; len < out.len; len++) {
        assert_int_equal(frame_read(out.data, len, 5, &frame, &used), FRAME_MORE);
        assert_true(used > len && used <= out.len);
    }
    assert_int_equal(frame_read(out.data, out.len, 5, &frame, &used), FRAME_WHOLE);
    assert_int_equal(used, FRAME_HEAD + 5);
    assert_int_equal(frame.kind, FRAME_ANSWER);
    assert_int_equal(frame.id, 7);
    assert_memory_equal(frame.payload, "hello", 5);
    assert_int_equal(frame_read(out.data, out.len, 4, &frame, &used), FRAME_WRONG);
    buf_free(&out);
}

/* Every bit of mark, kind and the two zero bytes counts. */
static void another_head_is_refused(void **state)
{
    struct buf out = BUF_INIT;
    struct frame frame;
    size_t used = 0;

    (void)state;
    frame_put(&out, FRAME_ERROR, 1, "x", 1);
    for (size_t bit = 0; bit < 8 * 8; bit++) {
        char head[FRAME_HEAD + 1];
        enum frame_result result;

        memcpy(head, out.data, sizeof head);
        head[bit / 8] = (char)(head[bit / 8] ^ (1 << bit % 8));
        result = frame_read(head, sizeof head, 10, &frame, &used);
        if (bit / 8 == 4 || bit / 8 == 5)
            assert_true(result == FRAME_WRONG || frame.kind != FRAME_ERROR);
        else
            assert_int_equal(result, FRAME_WRONG);
    }
    buf_free(&out);
}

static void an_error_comes_back_whole(void **state)
{
    struct buf out = BUF_INIT;
    struct frame frame;
    struct err err = {0};
    struct err got = {0};
    size_t used = 0;

    (void)state;
    err_set(&err, ERR_LIMIT, "E-LIMIT-TIME", "%s", "x.lua:3: stopped");
    err_help(&err, "try less");
    frame_put_err(&out, 9, &err);
    assert_int_equal(frame_read(out.data, out.len, 4096, &frame, &used), FRAME_WHOLE);
    assert_true(frame_get_err(&frame, &got));
    assert_int_equal(got.kind, ERR_LIMIT);
    assert_string_equal(got.code, err.code);
    assert_string_equal(got.text, err.text);
    assert_string_equal(got.help, err.help);
    for (size_t len = 0; len < frame.len; len++) {
        struct frame cut = frame;

        cut.len = len;
        assert_false(frame_get_err(&cut, &got));
        assert_int_equal(got.kind, ERR_WORKER);
    }
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_read_as_written),
        cmocka_unit_test(another_head_is_refused),
        cmocka_unit_test(an_error_comes_back_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
