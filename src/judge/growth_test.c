/*
 * growth_test.c - a large case or policy costs in proportion to its size.
 *
 * What is counted is work, not time: here the memory that a request takes; in
 * tests/growth.sh, which calls this program with a tree and a case, the
 * processor's instructions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge/answer.h"
#include "judge/judge.h"

#define REGION ((size_t)512 << 20)

struct work {
    struct codes *codes;
    struct pool kept, request;
    const struct policy *policy;
    struct buf out;
    void *region;
};

static bool work_open(struct work *work, const char *tree, size_t len)
{
    struct err err;

    memset(work, 0, sizeof *work);
    work->region = calloc(1, REGION);
    if (work->region == NULL || !codes_open("/nonexistent", &work->codes, &err))
        return false;
    pool_init(&work->kept);
    pool_over(&work->request, work->region, REGION);
    work->policy = policy_read(tree, len, &work->kept, &work->request, work->codes, &err);
    pool_reset(&work->request);
    return work->policy != NULL;
}

static void work_close(struct work *work)
{
    codes_close(work->codes);
    pool_free(&work->kept);
    buf_free(&work->out);
    free(work->region);
}

/* Judges the case; the bytes of memory that this took, 0 if it failed. */
static size_t work_do(struct work *work, const char *json, size_t len,
                      struct judgement *judgement)
{
    struct answer_frame frame = {.engine_level = 1};
    struct case_problems problems;
    struct casefile file;
    struct eval eval;
    struct err err;
    size_t used = 0;

    buf_reset(&work->out);
    if (casefile_parse(&file, json, len, &work->request, NULL, &problems, &err) &&
        eval_init(&eval, work->policy, &file, work->codes, &work->request, &err) &&
        judge_run(&eval, judgement)) {
        answer_write(&work->out, &file, judgement, &frame);
        used = pool_used(&work->request);
    }
    pool_reset(&work->request);
    return work->out.failed ? 0 : used;
}

/* ---- as a program: TREE CASE ------------------------------------------------ */

static bool read_whole(const char *path, struct buf *text)
{
    FILE *file = fopen(path, "rb");
    size_t got;

    if (file == NULL)
        return false;
    do {
        if (!buf_reserve(text, 65536))
            break;
        got = fread(text->data + text->len, 1, 65536, file);
        text->len += got;
    } while (got > 0);
    fclose(file);
    return !text->failed;
}

static int run(const char *tree_path, const char *case_path)
{
    struct buf tree = BUF_INIT, text = BUF_INIT;
    struct judgement judgement;
    struct work work;
    size_t used = 0;

    if (read_whole(tree_path, &tree) && read_whole(case_path, &text) &&
        work_open(&work, tree.data, tree.len)) {
        used = work_do(&work, text.data, text.len, &judgement);
        printf("%zu criteria, %zu bytes of answer, %zu of memory, missing %zu%s\n",
               judgement.criterion_count, work.out.len, used, judgement.missing_count,
               judgement.missing_cut ? " cut" : "");
        work_close(&work);
    }
    buf_free(&tree);
    buf_free(&text);
    return used == 0;
}

/* ---- as a test ---------------------------------------------------------------- */

