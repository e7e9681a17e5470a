/*
 * case_test.c - the records of one case find each other, in a log of any length,
 * and no record is joined to a case that is not its own.
 */
#include "audit/test_log.h"

#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define BATCH 256
#define LONG 16640 /* past the point where new tags go over to all tags */

static int make_home(void **state)
{
    static char home[TEST_PATH];

    test_folder(home);
    *state = home;
    return 0;
}

static int drop_home(void **state)
{
    test_wipe(*state);
    return 0;
}

static void append_many(struct audit *audit, unsigned from, unsigned count)
{
    static struct audit_record record[BATCH];
    static struct audit_receipt receipt[BATCH];
    static char name[BATCH][32];
    struct err err;

    for (unsigned i = 0; i < count; i++) {
        snprintf(name[i], sizeof name[i], "CASE-%05u", from + i);
        record[i] = (struct audit_record){.kind = "review", .case_id = name[i]};
    }
    if (!audit_append(audit, record, count, receipt, &err))
        fail_msg("append: %s", err.text);
}

static void commitment_of(struct audit *audit, uint64_t index, uint8_t cm[32])
{
    struct audit_entry entry;
    struct pool pool;
    struct err err;

    pool_init(&pool);
    assert_true(audit_read(audit, index, &pool, &entry, &err));
    memcpy(cm, audit_entry_field(&entry, "case")->cm, 32);
    pool_free(&pool);
}

static bool count_one(void *context, const struct audit_entry *entry)
{
    (void)entry;
    ++*(unsigned *)context;
    return true;
}

static unsigned count_case(struct audit *audit, const char *case_id)
{
    const struct audit_filter filter = {.case_id = case_id};
    unsigned count = 0;
    struct err err;

    assert_true(audit_list(audit, &filter, count_one, &count, &err));
    return count;
}

static void a_case_is_found_again_in_a_long_log(void **state)
{
    struct audit *audit = test_open(*state);
    struct test_found found;
    uint8_t early[32], late[32], other[32];
    struct err err;
    uint64_t size;

    for (unsigned at = 0; at < LONG; at += BATCH)
        append_many(audit, at, BATCH);
    assert_true(audit_size(audit, &size, &err));
    append_many(audit, 7, 1); /* case 7 again, and one of the newest */
    append_many(audit, LONG - 2, 1);
    commitment_of(audit, 8, early);
    commitment_of(audit, size, late);
    commitment_of(audit, size + 1, other);
    assert_memory_equal(early, late, 32);
    assert_memory_not_equal(early, other, 32);
    assert_int_equal(count_case(audit, "CASE-00007"), 2);
    assert_int_equal(count_case(audit, "CASE-16638"), 2);
    assert_int_equal(count_case(audit, "CASE-00008"), 1);
    assert_int_equal(count_case(audit, "CASE-99999"), 0);
    audit_close(audit);
    assert_int_equal(test_verify(*state, &found), 3);
}

static void a_changed_finder_joins_no_two_cases(void **state)
{
    struct audit *audit = test_open(*state);
    char path[TEST_PATH + 16];
    uint8_t a[32], b[32];
    sqlite3 *db;

    append_many(audit, 1, 2); /* entries 1 and 2 */
    snprintf(path, sizeof path, "%s/audit.db", (char *)*state);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE finder_new SET entry_idx = 3 - entry_idx;",
                                  NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    append_many(audit, 1, 1); /* entry 3 */
    commitment_of(audit, 2, a);
    commitment_of(audit, 3, b);
    assert_memory_not_equal(a, b, 32);
    audit_close(audit);
}

static void a_process_with_an_open_log_leaves_no_dump(void **state)
{
    struct rlimit core;

    audit_close(test_open(*state));
    assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
    assert_int_equal(core.rlim_cur, 0);
    assert_int_equal(core.rlim_max, 0);
#ifndef __SANITIZE_ADDRESS__
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
#endif
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_home, drop_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_case_is_found_again_in_a_long_log),
        TEST(a_changed_finder_joins_no_two_cases),
        TEST(a_process_with_an_open_log_leaves_no_dump),
    };

    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
