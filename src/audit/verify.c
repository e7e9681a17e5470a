/*
 * verify.c - does the whole file hold together? See verify.h.
 *
 * Two threads with a connection each: one walks the entries and rebuilds the
 * tree, the other asks SQLite about the file and opens the sealed fields.
 */
#include "audit/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/verify_parts.h"
#include "base/sha256.h"

void verify_report(struct verify *v, const char *step, int64_t index, const char *table,
                   const char *column, const char *expected, const char *found)
{
    struct verify_finding finding = {.step = step, .index = index, .table = table,
                                     .column = column};

    snprintf(finding.expected, sizeof finding.expected, "%s", expected);
    snprintf(finding.found, sizeof finding.found, "%s", found);
    pthread_mutex_lock(&v->lock);
    v->result->violations++;
    if (v->options->report != NULL)
        v->options->report(v->options->context, &finding);
    pthread_mutex_unlock(&v->lock);
}

void verify_report_hash(struct verify *v, const char *step, int64_t index, const char *table,
                        const char *column, const uint8_t *expected, const uint8_t *found)
{
    char a[SHA256_HEX] = "nothing";
    char b[SHA256_HEX] = "nothing";

    if (expected != NULL)
        sha256_hex(expected, a);
    if (found != NULL)
        sha256_hex(found, b);
    verify_report(v, step, index, table, column, a, b);
}

static void report_text(struct verify *v, const char *what)
{
    verify_report(v, "V1", -1, "the file", "integrity_check", "ok", what);
}

bool verify_stop(struct verify *v, sqlite3 *db)
{
    int code = sqlite3_extended_errcode(db);
    /* Damage is a finding; a disk that fails, or a lack of memory, is none. */
    bool damaged =
        (code & 0xFF) == SQLITE_CORRUPT || ((code & 0xFF) == SQLITE_ERROR && v->bad_schema);

    if (damaged)
        report_text(v, sqlite3_errstr(code));
    pthread_mutex_lock(&v->lock);
    v->failed = true;
    v->damaged = v->damaged || damaged;
    err_set(&v->err, ERR_STORE, "E-LOG-READ", "the log cannot be read to its end: %s",
            sqlite3_errstr(code));
    pthread_mutex_unlock(&v->lock);
    return false;
}

static int64_t number_of(sqlite3 *db, const char *pragma)
{
    sqlite3_stmt *ask = NULL;
    int64_t number = -1;

    if (sqlite3_prepare_v2(db, pragma, -1, &ask, NULL) == SQLITE_OK &&
        sqlite3_step(ask) == SQLITE_ROW)
        number = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return number;
}

/* Opens the file for reading, even if its folder cannot be written. */
static bool verify_open(const char *path, sqlite3 **db, struct err *err)
{
    if (!log_open_reading(path, true, db, err))
        return false;
    sqlite3_exec(*db, "PRAGMA query_only=1; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"
                      " PRAGMA mmap_size=1073741824;",
                 NULL, NULL, NULL);
    /* Nothing is known of what another version keeps where. */
    return log_version_known(path, number_of(*db, "PRAGMA application_id"),
                             number_of(*db, "PRAGMA user_version"), false, err);
}

static void check_pages(struct verify *v, sqlite3 *db, const char *pragma)
{
    sqlite3_stmt *check = NULL;

    if (sqlite3_prepare_v2(db, pragma, -1, &check, NULL) != SQLITE_OK) {
        report_text(v, sqlite3_errmsg(db));
        return;
    }
    while (sqlite3_step(check) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(check, 0);

        if (line == NULL || strcmp(line, "ok") != 0)
            report_text(v, line == NULL ? "nothing" : line);
    }
    sqlite3_finalize(check);
}

/* The pages of sealed fields and contents are looked at with what is in them:
 * who asks for the records only does not wait for those. */
static void verify_file(struct verify *v, sqlite3 *db)
{
    static const char *const records[] = {
        "PRAGMA integrity_check(entry)", "PRAGMA integrity_check(node)",
        "PRAGMA integrity_check(checkpoint)", "PRAGMA integrity_check(meta)",
        "PRAGMA integrity_check(anchor)"};

    if (!v->options->skip_sealed) {
        check_pages(v, db, "PRAGMA integrity_check");
        return;
    }
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        check_pages(v, db, records[i]);
}

struct helper {
    struct verify *v;
    sqlite3 *db;
};

static void *second_thread(void *context)
{
    struct helper *helper = context;

    verify_file(helper->v, helper->db);
    if (!helper->v->options->skip_sealed && verify_sealed(helper->v, helper->db))
        (void)!verify_content(helper->v, helper->db);
    return NULL;
}

/* A record appended meanwhile is in neither thread's snapshot or in both. */
static bool same_snapshot(sqlite3 *a, sqlite3 *b)
{
    for (int attempt = 0; attempt < 10; attempt++) {
        sqlite3_stmt *size[2] = {NULL, NULL};
        sqlite3_int64 got[2] = {-1, -2};
        sqlite3 *db[2] = {a, b};

        for (int i = 0; i < 2; i++) {
            sqlite3_exec(db[i], "COMMIT", NULL, NULL, NULL);
            sqlite3_exec(db[i], "BEGIN", NULL, NULL, NULL);
            if (sqlite3_prepare_v2(db[i], "SELECT coalesce(max(size), 0) FROM checkpoint", -1,
                                   &size[i], NULL) == SQLITE_OK &&
                sqlite3_step(size[i]) == SQLITE_ROW)
                got[i] = sqlite3_column_int64(size[i], 0);
            sqlite3_finalize(size[i]);
        }
        if (got[0] == got[1])
            return true;
    }
    return false;
}

static bool run(struct verify *v, sqlite3 *second)
{
    struct helper helper = {v, second};
    struct err why;
    pthread_t thread;
    bool ok;

    v->bad_schema = !log_schema_check(v->log.db, v->log.schema, &why);
    if (v->bad_schema)
        verify_report(v, "V1", -1, "sqlite_schema", "sql", "the schema of this version", why.text);
    if (!same_snapshot(v->log.db, second))
        return err_set(&v->err, ERR_STORE, "E-LOG-BUSY", "the log is written too fast to be read");
    if (pthread_create(&thread, NULL, second_thread, &helper) != 0)
        return err_set(&v->err, ERR_MEMORY, "E-MEMORY", "no thread can be started");
    ok = verify_scan(v);
    pthread_join(thread, NULL);
    ok = ok && (v->options->skip_sealed || verify_named(v));
    return ok && !v->failed;
}

bool audit_verify(const struct verify_options *options, struct verify_result *result,
                  struct err *err)
{
    struct verify *v = calloc(1, sizeof *v);
    sqlite3 *second = NULL;
    bool ok;

    if (v == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    memset(result, 0, sizeof *result);
    v->options = options;
    v->result = result;
    v->log.read_only = true;
    pthread_mutex_init(&v->lock, NULL);
    ok = verify_open(options->path, &v->log.db, err) &&
         verify_open(options->path, &second, err);
    v->log.schema = ok ? number_of(v->log.db, "PRAGMA user_version") : 0;
    if (ok && !run(v, second)) {
        ok = v->damaged;
        if (err != NULL)
            *err = v->err;
    }
    log_db_close(&v->log);
    sqlite3_close(second);
    core_view_free(&v->view);
    hash_set_free(&v->named);
    free(v->rule);
    pthread_mutex_destroy(&v->lock);
    free(v);
    return ok;
}

int verify_exit_status(const struct verify_result *result)
{
    if (result->violations > 0)
        return 1;
    return result->tied ? 0 : 3;
}
