/*
 * judge_test.c - from a tree and a case to findings and a recommendation.
 *
 * Trees are written here as JSON, without Lua; cases are put together from
 * pieces. People in them are invented.
 */
#include "judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FACTS                                                                                    \
    "\"facts\":["                                                                                \
    "{\"path\":\"pain.score\",\"kind\":\"number\",\"unit\":\"points\",\"choose\":\"latest\","    \
    "\"document\":{\"code\":\"11506-3\",\"label\":\"Progress note\"},\"question\":\"?\","       \
    "\"found\":[{\"list\":1,\"where\":[{\"field\":\"name\",\"test\":\"is\","                     \
    "\"values\":[\"pain-nrs\"]}],\"field\":\"value\"}],\"world\":\"open\",\"worst\":\"high\"},"   \
    "{\"path\":\"pain.shingles\",\"kind\":\"choice\",\"choices\":[\"yes\",\"no\"],"              \
    "\"document\":{\"code\":null,\"label\":\"Office note\"},\"question\":\"?\",\"found\":[],"   \
    "\"choose\":\"latest\",\"world\":\"open\"}]"

#define LISTS                                                                                    \
    "\"lists\":["                                                                                \
    "{\"name\":\"lines\",\"from\":[\"request.lines\"],\"world\":\"closed\",\"date\":\"date\","    \
    "\"fields\":[{\"name\":\"date\",\"kind\":\"date\",\"mode\":\"first\","                       \
    "\"ways\":[{\"path\":[\"serviced.start\",\"serviced\"]}]},"                                  \
    "{\"name\":\"region\",\"kind\":\"choice\",\"mode\":\"all\",\"ways\":["                       \
    "{\"path\":[\"bodySite.region\"],\"map\":{\"cervical\":\"CT\",\"lumbar\":\"LS\"}}]},"         \
    "{\"name\":\"units\",\"kind\":\"number\",\"ways\":[{\"path\":[\"quantity.value\"]}]}]},"      \
    "{\"name\":\"observations\",\"from\":[\"observations\"],\"world\":\"open\","                 \
    "\"date\":\"date\",\"fields\":[{\"name\":\"date\",\"kind\":\"date\","                        \
    "\"ways\":[{\"path\":[\"effective\"]}]},{\"name\":\"name\",\"kind\":\"choice\","             \
    "\"ways\":[{\"path\":[\"name\"]}]},{\"name\":\"value\",\"kind\":\"number\","                 \
    "\"ways\":[{\"path\":[\"value\"]}]}]},"                                                      \
    "{\"name\":\"procedures\",\"from\":[\"procedures\"],\"world\":\"open\","                     \
    "\"closed_by\":\"procedures\",\"date\":\"date\","                                            \
    "\"document\":{\"code\":\"28570-0\",\"label\":\"Procedure note\"},\"fields\":["              \
    "{\"name\":\"date\",\"kind\":\"date\",\"ways\":[{\"path\":[\"performed\"]}]},"               \
    "{\"name\":\"region\",\"kind\":\"choice\",\"ways\":[{\"path\":[\"bodySite.region\"],"         \
    "\"map\":{\"cervical\":\"CT\",\"lumbar\":\"LS\"}}]},"                                        \
    "{\"name\":\"relief\",\"kind\":\"number\",\"unit\":\"percent\","                             \
    "\"ways\":[{\"path\":[\"outcome.reliefPercent\"]}]}]},"                                      \
    "{\"name\":\"treatments\",\"from\":[\"treatments\"],\"world\":\"open\",\"date\":\"end\","     \
    "\"document\":{\"code\":null,\"label\":\"Therapy records\"},"                                \
    "\"skip\":[{\"field\":\"status\",\"values\":[\"not-done\"]}],\"fields\":["                    \
    "{\"name\":\"end\",\"kind\":\"date\",\"ways\":[{\"path\":[\"period.end\"]}]},"               \
    "{\"name\":\"status\",\"kind\":\"choice\",\"ways\":[{\"path\":[\"status\"]}]},"              \
    "{\"name\":\"outcome\",\"kind\":\"choice\",\"ways\":[{\"path\":[\"reasonStopped.code\"],"     \
    "\"map\":{\"inadequate-relief\":\"failed\",\"completed\":\"helped\"}}]},"                     \
    "{\"name\":\"duration\",\"kind\":\"duration\",\"ways\":[{\"span\":[\"period\"]}]}]}]"

