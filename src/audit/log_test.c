/*
 * log_test.c - a log from its first record to its end: append, read, open,
 * erase, hold, prune, rotate keys, survive restarts and refuse what is wrong.
 */
#include "audit/test_log.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "audit/anchor.h"
#include "audit/change.h"
#include "audit/core.h"
#include "audit/export.h"
#include "audit/keys.h"

static void assert_refuses(const char *home, const char *code)
{
    struct audit *audit;
    struct err err = {.kind = ERR_NONE};

    assert_false(audit_open(home, NULL, &audit, &err));
    assert_null(audit);
    assert_string_equal(err.code, code);
    assert_true(err.text[0] != '\0');
}

static void records_are_numbered_and_can_be_read_again(void **state)
{
    struct audit *audit = test_open(*state);
    struct audit_receipt receipt;
    struct audit_entry entry;
    struct test_found found;
    struct pool pool;
    struct err err;

    pool_init(&pool);
    for (unsigned i = 0; i < 5; i++) {
        receipt = test_append(audit, i);
        assert_int_equal(receipt.index, i + 1);
        assert_int_equal(receipt.size, i + 2);
    }
    assert_true(audit_read(audit, 3, &pool, &entry, &err));
    assert_string_equal(entry.kind, "determination");
    assert_int_equal(entry.field_count, 4);
    assert_null(strstr(entry.core, "Quartermain"));
    assert_null(strstr(entry.core, "CASE-"));
    assert_true(audit_unseal(audit, &entry, NULL, NULL, &pool, &err));
    assert_string_equal(audit_entry_field(&entry, "input")->body,
                        "{\"patient\":\"Zebulon Quartermain 2\"}");
    assert_string_equal(audit_entry_field(&entry, "case")->body, "CASE-00001");
    assert_false(audit_read(audit, 6, &pool, &entry, &err));
    assert_string_equal(err.text, "the log has no entry 6");
    audit_close(audit);
    pool_free(&pool);
    assert_int_equal(test_verify(*state, &found), 3);
    assert_int_equal(found.result.size, 6);
}

static void opening_a_field_is_itself_logged(void **state)
{
    struct audit *audit = test_open(*state);
    struct audit_access why = {{"user", "nurse-1", NULL}, "appeal"};
    struct audit_entry entry;
    struct pool pool;
    struct err err;

    pool_init(&pool);
    test_append(audit, 0);
    assert_true(audit_read(audit, 1, &pool, &entry, &err));
    assert_true(audit_unseal(audit, &entry, "output", &why, &pool, &err));
    assert_non_null(audit_entry_field(&entry, "output")->body);
    assert_null(audit_entry_field(&entry, "input")->body);
    assert_true(audit_read(audit, 2, &pool, &entry, &err));
    assert_string_equal(entry.kind, "access");
    assert_non_null(strstr(entry.core, "\"labels\":[\"output\"],\"purpose\":\"appeal\""));
    assert_non_null(strstr(entry.core, "\"target\":1"));
    audit_close(audit);
    pool_free(&pool);
}

static void a_case_keeps_its_commitment_and_others_do_not_share_it(void **state)
{
    struct audit *audit = test_open(*state);
    struct audit_entry one, two, three;
    struct pool pool;
    struct err err;

    pool_init(&pool);
    for (unsigned i = 0; i < 3; i++)
        test_append(audit, i); /* the first two are of one case */
    assert_true(audit_read(audit, 1, &pool, &one, &err));
    assert_true(audit_read(audit, 2, &pool, &two, &err));
    assert_true(audit_read(audit, 3, &pool, &three, &err));
    assert_memory_equal(audit_entry_field(&one, "case")->cm, audit_entry_field(&two, "case")->cm, 32);
    assert_memory_not_equal(audit_entry_field(&one, "case")->cm,
                            audit_entry_field(&three, "case")->cm, 32);
    assert_memory_not_equal(audit_entry_field(&one, "reads")->cm,
                            audit_entry_field(&two, "reads")->cm, 32);
    audit_close(audit);
    pool_free(&pool);
}

