/*
 * retention_test.c - how long records are kept: at the time, just short of it,
 * and where the case says nothing; by payer, plan, line of business and policy;
 * where the case was erased; and what stands on the log about it.
 */
#include "audit/test_log.h"

#include <sqlite3.h>

#include "audit/anchor.h"
#include "audit/change.h"
#include "audit/retention.h"

#define THEN 1500000000000 /* 2017-07-14 */
#define DAY INT64_C(86400000)
#define YEARS_6 (INT64_C(2191) * DAY)  /* 2017-07-14 to 2023-07-14 */
#define YEARS_10 (INT64_C(3652) * DAY) /* 2017-07-14 to 2027-07-14 */
#define YEARS_12 (INT64_C(4383) * DAY)

struct lab {
    char home[TEST_PATH];
    int64_t now;
    struct audit *audit;
    struct audit_receipt receipt;
    struct err err;
};

static struct lab lab;
static const struct audit_actor actor = {"user", "operator-1", NULL};

static int64_t set_clock(void *context)
{
    return *(int64_t *)context;
}

static void reopen(void)
{
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = set_clock,
                                    .clock_context = &lab.now};

    audit_close(lab.audit);
    if (!audit_open(lab.home, &options, &lab.audit, &lab.err))
        fail_msg("open: %s", lab.err.text);
}

static int make_lab(void **state)
{
    (void)state;
    memset(&lab, 0, sizeof lab);
    test_folder(lab.home);
    lab.now = THEN;
    reopen();
    return 0;
}

static int drop_lab(void **state)
{
    (void)state;
    audit_close(lab.audit);
    test_wipe(lab.home);
    return 0;
}

static void answer(const char *policy, const char *coverage)
{
    struct test_record t;

    test_fill(&t, 0);
    t.determination.policy_id = policy;
    snprintf(t.input, sizeof t.input, "{\"coverage\":%s}", coverage);
    t.seal[0].len = strlen(t.input);
    assert_true(audit_append(lab.audit, &t.record, 1, &lab.receipt, &lab.err));
}

/* After so long: may the entries below this one go? The log is put back after. */
static bool may_go(int64_t after, uint64_t before, int least)
{
    char command[4 * TEST_PATH];
    uint64_t removed = 0;
    bool done;

    lab.now = THEN + after;
    assert_true(audit_anchor_now(lab.audit, &lab.err));
    audit_close(lab.audit);
    lab.audit = NULL;
    snprintf(command, sizeof command, "rm -rf %s-held && cp -r %s %s-held", lab.home, lab.home, lab.home);
    assert_int_equal(system(command), 0);
    reopen();
    done = audit_prune(lab.audit, before, least, &actor, &lab.receipt, &removed, &lab.err);
    assert_true(done == (removed == before));
    audit_close(lab.audit);
    lab.audit = NULL;
    snprintf(command, sizeof command, "rm -rf %s && mv %s-held %s", lab.home, lab.home, lab.home);
    assert_int_equal(system(command), 0);
    reopen();
    return done;
}

static void kept_until(int64_t time, uint64_t before, const char *why)
{
    assert_false(may_go(time - 1, before, 0));
    if (strstr(lab.err.text, why) == NULL)
        fail_msg("'%s' is not in '%s'", why, lab.err.text);
    assert_string_equal(lab.err.code, "E-PRUNE");
    assert_true(may_go(time, before, 0));
}

static void six_years_where_nothing_is_said(void **state)
{
    (void)state;
    answer("example.policy", "{\"memberId\":\"M-1\"}");
    answer("example.policy", "null");
    answer("example.policy", "{\"payor\":\"Example\",\"lineOfBusiness\":\"commercial\"}");
    answer("example.policy", "{}");
    kept_until(YEARS_6, 4, "entry 0 must be kept until 2023-07-15, 6 years by the rule 'default'");
}