#define SETS                                                                                     \
    "\"sets\":[{\"name\":null,\"text\":[\"cpt:64483\"],\"items\":[{\"system\":\"cpt\","           \
    "\"op\":\"code\",\"from\":\"64483\",\"to\":null,\"minus\":false}]}]"

#define EARLIER                                                                                  \
    "{\"list\":2,\"where\":[],\"same\":[\"region\"],\"within\":{\"op\":\"const\","               \
    "\"kind\":\"duration\",\"number\":12,\"unit\":\"months\"}}"

#define SCORE                                                                                    \
    "{\"op\":\"test\",\"test\":\"at_least\",\"left\":{\"op\":\"fact\",\"fact\":0},"              \
    "\"right\":{\"op\":\"const\",\"kind\":\"number\",\"number\":4,\"unit\":\"points\"}}"

#define SHINGLES                                                                                 \
    "{\"op\":\"test\",\"test\":\"is\",\"left\":{\"op\":\"fact\",\"fact\":1},\"values\":[\"yes\"]}"

#define CARE                                                                                     \
    "{\"op\":\"test\",\"test\":\"at_least\",\"left\":{\"op\":\"measure\","                       \
    "\"measure\":\"total_duration\",\"records\":{\"list\":3,\"where\":[{\"field\":\"outcome\","   \
    "\"test\":\"is\",\"values\":[\"failed\"]}],\"same\":[]}},"                                   \
    "\"right\":{\"op\":\"const\",\"kind\":\"duration\",\"number\":4,\"unit\":\"weeks\"}}"

#define COUNT_AT_LEAST_1                                                                         \
    "{\"op\":\"test\",\"test\":\"at_least\",\"left\":{\"op\":\"measure\",\"measure\":\"count\","  \
    "\"records\":" EARLIER "},\"right\":{\"op\":\"const\",\"kind\":\"number\",\"number\":1}}"

#define RELIEF                                                                                   \
    "{\"op\":\"test\",\"test\":\"at_least\",\"left\":{\"op\":\"field\",\"of\":{\"pick\":"         \
    "\"latest\",\"records\":" EARLIER "},\"field\":\"relief\"},"                                 \
    "\"right\":{\"op\":\"const\",\"kind\":\"number\",\"number\":50,\"unit\":\"percent\"}}"

#define CRITERION(id, met, more)                                                                 \
    "{\"id\":\"" id "\",\"cite\":\"c\",\"says\":\"s\",\"ask\":\"a\",\"pathway\":null,"           \
    "\"met\":" met more ",\"reads\":[]}"

#define TREE(criteria, pathways, guards)                                                         \
    "{\"schema\":\"rubric-tree/1\",\"id\":\"acme.test\",\"title\":\"t\",\"source\":\"s\","       \
    "\"version\":\"1\",\"file\":\"acme/test.lua\",\"in_force\":{\"from\":\"2020-01-01\","         \
    "\"to\":null},\"selects_by\":\"service\",\"covers\":0,\"functions\":1," SETS "," LISTS ","     \
    FACTS ",\"parameters\":[],\"criteria\":[" criteria "],\"pathways\":[" pathways                \
    "],\"safeguards\":[" guards "]}"

#define CASE(more)                                                                               \
    "{\"schema\":\"rubric-case/1\",\"caseId\":\"T-1\",\"asOf\":\"2026-11-02\",\"request\":"       \
    "{\"lines\":[{\"sequence\":1,\"system\":\"cpt\",\"code\":\"64483\","                          \
    "\"bodySite\":{\"region\":\"lumbar\"},\"src\":[\"s\"]}]}" more                               \
    ",\"sources\":{\"s\":{\"kind\":\"ehr\",\"ref\":\"r\"},"                                      \
    "\"x\":{\"kind\":\"document\",\"origin\":\"extracted\"}}}"