static bool count_one(void *context, const struct audit_entry *entry)
{
    (void)entry;
    ++*(unsigned *)context;
    return true;
}

static unsigned listed(struct audit *audit, struct audit_filter filter)
{
    unsigned count = 0;
    struct err err;

    assert_true(audit_list(audit, &filter, count_one, &count, &err));
    return count;
}

static void lists_by_case_policy_kind_and_time(void **state)
{
    struct audit *audit = test_open(*state);

    for (unsigned i = 0; i < 5; i++)
        test_append(audit, i);
    assert_int_equal(listed(audit, (struct audit_filter){0}), 6);
    assert_int_equal(listed(audit, (struct audit_filter){.case_id = "CASE-00001"}), 2);
    assert_int_equal(listed(audit, (struct audit_filter){.case_id = "CASE-99999"}), 0);
    assert_int_equal(listed(audit, (struct audit_filter){.policy_id = "example.policy"}), 5);
    assert_int_equal(listed(audit, (struct audit_filter){.policy_id = "other"}), 0);
    assert_int_equal(listed(audit, (struct audit_filter){.kind = "log.init"}), 1);
    assert_int_equal(listed(audit, (struct audit_filter){.since_ms = INT64_C(99999999999999)}), 0);
    audit_close(audit);
}

static void a_record_that_does_not_fit_is_refused_and_the_log_goes_on(void **state)
{
    struct audit *audit = test_open(*state);
    struct audit_receipt receipt;
    struct audit_seal seal = {"unknown", "x", 1};
    struct audit_record bad[] = {
        {.kind = "denial"},
        {.kind = "review", .more = "{\"Upper\":1}"},
        {.kind = "review", .more = "{\"a\":1.5}"},
        {.kind = "review", .more = "{\"kind\":\"error\"}"},
        {.kind = "review", .more = "[1]"},
        {.kind = "review", .more = "nonsense"},
        {.kind = "review", .seals = &seal, .seal_count = 1},
    };
    char *large = malloc(70000);
    struct err err;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(audit_append(audit, &bad[i], 1, &receipt, &err));
        assert_string_equal(err.code, "E-LOG-RECORD");
        assert_false(audit_dead(audit));
    }
    memset(large, 'a', 69999);
    large[69999] = '\0';
    bad[0] = (struct audit_record){.kind = "review", .actor = {"user", large, NULL}};
    assert_false(audit_append(audit, bad, 1, &receipt, &err));
    free(large);
    receipt = test_append(audit, 0);
    assert_int_equal(receipt.index, 1);
    audit_close(audit);
}

static int64_t set_clock(void *context)
{
    return *(int64_t *)context;
}

static void time_never_runs_backwards_and_a_jump_is_recorded(void **state)
{
    int64_t now = 1760000000000;
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = set_clock,
                                    .clock_context = &now};
    struct audit *audit;
    struct audit_entry entry;
    struct pool pool;
    struct test_found found;
    struct err err;

    pool_init(&pool);
    assert_true(audit_open(*state, &options, &audit, &err));
    test_append(audit, 0);
    now -= 500; /* a small step back is only evened out */
    assert_int_equal(test_append(audit, 1).index, 2);
    now -= 3600000;
    assert_int_equal(test_append(audit, 2).index, 4);
    assert_int_equal(test_append(audit, 3).index, 5);
    assert_true(audit_read(audit, 3, &pool, &entry, &err));
    assert_string_equal(entry.kind, "host.clock");
    assert_non_null(strstr(entry.core, "\"behind_ms\":3600500"));
    assert_true(audit_read(audit, 5, &pool, &entry, &err));
    assert_true(entry.ts_ms == 1760000000000);
    audit_close(audit);
    pool_free(&pool);
    assert_int_equal(test_verify(*state, &found), 3);
}