/* count criteria, each of which any of six papers settles. */
static void write_tree(struct buf *out, int count)
{
    buf_puts(out, "{\"schema\":\"rubric-tree/1\",\"id\":\"t\",\"title\":\"t\",\"source\":\"t\",\"version\":\"1\","
                  "\"file\":\"t.lua\",\"in_force\":{\"from\":\"2021-01-01\",\"to\":null},\"selects_by\":"
                  "\"service\",\"covers\":0,\"sets\":[{\"name\":null,\"text\":[\"64483\"],\"items\":[{\"system\":"
                  "\"cpt\",\"op\":\"code\",\"from\":\"64483\",\"to\":null,\"minus\":false}]}],\"lists\":[],"
                  "\"parameters\":[],\"pathways\":[],\"safeguards\":[],\"functions\":0,\"facts\":[");
    for (int i = 0; i < 6; i++)
        buf_printf(out, "%s{\"path\":\"f%d\",\"kind\":\"choice\",\"choices\":[\"yes\"],\"question\":\"?\","
                        "\"document\":{\"code\":null,\"label\":\"Paper %d\"},\"choose\":\"latest\",\"worst\":"
                        "\"high\",\"world\":\"open\",\"found\":[]}", i == 0 ? "" : ",", i, i);
    buf_puts(out, "],\"criteria\":[");
    for (int i = 0; i < count; i++) {
        buf_printf(out, "%s{\"id\":\"c%d\",\"cite\":\"1\",\"says\":\"s\",\"ask\":\"a\",\"document\":null,"
                        "\"pathway\":null,\"met\":{\"op\":\"any\",\"of\":[", i == 0 ? "" : ",", i);
        for (int k = 0; k < 6; k++)
            buf_printf(out, "%s{\"op\":\"test\",\"test\":\"is\",\"left\":{\"op\":\"fact\",\"fact\":%d},"
                            "\"values\":[\"yes\"]}", k == 0 ? "" : ",", k);
        buf_puts(out, "]},\"unless\":null,\"only_if\":null,\"accepts\":\"confirmed\","
                      "\"presume_absent\":false,\"confidence\":null,\"line\":1,\"file\":\"t.lua\"}");
    }
    buf_puts(out, "]}");
}

#define CASE_HEAD \
    "{\"schema\":\"rubric-case/1\",\"caseId\":\"K\",\"asOf\":\"2026-01-29\",\"request\":{\"lines\":[{" \
    "\"sequence\":1,\"system\":\"cpt\",\"code\":\"64483\"}]}"
static const char silent_case[] = CASE_HEAD "}";

static size_t judge_criteria(int count, struct judgement *judgement)
{
    struct buf tree = BUF_INIT;
    struct work work;
    size_t used;

    write_tree(&tree, count);
    assert_true(work_open(&work, tree.data, tree.len));
    used = work_do(&work, silent_case, sizeof silent_case - 1, judgement);
    assert_true(used > 0);
    assert_int_equal(judgement->criterion_count, count);
    work_close(&work);
    buf_free(&tree);
    return used;
}

/* Six to the power of 500 ways to settle it: a few are shown, and the answer
 * says that there are more. */
static void sets_of_missing_papers_are_few_and_said_to_be_cut(void **state)
{
    struct judgement judgement;

    (void)state;
    judge_criteria(1, &judgement);
    assert_int_equal(judgement.missing_count, 6);
    assert_false(judgement.missing_cut);
    for (int count = 2; count <= 512; count *= 4) {
        judge_criteria(count, &judgement);
        assert_true(judgement.missing_count > 0 && judgement.missing_count <= 12);
        assert_true(judgement.missing_cut);
    }
}

static void memory_grows_with_the_criteria(void **state)
{
    struct judgement judgement;
    size_t one = judge_criteria(128, &judgement);
    size_t four = judge_criteria(512, &judgement);

    (void)state;
    assert_true(four < 5 * one);
}

static void memory_grows_with_the_case(void **state)
{
    struct buf tree = BUF_INIT, text = BUF_INIT;
    struct judgement judgement;
    struct work work;
    size_t used[2];

    (void)state;
    write_tree(&tree, 1);
    assert_true(work_open(&work, tree.data, tree.len));
    for (int large = 0; large < 2; large++) {
        buf_reset(&text);
        buf_puts(&text, CASE_HEAD ",\"sources\":{\"s\":{}},\"diagnoses\":[");
        for (int i = 0; i < (large ? 20000 : 5000); i++)
            buf_printf(&text, "%s{\"id\":\"d%d\",\"code\":\"M54.16\",\"src\":[\"s\"]}", i == 0 ? "" : ",", i);
        buf_puts(&text, "]}");
        used[large] = work_do(&work, text.data, text.len, &judgement);
        assert_true(used[large] > 0);
    }
    assert_true(used[1] < 5 * used[0]);
    work_close(&work);
    buf_free(&tree);
    buf_free(&text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_of_missing_papers_are_few_and_said_to_be_cut),
        cmocka_unit_test(memory_grows_with_the_criteria),
        cmocka_unit_test(memory_grows_with_the_case),
    };

    if (argc == 3)
        return run(argv[1], argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