#define NRS(day, value)                                                                          \
    "{\"name\":\"pain-nrs\",\"effective\":\"" day "\",\"value\":{\"number\":" value                \
    "},\"src\":[\"s\"]}"

struct bench {
    struct pool pool, scratch;
    struct codes *codes;
    struct casefile file;
    struct eval eval;
    struct judgement judgement;
    struct err err;
};

static struct bench bench;

static int open_bench(void **state)
{
    (void)state;
    pool_init(&bench.pool);
    pool_init(&bench.scratch);
    return codes_open(NULL, &bench.codes, &bench.err) ? 0 : -1;
}

static int close_bench(void **state)
{
    (void)state;
    pool_free(&bench.pool);
    pool_free(&bench.scratch);
    codes_close(bench.codes);
    return 0;
}

/* Judges the case; fails the test if tree or case cannot be read. */
static const struct judgement *judge(const char *tree, const char *text)
{
    struct case_problems problems = {NULL, 0, 0, NULL};
    const struct policy *policy = policy_read(tree, strlen(tree), &bench.pool, &bench.scratch,
                                              bench.codes, &bench.err);

    if (policy == NULL)
        fail_msg("%s", bench.err.text);
    if (!casefile_parse(&bench.file, text, strlen(text), &bench.pool, NULL, &problems,
                        &bench.err)) {
        casefile_problems_print(stderr, "case", &problems);
        fail_msg("%s", bench.err.text);
    }
    assert_true(eval_init(&bench.eval, policy, &bench.file, bench.codes, &bench.pool,
                          &bench.err));
    assert_true(judge_run(&bench.eval, &bench.judgement));
    return &bench.judgement;
}

static enum finding finding(const char *tree, const char *text)
{
    return judge(tree, text)->criteria[0].finding;
}

static enum recommendation recommended(const char *tree, const char *text)
{
    return judge(tree, text)->recommendation;
}

static void a_score_is_met_at_four_not_at_three_and_open_when_silent(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");

    (void)state;
    assert_int_equal(finding(tree, CASE(",\"observations\":[" NRS("2026-10-01", "4") "]")),
                     FINDING_MET);
    assert_int_equal(finding(tree, CASE(",\"observations\":[" NRS("2026-10-01", "3") "]")),
                     FINDING_NOT_MET);
    assert_int_equal(finding(tree, CASE("")), FINDING_UNDOCUMENTED);
    assert_int_equal(bench.judgement.recommendation, RECOMMEND_PEND);
}

static void the_newest_score_counts(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");

    (void)state;
    assert_int_equal(finding(tree, CASE(",\"observations\":[" NRS("2026-10-01", "2") "," NRS(
                                       "2026-10-20", "7") "]")),
                     FINDING_MET);
}

static void two_scores_of_one_day_that_disagree_go_to_a_physician(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");
    const struct judgement *judgement = judge(
        tree, CASE(",\"observations\":[" NRS("2026-10-01", "2") "," NRS("2026-10-01", "7") "]"));

    (void)state;
    assert_int_equal(judgement->criteria[0].finding, FINDING_UNDOCUMENTED);
    assert_true(judgement->criteria[0].conflict);
    assert_int_equal(judgement->recommendation, RECOMMEND_REFER);
    assert_string_equal(judgement->lines[0].reasons[0].code, "evidence_conflict");
}

static void an_undated_answer_against_a_dated_score_is_a_conflict(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");

    (void)state;
    judge(tree, CASE(",\"observations\":[" NRS("2026-10-01", "7") "],\"answers\":{\"pain.score\":"
                     "{\"value\":3,\"type\":\"integer\",\"src\":[\"s\"]}}"));
    assert_true(bench.judgement.criteria[0].conflict);
}