static void two_handles_take_turns(void **state)
{
    struct audit *one = test_open(*state);
    struct audit *two = test_open(*state);
    struct test_found found;

    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(test_append(i % 2 ? one : two, i).index, i + 1);
    audit_close(one);
    audit_close(two);
    assert_int_equal(test_verify(*state, &found), 3);
}

static void content_is_kept_once_and_checked(void **state)
{
    struct audit *audit = test_open(*state);
    uint8_t hash[32];
    struct buf out = BUF_INIT;
    struct err err;

    assert_true(audit_content_put(audit, "bundle", "policy text", 11, hash, &err));
    assert_true(audit_content_put(audit, "bundle", "policy text", 11, hash, &err));
    assert_true(audit_content_has(audit, hash));
    assert_true(audit_content_get(audit, hash, &out, &err));
    assert_memory_equal(out.data, "policy text", 11);
    test_sql(*state, "UPDATE content SET body = CAST('policy tex!' AS BLOB)");
    assert_false(audit_content_get(audit, hash, &out, &err));
    assert_int_equal(err.kind, ERR_TAMPER);
    hash[0] ^= 1;
    assert_false(audit_content_get(audit, hash, &out, &err));
    buf_free(&out);
    audit_close(audit);
}

static void refuses_files_that_are_not_right(void **state)
{
    char path[TEST_PATH + 64];
    char command[2 * TEST_PATH];

    audit_close(test_open(*state));
    snprintf(path, sizeof path, "%s/audit.db", (char *)*state);
    chmod(path, 0644);
    assert_refuses(*state, "E-LOG-MODE");
    chmod(path, 0600);
    snprintf(command, sizeof command, "chmod 640 %s/keys/*.key", (char *)*state);
    assert_int_equal(system(command), 0);
    assert_refuses(*state, "E-KEY-MODE");
    snprintf(command, sizeof command, "rm -r %s/keys", (char *)*state);
    assert_int_equal(system(command), 0);
    assert_refuses(*state, "E-KEY-MISSING");
}

static void refuses_a_newer_schema_and_a_foreign_file(void **state)
{
    struct audit_options reading = {.read_only = true};
    struct audit *audit = test_open(*state);
    struct verify_result result;
    char path[TEST_PATH + 16];
    struct verify_options options = {.path = path};
    uint64_t size;
    struct err err;

    test_append(audit, 0);
    audit_close(audit);
    snprintf(path, sizeof path, "%s/audit.db", (char *)*state);
    test_sql(*state, "PRAGMA user_version = 4");
    assert_refuses(*state, "E-LOG-NEWER");
    assert_false(audit_verify(&options, &result, &err));
    assert_string_equal(err.code, "E-LOG-NEWER");
    assert_true(audit_open(*state, &reading, &audit, &err));
    assert_true(audit_size(audit, &size, &err));
    assert_int_equal(size, 2);
    audit_close(audit);
    test_sql(*state, "PRAGMA user_version = 1");
    assert_refuses(*state, "E-LOG-OLDER");
    test_sql(*state, "PRAGMA user_version = 3; PRAGMA application_id = 7");
    assert_refuses(*state, "E-LOG-FOREIGN");
    test_sql(*state, "PRAGMA application_id = 1381319217; PRAGMA user_version = 2");
    assert_refuses(*state, "E-LOG-SCHEMA");
    test_sql(*state, "PRAGMA user_version = 3; DROP TRIGGER entry_update");
    assert_refuses(*state, "E-LOG-SCHEMA");
}

static void guard_rails_stop_our_own_mistakes(void **state)
{
    char path[TEST_PATH + 16];
    sqlite3 *db;

    audit_close(test_open(*state));
    snprintf(path, sizeof path, "%s/audit.db", (char *)*state);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE entry SET kind = 'x'", 0, 0, 0), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM entry", 0, 0, 0), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM checkpoint", 0, 0, 0), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE checkpoint SET size = 9", 0, 0, 0), SQLITE_OK);
    sqlite3_close(db);
}