static void ten_years_for_medicare_advantage(void **state)
{
    static const char *const said[] = {"{\"lineOfBusiness\":\"medicare-advantage\"}",
                                       "{\"lineOfBusiness\":\"Medicare Advantage\"}",
                                       "{\"plan\":\"Example Medicare  Advantage HMO\"}",
                                       "{\"payor\":\"MEDICARE_ADVANTAGE\"}"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        drop_lab(NULL);
        make_lab(NULL);
        answer("example.policy", said[i]);
        answer("example.policy", "{}");
        kept_until(YEARS_10, 2,
                   "must be kept until 2027-07-15, 10 years by the rule 'medicare-advantage'");
    }
    drop_lab(NULL);
    make_lab(NULL);
    answer("example.policy", "{\"payor\":\"Original Medicare\",\"plan\":\"advantage\"}");
    answer("example.policy", "{}");
    kept_until(YEARS_6, 2, "'default'");
}

static void set_rule(const char *name, int years)
{
    if (!audit_retention_set(lab.audit, name, years, "contract", &actor, &lab.receipt, &lab.err))
        fail_msg("%s: %s", name, lab.err.text);
}

static void a_payer_has_a_rule_of_its_own(void **state)
{
    (void)state;
    answer("example.policy", "{\"payor\":\"Acme Workers' Comp, Inc.\"}");
    answer("example.policy", "{}");
    set_rule("ACME Workers Comp", 12);
    kept_until(YEARS_12, 2, "entry 1 must be kept until 2029-07-15, 12 years by the rule 'acme-workers-comp'");
    set_rule("acme-workers-comp", 0);
    kept_until(YEARS_6, 2, "'default'");
    assert_false(audit_retention_set(lab.audit, "acme-workers-comp", 0, "contract", &actor,
                                     &lab.receipt, &lab.err));
    assert_string_equal(lab.err.code, "E-RETENTION");
}

static void the_longest_rule_counts_and_a_run_may_ask_for_more(void **state)
{
    (void)state;
    answer("acme.policy", "{\"payor\":\"X\",\"lineOfBusiness\":\"medicare-advantage\"}");
    answer("example.policy", "{}");
    set_rule("acme", 7);
    kept_until(YEARS_10, 2, "'medicare-advantage'");
    assert_false(may_go(YEARS_10, 2, 12));
    assert_non_null(strstr(lab.err.text, "12 years by '--keep-years'"));
    assert_true(may_go(YEARS_12, 2, 12));
    set_rule("acme", 12);
    kept_until(YEARS_12, 2, "'acme'");
    set_rule("default", 20);
    assert_false(may_go(YEARS_12, 2, 0));
    assert_non_null(strstr(lab.err.text, "20 years by the rule 'default'"));
}

static void an_erased_or_unreadable_case_may_be_anybodys(void **state)
{
    static const char *const labels[] = {"input", NULL};
    uint64_t erased;

    (void)state;
    answer("example.policy", "{}");
    assert_true(audit_erase(lab.audit, 1, labels, "misfiled-document", "chief-2", &actor,
                            &lab.receipt, &erased, &lab.err));
    kept_until(YEARS_10, 2, "10 years");
    drop_lab(NULL);
    make_lab(NULL);
    answer("example.policy", "{");
    answer("example.policy", "{}");
    kept_until(YEARS_10, 2, "10 years");
}

static void what_is_about_an_answer_is_kept_like_it(void **state)
{
    struct audit_record review = {.kind = "review", .actor = {"user", "dr-7", NULL},
                                  .more = "{\"target\":1}"};

    (void)state;
    answer("example.policy", "{\"lineOfBusiness\":\"medicare-advantage\"}");
    assert_true(audit_append(lab.audit, &review, 1, &lab.receipt, &lab.err));
    review.more = "{\"corrects\":2}";
    lab.now += DAY;
    assert_true(audit_append(lab.audit, &review, 1, &lab.receipt, &lab.err));
    answer("example.policy", "{}");
    assert_true(may_go(YEARS_10, 3, 0));
    assert_false(may_go(YEARS_10, 4, 0));
    assert_non_null(strstr(lab.err.text, "entry 3 must be kept until 2027-07-16, 10 years"));
    assert_non_null(strstr(lab.err.help, "'--before 3' is the most that may go now"));
}

