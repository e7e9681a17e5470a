/*
 * tamper_test.c - every change that somebody with the file in hands could make,
 * at every position of a 64-record log: each must be found, and at the step
 * that is meant to find it. And clean logs of every size must raise no alarm.
 *
 * TAMPER_STEP=1 tries every position (make soak); the usual is every fifth.
 * CLEAN_LOGS is the number of random clean logs.
 */
#include "audit/test_log.h"

#include <sqlite3.h>

#include "audit/anchor.h"
#include "audit/change.h"
#include "audit/keys.h"
#include "audit/log.h"

#define RECORDS 64

struct lab {
    char home[TEST_PATH];   /* the log as it should be */
    char copy[TEST_PATH + 8]; /* a home with a changed copy of it */
    struct note_signer signer; /* its key */
    struct note_signer thief;  /* another key of the same name */
    struct outside_list receipts; /* one of each tenth record, and an anchor */
    sqlite3 *db; /* of the copy */
    char triggers[4096];
    long step;
    unsigned tried, found;
};

static struct lab lab;

/* ---- the log ---- */

static void append_all(struct audit *audit)
{
    static const char *const labels[] = {"reads", NULL};
    struct audit_actor actor = {"user", "privacy-7", NULL};
    struct audit_receipt receipt;
    uint8_t bundle[32];
    uint64_t erased;
    struct err err;

    assert_true(audit_content_put(audit, "bundle", "the policy", 10, bundle, &err));
    for (unsigned i = 1; i < RECORDS; i++) {
        struct test_record t;

        test_fill(&t, i);
        t.determination.bundle = bundle;
        if (i == 40)
            assert_true(audit_erase(audit, 7, labels, "test", "chief-2", &actor, &receipt, &erased, &err));
        else
            assert_true(audit_append(audit, &t.record, 1, &receipt, &err));
    }
}

static void read_signer(const char *home, struct note_signer *signer)
{
    struct audit_options options = {.reserve_bytes = 1};
    struct audit *audit;
    struct err err;

    assert_true(audit_open(home, &options, &audit, &err));
    *signer = audit->signer[0].here;
    audit_close(audit);
}

static void keep_receipts(const char *home)
{
    char path[2 * TEST_PATH];
    struct err err;

    snprintf(path, sizeof path, "%s/anchor.log", home);
    assert_true(verify_read_outside(path, &lab.receipts, &err));
}

static int make_lab(void **state)
{
    uint8_t seed[32] = {7};
    struct audit *audit;
    struct err err;

    (void)state;
    lab.step = test_count("TAMPER_STEP", 5);
    test_folder(lab.home);
    snprintf(lab.copy, sizeof lab.copy, "%s-copy", lab.home);
    mkdir(lab.copy, 0700);
    audit = test_open(lab.home);
    append_all(audit);
    assert_true(audit_anchor_now(audit, &err));
    audit_close(audit);
    read_signer(lab.home, &lab.signer);
    assert_true(note_signer_make(lab.signer.key.name, seed, &lab.thief, &err));
    keep_receipts(lab.home);
    return 0;
}

static int drop_lab(void **state)
{
    (void)state;
    printf("# tamper: %u changes tried, %u found\n", lab.tried, lab.found);
    verify_free_outside(&lab.receipts);
    test_wipe(lab.home);
    test_wipe(lab.copy);
    return 0;
}

/* ---- changing a copy ---- */

static void copy_file(const char *from, const char *to)
{
    static char bytes[8 << 20];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    size_t len = fread(bytes, 1, sizeof bytes, in);

    assert_int_equal(fwrite(bytes, 1, len, out), len);
    fclose(in);
    fclose(out);
}