static void copy_log(const char *home, const char *from, const char *to)
{
    char command[4 * TEST_PATH];

    snprintf(command, sizeof command, "cp %s/%s %s/%s", home, from, home, to);
    assert_int_equal(system(command), 0);
}

static void a_rollback_is_refused_until_an_operator_accepts_it(void **state)
{
    const char *home = *state;
    struct audit_actor actor = {"user", "operator-1", NULL};
    struct audit *audit = test_open(home);
    struct audit_entry entry;
    struct pool pool;
    struct test_found found;
    struct err err;

    pool_init(&pool);
    test_append(audit, 0);
    audit_close(audit);
    copy_log(home, "audit.db", "yesterday.db");
    audit = test_open(home);
    test_append(audit, 1);
    assert_true(audit_anchor_now(audit, &err));
    audit_close(audit);
    copy_log(home, "yesterday.db", "audit.db");
    assert_refuses(home, "E-ROLLBACK");
    assert_true(audit_accept_rollback(home, NULL, &actor, "restored-backup", &err));
    audit = test_open(home);
    assert_true(audit_read(audit, 0, &pool, &entry, &err));
    assert_non_null(strstr(entry.core, "\"continues\":{\"have\":2,\"origin\":"));
    assert_non_null(strstr(entry.core, "\"size\":3}"));
    assert_non_null(strstr(entry.core, "operator-1"));
    test_append(audit, 2);
    audit_close(audit);
    pool_free(&pool);
    assert_int_equal(test_verify(home, &found), 3);
    assert_false(audit_accept_rollback(home, NULL, &actor, "again", &err));
}

static void a_deleted_log_is_missed(void **state)
{
    char path[TEST_PATH + 16];

    audit_close(test_open(*state));
    snprintf(path, sizeof path, "%s/audit.db", (char *)*state);
    unlink(path);
    assert_refuses(*state, "E-ROLLBACK");
}

static void two_copies_of_a_log_cannot_both_go_on(void **state)
{
    const char *home = *state;
    char other[TEST_PATH + 16], command[4 * TEST_PATH], sink[TEST_PATH + 32];
    struct audit_actor actor = {"user", "operator-1", NULL};
    struct audit_receipt receipt;
    struct audit *one = test_open(home);
    struct audit *two;
    struct err err;

    snprintf(sink, sizeof sink, "%s-shared.anchor", home);
    assert_true(audit_anchor_add(one, sink, &actor, &receipt, &err));
    audit_close(one);
    snprintf(other, sizeof other, "%s-copy", home);
    snprintf(command, sizeof command, "cp -r %s %s", home, other);
    assert_int_equal(system(command), 0);
    one = test_open(home);
    two = test_open(other);
    test_append(one, 1);
    test_append(two, 2);
    assert_true(audit_anchor_now(one, &err));
    assert_false(audit_anchor_now(two, &err));
    assert_string_equal(err.code, "E-ROLLBACK");
    audit_close(one);
    audit_close(two);
    assert_refuses(other, "E-ROLLBACK");
    test_wipe(other);
    unlink(sink);
}

static bool holds(const char *home, const char *file, const void *bytes, size_t len)
{
    char path[TEST_PATH + 32];
    FILE *in;
    static char all[4 << 20];
    size_t got;

    snprintf(path, sizeof path, "%s/%s", home, file);
    in = fopen(path, "rb");
    if (in == NULL)
        return false;
    got = fread(all, 1, sizeof all, in);
    fclose(in);
    return memmem(all, got, bytes, len) != NULL;
}

static bool anywhere(const char *home, const void *bytes, size_t len)
{
    return holds(home, "audit.db", bytes, len) || holds(home, "audit.db-wal", bytes, len) ||
           holds(home, "audit.db-shm", bytes, len);
}

