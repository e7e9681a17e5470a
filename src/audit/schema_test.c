/*
 * schema_test.c - what a record takes of the disk, and a log that was
 * begun with the schema before this one: it is read, written, erased from,
 * pruned and verified as it is.
 */
#include "audit/test_log.h"

#include <sqlite3.h>

#include "audit/anchor.h"
#include "audit/change.h"
#include "audit/log.h"

#define OVERHEAD_MOST 1229 /* bytes: 1.2 KiB */

static sqlite3 *open_file(const char *home)
{
    char path[TEST_PATH + 16];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/audit.db", home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(db));
}

static int64_t number(const char *home, const char *text)
{
    sqlite3 *db = open_file(home);
    sqlite3_stmt *get;
    int64_t got;

    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &get, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(get), SQLITE_ROW);
    got = sqlite3_column_int64(get, 0);
    sqlite3_finalize(get);
    sqlite3_close(db);
    return got;
}

/* What a determination of one policy and one case says in its core. */
static void fill_whole(struct test_record *t, unsigned n)
{
    static const uint8_t build[32] = {1};

    test_fill(t, 2 * n); /* a case of its own */
    t->determination.policy_id = "cms.epidural-injections";
    t->determination.engine_build = build;
    t->determination.now_ms = 1760000000000;
    t->determination.budget_instr = 10000000;
    t->determination.budget_mem = 67108864;
    t->determination.used_instr = 120000;
    t->record.seal_count = 2;
}

#define RECORDS 12800 /* fifty batches */
#define BATCH 256

static void a_record_takes_little_beside_its_bodies(void **state)
{
    static struct test_record t[BATCH];
    static struct audit_record record[BATCH];
    static struct audit_receipt receipt[BATCH];
    struct audit *audit = test_open(*state);
    int64_t before, grown;
    struct err err;

    audit_close(audit);
    before = number(*state, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    audit = test_open(*state);
    for (unsigned n = 0; n < RECORDS; n += BATCH) {
        for (unsigned i = 0; i < BATCH; i++) {
            fill_whole(&t[i], n + i);
            record[i] = t[i].record;
        }
        assert_true(audit_append(audit, record, BATCH, receipt, &err));
    }
    audit_close(audit);
    grown = number(*state, "SELECT page_count * page_size - (SELECT sum(length(body)) FROM sealed)"
                           " FROM pragma_page_count, pragma_page_size") - before;
    print_message("# overhead: %lld bytes a record beside its bodies, %d allowed\n",
                  (long long)(grown / RECORDS), OVERHEAD_MOST);
    assert_true(grown > 0);
    assert_in_range(grown / RECORDS, 1, OVERHEAD_MOST);
}

/* Makes of the log what the rubric before would have written. */
static void to_version_2(const char *home)
{
    static const char begin[] = "CREATE TABLE sealed_ref";
    const char *from = strstr(log_schema_sql(2), begin);
    char text[512];
    sqlite3 *db = open_file(home);

    snprintf(text, sizeof text, "%.*s", (int)(strstr(from, ";\n") - from), from);
    run(db, "BEGIN; ALTER TABLE sealed_ref RENAME TO held");
    run(db, "DROP INDEX sealed_ref_sealed");
    run(db, text);
    run(db, "INSERT INTO sealed_ref (entry_idx, label, cm, sealed_id)"
            " SELECT h.entry_idx, h.label, s.cm, h.sealed_id FROM held h JOIN sealed s"
            " ON s.id = h.sealed_id; DROP TABLE held");
    run(db, "CREATE INDEX sealed_ref_sealed ON sealed_ref (sealed_id)");
    run(db, "PRAGMA user_version = 2; COMMIT");
    sqlite3_close(db);
}

static int64_t set_clock(void *context)
{
    return *(int64_t *)context;
}

static void use_it(const char *home)
{
    static const char *const labels[] = {"input", NULL};
    int64_t now = 1760000000000 + INT64_C(86400000) * 366 * 7;
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = set_clock, .clock_context = &now};
    struct audit_actor actor = {"user", "operator-1", NULL};
    struct audit_receipt receipt;
    struct audit_entry entry;
    struct audit *audit;
    struct pool pool;
    uint64_t count;
    struct err err;

    pool_init(&pool);
    assert_true(audit_open(home, &options, &audit, &err));
    assert_int_equal(test_append(audit, 3).index, 11);
    assert_true(audit_read(audit, 4, &pool, &entry, &err));
    assert_true(audit_unseal(audit, &entry, NULL, NULL, &pool, &err));
    assert_string_equal(audit_entry_field(&entry, "output")->body,
                        "{\"recommendation\":\"pend\",\"n\":3}");
    assert_true(audit_erase(audit, 9, labels, "misfiled-document", "chief-2", &actor, &receipt,
                            &count, &err));
    assert_true(audit_anchor_now(audit, &err));
    assert_true(audit_prune(audit, 3, 6, &actor, &receipt, &count, &err));
    assert_int_equal(count, 3);
    audit_close(audit);
    pool_free(&pool);
}

static void a_log_of_the_schema_before_goes_on_as_it_is(void **state)
{
    int64_t then = 1500000000000;
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = set_clock, .clock_context = &then};
    struct audit *audit;
    struct test_found found;
    struct err err;
    sqlite3 *db;

    assert_true(audit_open(*state, &options, &audit, &err));
    for (unsigned i = 0; i < 10; i++)
        test_append(audit, i);
    audit_close(audit);
    to_version_2(*state);
    assert_int_equal(test_verify(*state, &found), 3);
    assert_int_equal(found.result.size, 11);
    use_it(*state);
    assert_int_equal(test_verify(*state, &found), 3);
    assert_int_equal(found.result.erased, 1);
    assert_int_equal(number(*state, "PRAGMA user_version"), 2);
    assert_int_equal(number(*state, "SELECT count(*) FROM sealed_ref WHERE length(cm) = 32"),
                     number(*state, "SELECT count(*) FROM sealed_ref"));
    db = open_file(*state);
    run(db, "UPDATE sealed_ref SET cm = zeroblob(32) WHERE entry_idx = 5 AND label = 'output'");
    sqlite3_close(db);
    assert_int_equal(test_verify(*state, &found), 1);
    assert_int_equal(found.step[6], 1);
    assert_string_equal(found.first.table, "sealed_ref");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_make_home, test_drop_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_takes_little_beside_its_bodies),
        TEST(a_log_of_the_schema_before_goes_on_as_it_is),
    };

    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
