/*
 * attack_test.c - what somebody could do to a home folder beside editing records
 * (tamper_test.c): rows, files and neighbours of the log. Each attack is found by
 * verify at its step, or stops the next start with a word about what to do.
 */
#include "audit/test_log.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/vfs.h>
#include <time.h>

#include "audit/anchor.h"
#include "audit/change.h"
#include "audit/export.h"
#include "audit/keys.h"
#include "audit/retention.h"

struct lab {
    char home[TEST_PATH];
    char sink[TEST_PATH + 16];
    struct audit_receipt receipt;
    struct err err;
};

static struct lab lab;
static const struct audit_actor actor = {"user", "operator-1", NULL};

/* The file system that the kernel would name; 0: as it is. */
static long pretended;

int statfs(const char *path, struct statfs *out)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    int result = file < 0 ? -1 : fstatfs(file, out);

    if (file >= 0)
        close(file);
    if (result == 0 && pretended != 0)
        out->f_type = pretended;
    return result;
}

/* Six answers of three cases, a second sink, a hold and a rule. */
static int make_lab(void **state)
{
    struct audit *audit;

    (void)state;
    memset(&lab, 0, sizeof lab);
    pretended = 0;
    test_folder(lab.home);
    snprintf(lab.sink, sizeof lab.sink, "%s-sink", lab.home);
    audit = test_open(lab.home);
    for (unsigned i = 0; i < 6; i++)
        test_append(audit, i);
    assert_true(audit_anchor_add(audit, lab.sink, &actor, &lab.receipt, &lab.err));
    assert_true(audit_hold_set(audit, "docket-7", NULL, "litigation", &actor, &lab.receipt, &lab.err));
    assert_true(audit_retention_set(audit, "acme", 12, "contract", &actor, &lab.receipt, &lab.err));
    assert_true(audit_anchor_now(audit, &lab.err));
    audit_close(audit);
    return 0;
}

static int drop_lab(void **state)
{
    (void)state;
    pretended = 0;
    test_wipe(lab.home);
    unlink(lab.sink);
    return 0;
}

static void shell(const char *format, ...) PRINTF_LIKE(1, 2);
static void shell(const char *format, ...)
{
    char command[4 * TEST_PATH];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    if (system(command) != 0)
        fail_msg("%s", command);
}

static bool verify_file(struct test_found *found, struct err *err)
{
    char path[TEST_PATH + 16];
    struct verify_options options = {.path = path, .report = test_note, .context = found};

    memset(found, 0, sizeof *found);
    snprintf(path, sizeof path, "%s/audit.db", lab.home);
    return audit_verify(&options, &found->result, err);
}

static void opens_with(const char *what, const char *code)
{
    struct audit_options options = {.reserve_bytes = 1};
    struct audit *audit;
    struct err err = {.kind = ERR_NONE};
    bool ok = audit_open(lab.home, &options, &audit, &err);

    audit_close(audit);
    if (ok != (code == NULL) || (code != NULL && strcmp(err.code, code) != 0))
        fail_msg("%s: the log %s (%s)", what, ok ? "opens" : "does not open", err.code);
    if (!ok && err.help[0] == '\0')
        fail_msg("%s: %s says no next step", what, err.code);
}

struct attack {
    const char *what;
    const char *sql;
    unsigned step;    /* of verify that finds it */
    const char *open; /* code of the next start; NULL: it starts */
};