static void a_hold_overrides_every_rule(void **state)
{
    (void)state;
    answer("example.policy", "{}");
    answer("example.policy", "{}");
    assert_true(audit_hold_set(lab.audit, "docket-77", NULL, "litigation", &actor, &lab.receipt, &lab.err));
    assert_false(may_go(YEARS_12, 2, 0));
    assert_string_equal(lab.err.text, "nothing was pruned: a hold covers some of these entries");
}

/* Whose records they are is known by an index, and an index may be lost. */
static void a_held_case_is_kept_without_its_index_too(void **state)
{
    char path[TEST_PATH + 16];
    sqlite3 *db;

    (void)state;
    for (int i = 0; i < 3; i++)
        answer("example.policy", "{}");
    assert_true(audit_hold_set(lab.audit, "docket-77", "CASE-77", "litigation", &actor, &lab.receipt,
                               &lab.err));
    assert_true(may_go(YEARS_6, 2, 0));
    snprintf(path, sizeof path, "%s/audit.db", lab.home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM finder_new", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_false(may_go(YEARS_6, 2, 0));
    assert_string_equal(lab.err.text, "nothing was pruned: a hold covers some of these entries");
}

static void a_rule_is_on_the_log_and_its_copy_is_compared(void **state)
{
    struct test_found found;
    struct retention rules;
    struct audit_entry entry;
    char path[TEST_PATH + 16];
    struct pool pool;
    sqlite3 *db;

    (void)state;
    pool_init(&pool);
    set_rule("Acme", 12);
    assert_true(audit_retention(lab.audit, &rules, &lab.err));
    assert_int_equal(rules.count, 3);
    assert_string_equal(rules.rule[0].name, "acme");
    assert_int_equal(rules.rule[0].index, lab.receipt.index);
    assert_true(audit_read(lab.audit, lab.receipt.index, &pool, &entry, &lab.err));
    assert_string_equal(entry.kind, "retention.set");
    assert_non_null(strstr(entry.core, "\"name\":\"acme\",\"reason\":\"contract\""));
    assert_non_null(strstr(entry.core, "\"years\":12"));
    assert_true(audit_hold_set(lab.audit, "docket-77", NULL, "litigation", &actor, &lab.receipt, &lab.err));
    assert_int_equal(test_verify(lab.home, &found), 3);
    snprintf(path, sizeof path, "%s/audit.db", lab.home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (int i = 0; i < 3; i++) {
        static const char *const change[] = {"UPDATE meta SET v = CAST('1 1' AS BLOB) WHERE k = 'keep acme'",
                                             "DELETE FROM meta WHERE k = 'keep acme'",
                                             "DELETE FROM meta WHERE k = 'hold docket-77'"};

        assert_int_equal(sqlite3_exec(db, change[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(test_verify(lab.home, &found), 1);
        assert_int_equal(found.step[2], i < 2 ? 1 : 2);
        assert_string_equal(found.first.table, "meta");
    }
    sqlite3_close(db);
    pool_free(&pool);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_lab, drop_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(six_years_where_nothing_is_said),
        TEST(ten_years_for_medicare_advantage),
        TEST(a_payer_has_a_rule_of_its_own),
        TEST(the_longest_rule_counts_and_a_run_may_ask_for_more),
        TEST(an_erased_or_unreadable_case_may_be_anybodys),
        TEST(what_is_about_an_answer_is_kept_like_it),
        TEST(a_hold_overrides_every_rule),
        TEST(a_held_case_is_kept_without_its_index_too),
        TEST(a_rule_is_on_the_log_and_its_copy_is_compared),
    };

    return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