static void erasing_leaves_no_trace_and_every_proof(void **state)
{
    static const char *const labels[] = {"input", NULL};
    const char *home = *state;
    struct audit_actor actor = {"user", "privacy-7", NULL};
    struct audit *audit = test_open(home);
    struct audit_receipt receipt;
    struct audit_entry entry;
    struct pool pool;
    struct test_found found;
    struct err err;
    uint8_t salt[32];
    uint64_t erased;
    char path[TEST_PATH + 16];
    sqlite3_stmt *get;
    sqlite3 *db;

    pool_init(&pool);
    for (unsigned i = 0; i < 10; i++)
        test_append(audit, i);
    snprintf(path, sizeof path, "%s/audit.db", home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT s.salt FROM sealed s"
                                        " JOIN sealed_ref r ON r.sealed_id = s.id WHERE r.entry_idx = 4 AND r.label = 'input'", -1, &get, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(get), SQLITE_ROW);
    memcpy(salt, sqlite3_column_blob(get, 0), 32);
    sqlite3_finalize(get);
    sqlite3_close(db);
    assert_true(anywhere(home, salt, 32));
    assert_true(anywhere(home, "Quartermain 3", 13));
    assert_true(audit_erase(audit, 4, labels, "misfiled-document", "chief-2", &actor, &receipt,
                            &erased, &err));
    assert_int_equal(erased, 1);
    assert_false(anywhere(home, salt, 32));
    assert_false(anywhere(home, "Quartermain 3", 13));
    assert_true(anywhere(home, "Quartermain 4", 13));
    assert_true(audit_read(audit, 4, &pool, &entry, &err));
    assert_true(audit_entry_field(&entry, "input")->erased_by == 11);
    assert_true(audit_unseal(audit, &entry, NULL, NULL, &pool, &err));
    assert_null(audit_entry_field(&entry, "input")->body);
    assert_non_null(audit_entry_field(&entry, "output")->body);
    assert_false(audit_erase(audit, 4, labels, "again", "chief-2", &actor, &receipt, &erased, &err));
    audit_close(audit);
    pool_free(&pool);
    assert_int_equal(test_verify(home, &found), 3);
    assert_int_equal(found.result.erased, 1);
}

static void pruning_keeps_hashes_and_respects_holds_age_and_anchors(void **state)
{
    const char *home = *state;
    int64_t now = 1500000000000;
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = set_clock,
                                    .clock_context = &now};
    struct audit_actor actor = {"user", "operator-1", NULL};
    struct audit_receipt receipt;
    struct audit *audit;
    struct test_found found;
    struct outside_list outside = {NULL, 0, 0};
    struct buf before = BUF_INIT;
    struct err err;
    uint64_t removed, first;
    char anchor[TEST_PATH + 16];
    struct audit_entry entry;
    struct pool pool;

    pool_init(&pool);
    assert_true(audit_open(home, &options, &audit, &err));
    for (unsigned i = 0; i < 20; i++)
        test_append(audit, i);
    assert_false(audit_prune(audit, 10, 6, &actor, &receipt, &removed, &err));
    assert_string_equal(err.text, "nothing was pruned: entry 0 must be kept until 2023-07-15, "
                                  "6 years by the rule 'default'");
    now += INT64_C(86400000) * 366 * 7;
    assert_true(audit_hold_set(audit, "docket-77", "CASE-00003", "litigation", &actor, &receipt, &err));
    assert_true(audit_anchor_now(audit, &err));
    assert_false(audit_prune(audit, 10, 6, &actor, &receipt, &removed, &err));
    assert_string_equal(err.text, "nothing was pruned: a hold covers some of these entries");
    assert_true(audit_prune(audit, 5, 6, &actor, &receipt, &removed, &err));
    assert_int_equal(removed, 5);
    assert_true(audit_hold_release(audit, "docket-77", "closed", &actor, &receipt, &err));
    assert_true(audit_prune(audit, 10, 6, &actor, &receipt, &removed, &err));
    assert_int_equal(removed, 5);
    assert_true(audit_first(audit, &first, &err));
    assert_int_equal(first, 10);
    assert_false(audit_read(audit, 9, &pool, &entry, &err));
    assert_string_equal(err.text, "entry 9 was pruned: the log has its hash only");
    pool_free(&pool);
    assert_true(audit_prove(audit, 9, &before, &err));
    buf_free(&before);
    assert_true(audit_prove(audit, 15, &before, &err));
    buf_free(&before);
    assert_true(audit_consistency(audit, 7, &before, &err));
    buf_free(&before);
    test_append(audit, 90);
    assert_true(audit_thin_checkpoints(audit, &removed, &err));
    assert_true(removed >= 8);
    audit_close(audit);
    snprintf(anchor, sizeof anchor, "%s/anchor.log", home);
    assert_true(verify_read_outside(anchor, &outside, &err));
    assert_int_equal(test_verify_with(home, NULL, 0, &outside, &found), 0);
    assert_int_equal(found.result.first, 10);
    verify_free_outside(&outside);
}