static void what_nobody_confirmed_is_only_a_suggestion(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");
    static const char accepting[] =
        TREE(CRITERION("score", SCORE, ",\"accepts\":\"extracted\""), "", "");
    static const char text[] =
        CASE(",\"observations\":[{\"name\":\"pain-nrs\",\"effective\":\"2026-10-01\","
             "\"value\":{\"number\":7},\"src\":[\"x\"]}]");

    (void)state;
    assert_int_equal(finding(tree, text), FINDING_UNDOCUMENTED);
    assert_true(bench.judgement.criteria[0].suggested);
    assert_non_null(bench.judgement.criteria[0].traces);
    assert_int_equal(finding(accepting, text), FINDING_MET);
}

/* As a fact, as in a list: what a record calls possible is no evidence. */
static void a_record_that_is_not_sure_of_itself_settles_no_fact(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");
    static const char possible[] =
        CASE(",\"observations\":[{\"name\":\"pain-nrs\",\"effective\":\"2026-10-01\","
             "\"certainty\":\"possible\",\"value\":{\"number\":7},\"src\":[\"s\"]}]");
    static const char sure[] =
        CASE(",\"observations\":[{\"name\":\"pain-nrs\",\"effective\":\"2026-10-01\","
             "\"certainty\":\"documented\",\"value\":{\"number\":7},\"src\":[\"s\"]}]");

    (void)state;
    assert_int_equal(finding(tree, possible), FINDING_UNDOCUMENTED);
    assert_false(bench.judgement.criteria[0].suggested);
    assert_non_null(bench.judgement.criteria[0].traces);
    assert_int_equal(finding(tree, sure), FINDING_MET);
}

static void a_criterion_may_name_the_reason_it_gives(void **state)
{
    static const char plain[] = TREE(CRITERION("score", SCORE, ""), "", "");
    static const char named[] =
        TREE(CRITERION("score", SCORE, ",\"reason\":\"units_over_limit\""), "", "");
    static const char low[] = CASE(",\"observations\":[" NRS("2026-10-01", "1") "]");

    (void)state;
    judge(plain, low);
    assert_string_equal(bench.judgement.lines[0].reasons[0].code, "criterion_not_met");
    judge(named, low);
    assert_string_equal(bench.judgement.lines[0].reasons[0].code, "units_over_limit");
}

static void a_text_contains_a_word_in_any_case_of_letters(void **state)
{
    static const char tree[] =
        TREE(CRITERION("word", "{\"op\":\"test\",\"test\":\"contains\",\"left\":"
                               "{\"op\":\"answer\",\"link\":\"note\",\"kind\":\"text\"},"
                               "\"values\":[\"refill\"]}", ""), "", "");

    (void)state;
    assert_int_equal(finding(tree, CASE(",\"answers\":{\"note\":{\"value\":\"Monthly Refill of "
                                        "a pump\",\"src\":[\"s\"]}}")),
                     FINDING_MET);
    assert_int_equal(finding(tree, CASE(",\"answers\":{\"note\":{\"value\":\"to be refil\","
                                        "\"src\":[\"s\"]}}")),
                     FINDING_NOT_MET);
    assert_int_equal(finding(tree, CASE("")), FINDING_UNDOCUMENTED);
}

static void an_exception_counts_only_when_it_is_documented(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ",\"unless\":" SHINGLES), "", "");

    (void)state;
    assert_int_equal(finding(tree, CASE(",\"observations\":[" NRS("2026-10-01", "2") "]")),
                     FINDING_NOT_MET);
    assert_int_equal(
        finding(tree, CASE(",\"observations\":[" NRS("2026-10-01", "2")
                           "],\"answers\":{\"pain.shingles\":{\"value\":true,"
                           "\"type\":\"boolean\",\"src\":[\"s\"]}}")),
        FINDING_MET);
    assert_true(bench.judgement.criteria[0].excepted);
}

