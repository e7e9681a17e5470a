/*
 * wal_test.c - the write-ahead file has its space beforehand and is written from
 * its beginning again and again; and the log holds what it was given.
 */
#include "audit/wal.h"

#include "audit/log.h"
#include "audit/test_log.h"

#define LARGE 65536

static char home[TEST_PATH];

static int make_home(void **state)
{
    (void)state;
    test_folder(home);
    return 0;
}

static int drop_home(void **state)
{
    (void)state;
    test_wipe(home);
    return 0;
}

static long long wal_bytes(void)
{
    char path[TEST_PATH + 16];
    struct stat file;

    snprintf(path, sizeof path, "%s/audit.db-wal", home);
    return stat(path, &file) == 0 ? (long long)file.st_size : -1;
}

static struct wal_keeper *keep(struct audit *audit, int frames, size_t space)
{
    struct wal_keeper *keeper;
    struct err err;

    if (!wal_keeper_start(audit, frames, space, &keeper, &err))
        fail_msg("keeper: %s (%s)", err.text, err.code);
    return keeper;
}

/* Bodies that do not pack: some 9 pages a record. */
static void append_large(struct audit *audit, unsigned count)
{
    static char body[LARGE];
    uint64_t seed = 7;
    struct audit_receipt receipt;
    struct test_record t;
    struct err err;

    for (unsigned i = 0; i < count; i++) {
        for (size_t k = 0; k < LARGE; k += 8) {
            uint64_t more = test_random(&seed);

            memcpy(body + k, &more, 8);
        }
        test_fill(&t, i);
        t.seal[0] = (struct audit_seal){"input", body, LARGE};
        if (!audit_append(audit, &t.record, 1, &receipt, &err))
            fail_msg("append: %s (%s)", err.text, err.code);
    }
}

static void assert_holds(uint64_t size)
{
    struct test_found found;

    assert_int_equal(test_verify(home, &found), 3); /* whole, and vouched for by nobody outside */
    assert_int_equal(found.result.size, size);
}

static void its_space_is_written_once_it_is_used(void **state)
{
    struct audit *audit = test_open(home);
    struct wal_keeper *keeper = keep(audit, 64, 4 << 20);

    (void)state;
    test_append(audit, 0);
    assert_true(wal_bytes() < 1 << 18); /* who writes little pays nothing */
    for (unsigned i = 1; i < 20; i++)
        test_append(audit, i);
    assert_int_equal(wal_bytes(), 4 << 20);
    wal_keeper_stop(keeper);
    audit_close(audit);
    assert_int_equal(wal_bytes(), -1);
}

static void what_it_holds_stays_where_space_is_added(void **state)
{
    struct audit *audit = test_open(home), *again;

    (void)state;
    append_large(audit, 3);
    again = test_open(home); /* reads what stands in the file */
    test_write_space(again->db, WAL_SPACE);
    assert_int_equal(wal_bytes(), WAL_SPACE);
    test_append(audit, 4);
    test_append(again, 5);
    assert_int_equal(wal_bytes(), WAL_SPACE);
    audit_close(again);
    audit_close(audit);
    assert_holds(6);
}

static void space_that_is_there_is_not_written_again(void **state)
{
    struct audit *audit = test_open(home);

    (void)state;
    test_write_space(audit->db, 1 << 20);
    test_write_space(audit->db, 1 << 18);
    assert_int_equal(wal_bytes(), 1 << 20);
    audit_close(audit);
    assert_holds(1);
}

static void it_is_written_again_from_its_beginning(void **state)
{
    struct audit *audit = test_open(home);
    struct wal_keeper *keeper = keep(audit, 64, 1 << 20);

    (void)state;
    append_large(audit, 600); /* more than 40 MB */
    assert_true(wal_bytes() < 600 * LARGE / 2);
    wal_keeper_stop(keeper);
    audit_close(audit);
    assert_holds(601);
}

static void it_grows_while_somebody_reads_and_loses_nothing(void **state)
{
    struct audit *audit = test_open(home);
    struct wal_keeper *keeper = keep(audit, 64, 1 << 20);
    char path[TEST_PATH + 16];
    sqlite3 *reader;

    (void)state;
    snprintf(path, sizeof path, "%s/audit.db", home);
    append_large(audit, 1);
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM entry", NULL, NULL, NULL),
                     SQLITE_OK);
    append_large(audit, 100);
    assert_true(wal_bytes() > 100 * LARGE);
    sqlite3_close(reader);
    append_large(audit, 100);
    wal_keeper_stop(keeper);
    audit_close(audit);
    assert_holds(202);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_space_is_written_once_it_is_used, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(what_it_holds_stays_where_space_is_added, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(space_that_is_there_is_not_written_again, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(it_is_written_again_from_its_beginning, make_home,
                                        drop_home),
        cmocka_unit_test_setup_teardown(it_grows_while_somebody_reads_and_loses_nothing, make_home,
                                        drop_home),
    };

    return cmocka_run_group_tests_name("wal", tests, NULL, NULL);
}