static void keep_first_key(void *context, const char *vkey, uint64_t from, uint64_t to)
{
    (void)to;
    if (from == 1)
        snprintf(context, NOTE_VKEY, "%s", vkey);
}

static void keys_rotate_under_the_first_one_and_verify_follows(void **state)
{
    const char *home = *state;
    struct audit_actor actor = {"user", "operator-1", NULL};
    struct audit *audit = test_open(home);
    struct audit_receipt receipt;
    char first[NOTE_VKEY], second[NOTE_VKEY];
    struct note_key trusted;
    struct test_found found;
    struct err err;

    test_append(audit, 0);
    assert_true(audit_key_list(audit, keep_first_key, first, &err));
    assert_false(audit_key_retire(audit, &actor, first, &receipt, &err));
    assert_string_equal(err.text, "this is the only key that signs the log");
    assert_true(audit_key_add(audit, &actor, second, &receipt, &err));
    assert_non_null(strstr(strstr(receipt.note, "\xe2\x80\x94") + 1, "\xe2\x80\x94"));
    test_append(audit, 1);
    assert_true(audit_key_retire(audit, &actor, first, &receipt, &err));
    assert_null(strstr(strstr(receipt.note, "\xe2\x80\x94") + 1, "\xe2\x80\x94"));
    test_append(audit, 2);
    audit_close(audit);
    audit = test_open(home);
    test_append(audit, 3);
    audit_close(audit);
    assert_true(note_key_parse(first, strlen(first), &trusted, &err));
    assert_int_equal(test_verify_with(home, &trusted, 1, NULL, &found), 0);
    assert_true(note_key_parse(second, strlen(second), &trusted, &err));
    assert_int_equal(test_verify_with(home, &trusted, 1, NULL, &found), 0);
    trusted.public_key[0] ^= 1;
    assert_int_equal(test_verify_with(home, &trusted, 1, NULL, &found), 1);
    assert_int_equal(found.step[5], 1);
}

static void revoking_a_key_closes_the_log_and_begins_another(void **state)
{
    const char *home = *state;
    struct audit_actor actor = {"user", "operator-1", NULL};
    struct audit *audit = test_open(home);
    char first[NOTE_VKEY], origin[AUDIT_ORIGIN];
    struct audit_entry entry;
    struct pool pool;
    struct test_found found;
    struct err err;

    pool_init(&pool);
    test_append(audit, 0);
    strcpy(origin, audit_origin(audit));
    assert_true(audit_key_list(audit, keep_first_key, first, &err));
    assert_true(audit_key_revoke(audit, &actor, first, "stolen", &err));
    assert_true(audit_dead(audit));
    audit_close(audit);
    audit = test_open(home);
    assert_string_not_equal(audit_origin(audit), origin);
    assert_true(audit_read(audit, 0, &pool, &entry, &err));
    assert_non_null(strstr(entry.core, "\"continues\":{\"origin\":"));
    assert_non_null(strstr(entry.core, origin));
    audit_close(audit);
    pool_free(&pool);
    assert_int_equal(test_verify(home, &found), 3);
}

