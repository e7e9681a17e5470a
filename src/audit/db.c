/*
 * db.c - the connection to audit.db: settings, statements, errors.
 *
 * Every setting that durability or erasure rests on is asked back after it was
 * set. Error texts come from SQLite's own list, never from a row.
 */
#include "audit/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The newest entry of a case whose commitment to it was not erased. */
#define FIND_CASE(table)                                                              \
    ("SELECT s.cm, s.id, s.body FROM " table " f"                                       \
     " JOIN sealed_ref r ON r.entry_idx = f.entry_idx AND r.label = 'case'"           \
     " JOIN sealed s ON s.id = r.sealed_id"                                           \
     " WHERE f.tag = ?1 AND s.salt IS NOT NULL ORDER BY f.entry_idx DESC LIMIT 1")

static const char *const statements[LOG_STATEMENTS] = {
    [LOG_BEGIN] = "BEGIN IMMEDIATE",
    [LOG_COMMIT] = "COMMIT",
    [LOG_ROLLBACK] = "ROLLBACK",
    [LOG_LAST_ENTRY] = "SELECT idx, ts_ms FROM entry ORDER BY idx DESC LIMIT 1",
    [LOG_LAST_CHECKPOINT] = "SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1",
    [LOG_GET_NODE] = "SELECT hash FROM node WHERE level = ?1 AND idx = ?2",
    [LOG_GET_LEAF] = "SELECT leaf FROM entry WHERE idx = ?1",
    [LOG_PUT_ENTRY] =
        "INSERT INTO entry (idx, leaf, kind, ts_ms, core) VALUES (?1, ?2, ?3, ?4, ?5)",
    [LOG_PUT_NODE] = "INSERT INTO node (level, idx, hash) VALUES (?1, ?2, ?3)",
    [LOG_PUT_CHECKPOINT] = "INSERT INTO checkpoint (size, root, note) VALUES (?1, ?2, ?3)",
    [LOG_PUT_SEALED] =
        "INSERT INTO sealed (cm, label, codec, salt, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    [LOG_PUT_REF] = "INSERT INTO sealed_ref (entry_idx, label, sealed_id) VALUES (?1, ?2, ?3)",
    [LOG_PUT_FINDER] = "INSERT INTO finder_new (tag, entry_idx) VALUES (?1, ?2)",
    [LOG_FIND_CASE_NEW] = FIND_CASE("finder_new"),
    [LOG_FIND_CASE] = FIND_CASE("finder"),
    [LOG_MERGE_FINDER] =
        "INSERT INTO finder (tag, entry_idx) SELECT tag, entry_idx FROM finder_new ORDER BY tag",
    [LOG_EMPTY_FINDER] = "DELETE FROM finder_new",
    [LOG_GET_META] = "SELECT v FROM meta WHERE k = ?1",
    [LOG_GET_KEYS] = "SELECT group_concat(k || ' ' || CAST(v AS TEXT)) FROM meta"
                     " WHERE k >= 'key ' AND k < 'key!'",
    [LOG_PUT_META] = "INSERT OR REPLACE INTO meta (k, v) VALUES (?1, ?2)",
    [LOG_GET_ENTRY] = "SELECT leaf, kind, ts_ms, core FROM entry WHERE idx = ?1",
    [LOG_GET_FIELDS] = ("SELECT r.label, s.cm, s.erased_by, r.sealed_id FROM sealed_ref r"
                        " LEFT JOIN sealed s ON s.id = r.sealed_id"
                        " WHERE r.entry_idx = ?1 ORDER BY r.label"),
    [LOG_GET_BODY] = "SELECT codec, salt, body, label FROM sealed WHERE id = ?1 AND cm = ?2",
    [LOG_GET_CONTENT] = "SELECT body FROM content WHERE sha256 = ?1",
    [LOG_HAS_CONTENT] = "SELECT 1 FROM content WHERE sha256 = ?1",
    [LOG_PUT_CONTENT] = "INSERT INTO content (sha256, kind, body) VALUES (?1, ?2, ?3)",
    [LOG_PUT_ANCHOR] = ("INSERT OR IGNORE INTO anchor (size, root, sink, proof, ts_ms)"
                        " VALUES (?1, ?2, ?3, NULL, ?4)"),
    [LOG_GET_ANCHOR] =
        "SELECT size, ts_ms FROM anchor WHERE sink IN (?1, ?2) ORDER BY size DESC LIMIT 1",
    [LOG_FIRST_ENTRY] = "SELECT idx FROM entry ORDER BY idx LIMIT 1",
};

