/*
 * act_test.c - what people do about an answer is under its case, and a letter
 * keeps the checkpoint that was handed out with its answer.
 */
#include "audit/act.h"

#include <sqlite3.h>

#include "audit/change.h"
#include "audit/test_log.h"

static int64_t today_ms = INT64_C(1760000000000);

static int64_t clock_of_the_test(void *context)
{
    (void)context;
    return today_ms;
}

static struct audit *open_aged(const char *home)
{
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = clock_of_the_test};
    struct audit *audit;
    struct err err;

    if (!audit_open(home, &options, &audit, &err))
        fail_msg("open: %s", err.text);
    return audit;
}

static bool has_checkpoint(const char *home, unsigned size)
{
    char path[TEST_PATH + 16], sql[80];
    sqlite3_stmt *get = NULL;
    sqlite3 *db;
    bool has;

    snprintf(path, sizeof path, "%s/audit.db", home);
    snprintf(sql, sizeof sql, "SELECT 1 FROM checkpoint WHERE size = %u", size);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &get, NULL), SQLITE_OK);
    has = sqlite3_step(get) == SQLITE_ROW;
    sqlite3_finalize(get);
    sqlite3_close(db);
    return has;
}

static void a_letter_keeps_the_checkpoint_of_its_answer(void **state)
{
    char home[TEST_PATH];
    const struct audit_seal paper = {"letter", "Dear Zebulon", 12};
    const struct audit_act letter = {.kind = "letter", .target = 3, .papers = &paper,
                                     .paper_count = 1};
    struct audit_receipt receipt;
    struct test_found found;
    struct audit *audit;
    struct err err;
    uint64_t thinned;

    (void)state;
    test_folder(home);
    audit = open_aged(home);
    for (unsigned i = 0; i < 6; i++) {
        today_ms += 1000;
        test_append(audit, i);
    }
    assert_true(audit_act(audit, &letter, &receipt, &err));
    today_ms += INT64_C(400) * 86400000; /* more than a year: one a day stays */
    assert_true(audit_thin_checkpoints(audit, &thinned, &err));
    audit_close(audit);
    assert_int_equal(thinned, 5);
    assert_true(has_checkpoint(home, 4));
    assert_false(has_checkpoint(home, 5));
    assert_int_equal(test_verify(home, &found), 3);
    test_wipe(home);
}

static void an_act_is_under_the_case_of_its_target(void **state)
{
    char home[TEST_PATH];
    static const char *const labels[] = {"case", NULL};
    const struct audit_actor actor = {"user", "p7", NULL};
    struct audit_act review = {.kind = "review", .target = 1};
    struct audit_entry first, second, third;
    struct audit_receipt receipt;
    struct audit *audit;
    struct pool pool;
    struct err err;
    uint64_t erased;

    (void)state;
    test_folder(home);
    pool_init(&pool);
    audit = open_aged(home);
    test_append(audit, 0);
    assert_true(audit_act(audit, &review, &receipt, &err));
    assert_true(audit_read(audit, 1, &pool, &first, &err));
    assert_true(audit_read(audit, 2, &pool, &second, &err));
    assert_memory_equal(audit_entry_field(&first, "case")->cm,
                        audit_entry_field(&second, "case")->cm, 32);
    assert_true(audit_erase(audit, 1, labels, "misfiled", "p7", &actor, &receipt, &erased, &err));
    assert_true(audit_act(audit, &review, &receipt, &err));
    assert_true(audit_read(audit, receipt.index, &pool, &third, &err));
    assert_null(audit_entry_field(&third, "case"));
    audit_close(audit);
    pool_free(&pool);
    test_wipe(home);
}

static void what_is_not_a_code_is_refused(void **state)
{
    char home[TEST_PATH];
    const struct audit_finding change = {"therapy", "not_met", "met", "Zebulon said so"};
    struct audit_act act = {.kind = "review", .target = 1, .changes = &change, .change_count = 1};
    struct audit_receipt receipt;
    struct audit *audit;
    struct err err;

    (void)state;
    test_folder(home);
    audit = open_aged(home);
    test_append(audit, 0);
    assert_false(audit_act(audit, &act, &receipt, &err));
    assert_string_equal(err.text, "a decision, a reason, a role and a licence are short codes");
    act.change_count = 0;
    act.kind = "erasure";
    assert_false(audit_act(audit, &act, &receipt, &err));
    assert_string_equal(err.text, "the record is of no kind that people write");
    audit_close(audit);
    test_wipe(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_keeps_the_checkpoint_of_its_answer),
        cmocka_unit_test(an_act_is_under_the_case_of_its_target),
        cmocka_unit_test(what_is_not_a_code_is_refused),
    };

    return cmocka_run_group_tests_name("acts", tests, NULL, NULL);
}