static void full_disk_leaves_room_for_last_words_only(void **state)
{
    struct audit_options options = {.reserve_bytes = UINT64_MAX};
    struct audit_record error = {.kind = "error", .more = "{\"error\":\"disk_full\"}"};
    struct audit_receipt receipt;
    struct test_record t;
    struct audit *audit;
    struct err err;

    test_fill(&t, 0);
    assert_true(audit_open(*state, &options, &audit, &err));
    assert_false(audit_append(audit, &t.record, 1, &receipt, &err));
    assert_string_equal(err.code, "E-LOG-FULL");
    assert_true(audit_append(audit, &error, 1, &receipt, &err));
    audit_close(audit);
}

/* Sets the five bits of letter i of the code. */
static void set_letter(uint8_t leaf[32], size_t i, unsigned value)
{
    for (size_t bit = 0; bit < 5; bit++) {
        size_t at = i * 5 + bit;

        leaf[at / 8] = (uint8_t)(leaf[at / 8] & ~(0x80 >> at % 8));
        if (value >> (4 - bit) & 1)
            leaf[at / 8] |= (uint8_t)(0x80 >> at % 8);
    }
}

static void the_short_code_shows_one_wrong_letter_or_two_swapped(void **state)
{
    uint8_t leaf[32] = {0};
    char code[AUDIT_SHORT_CODE], other[AUDIT_SHORT_CODE];

    (void)state;
    for (size_t i = 0; i < 16; i++) {
        for (unsigned a = 0; a < 32; a++) {
            set_letter(leaf, i, a);
            audit_receipt_code(leaf, code);
            assert_int_equal(strlen(code), 21);
            for (unsigned b = 0; b < 32; b++) {
                set_letter(leaf, i, b);
                audit_receipt_code(leaf, other);
                assert_int_equal(code[20] == other[20], a == b);
            }
        }
    }
    for (unsigned a = 0; a < 32; a++) {
        for (unsigned b = 0; b < a; b++) {
            set_letter(leaf, 7, a);
            set_letter(leaf, 8, b);
            audit_receipt_code(leaf, code);
            set_letter(leaf, 7, b);
            set_letter(leaf, 8, a);
            audit_receipt_code(leaf, other);
            assert_int_not_equal(code[20], other[20]);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_make_home, test_drop_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_are_numbered_and_can_be_read_again),
        TEST(opening_a_field_is_itself_logged),
        TEST(a_case_keeps_its_commitment_and_others_do_not_share_it),
        TEST(lists_by_case_policy_kind_and_time),
        TEST(a_record_that_does_not_fit_is_refused_and_the_log_goes_on),
        TEST(time_never_runs_backwards_and_a_jump_is_recorded),
        TEST(two_handles_take_turns),
        TEST(content_is_kept_once_and_checked),
        TEST(refuses_files_that_are_not_right),
        TEST(refuses_a_newer_schema_and_a_foreign_file),
        TEST(guard_rails_stop_our_own_mistakes),
        TEST(a_rollback_is_refused_until_an_operator_accepts_it),
        TEST(a_deleted_log_is_missed),
        TEST(two_copies_of_a_log_cannot_both_go_on),
        TEST(erasing_leaves_no_trace_and_every_proof),
        TEST(pruning_keeps_hashes_and_respects_holds_age_and_anchors),
        TEST(keys_rotate_under_the_first_one_and_verify_follows),
        TEST(revoking_a_key_closes_the_log_and_begins_another),
        TEST(full_disk_leaves_room_for_last_words_only),
        cmocka_unit_test(the_short_code_shows_one_wrong_letter_or_two_swapped),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