static const char put_ref_2[] = "INSERT INTO sealed_ref (entry_idx, label, cm, sealed_id)"
                                " SELECT ?1, ?2, cm, ?3 FROM sealed WHERE id = ?3";

bool log_fail(struct audit *audit, const char *doing, struct err *err)
{
    int code = sqlite3_extended_errcode(audit->db);

    err_set(err, ERR_STORE, "E-LOG-STORE", "%s: %s", doing, sqlite3_errstr(code));
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        err_set(err, ERR_STORE, "E-LOG-BUSY", "%s: another process holds the log", doing);
        return err_help(err, "try again when it has finished");
    case SQLITE_FULL:
        err_help(err, "free some disk space, then run 'rubric audit verify'");
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        err_help(err, "run 'rubric audit verify', and restore the log from its backup");
        break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        err_help(err, "check who owns '%s' and its rights", audit->home);
        break;
    default:
        err_help(err, "check the disk, then run 'rubric audit verify'");
        break;
    }
    /* After a failed write or sync the page cache may claim success. */
    if (!audit->in_batch)
        return false;
    audit->dead = true;
    if (err != NULL)
        err->kind = ERR_LOG;
    return false;
}

sqlite3_stmt *log_prepare(struct audit *audit, const char *sql, struct err *err)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(audit->db, sql, -1, &statement, NULL) != SQLITE_OK)
        log_fail(audit, "the log cannot be read", err);
    return statement;
}

sqlite3_stmt *log_statement(struct audit *audit, enum log_statement which, struct err *err)
{
    sqlite3_stmt **kept = &audit->statement[which];
    const char *sql = which == LOG_PUT_REF && audit->schema == 2 ? put_ref_2 : statements[which];

    if (*kept == NULL &&
        sqlite3_prepare_v3(audit->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept,
                           NULL) != SQLITE_OK)
        log_fail(audit, "the log cannot be read", err);
    return *kept;
}

bool log_run(struct audit *audit, sqlite3_stmt *statement, const char *doing, struct err *err)
{
    bool ok;

    if (statement == NULL)
        return false;
    ok = sqlite3_step(statement) == SQLITE_DONE || log_fail(audit, doing, err);
    sqlite3_reset(statement);
    return ok;
}

bool log_exec(struct audit *audit, const char *sql, const char *doing, struct err *err)
{
    return sqlite3_exec(audit->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           log_fail(audit, doing, err);
}

bool log_column_hash(sqlite3_stmt *statement, int column, uint8_t hash[32])
{
    const void *bytes = sqlite3_column_blob(statement, column);

    if (bytes == NULL || sqlite3_column_bytes(statement, column) != 32)
        return false;
    memcpy(hash, bytes, 32);
    return true;
}

bool log_meta_get(struct audit *audit, const char *key, struct buf *out, bool *found,
                  struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_GET_META, err);
    int step;

    *found = false;
    if (get == NULL)
        return false;
    sqlite3_bind_text(get, 1, key, -1, SQLITE_STATIC);
    step = sqlite3_step(get);
    if (step == SQLITE_ROW) {
        *found = true;
        buf_put(out, sqlite3_column_blob(get, 0), (size_t)sqlite3_column_bytes(get, 0));
    } else if (step != SQLITE_DONE) {
        log_fail(audit, "the log cannot be read", err);
    }
    sqlite3_reset(get);
    return step == SQLITE_ROW || step == SQLITE_DONE;
}