static void only_if_takes_a_criterion_out_or_leaves_it_open(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ",\"only_if\":" SHINGLES), "", "");
    static const char with[] =
        CASE(",\"answers\":{\"pain.shingles\":{\"value\":false,\"type\":\"boolean\","
             "\"src\":[\"s\"]}}");

    (void)state;
    assert_int_equal(finding(tree, CASE("")), FINDING_UNDOCUMENTED);
    assert_int_equal(finding(tree, with), FINDING_NOT_APPLICABLE);
    assert_int_equal(bench.judgement.recommendation, RECOMMEND_REFER);
    assert_string_equal(bench.judgement.lines[0].reasons[0].code, "nothing_applied");
}

#define TX(from, to, why)                                                                        \
    "{\"kind\":\"physical-therapy\",\"text\":\"pt\",\"status\":\"completed\",\"period\":"         \
    "{\"start\":\"" from "\",\"end\":\"" to "\"}" why ",\"src\":[\"s\"]}"
#define FAILED ",\"reasonStopped\":{\"code\":\"inadequate-relief\"}"

static void four_weeks_of_care_are_28_days_and_overlaps_count_once(void **state)
{
    static const char tree[] = TREE(CRITERION("care", CARE, ""), "", "");

    (void)state;
    assert_int_equal(finding(tree, CASE(",\"treatments\":[" TX("2026-08-01", "2026-08-29", FAILED)
                                        "]")),
                     FINDING_MET);
    assert_int_equal(finding(tree, CASE(",\"treatments\":[" TX("2026-08-01", "2026-08-28", FAILED)
                                        "]")),
                     FINDING_NOT_MET);
    assert_int_equal(
        finding(tree, CASE(",\"treatments\":[" TX("2026-08-01", "2026-08-20", FAILED) "," TX(
                          "2026-08-10", "2026-08-25", FAILED) "]")),
        FINDING_NOT_MET);
    assert_int_equal(finding(tree, CASE("")), FINDING_UNDOCUMENTED);
}

static void care_whose_outcome_nobody_wrote_down_may_or_may_not_count(void **state)
{
    static const char tree[] = TREE(CRITERION("care", CARE, ""), "", "");

    (void)state;
    assert_int_equal(
        finding(tree, CASE(",\"treatments\":[" TX("2026-08-01", "2026-08-11", FAILED) "," TX(
                          "2026-09-01", "2026-09-30", "") "]")),
        FINDING_UNDOCUMENTED);
    assert_int_equal(finding(tree, CASE(",\"treatments\":[" TX("2026-08-01", "2026-10-11", "")
                                        "]")),
                     FINDING_UNDOCUMENTED);
}

static void care_that_was_not_done_is_no_care(void **state)
{
    static const char tree[] = TREE(CRITERION("care", CARE, ""), "", "");

    (void)state;
    assert_int_equal(
        finding(tree, CASE(",\"treatments\":[{\"kind\":\"exercise\",\"text\":\"t\",\"status\":"
                           "\"not-done\",\"period\":{\"start\":\"2026-01-01\",\"end\":"
                           "\"2026-06-01\"},\"reasonStopped\":{\"code\":\"inadequate-relief\"},"
                           "\"src\":[\"s\"]}]")),
        FINDING_UNDOCUMENTED);
}

static void a_treatment_that_is_not_on_file_is_not_disproved_by_others(void **state)
{
    static const char tree[] =
        TREE(CRITERION("care", "{\"op\":\"some\",\"records\":{\"list\":3,\"where\":[],"
                               "\"same\":[]},\"where\":[{\"field\":\"outcome\",\"test\":"
                               "\"is\",\"values\":[\"failed\"]}]}", ""), "", "");
    static const char helped[] =
        CASE(",\"treatments\":[" TX("2026-08-01", "2026-08-11",
                                    ",\"reasonStopped\":{\"code\":\"completed\"}") "]");

    (void)state;
    assert_int_equal(finding(tree, helped), FINDING_UNDOCUMENTED);
    assert_int_equal(finding(tree, CASE(",\"treatments\":[" TX("2026-08-01", "2026-08-11", FAILED)
                                        "]")),
                     FINDING_MET);
}

