/*
 * answer_test.c - the quick way to check an answer agrees with the slow one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/inside.h"
#include "judge/answer.h"

static const char case_json[] =
    "{\"schema\":\"rubric-case/1\",\"caseId\":\"K-1\",\"asOf\":\"2026-01-29\",\"request\":{\"urgency\":"
    "\"expedited\",\"lines\":[{\"sequence\":1,\"system\":\"cpt\",\"code\":\"64483\"}]},\"sources\":{\"s1\":"
    "{\"kind\":\"document\",\"doc\":\"d1\",\"quote\":\"says \\\"no\\\"\"},\"s2\":{\"kind\":\"claim\"}},"
    "\"diagnoses\":[{\"id\":\"x\",\"code\":\"M54.16\",\"src\":[\"s1\"]},{\"id\":\"y\",\"code\":\"M54.16\","
    "\"src\":[\"s2\"]}],\"documents\":[{\"id\":\"d1\",\"text\":\"it says \\\"no\\\"\"}]}";

#define LITERAL(literal) {literal, sizeof(literal) - 1}
#define TEXT(literal) ((struct str)LITERAL(literal))

static const struct criterion criterion = {
    .id = LITERAL("care"),
    .presume_cite = LITERAL("3.2"),
    .json_ask = LITERAL("{\"ask\":\"Records.\",\"because\":"),
    .json_cite = LITERAL(",\"cite\":\"3.2\",\"confidence\":\"A\",\"conflict\":"),
    .json_id = LITERAL(",\"id\":\"care\",\"line\":"),
    .json_pathway = LITERAL(",\"pathway\":null"),
    .json_says = LITERAL(",\"says\":\"Four weeks.\""),
};

static void write_answer(struct buf *out, struct pool *pool, bool all)
{
    static const struct value dated = {.kind = KIND_DATE, .from = {20000, 20000}, .months = -1};
    static const struct value text = {.kind = KIND_TEXT, .text = {"caf\xC3\xA9", 5}, .months = -1};
    struct casefile file;
    struct case_problems problems;
    struct err err;

    assert_true(casefile_parse(&file, case_json, sizeof case_json - 1, pool, NULL, &problems, &err));
    {
        yyjson_val *first = yyjson_arr_get(file.lists[CASE_DIAGNOSES], 0);
        yyjson_val *second = yyjson_arr_get(file.lists[CASE_DIAGNOSES], 1);
        struct trace traces[3] = {
            {.name = TEXT("pain.score"), .value = &text, .src = yyjson_obj_get(first, "src")},
            {.list = TEXT("diagnoses"), .name = TEXT("code"), .value = &dated, .dated = true,
             .date = {20000, 20000}, .src = yyjson_obj_get(second, "src")},
            {.name = TEXT("line"), .value = &text}};
        const struct trace *kept[3] = {&traces[0], &traces[1], &traces[2]};
        struct judged criteria[4] = {
            {.criterion = &criterion, .sequence = -1, .finding = FINDING_MET, .traces = kept,
             .trace_count = 3, .excepted = true, .presumed = true, .because = TEXT("a\nb")},
            {.criterion = &criterion, .sequence = 12, .finding = FINDING_UNDOCUMENTED,
             .candidate = true, .suggested = true, .conflict = true, .because = TEXT("nothing")},
            {.criterion = &criterion, .sequence = 1, .finding = FINDING_NOT_MET},
            {.criterion = &criterion, .sequence = 1, .finding = FINDING_NOT_APPLICABLE}};
        struct reason reasons[2] = {{"criterion_not_met", TEXT("care"), TEXT("Four weeks.")},
                                    {"no_policy", {NULL, 0}, {NULL, 0}}};
        struct judged_line lines[2] = {
            {.sequence = 1, .code = TEXT("64483"), .system = TEXT("cpt"), .reasons = reasons,
             .reason_count = 2, .recommendation = RECOMMEND_REFER, .units = value_number(1.5)},
            {.sequence = 2, .recommendation = RECOMMEND_APPROVE, .units = value_number(-3)}};
        struct paper papers[2] = {{TEXT("care"), {TEXT("11506-3"), TEXT("Note")}, TEXT("Records.")},
                                  {TEXT("care"), {{NULL, 0}, TEXT("Note")}, TEXT("")}};
        struct paper_set sets[2] = {{papers, 2}, {papers + 1, 1}};
        static const struct policy policy = {.id = {"p.one", 5}, .title = {"One", 3},
                                             .source = {"S", 1}, .version = {"2026", 4}};
        struct judgement judgement = {.policy = &policy, .on = {20000, 20000},
                                      .recommendation = RECOMMEND_REFER, .lines = lines,
                                      .line_count = 2, .criteria = criteria, .criterion_count = 4,
                                      .missing = sets, .missing_count = 2};
        struct answer_frame frame = {
            .case_sha256 = TEXT("ab"), .policy_sha256 = TEXT("cd"), .engine_build = TEXT("ef"),
            .engine_level = 1,
            .tables = TEXT("{\"cpt\":\"starter sha256:aa\",\"hcpcs\":\"2026Q1\"}")};

        if (!all) {
            judgement.policy = NULL;
            judgement.criterion_count = judgement.missing_count = 0;
            judgement.line_count = 1;
        } else {
            judgement.bridge = judgement.expedite = judgement.missing_cut = true;
            err_set(&judgement.failure, ERR_LIMIT, "E-LIMIT-TIME", "too long");
        }
        buf_reset(out);
        answer_write(out, &file, &judgement, &frame);
    }
    assert_false(out->failed);
}

static void facts_equal(const struct answer_facts *a, const struct answer_facts *b)
{
    assert_string_equal(a->recommendation, b->recommendation);
    assert_string_equal(a->policy_id, b->policy_id);
    assert_string_equal(a->policy_version, b->policy_version);
    assert_string_equal(a->bundle, b->bundle);
    assert_string_equal(a->case_id, b->case_id);
    assert_string_equal(a->error, b->error);
    assert_int_equal(a->met, b->met);
    assert_int_equal(a->not_met, b->not_met);
    assert_int_equal(a->undocumented, b->undocumented);
    assert_int_equal(a->table_count, b->table_count);
    for (size_t i = 0; i < a->table_count; i++) {
        assert_string_equal(a->tables[i].name, b->tables[i].name);
        assert_int_equal(a->tables[i].starter, b->tables[i].starter);
    }
    assert_int_equal(a->reads.len, b->reads.len);
    if (a->reads.len > 0)
        assert_memory_equal(a->reads.data, b->reads.data, a->reads.len);
}

static bool agree(const char *json, size_t len)
{
    static struct answer_facts quick, slow;
    bool ok = answer_scan(json, len, &quick);

    if (ok) {
        assert_true(answer_read(json, len, &slow));
        facts_equal(&quick, &slow);
    }
    return ok;
}

static void our_own_answers_go_the_quick_way(void **state)
{
    struct buf out = BUF_INIT;
    struct pool pool;

    (void)state;
    pool_init(&pool);
    for (int all = 0; all < 2; all++) {
        write_answer(&out, &pool, all == 1);
        assert_true(agree(out.data, out.len));
    }
    buf_free(&out);
    pool_free(&pool);
}

/* Every byte is changed, left out and doubled: what the quick way still takes,
 * the slow way takes too, and both read the same out of it. */