static const struct attack attacks[] = {
    {"salts of two records of a case change places",
     "UPDATE sealed SET salt = (SELECT o.salt FROM sealed o WHERE o.label = 'input' AND o.id <> sealed.id"
     " ORDER BY o.id LIMIT 1) WHERE id IN (SELECT id FROM sealed WHERE label = 'input' LIMIT 2)", 6, NULL},
    {"fields of two records of a case change places",
     "UPDATE sealed_ref SET sealed_id = (SELECT sum(r.sealed_id) FROM sealed_ref r WHERE r.label = 'input'"
     " AND r.entry_idx IN (1, 2)) - sealed_id WHERE label = 'input' AND entry_idx IN (1, 2)", 6, NULL},
    {"a case of another record",
     "UPDATE sealed_ref SET sealed_id = (SELECT r.sealed_id FROM sealed_ref r WHERE r.label = 'case' AND"
     " r.entry_idx = 5) WHERE label = 'case' AND entry_idx = 1", 6, NULL},
    {"a codec that nobody knows", "UPDATE sealed SET codec = 'zstd' WHERE id = 3", 6, NULL},
    {"a record below the first",
     "PRAGMA ignore_check_constraints = 1; INSERT INTO entry SELECT -5, leaf, kind, ts_ms, core"
     " FROM entry WHERE idx = 1", 1, NULL},
    {"a checkpoint of a size to come",
     "INSERT INTO checkpoint VALUES (999, zeroblob(32), x'00')", 5, NULL},
    {"an anchor of a size to come",
     "INSERT INTO anchor VALUES (999, zeroblob(32), '/other', NULL, 0)", 8, NULL},
    {"an anchor of another root", "UPDATE anchor SET root = zeroblob(32)", 8, NULL},
    {"open guard rails", "INSERT INTO meta VALUES ('pruning', x'')", 2, NULL},
    {"a hold that nobody set", "INSERT INTO meta VALUES ('hold x', CAST('1 *' AS BLOB))", 2, NULL},
    {"a hold that is gone", "DELETE FROM meta WHERE k LIKE 'hold %'", 2, NULL},
    {"a rule that nobody set", "INSERT INTO meta VALUES ('keep default', CAST('1 1' AS BLOB))", 2, NULL},
    {"a rule with fewer years", "UPDATE meta SET v = CAST(replace(v, '12', '1') AS BLOB)"
     " WHERE k = 'keep acme'", 2, NULL},
    {"a sink that is forgotten", "DELETE FROM meta WHERE k = 'sinks'", 2, NULL},
    {"no origin", "DELETE FROM meta WHERE k = 'origin'", 2, "E-LOG-META"},
    {"another origin", "UPDATE meta SET v = CAST('other' AS BLOB) WHERE k = 'origin'", 2, "E-KEY"},
    {"no keys", "DELETE FROM meta WHERE k LIKE 'key %'", 5, "E-LOG-CLOSED"},
    {"the schema of before in name only", "PRAGMA user_version = 2", 1, "E-LOG-SCHEMA"},
    {"statistics", "ANALYZE", 1, "E-LOG-SCHEMA"},
    {"a table that is not strict any more",
     "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '')"
     " WHERE name = 'sealed'", 1, "E-LOG-SCHEMA"},
};

static void a_changed_row_is_found_and_named(void **state)
{
    struct test_found found;

    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        const struct attack *attack = &attacks[i];

        drop_lab(state);
        make_lab(state);
        assert_int_equal(test_verify(lab.home, &found), 3);
        test_sql(lab.home, attack->sql);
        if (!verify_file(&found, &lab.err))
            fail_msg("%s: %s", attack->what, lab.err.text);
        if (verify_exit_status(&found.result) != 1 || found.step[attack->step] == 0)
            fail_msg("%s: not found by V%u", attack->what, attack->step);
        opens_with(attack->what, attack->open);
    }
}

/* ---- the file itself ---- */

static void overwrite(const char *name, off_t at, size_t len)
{
    char path[TEST_PATH + 32], noise[8192];
    int file;

    memset(noise, 0xA5, sizeof noise);
    snprintf(path, sizeof path, "%s/%s", lab.home, name);
    file = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, noise, len, at), len);
    close(file);
}

static void damage_is_a_violation_and_not_only_an_error(void **state)
{
    struct test_found found;

    (void)state;
    overwrite("audit.db", 3 * 8192, 8192);
    assert_true(verify_file(&found, &lab.err));
    assert_int_equal(verify_exit_status(&found.result), 1);
    assert_true(found.step[1] > 0);
    shell("truncate -s -16384 %s/audit.db", lab.home);
    assert_false(verify_file(&found, &lab.err));
    assert_int_equal(lab.err.kind, ERR_TAMPER);
    assert_string_equal(lab.err.code, "E-LOG-DAMAGED");
    opens_with("a file cut short", "E-LOG-STORE");
    overwrite("audit.db", 0, 100);
    assert_false(verify_file(&found, &lab.err));
    assert_string_equal(lab.err.code, "E-LOG-READ");
    opens_with("no database at all", "E-LOG-STORE");
    shell("truncate -s 0 %s/audit.db", lab.home);
    opens_with("an empty file", "E-LOG-FOREIGN");
}