#define PATHWAY "{\"id\":\"repeat\",\"says\":\"Was there an earlier one?\",\"when\":" COUNT_AT_LEAST_1 "}"
#define IN_PATHWAY(id, met)                                                                      \
    "{\"id\":\"" id "\",\"cite\":\"c\",\"says\":\"s\",\"ask\":\"a\",\"pathway\":0,\"met\":" met    \
    ",\"reads\":[]}"
#define COMPLETE ",\"complete\":{\"procedures\":{\"from\":\"2020-01-01\",\"src\":[\"s\"]}}"
#define ESI(day, region, more)                                                                   \
    "{\"kind\":\"epidural-injection\",\"status\":\"completed\",\"performed\":\"" day               \
    "\",\"bodySite\":{\"region\":\"" region "\"}" more ",\"src\":[\"s\"]}"

static const char pathway_tree[] =
    TREE(CRITERION("score", SCORE, "") "," IN_PATHWAY("relief", RELIEF), PATHWAY, "");

static void a_pathway_that_does_not_apply_drops_out(void **state)
{
    (void)state;
    judge(pathway_tree, CASE(",\"observations\":[" NRS("2026-10-01", "7") "]" COMPLETE));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_NOT_APPLICABLE);
    assert_int_equal(bench.judgement.recommendation, RECOMMEND_APPROVE);
}

static void a_pathway_that_applies_must_pass(void **state)
{
    (void)state;
    judge(pathway_tree,
          CASE(",\"observations\":[" NRS("2026-10-01", "7") "],\"procedures\":[" ESI(
              "2026-03-10", "lumbar", ",\"outcome\":{\"reliefPercent\":49}") "]"));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_NOT_MET);
    assert_int_equal(bench.judgement.recommendation, RECOMMEND_REFER);
    assert_string_equal(bench.judgement.lines[0].pathway->id.at, "repeat");
}

static void an_injection_of_another_region_or_before_the_window_does_not_count(void **state)
{
    (void)state;
    judge(pathway_tree,
          CASE(",\"observations\":[" NRS("2026-10-01", "7") "],\"procedures\":[" ESI(
              "2026-03-10", "cervical", "") "," ESI("2025-11-02", "lumbar", "") "]" COMPLETE));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_NOT_APPLICABLE);
}

static void a_pathway_nobody_knows_about_pends_with_two_ways_out(void **state)
{
    (void)state;
    judge(pathway_tree, CASE(",\"observations\":[" NRS("2026-10-01", "7") "]"));
    assert_true(bench.judgement.criteria[1].candidate);
    assert_int_equal(bench.judgement.recommendation, RECOMMEND_PEND);
    assert_int_equal(bench.judgement.missing_count, 2);
    assert_string_equal(bench.judgement.missing[0].papers[0].document.label.at,
                        "Procedure note");
}

static void a_paper_that_is_needed_anyway_settles_a_pathway_too(void **state)
{
    static const char tree[] =
        TREE(CRITERION("known", COUNT_AT_LEAST_1, "") "," IN_PATHWAY("score", SCORE), PATHWAY, "");

    (void)state;
    judge(tree, CASE(""));
    assert_true(bench.judgement.criteria[1].candidate);
    assert_int_equal(bench.judgement.missing_count, 1);
    assert_int_equal(bench.judgement.missing[0].count, 1);
    assert_string_equal(bench.judgement.missing[0].papers[0].criterion.at, "known");
}

#define SHINGLES_ARE(value)                                                                      \
    ",\"answers\":{\"pain.shingles\":{\"value\":" value ",\"type\":\"boolean\",\"src\":[\"s\"]}}"