bool log_meta_put(struct audit *audit, const char *key, const void *value, size_t len,
                  struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_META, err);

    if (put == NULL)
        return false;
    sqlite3_bind_text(put, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(put, 2, len == 0 ? "" : value, len, SQLITE_STATIC);
    return log_run(audit, put, "the log cannot be written", err);
}

bool log_db_path(const struct audit *audit, bool fresh, char path[LOG_PATH], struct err *err)
{
    int len = snprintf(path, LOG_PATH, "%s/audit.db%s", audit->home, fresh ? ".new" : "");

    if (len < 0 || len >= LOG_PATH)
        return err_set(err, ERR_STORE, "E-HOME", "the path of the home folder is too long");
    return true;
}

/* A network file system does not keep SQLite's promises. */
static bool local_disk(const char *home, struct err *err)
{
    static const unsigned long remote[] = {
        0x6969 /* NFS */,     0x517B /* SMB */,   0xFF534D42 /* CIFS */, 0xFE534D42 /* SMB2 */,
        0x01021997 /* 9P */,  0x00C36400 /* Ceph */, 0x5346414F /* AFS */, 0x73757245 /* Coda */,
        0x0BD00BD0 /* Lustre */, 0x47504653 /* GPFS */, 0x6B414653 /* kAFS */,
        0x564C /* NCP */, 0x786F4256 /* vboxsf */, 0xBACBACBC /* vmhgfs */};
    struct statfs fs;

    if (statfs(home, &fs) != 0)
        return err_errno(err, ERR_STORE, "E-HOME", home);
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
        if (((unsigned long)fs.f_type & 0xFFFFFFFF) == remote[i]) {
            err_set(err, ERR_STORE, "E-HOME-NETWORK",
                    "the home folder '%s' is on a network file system, which may lose the log",
                    home);
            return err_help(err, "put the home folder on a local disk with --home");
        }
    }
    return true;
}

static bool file_modes(const char *path, struct err *err)
{
    struct stat file;

    if (lstat(path, &file) != 0)
        return err_errno(err, ERR_STORE, "E-LOG-STORE", path);
    if (!S_ISREG(file.st_mode)) {
        /* Behind a link may be another disk, which nobody looked at. */
        err_set(err, ERR_STORE, "E-LOG-MODE", "'%s' is not a plain file", path);
        return err_help(err, S_ISLNK(file.st_mode)
                                 ? "put the log itself there; the home folder may be a link"
                                 : "restore the newest backup of the log in its place");
    }
    if ((file.st_mode & (S_IWGRP | S_IWOTH | S_IROTH)) == 0)
        return true;
    err_set(err, ERR_STORE, "E-LOG-MODE", "others may read or write '%s'", path);
    return err_help(err, "make it private: chmod 600 '%s'", path);
}

static bool setting_is(struct audit *audit, const char *pragma, const char *wanted,
                       struct err *err)
{
    sqlite3_stmt *ask = log_prepare(audit, pragma, err);
    const char *got = NULL;
    bool same;

    if (ask == NULL)
        return false;
    if (sqlite3_step(ask) == SQLITE_ROW)
        got = (const char *)sqlite3_column_text(ask, 0);
    same = got != NULL && strcmp(got, wanted) == 0;
    sqlite3_finalize(ask);
    return same || err_set(err, ERR_STORE, "E-LOG-SETTING",
                           "the log does not take the setting '%s' = %s", pragma, wanted);
}

bool log_settings_check(struct audit *audit, struct err *err)
{
    return setting_is(audit, "PRAGMA journal_mode", "wal", err) &&
           setting_is(audit, "PRAGMA synchronous", "2", err) &&
           setting_is(audit, "PRAGMA fullfsync", "1", err) &&
           setting_is(audit, "PRAGMA foreign_keys", "1", err) &&
           setting_is(audit, "PRAGMA secure_delete", "1", err) &&
           setting_is(audit, "PRAGMA trusted_schema", "0", err) &&
           setting_is(audit, "PRAGMA cell_size_check", "1", err) &&
           setting_is(audit, "PRAGMA busy_timeout", "5000", err);
}