static void a_log_behind_a_link_is_not_opened(void **state)
{
    (void)state;
    shell("mv %s/audit.db %s/elsewhere.db && ln -s elsewhere.db %s/audit.db", lab.home, lab.home,
          lab.home);
    opens_with("a link", "E-LOG-MODE");
    shell("rm %s/audit.db && mkdir %s/audit.db", lab.home, lab.home);
    opens_with("a folder", "E-LOG-MODE");
    shell("rmdir %s/audit.db && ln -s nowhere %s/audit.db", lab.home, lab.home);
    opens_with("a link to nowhere", "E-ROLLBACK");
}

/* SQLite takes any write-ahead log whose own sums are right. */
static void a_write_ahead_log_of_another_log_is_found(void **state)
{
    char other[TEST_PATH + 16], path[TEST_PATH + 32];
    struct test_found found;
    sqlite3 *db;

    (void)state;
    snprintf(other, sizeof other, "%s-other", lab.home);
    snprintf(path, sizeof path, "%s/audit.db", other);
    shell("mkdir -m 700 %s", other);
    audit_close(test_open(other));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0;"
                                      "UPDATE sealed SET codec = codec;"
                                      "INSERT INTO meta VALUES ('x', x'00')", 0, 0, 0), SQLITE_OK);
    shell("cp %s/audit.db-wal %s/", other, lab.home);
    sqlite3_close(db);
    assert_true(verify_file(&found, &lab.err));
    assert_int_equal(verify_exit_status(&found.result), 1);
    opens_with("the write-ahead log of another", "E-KEY-MISSING");
    test_wipe(other);
}

static void another_process_may_hold_the_log_for_five_seconds(void **state)
{
    struct audit *audit = test_open(lab.home);
    struct test_record t;
    struct timespec from, to;
    char path[TEST_PATH + 16];
    sqlite3 *db;

    (void)state;
    test_fill(&t, 1);
    snprintf(path, sizeof path, "%s/audit.db", lab.home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0), SQLITE_OK);
    clock_gettime(CLOCK_MONOTONIC, &from);
    assert_false(audit_append(audit, &t.record, 1, &lab.receipt, &lab.err));
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_string_equal(lab.err.code, "E-LOG-BUSY");
    assert_true(lab.err.help[0] != '\0');
    assert_in_range(to.tv_sec - from.tv_sec, 4, 60);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", 0, 0, 0), SQLITE_OK);
    assert_true(audit_append(audit, &t.record, 1, &lab.receipt, &lab.err));
    sqlite3_close(db);
    audit_close(audit);
}

/* ---- keys and neighbours ---- */

static void keys_of_others_are_no_keys(void **state)
{
    (void)state;
    shell("chmod 644 %s/keys/*.key", lab.home);
    opens_with("a key for all to read", "E-KEY-MODE");
    shell("chmod 600 %s/keys/*.key", lab.home);
    opens_with("a key of one's own", NULL);
    shell("for f in %s/keys/*.key; do [ ${f##*/} = finder.key ] || mv $f %s-key; done", lab.home, lab.home);
    opens_with("a key that is gone", "E-KEY-MISSING");
    shell("rm %s-key && for f in %s/keys/finder.key; do : >$f; done", lab.home, lab.home);
    opens_with("an empty key", "E-KEY");
}