static void no_changed_answer_is_taken_by_the_quick_way_alone(void **state)
{
    static const char odd[] = "\"\\,:{}[]019-.e/utnfr \x01\x1f\x7f\x80\xC3\xA9\xFF";
    struct buf out = BUF_INIT;
    struct pool pool;
    char *changed;
    size_t taken = 0;

    (void)state;
    pool_init(&pool);
    write_answer(&out, &pool, true);
    changed = malloc(out.len + 2);
    assert_non_null(changed);
    for (size_t at = 0; at < out.len; at++) {
        memcpy(changed, out.data, out.len);
        for (size_t k = 0; k < sizeof odd; k++) {
            changed[at] = odd[k];
            taken += agree(changed, out.len);
        }
        memmove(changed + at, out.data + at + 1, out.len - at - 1);
        taken += agree(changed, out.len - 1);
        memcpy(changed, out.data, at + 1);
        memcpy(changed + at + 1, out.data + at, out.len - at);
        taken += agree(changed, out.len + 1);
        assert_false(agree(out.data, at));
    }
    assert_true(taken > out.len); /* changed texts are texts */
    free(changed);
    buf_free(&out);
    pool_free(&pool);
}

static void another_order_of_members_goes_the_slow_way(void **state)
{
    static const char json[] =
        "{ \"schema\":\"rubric-answer/1\",\"recommendation\":\"refer\",\"case\":{\"id\":\"k\"},"
        "\"expedite\":false,\"due\":{\"on\":null},\"missing\":[],\"tables\":{},\"engine\":{},\"policy\":null,\"lines\":[],"
        "\"criteria\":[]}";
    struct answer_facts facts = {.reads = BUF_INIT};
    struct buf bytes = buf_fixed(strdup(json), sizeof json);
    struct err err;

    (void)state;
    bytes.len = sizeof json - 1;
    assert_false(answer_scan(json, sizeof json - 1, &facts));
    assert_true(answer_check(&bytes, &facts, &err));
    assert_string_equal(facts.recommendation, "refer");
    free(bytes.data);
    buf_free(&facts.reads);
}

static void an_approval_that_a_line_does_not_give_is_refused(void **state)
{
    struct answer_facts facts = {.reads = BUF_INIT};
    struct buf out = BUF_INIT;
    struct pool pool;
    struct err err;
    char *at;

    (void)state;
    pool_init(&pool);
    write_answer(&out, &pool, false);
    at = strstr(buf_cstr(&out), "\"refer\",\"schema\"");
    assert_non_null(at);
    memcpy(at, "\"approve\",\"schem", 16);
    assert_false(answer_check(&out, &facts, &err));
    write_answer(&out, &pool, false);
    at = strstr(buf_cstr(&out), "\"refer\",\"sequence\"");
    memcpy(at, "\"pend\" ", 7);
    assert_false(answer_check(&out, &facts, &err));
    assert_string_equal(err.code, "E-RESULT");
    buf_free(&facts.reads);
    buf_free(&out);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_own_answers_go_the_quick_way),
        cmocka_unit_test(no_changed_answer_is_taken_by_the_quick_way_alone),
        cmocka_unit_test(another_order_of_members_goes_the_slow_way),
        cmocka_unit_test(an_approval_that_a_line_does_not_give_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