static bool set_up(struct audit *audit, bool fresh, struct err *err)
{
    int on = 0;

    sqlite3_db_config(audit->db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
    if (on != 1)
        return err_set(err, ERR_STORE, "E-LOG-SETTING", "the log does not take defensive mode");
    sqlite3_extended_result_codes(audit->db, 1);
    sqlite3_busy_timeout(audit->db, 5000);
    if (!log_exec(audit,
                  "PRAGMA synchronous=FULL; PRAGMA fullfsync=1; PRAGMA foreign_keys=ON;"
                  "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF;"
                  "PRAGMA cell_size_check=ON; PRAGMA cache_size=-8192;"
                  "PRAGMA wal_autocheckpoint=" LOG_AUTO_TEXT ";",
                  "the log cannot be opened", err))
        return false;
    /* Pages of 8 KiB: a sealed body of 1 KiB stays on its page, which takes a
     * quarter off the processor time of a batch. */
    return !fresh || log_exec(audit, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;",
                              "the log cannot be made", err);
}

bool log_version_known(const char *path, int64_t application, int64_t version, bool reading,
                       struct err *err)
{
    if (application != LOG_APPLICATION_ID) {
        err_set(err, ERR_STORE, "E-LOG-FOREIGN", "'%s' is not a log of rubric", path);
        return err_help(
            err, "move it away if it does not belong there, or name another folder with --home");
    }
    if (version >= LOG_SCHEMA_OLDEST && (version <= LOG_SCHEMA || reading))
        return true;
    err_set(err, ERR_STORE, version > LOG_SCHEMA ? "E-LOG-NEWER" : "E-LOG-OLDER",
            "the log has schema version %lld and this rubric knows versions %d to %d",
            (long long)version, LOG_SCHEMA_OLDEST, LOG_SCHEMA);
    return err_help(err,
                    version > LOG_SCHEMA
                        ? "use the rubric that wrote it, or a newer one; this one only reads it"
                        : "use the rubric that wrote it; a new log begins in a new home folder");
}

static bool pragma_number(struct audit *audit, const char *pragma, int64_t *number,
                          struct err *err)
{
    sqlite3_stmt *ask = log_prepare(audit, pragma, err);
    bool ok;

    if (ask == NULL)
        return false;
    ok = sqlite3_step(ask) == SQLITE_ROW;
    if (ok)
        *number = sqlite3_column_int64(ask, 0);
    else
        log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(ask);
    return ok;
}

/* ours, and of a version that we know; a newer one may be read. */
static bool known_file(struct audit *audit, bool *newer, struct err *err)
{
    int64_t application;
    char path[LOG_PATH];

    if (!pragma_number(audit, "PRAGMA application_id", &application, err) ||
        !pragma_number(audit, "PRAGMA user_version", &audit->schema, err))
        return false;
    *newer = audit->schema > LOG_SCHEMA;
    return log_db_path(audit, false, path, err) &&
           log_version_known(path, application, audit->schema, audit->read_only, err);
}

/* The file must be private from its first moment. What a first start that never
 * ended left behind held nothing. */
static bool make_private(const char *path, struct err *err)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    char old[LOG_PATH + 16];
    int file;

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        snprintf(old, sizeof old, "%s%s", path, tails[i]);
        unlink(old);
    }
    file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return err_errno(err, ERR_STORE, "E-LOG-STORE", path);
    close(file);
    return true;
}

