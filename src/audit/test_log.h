/*
 * test_log.h - a log in a folder of its own, for the tests of this room.
 */
#ifndef RUBRIC_AUDIT_TEST_LOG_H
#define RUBRIC_AUDIT_TEST_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/verify.h"
#include "audit/wal.h"

#define TEST_PATH 512

static inline int test_remove(const char *path, const struct stat *file, int kind,
                              struct FTW *where)
{
    (void)file;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline void test_wipe(const char *folder)
{
    nftw(folder, test_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void test_folder(char folder[TEST_PATH])
{
    const char *top = getenv("TMPDIR");

    snprintf(folder, TEST_PATH, "%s/rubric-audit-XXXXXX", top == NULL ? "/tmp" : top);
    if (mkdtemp(folder) == NULL)
        abort();
}

/* The home of one test is its state. */
static inline int test_make_home(void **state)
{
    char *home = malloc(TEST_PATH);

    test_folder(home);
    *state = home;
    return 0;
}

static inline int test_drop_home(void **state)
{
    test_wipe(*state);
    free(*state);
    return 0;
}

/* A pseudo-random number that is the same in every run of a seed. */
static inline uint64_t test_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

/* A number from the environment, so that `make soak` can ask for more. */
static inline long test_count(const char *name, long usual)
{
    const char *text = getenv(name);

    return text == NULL ? usual : atol(text);
}

/* One determination of a made-up case. */
struct test_record {
    struct audit_determination determination;
    struct audit_seal seal[3];
    struct audit_record record;
    char case_id[32], input[128], output[128];
};

static inline void test_fill(struct test_record *t, unsigned number)
{
    memset(t, 0, sizeof *t);
    snprintf(t->case_id, sizeof t->case_id, "CASE-%05u", number / 2);
    snprintf(t->input, sizeof t->input, "{\"patient\":\"Zebulon Quartermain %u\"}", number);
    snprintf(t->output, sizeof t->output, "{\"recommendation\":\"pend\",\"n\":%u}", number);
    t->determination = (struct audit_determination){
        .policy_id = "example.policy", .policy_version = "2026.1", .rec = "pend",
        .met = 3, .undocumented = 1, .engine_level = 1};
    t->seal[0] = (struct audit_seal){"input", t->input, strlen(t->input)};
    t->seal[1] = (struct audit_seal){"output", t->output, strlen(t->output)};
    t->seal[2] = (struct audit_seal){"reads", "[\"a\"]", 5};
    t->record = (struct audit_record){.kind = "determination", .case_id = t->case_id,
                                      .determination = &t->determination, .seals = t->seal,
                                      .seal_count = 3};
}

static inline struct audit *test_open(const char *home)
{
    struct audit_options options = {.reserve_bytes = 1};
    struct audit *audit;
    struct err err;

    if (!audit_open(home, &options, &audit, &err))
        fail_msg("open: %s (%s)", err.text, err.code);
    return audit;
}

static inline struct audit_receipt test_append(struct audit *audit, unsigned number)
{
    struct test_record t;
    struct audit_receipt receipt;
    struct err err;

    test_fill(&t, number);
    if (!audit_append(audit, &t.record, 1, &receipt, &err))
        fail_msg("append: %s (%s)", err.text, err.code);
    return receipt;
}

/* Does to the database of a log what no command does. */
static inline void test_sql(const char *home, const char *text)
{
    char path[TEST_PATH + 16];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/audit.db", home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* Space for the write-ahead file, as a writer makes it. */
static inline void test_write_space(sqlite3 *db, size_t space)
{
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
        wal_write_space(db, space);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

/* What a verification found: how often each step, and the first of all. */
struct test_found {
    unsigned step[10];
    struct verify_finding first;
    struct verify_result result;
};

static inline void test_note(void *context, const struct verify_finding *finding)
{
    struct test_found *found = context;
    unsigned step = (unsigned)(finding->step[1] - '0');

    if (found->step[step]++ == 0 && found->first.step == NULL)
        found->first = *finding;
}

static inline int test_verify_with(const char *home, const struct note_key *keys,
                                   size_t key_count, const struct outside_list *outside,
                                   struct test_found *found)
{
    char path[2 * TEST_PATH];
    struct verify_options options = {.path = path, .keys = keys, .key_count = key_count,
                                     .report = test_note, .context = found};
    struct err err;

    memset(found, 0, sizeof *found);
    snprintf(path, sizeof path, "%s/audit.db", home);
    if (outside != NULL) {
        options.outside = outside->item;
        options.outside_count = outside->count;
    }
    if (!audit_verify(&options, &found->result, &err))
        return 2;
    return verify_exit_status(&found->result);
}

static inline int test_verify(const char *home, struct test_found *found)
{
    return test_verify_with(home, NULL, 0, NULL, found);
}

#endif