static void put_line(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* what others wrote into a sink stops the log, at its next record at the
 * latest, and at every start after that. */
static void a_foreign_line_in_a_sink_stops_the_log(void **state)
{
    static const char *const lines[] = {
        "nonsense\n",
        "other.example/log 3 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= 1760000000000 AAAA\n"};
    static const char *const codes[] = {"E-ANCHOR", "E-ROLLBACK"};

    for (int i = 0; i < 2; i++) {
        struct audit *audit;
        struct test_record t;

        drop_lab(state);
        make_lab(state);
        audit = test_open(lab.home);
        test_fill(&t, 1);
        assert_true(audit_append(audit, &t.record, 1, &lab.receipt, &lab.err));
        put_line(lab.sink, lines[i]);
        assert_true(audit_append(audit, &t.record, 1, &lab.receipt, &lab.err)); /* not due yet */
        assert_false(audit_anchor_now(audit, &lab.err));
        assert_string_equal(lab.err.code, codes[i]);
        assert_int_equal(lab.err.kind, ERR_ROLLBACK);
        audit_close(audit);
        opens_with(lines[i], codes[i]);
    }
}

static void an_anchor_that_was_due_stops_the_log_where_it_cannot_be_made(void **state)
{
    struct audit *audit = test_open(lab.home);
    struct test_record t;
    bool stopped = false;

    (void)state;
    test_fill(&t, 1);
    put_line(lab.sink, "other.example/log 3 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= 1 AAAA\n");
    for (unsigned i = 0; i < 300 && !stopped; i++)
        stopped = !audit_append(audit, &t.record, 1, &lab.receipt, &lab.err);
    assert_true(stopped);
    assert_string_equal(lab.err.code, "E-LOG-DEAD");
    assert_non_null(strstr(lab.err.text, "it is of another log"));
    audit_close(audit);
}

static int64_t clock_now;

static int64_t set_clock(void *context)
{
    return *(int64_t *)context;
}

static long lines_of(const char *path)
{
    FILE *file = fopen(path, "r");
    long lines = 0;

    assert_non_null(file);
    for (int c; (c = getc(file)) != EOF;)
        lines += c == '\n';
    fclose(file);
    return lines;
}

/* one of both. */
static void an_anchor_is_made_after_a_minute_or_256_records(void **state)
{
    struct audit_options options = {.reserve_bytes = 1, .clock_ms = set_clock,
                                    .clock_context = &clock_now};
    struct audit_record record = {.kind = "review", .more = "{\"target\":1}"};
    struct audit *audit;
    long lines;

    (void)state;
    clock_now = 4000000000000;
    assert_true(audit_open(lab.home, &options, &audit, &lab.err));
    assert_true(audit_anchor_now(audit, &lab.err));
    assert_true(audit_append(audit, &record, 1, &lab.receipt, &lab.err));
    assert_true(audit_anchor_now(audit, &lab.err));
    lines = lines_of(lab.sink);
    clock_now += 59999;
    assert_true(audit_append(audit, &record, 1, &lab.receipt, &lab.err));
    assert_int_equal(lines_of(lab.sink), lines);
    clock_now += 1;
    assert_true(audit_append(audit, &record, 1, &lab.receipt, &lab.err));
    assert_int_equal(lines_of(lab.sink), lines + 1);
    for (int i = 0; i < 255; i++)
        assert_true(audit_append(audit, &record, 1, &lab.receipt, &lab.err));
    assert_int_equal(lines_of(lab.sink), lines + 1);
    assert_true(audit_append(audit, &record, 1, &lab.receipt, &lab.err));
    assert_int_equal(lines_of(lab.sink), lines + 2);
    audit_close(audit);
}

static void a_sink_that_lost_its_lines_is_missed(void **state)
{
    static const char *const commands[] = {"rm", "truncate -s 0", "sed -i '$d'"};

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        drop_lab(state);
        make_lab(state);
        shell("%s %s/anchor.log", commands[i], lab.home);
        opens_with(commands[i], "E-ROLLBACK");
    }
}

/* The home folder may move, and its own sink with it: what was seen is known. */
static void a_home_that_moved_remembers_its_anchors(void **state)
{
    char old[TEST_PATH];

    (void)state;
    strcpy(old, lab.home);
    strcat(lab.home, "-moved");
    shell("mv %s %s", old, lab.home);
    opens_with("a home that moved", NULL);
    shell("rm %s/anchor.log", lab.home);
    opens_with("a home that moved and lost its anchors", "E-ROLLBACK");
}

static void lines_that_say_the_same_or_were_cut_short_are_no_harm(void **state)
{
    (void)state;
    shell("tail -n 1 %s >%s/last && cat %s/last >>%s && rm %s/last", lab.sink, lab.home, lab.home,
          lab.sink, lab.home);
    opens_with("a line twice", NULL);
    put_line(lab.sink, "rubric.local/log/0123 4 half a li");
    opens_with("a line that a crash cut short", NULL);
}