static bool try_open(const char *name, int flags, sqlite3 **db, bool *damaged)
{
    bool ok = sqlite3_open_v2(name, db, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
              sqlite3_busy_timeout(*db, 5000) == SQLITE_OK &&
              sqlite3_exec(*db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) ==
                  SQLITE_OK;

    if (!ok) {
        *damaged = *damaged || (sqlite3_errcode(*db) & 0xFF) == SQLITE_CORRUPT;
        sqlite3_close(*db);
        *db = NULL;
    }
    return ok;
}

/* The path as a URI, for a file in a folder that cannot be written: then no
 * other process can be writing it either, and it may be read as it is. */
static bool as_uri(const char *path, char *uri, size_t room)
{
    size_t at = (size_t)snprintf(uri, room, "file:");

    for (; *path != '\0' && at + 4 < room; path++) {
        if (strchr("?#% ", *path) != NULL)
            at += (size_t)snprintf(uri + at, room - at, "%%%02X", (unsigned char)*path);
        else
            uri[at++] = *path;
    }
    return *path == '\0' && (size_t)snprintf(uri + at, room - at, "?immutable=1") < room - at;
}

/* What stands in a write-ahead log that nobody can write is not left out. */
static bool has_wal(const char *path)
{
    char wal[LOG_PATH + 8];
    struct stat file;

    snprintf(wal, sizeof wal, "%s-wal", path);
    return stat(wal, &file) == 0 && file.st_size > 0;
}

bool log_open_reading(const char *path, bool may_recover, sqlite3 **db, struct err *err)
{
    char uri[3 * LOG_PATH];
    bool damaged = false;

    if ((may_recover && try_open(path, SQLITE_OPEN_READWRITE, db, &damaged)) ||
        try_open(path, SQLITE_OPEN_READONLY, db, &damaged))
        return true;
    if (!has_wal(path) && as_uri(path, uri, sizeof uri) &&
        try_open(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, db, &damaged))
        return true;
    if (damaged) {
        err_set(err, ERR_TAMPER, "E-LOG-DAMAGED", "'%s' is a database, but a damaged one", path);
        return err_help(err, "restore the newest backup of the log");
    }
    err_set(err, ERR_STORE, "E-LOG-READ", "'%s' cannot be opened as a log", path);
    if (has_wal(path))
        return err_help(err, "it has a write-ahead log: copy both to a folder that can be written");
    return err_help(err, "name the file with --db, or its home folder with --home");
}

bool log_db_open(struct audit *audit, bool fresh, struct err *err)
{
    char path[LOG_PATH];
    bool newer = false;

    audit->schema = LOG_SCHEMA;
    if (!log_db_path(audit, fresh, path, err) || !local_disk(audit->home, err) ||
        (fresh && !make_private(path, err)) || !file_modes(path, err))
        return false;
    if (audit->read_only) {
        if (!log_open_reading(path, false, &audit->db, err))
            return false;
    } else if (sqlite3_open_v2(path, &audit->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                               NULL) != SQLITE_OK) {
        return log_fail(audit, "the log cannot be opened", err);
    }
    if (!set_up(audit, fresh, err))
        return false;
    return fresh || (known_file(audit, &newer, err) &&
                     (audit->read_only || log_settings_check(audit, err)) &&
                     (newer || log_schema_check(audit->db, audit->schema, err)));
}

bool log_db_second(struct audit *audit, sqlite3 **db, struct err *err)
{
    char path[LOG_PATH];

    if (!log_db_path(audit, false, path, err))
        return false;
    if (sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        sqlite3_busy_timeout(*db, 5000) == SQLITE_OK &&
        sqlite3_exec(*db, "PRAGMA synchronous=FULL; PRAGMA fullfsync=1;", NULL, NULL, NULL) ==
            SQLITE_OK)
        return true;
    return err_set(err, ERR_STORE, "E-LOG-STORE", "the log cannot be opened twice: %s",
                   sqlite3_errmsg(*db));
}

void log_db_close(struct audit *audit)
{
    for (size_t i = 0; i < LOG_STATEMENTS; i++) {
        sqlite3_finalize(audit->statement[i]);
        audit->statement[i] = NULL;
    }
    sqlite3_close(audit->db);
    audit->db = NULL;
}