static void an_exception_closes_a_pathway_only_when_it_is_documented(void **state)
{
    static const char tree[] =
        TREE(CRITERION("score", SCORE, "") "," IN_PATHWAY("shingles", SHINGLES),
             "{\"id\":\"scored\",\"when\":" SCORE ",\"unless\":" SHINGLES "}", "");

    (void)state;
    judge(tree, CASE(",\"observations\":[" NRS("2026-10-01", "7") "]"));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_UNDOCUMENTED);
    assert_false(bench.judgement.criteria[1].candidate);
    judge(tree, CASE(",\"observations\":[" NRS("2026-10-01", "7") "]" SHINGLES_ARE("false")));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_NOT_MET);
    judge(tree, CASE(",\"observations\":[" NRS("2026-10-01", "7") "]" SHINGLES_ARE("true")));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_NOT_APPLICABLE);
    judge(tree, CASE(SHINGLES_ARE("true")));
    assert_int_equal(bench.judgement.criteria[1].finding, FINDING_NOT_APPLICABLE);
}

static void a_line_that_the_policy_does_not_cover_is_referred(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");
    static const char text[] =
        "{\"schema\":\"rubric-case/1\",\"caseId\":\"T-1\",\"asOf\":\"2026-11-02\",\"request\":"
        "{\"lines\":[{\"sequence\":1,\"system\":\"cpt\",\"code\":\"62323\"}]},\"sources\":{}}";

    (void)state;
    assert_int_equal(recommended(tree, text), RECOMMEND_REFER);
    assert_string_equal(bench.judgement.lines[0].reasons[0].code, "no_policy");
}

static void a_safeguard_turns_a_pend_into_a_referral_and_never_the_reverse(void **state)
{
    static const char tree[] =
        TREE(CRITERION("score", SCORE, ""), "",
             "{\"id\":\"urgent\",\"cite\":\"c\",\"says\":\"s\",\"when\":" SHINGLES
             ",\"instead_of\":[\"pend\"],\"expedite\":true,\"bridge\":true}");

    (void)state;
    assert_int_equal(recommended(tree, CASE(",\"answers\":{\"pain.shingles\":{\"value\":true,"
                                            "\"type\":\"boolean\",\"src\":[\"s\"]}}")),
                     RECOMMEND_REFER);
    assert_true(bench.judgement.expedite);
    assert_true(bench.judgement.bridge);
    assert_int_equal(recommended(tree, CASE(",\"observations\":[" NRS("2026-10-01", "7")
                                            "],\"answers\":{\"pain.shingles\":{\"value\":true,"
                                            "\"type\":\"boolean\",\"src\":[\"s\"]}}")),
                     RECOMMEND_APPROVE);
    assert_false(bench.judgement.expedite);
    assert_int_equal(recommended(tree, CASE("")), RECOMMEND_PEND);
}

static void a_medical_review_knows_no_pend(void **state)
{
    static const char tree[] = TREE(CRITERION("score", SCORE, ""), "", "");

    (void)state;
    assert_int_equal(recommended(tree, CASE(",\"kind\":\"independent-medical-review\"")),
                     RECOMMEND_REFER);
    assert_string_equal(bench.judgement.lines[0].reasons[1].code, "record_does_not_establish");
}

static void the_smallest_set_of_papers_comes_first(void **state)
{
    static const char tree[] =
        TREE(CRITERION("either", "{\"op\":\"any\",\"of\":[{\"op\":\"all\",\"of\":[" SCORE "," CARE
                                 "]}," SHINGLES "]}",
                       ""),
             "", "");

    (void)state;
    judge(tree, CASE(""));
    assert_int_equal(bench.judgement.missing_count, 2);
    assert_int_equal(bench.judgement.missing[0].count, 1);
    assert_string_equal(bench.judgement.missing[0].papers[0].document.label.at, "Office note");
    assert_int_equal(bench.judgement.missing[1].count, 2);
}

static bool failing_call(void *context, struct eval *eval, size_t index,
                         struct function_word *word, struct err *err)
{
    (void)context;
    (void)eval;
    (void)index;
    (void)word;
    return err_set(err, ERR_LIMIT, "E-LIMIT-TIME", "acme/test.lua:3: stopped");
}