/* ---- several processes: here two handles ---- */

static void keep_first_key(void *context, const char *vkey, uint64_t from, uint64_t to)
{
    (void)to;
    if (from == 1)
        snprintf(context, NOTE_VKEY, "%s", vkey);
}

static void who_has_the_log_open_learns_of_other_keys(void **state)
{
    struct audit *one = test_open(lab.home);
    struct audit *two = test_open(lab.home);
    char first[NOTE_VKEY], second[NOTE_VKEY];
    struct test_record t;
    struct test_found found;
    struct note_key trusted;

    (void)state;
    assert_true(audit_key_list(two, keep_first_key, first, &lab.err));
    test_append(one, 1);
    assert_true(audit_key_add(two, &actor, second, &lab.receipt, &lab.err));
    lab.receipt = test_append(one, 2);
    assert_non_null(strstr(strstr(lab.receipt.note, "\xe2\x80\x94") + 1, "\xe2\x80\x94"));
    assert_true(audit_key_retire(two, &actor, first, &lab.receipt, &lab.err));
    test_append(one, 3);
    assert_true(note_key_parse(second, strlen(second), &trusted, &lab.err));
    assert_int_equal(test_verify_with(lab.home, &trusted, 1, NULL, &found), 0);
    assert_true(audit_key_revoke(two, &actor, second, "stolen", &lab.err));
    audit_close(two);
    test_fill(&t, 4);
    assert_false(audit_append(one, &t.record, 1, &lab.receipt, &lab.err));
    assert_string_equal(lab.err.code, "E-LOG-CLOSED");
    audit_close(one);
    opens_with("the log that goes on", NULL);
}

static void a_log_that_lost_nothing_is_not_put_aside(void **state)
{
    (void)state;
    shell("chmod 644 %s/audit.db", lab.home);
    assert_false(audit_accept_rollback(lab.home, NULL, &actor, "hasty", &lab.err));
    assert_string_equal(lab.err.code, "E-LOG-MODE");
    shell("chmod 600 %s/audit.db", lab.home);
    pretended = 0x6969;
    assert_false(audit_accept_rollback(lab.home, NULL, &actor, "hasty", &lab.err));
    assert_string_equal(lab.err.code, "E-HOME-NETWORK");
    pretended = 0;
    opens_with("a log that was never away", NULL);
}

/* ---- disks that are not here ---- */

static void a_network_file_system_is_refused(void **state)
{
    static const long remote[] = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x01021997,
                                  0x00C36400, 0x5346414F, 0x73757245, 0x0BD00BD0, 0x47504653,
                                  0x6B414653, 0x564C,     0x786F4256, 0xBACBACBC};
    static const long local[] = {0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630, 0x2FC12FC1};

    (void)state;
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
        pretended = remote[i];
        opens_with("a network file system", "E-HOME-NETWORK");
    }
    pretended = (int)0xFF534D42; /* as a kernel with 32-bit numbers has it */
    opens_with("a network file system of 32 bits", "E-HOME-NETWORK");
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
        pretended = local[i];
        opens_with("a local disk", NULL);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_lab, drop_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_changed_row_is_found_and_named),
        TEST(damage_is_a_violation_and_not_only_an_error),
        TEST(a_log_behind_a_link_is_not_opened),
        TEST(a_write_ahead_log_of_another_log_is_found),
        TEST(another_process_may_hold_the_log_for_five_seconds),
        TEST(keys_of_others_are_no_keys),
        TEST(a_foreign_line_in_a_sink_stops_the_log),
        TEST(an_anchor_that_was_due_stops_the_log_where_it_cannot_be_made),
        TEST(an_anchor_is_made_after_a_minute_or_256_records),
        TEST(a_sink_that_lost_its_lines_is_missed),
        TEST(a_home_that_moved_remembers_its_anchors),
        TEST(lines_that_say_the_same_or_were_cut_short_are_no_harm),
        TEST(who_has_the_log_open_learns_of_other_keys),
        TEST(a_log_that_lost_nothing_is_not_put_aside),
        TEST(a_network_file_system_is_refused),
    };

    return cmocka_run_group_tests_name("attacks", tests, NULL, NULL);
}