static void run(const char *format, ...) PRINTF_LIKE(1, 2);
static void run(const char *format, ...)
{
    char text[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (sqlite3_exec(lab.db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(lab.db));
}

static void keep_trigger(const char *sql)
{
    strncat(lab.triggers, sql, sizeof lab.triggers - strlen(lab.triggers) - 3);
    strcat(lab.triggers, ";\n");
}

static void open_copy(void)
{
    char from[2 * TEST_PATH], to[2 * TEST_PATH];
    char drops[1024] = "";
    sqlite3_stmt *rows;

    snprintf(from, sizeof from, "%s/audit.db", lab.home);
    snprintf(to, sizeof to, "%s/audit.db", lab.copy);
    copy_file(from, to);
    assert_int_equal(sqlite3_open(to, &lab.db), SQLITE_OK);
    run("PRAGMA synchronous = OFF");
    lab.triggers[0] = '\0';
    sqlite3_prepare_v2(lab.db, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", -1, &rows,
                       NULL);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        snprintf(drops + strlen(drops), sizeof drops - strlen(drops), "DROP TRIGGER %s;",
                 sqlite3_column_text(rows, 0));
        keep_trigger((const char *)sqlite3_column_text(rows, 1));
    }
    sqlite3_finalize(rows);
    run("%s", drops);
    run("BEGIN");
}

static void close_copy(void)
{
    run("COMMIT");
    run("%s", lab.triggers);
    sqlite3_close(lab.db);
    lab.db = NULL;
}

/* Flips one bit of a blob, somewhere that depends on the position. */
static void flip(const char *table, const char *column, const char *where, unsigned position)
{
    char text[512];
    unsigned char bytes[65536];
    sqlite3_stmt *get, *put;
    int len;

    snprintf(text, sizeof text, "SELECT %s FROM %s WHERE %s", column, table, where);
    assert_int_equal(sqlite3_prepare_v2(lab.db, text, -1, &get, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(get), SQLITE_ROW);
    len = sqlite3_column_bytes(get, 0);
    memcpy(bytes, sqlite3_column_blob(get, 0), (size_t)len);
    sqlite3_finalize(get);
    bytes[position * 37 % (unsigned)len] ^= (unsigned char)(1 << position % 7);
    snprintf(text, sizeof text, "UPDATE %s SET %s = ?1 WHERE %s", table, column, where);
    assert_int_equal(sqlite3_prepare_v2(lab.db, text, -1, &put, NULL), SQLITE_OK);
    sqlite3_bind_blob(put, 1, bytes, len, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    sqlite3_finalize(put);
}

/* Writes leaf, nodes and (with a signer) checkpoints anew, as a forger would. */
static bool forged_node(void *context, unsigned level, uint64_t index,
                        const struct tree_hash *hash)
{
    sqlite3_stmt *put;

    (void)context;
    sqlite3_prepare_v2(lab.db, "INSERT INTO node VALUES (?1, ?2, ?3)", -1, &put, NULL);
    sqlite3_bind_int(put, 1, (int)level);
    sqlite3_bind_int64(put, 2, (sqlite3_int64)index);
    sqlite3_bind_blob(put, 3, hash->bytes, 32, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    sqlite3_finalize(put);
    return true;
}

static void forge_checkpoint(const struct tree_edge *edge, const struct note_signer *signer)
{
    struct tree_hash root;
    struct buf text = BUF_INIT;
    struct buf note = BUF_INIT;
    sqlite3_stmt *put;

    tree_edge_root(edge, &root);
    checkpoint_text(&text, signer->key.name, edge->size, &root);
    note_sign(&note, text.data, text.len, signer, 1);
    sqlite3_prepare_v2(lab.db, "UPDATE checkpoint SET root = ?2, note = ?3 WHERE size = ?1", -1, &put,
                       NULL);
    sqlite3_bind_int64(put, 1, (sqlite3_int64)edge->size);
    sqlite3_bind_blob(put, 2, root.bytes, 32, SQLITE_STATIC);
    sqlite3_bind_blob(put, 3, note.data, (int)note.len, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    sqlite3_finalize(put);
    buf_free(&text);
    buf_free(&note);
}

static void forge(const struct note_signer *signer)
{
    struct tree_edge edge;
    sqlite3_stmt *rows, *put;

    run("DELETE FROM node");
    tree_edge_start(&edge);
    sqlite3_prepare_v2(lab.db, "SELECT idx, core FROM entry ORDER BY idx", -1, &rows, NULL);
    sqlite3_prepare_v2(lab.db, "UPDATE entry SET leaf = ?2 WHERE idx = ?1", -1, &put, NULL);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        struct tree_hash leaf;

        tree_leaf(sqlite3_column_blob(rows, 1), (size_t)sqlite3_column_bytes(rows, 1), &leaf);
        sqlite3_bind_int64(put, 1, sqlite3_column_int64(rows, 0));
        sqlite3_bind_blob(put, 2, leaf.bytes, 32, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(put), SQLITE_DONE);
        sqlite3_reset(put);
        (void)tree_edge_add(&edge, &leaf, forged_node, NULL);
        if (signer != NULL)
            forge_checkpoint(&edge, signer);
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(put);
}

/* Another content of the record, of the same length and just as canonical. */
static void edit_core(unsigned position)
{
    run("UPDATE entry SET core = CAST(replace(replace(CAST(core AS TEXT), '\"type\":\"service\"',"
        " '\"type\":\"servict\"'), '\"type\":\"user\"', '\"type\":\"usar\"') AS BLOB) WHERE idx = %u",
        position);
}

/* ---- asking verify ---- */

enum with { NOTHING, VKEY, RECEIPTS };

static int ask(enum with with, struct test_found *found)
{
    return test_verify_with(lab.copy, &lab.signer.key, with == VKEY,
                            with == RECEIPTS ? &lab.receipts : NULL, found);
}

static void expect(const char *what, unsigned position, enum with with, unsigned step)
{
    struct test_found found;
    int status;

    close_copy();
    lab.tried++;
    status = ask(with, &found);
    if (status != 1 || found.step[step] == 0)
        fail_msg("%s at %u: status %d, V%u not among the findings (first %s %s.%s)", what, position,
                 status, step, found.first.step == NULL ? "-" : found.first.step,
                 found.first.table == NULL ? "-" : found.first.table,
                 found.first.column == NULL ? "-" : found.first.column);
    lab.found++;
}

static void expect_silent(unsigned position)
{
    struct test_found found;

    close_copy();
    lab.tried++;
    if (ask(NOTHING, &found) != 3)
        fail_msg("at %u: the file alone cannot tell, but %s was found", position,
                 found.first.step == NULL ? "nothing" : found.first.step);
    lab.found++;
}

static const char *where(const char *format, unsigned position)
{
    static char text[160];
    char number[16];
    const char *hole = strstr(format, "%u");

    snprintf(number, sizeof number, "%u", position);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(hole - format), format, number, hole + 2);
    return text;
}

#define EACH(position, from, to) \
    for (unsigned position = (from); position < (to); position += (unsigned)lab.step)

/* ---- the table ---- */

static void a_flipped_bit_is_found(void **state)
{
    (void)state;
    EACH(i, 0, RECORDS)
    {
        open_copy();
        flip("entry", "core", where("idx = %u", i), i);
        expect("core", i, NOTHING, 3);
        open_copy();
        flip("entry", "leaf", where("idx = %u", i), i);
        expect("leaf", i, NOTHING, 3);
        open_copy();
        flip("checkpoint", "root", where("size = %u", i + 1), i);
        expect("root", i, NOTHING, 5);
        open_copy();
        flip("checkpoint", "note", where("size = %u", i + 1), i);
        expect("note", i, NOTHING, 5);
    }
    EACH(i, 0, RECORDS - 1)
    {
        open_copy();
        flip("node", "hash",
             where("(level, idx) = (SELECT level, idx FROM node"
                   " ORDER BY level, idx LIMIT 1 OFFSET %u)", i), i);
        expect("node", i, NOTHING, 4);
    }
}

static void a_missing_or_extra_node_is_found(void **state)
{
    (void)state;
    EACH(i, 0, RECORDS - 1)
    {
        open_copy();
        run("DELETE FROM node WHERE (level, idx) ="
            " (SELECT level, idx FROM node ORDER BY level, idx LIMIT 1 OFFSET %u)", i);
        expect("node gone", i, NOTHING, 4);
        open_copy();
        run("INSERT INTO node SELECT %u, 1000 + %u, hash FROM node LIMIT 1", i % 8, i);
        expect("node more", i, NOTHING, 4);
    }
}

static void an_edit_with_the_tree_made_anew_is_found_by_the_checkpoints(void **state)
{
    (void)state;
    EACH(i, 0, RECORDS)
    {
        open_copy();
        edit_core(i);
        forge(NULL);
        expect("tree anew", i, NOTHING, 5);
        open_copy();
        edit_core(i);
        forge(&lab.thief);
        expect("signed by another", i, VKEY, 5);
        open_copy();
        edit_core(i);
        forge(NULL);
        run("DELETE FROM checkpoint WHERE size > %u", i);
        expect("checkpoints gone", i, VKEY, 5);
    }
}

static void a_log_made_anew_with_another_key_is_found_by_the_vkey(void **state)
{
    char ours[NOTE_VKEY], theirs[NOTE_VKEY];

    (void)state;
    note_key_text(&lab.signer.key, ours);
    note_key_text(&lab.thief.key, theirs);
    for (int with_key = 0; with_key < 2; with_key++) {
        open_copy();
        edit_core(3);
        run("UPDATE entry SET core = CAST(replace(CAST(core AS TEXT), '%s', '%s') AS BLOB) WHERE idx = 0",
            ours, theirs);
        run("UPDATE meta SET k = 'key %s' WHERE k = 'key %s'", theirs, ours);
        run("DELETE FROM anchor");
        forge(&lab.thief);
        if (with_key)
            expect("another key", 0, VKEY, 5);
        else
            expect_silent(0);
    }
}

static void the_real_key_does_not_help_against_what_was_handed_out(void **state)
{
    (void)state;
    EACH(i, 0, RECORDS)
    {
        open_copy();
        edit_core(i);
        run("DELETE FROM anchor");
        forge(&lab.signer);
        expect("the real key", i, RECEIPTS, 8);
        open_copy();
        edit_core(i);
        run("DELETE FROM anchor");
        forge(&lab.signer);
        expect_silent(i);
    }
}

static void missing_swapped_doubled_and_inserted_records_are_found(void **state)
{
    (void)state;
    EACH(i, 1, RECORDS - 1)
    {
        open_copy();
        run("DELETE FROM entry WHERE idx = %u", i);
        expect("deleted", i, NOTHING, 2);
        open_copy();
        run("UPDATE entry SET idx = 9999 WHERE idx = %u; UPDATE entry SET idx = %u WHERE idx = %u;"
            " UPDATE entry SET idx = %u WHERE idx = 9999", i, i, i + 1, i + 1);
        expect("swapped", i, NOTHING, 2);
        open_copy();
        run("UPDATE entry SET idx = -1 WHERE 0; INSERT INTO entry SELECT %u, leaf, kind, ts_ms, core"
            " FROM entry WHERE idx = %u", RECORDS, i);
        expect("doubled", i, NOTHING, 2);
        open_copy();
        run("UPDATE entry SET idx = idx + 1000 WHERE idx >= %u;"
            " UPDATE entry SET idx = idx - 999 WHERE idx >= 1000;"
            " INSERT INTO entry SELECT %u, leaf, kind, ts_ms, core FROM entry WHERE idx = 0", i, i);
        expect("inserted", i, NOTHING, 2);
        open_copy();
        run("UPDATE entry SET idx = idx + 1000 WHERE idx >= %u;"
            " UPDATE entry SET idx = idx - 999 WHERE idx >= 1000;"
            " INSERT INTO entry SELECT %u, leaf, kind, ts_ms, core FROM entry WHERE idx = 0", i, i);
        forge(NULL);
        expect("inserted, tree anew", i, NOTHING, 2);
    }
}

static void cut_to(unsigned size)
{
    run("DELETE FROM entry WHERE idx >= %u; DELETE FROM checkpoint WHERE size > %u;"
        " DELETE FROM sealed_ref WHERE entry_idx >= %u; DELETE FROM finder_new WHERE entry_idx >= %u;"
        " DELETE FROM sealed WHERE NOT EXISTS (SELECT 1 FROM sealed_ref r WHERE r.sealed_id = sealed.id);"
        " DELETE FROM anchor WHERE size > %u; DELETE FROM node WHERE (idx + 1) << level > %u",
        size, size, size, size, size, size);
}

static void a_cut_tail_needs_something_from_outside(void **state)
{
    (void)state;
    EACH(i, 41, RECORDS)
    {
        open_copy();
        cut_to(i);
        expect_silent(i);
        open_copy();
        cut_to(i);
        expect("cut", i, RECEIPTS, 8);
    }
}

static void copied_columns_are_compared_with_the_core(void **state)
{
    (void)state;
    EACH(i, 0, RECORDS)
    {
        open_copy();
        run("UPDATE entry SET kind = 'review' WHERE idx = %u", i);
        expect("kind", i, NOTHING, 2);
        open_copy();
        run("UPDATE entry SET ts_ms = ts_ms + 1 WHERE idx = %u", i);
        expect("ts_ms", i, NOTHING, 2);
    }
}

#define SEALED_OF "id = (SELECT sealed_id FROM sealed_ref WHERE entry_idx = %u AND label = 'input')"

static void sealed_fields_are_bound_to_their_place(void **state)
{
    (void)state;
    EACH(i, 1, RECORDS)
    {
        if (i == 40 || i == 41) /* the erasure record, and no pair behind it */
            continue;
        open_copy();
        flip("sealed", "body", where(SEALED_OF, i), i);
        expect("body", i, NOTHING, 6);
        open_copy();
        flip("sealed", "salt", where(SEALED_OF, i), i);
        expect("salt", i, NOTHING, 6);
        open_copy();
        run("UPDATE sealed SET label = 'output' WHERE " SEALED_OF, i);
        expect("label", i, NOTHING, 6);
        open_copy();
        run("UPDATE sealed SET salt = NULL, body = NULL, erased_by = 40 WHERE " SEALED_OF, i);
        expect("erased for another", i, NOTHING, 6);
        open_copy();
        run("UPDATE sealed SET salt = NULL, body = NULL, erased_by = 3 WHERE " SEALED_OF, i);
        expect("erased by nothing", i, NOTHING, 6);
        open_copy();
        run("DELETE FROM sealed WHERE " SEALED_OF, i);
        expect("row gone", i, NOTHING, 6);
        open_copy();
        run("DELETE FROM sealed_ref WHERE entry_idx = %u AND label = 'input'", i);
        expect("ref gone", i, NOTHING, 6);
        open_copy();
        flip("sealed", "cm", where(SEALED_OF, i), i);
        expect("commitment", i, NOTHING, 6);
        open_copy();
        run("UPDATE sealed_ref SET sealed_id = (SELECT sealed_id FROM sealed_ref WHERE entry_idx = %u"
            " AND label = 'output') WHERE entry_idx = %u AND label = 'input'", i, i);
        expect("moved", i, NOTHING, 6);
        open_copy();
        run("INSERT INTO sealed_ref SELECT %u, 'text', id FROM sealed LIMIT 1", i);
        expect("ref more", i, NOTHING, 6);
    }
}

static void replaced_and_missing_bundles_are_found(void **state)
{
    (void)state;
    open_copy();
    run("UPDATE content SET body = x'00'");
    expect("bundle replaced", 0, NOTHING, 7);
    open_copy();
    run("DELETE FROM content");
    expect("bundle gone", 0, NOTHING, 7);
}

static void the_schema_and_the_file_are_looked_at(void **state)
{
    (void)state;
    open_copy();
    strcpy(lab.triggers, "SELECT 1");
    expect("triggers gone", 0, NOTHING, 1);
    open_copy();
    run("CREATE TABLE more (a)");
    expect("a table more", 0, NOTHING, 1);
    open_copy();
    run("UPDATE meta SET v = CAST('other.example' AS BLOB) WHERE k = 'origin'");
    expect("origin", 0, NOTHING, 2);
    open_copy();
    run("UPDATE meta SET v = CAST('1 7' AS BLOB) WHERE k LIKE 'key %%'");
    expect("keys", 0, NOTHING, 5);
}

static void an_old_copy_that_went_on_is_found(void **state)
{
    char command[4 * TEST_PATH];
    struct test_found found;
    struct audit *audit;
    struct err err;

    (void)state;
    open_copy();
    cut_to(50);
    run("DELETE FROM anchor"); /* or it would miss the anchor file at once */
    close_copy();
    snprintf(command, sizeof command, "cp -r %s/keys %s/ && chmod 600 %s/audit.db", lab.home, lab.copy,
             lab.copy);
    assert_int_equal(system(command), 0);
    audit = test_open(lab.copy);
    for (unsigned i = 0; i < 20; i++)
        test_append(audit, 500 + i);
    audit_close(audit);
    lab.tried++;
    assert_int_equal(ask(RECEIPTS, &found), 1);
    assert_true(found.step[8] > 0);
    lab.found++;
    snprintf(command, sizeof command, "cp %s/anchor.log %s/", lab.home, lab.copy);
    assert_int_equal(system(command), 0);
    assert_false(audit_open(lab.copy, NULL, &audit, &err));
    assert_string_equal(err.code, "E-ROLLBACK");
    test_wipe(lab.copy);
    mkdir(lab.copy, 0700);
}

/* Clean logs: sizes up to 1,025, batches split anyhow, kinds mixed. */
static void clean_logs_raise_no_alarm(void **state)
{
    long count = test_count("CLEAN_LOGS", 25);
    uint64_t seed = (uint64_t)test_count("CLEAN_SEED", 1);
    static struct audit_record record[256];
    static struct audit_receipt receipt[256];
    struct test_found found;
    struct err err;

    (void)state;
    for (long n = 0; n < count; n++) {
        uint64_t wanted = n == 0 ? 1025 : test_random(&seed) % (n % 20 == 0 ? 1026 : 140);
        struct test_record t;
        struct audit *audit;

        test_wipe(lab.copy);
        mkdir(lab.copy, 0700);
        audit = test_open(lab.copy);
        for (uint64_t size = 1; size < wanted;) {
            uint64_t batch = 1 + test_random(&seed) % 64;

            batch = batch > wanted - size ? wanted - size : batch;
            test_fill(&t, (unsigned)(test_random(&seed) % 50));
            for (uint64_t i = 0; i < batch; i++) {
                record[i] = t.record;
                if (test_random(&seed) % 5 == 0)
                    record[i] = (struct audit_record){.kind = "review", .more = "{\"target\":1}"};
            }
            assert_true(audit_append(audit, record, batch, receipt, &err));
            size += batch;
        }
        audit_close(audit);
        if (test_verify(lab.copy, &found) != 3)
            fail_msg("log %ld of size %llu: %s %s.%s", n, (unsigned long long)wanted,
                     found.first.step, found.first.table, found.first.column);
    }
    printf("# clean: %ld random logs, no false alarm\n", count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_is_found),
        cmocka_unit_test(a_missing_or_extra_node_is_found),
        cmocka_unit_test(an_edit_with_the_tree_made_anew_is_found_by_the_checkpoints),
        cmocka_unit_test(a_log_made_anew_with_another_key_is_found_by_the_vkey),
        cmocka_unit_test(the_real_key_does_not_help_against_what_was_handed_out),
        cmocka_unit_test(missing_swapped_doubled_and_inserted_records_are_found),
        cmocka_unit_test(a_cut_tail_needs_something_from_outside),
        cmocka_unit_test(copied_columns_are_compared_with_the_core),
        cmocka_unit_test(sealed_fields_are_bound_to_their_place),
        cmocka_unit_test(replaced_and_missing_bundles_are_found),
        cmocka_unit_test(the_schema_and_the_file_are_looked_at),
        cmocka_unit_test(an_old_copy_that_went_on_is_found),
        cmocka_unit_test(clean_logs_raise_no_alarm),
    };

    return cmocka_run_group_tests_name("tampering", tests, make_lab, drop_lab);
}