static void a_function_that_hits_a_limit_refers_with_the_reason(void **state)
{
    static const char tree[] =
        TREE(CRITERION("score", SCORE, "") "," CRITERION("f", "{\"op\":\"function\",\"index\":0}", ""),
             "", "");
    struct case_problems problems = {NULL, 0, 0, NULL};
    static const char text[] = CASE("");
    const struct policy *policy = policy_read(tree, strlen(tree), &bench.pool, &bench.scratch,
                                              bench.codes, &bench.err);

    (void)state;
    assert_non_null(policy);
    assert_true(casefile_parse(&bench.file, text, strlen(text), &bench.pool, NULL, &problems,
                               &bench.err));
    assert_true(eval_init(&bench.eval, policy, &bench.file, bench.codes, &bench.pool,
                          &bench.err));
    bench.eval.call = failing_call;
    assert_true(judge_run(&bench.eval, &bench.judgement));
    assert_int_equal(bench.judgement.recommendation, RECOMMEND_REFER);
    assert_int_equal(bench.judgement.failure.kind, ERR_LIMIT);
    assert_string_equal(bench.judgement.lines[0].reasons[0].code, "policy_limit");
    assert_int_equal(bench.judgement.criterion_count, 0);
}

static void a_tree_with_an_index_out_of_range_is_refused(void **state)
{
    static const char tree[] = TREE(
        CRITERION("x", "{\"op\":\"test\",\"test\":\"is\",\"left\":{\"op\":\"fact\",\"fact\":9},"
                       "\"values\":[\"yes\"]}", ""), "", "");

    (void)state;
    assert_null(policy_read(tree, strlen(tree), &bench.pool, &bench.scratch, bench.codes,
                            &bench.err));
    assert_string_equal(bench.err.text, "policy tree: index out of range: 'fact'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_is_met_at_four_not_at_three_and_open_when_silent),
        cmocka_unit_test(the_newest_score_counts),
        cmocka_unit_test(two_scores_of_one_day_that_disagree_go_to_a_physician),
        cmocka_unit_test(an_undated_answer_against_a_dated_score_is_a_conflict),
        cmocka_unit_test(what_nobody_confirmed_is_only_a_suggestion),
        cmocka_unit_test(a_record_that_is_not_sure_of_itself_settles_no_fact),
        cmocka_unit_test(a_criterion_may_name_the_reason_it_gives),
        cmocka_unit_test(a_text_contains_a_word_in_any_case_of_letters),
        cmocka_unit_test(an_exception_counts_only_when_it_is_documented),
        cmocka_unit_test(only_if_takes_a_criterion_out_or_leaves_it_open),
        cmocka_unit_test(four_weeks_of_care_are_28_days_and_overlaps_count_once),
        cmocka_unit_test(care_whose_outcome_nobody_wrote_down_may_or_may_not_count),
        cmocka_unit_test(care_that_was_not_done_is_no_care),
        cmocka_unit_test(a_treatment_that_is_not_on_file_is_not_disproved_by_others),
        cmocka_unit_test(a_pathway_that_does_not_apply_drops_out),
        cmocka_unit_test(a_pathway_that_applies_must_pass),
        cmocka_unit_test(an_injection_of_another_region_or_before_the_window_does_not_count),
        cmocka_unit_test(a_pathway_nobody_knows_about_pends_with_two_ways_out),
        cmocka_unit_test(a_paper_that_is_needed_anyway_settles_a_pathway_too),
        cmocka_unit_test(an_exception_closes_a_pathway_only_when_it_is_documented),
        cmocka_unit_test(a_line_that_the_policy_does_not_cover_is_referred),
        cmocka_unit_test(a_safeguard_turns_a_pend_into_a_referral_and_never_the_reverse),
        cmocka_unit_test(a_medical_review_knows_no_pend),
        cmocka_unit_test(the_smallest_set_of_papers_comes_first),
        cmocka_unit_test(a_function_that_hits_a_limit_refers_with_the_reason),
        cmocka_unit_test(a_tree_with_an_index_out_of_range_is_refused),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
