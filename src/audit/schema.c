/*
 * schema.c - the file format of the log, and the check that a file has it.
 *
 * The triggers are guard rails against our own mistakes: whoever can write the
 * file can drop them. What protects the log is the tree, the signatures and
 * what was handed out. A row in meta named 'pruning' opens the rails for the
 * length of one transaction of `rubric audit prune`.
 *
 * Rows come at the end of their tables and indexes: commitments are random, and
 * an index over them would rewrite a page for each. So a sealed field has a
 * number, by which records name it; and the tags of cases, which are random
 * too, gather in the small finder_new and go over to finder in bulk (seal.c).
 *
 * A log keeps the version that it was begun with, and is read, written and
 * verified in it: nothing of an old log is moved. Version 2 repeats in sealed_ref
 * the commitment that stands in sealed.
 */
#include "audit/log.h"

#include <string.h>

#define BEFORE_REFS \
    "CREATE TABLE meta (k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT, WITHOUT ROWID;\n" \
    "CREATE TABLE entry (idx INTEGER PRIMARY KEY CHECK (idx >= 0)," \
    " leaf BLOB NOT NULL CHECK (length(leaf) = 32), kind TEXT NOT NULL," \
    " ts_ms INTEGER NOT NULL," \
    " core BLOB NOT NULL CHECK (length(core) BETWEEN 2 AND 65535)) STRICT;\n" \
    "CREATE TABLE node (level INTEGER NOT NULL CHECK (level >= 0), idx INTEGER NOT NULL," \
    " hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (level, idx))" \
    " STRICT, WITHOUT ROWID;\n" \
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY," \
    " root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL) STRICT;\n" \
    "CREATE TABLE sealed (id INTEGER PRIMARY KEY, cm BLOB NOT NULL CHECK (length(cm) = 32)," \
    " label TEXT NOT NULL, codec TEXT NOT NULL, salt BLOB, body BLOB, erased_by INTEGER," \
    " CHECK ((salt IS NULL) = (body IS NULL))," \
    " CHECK ((salt IS NULL) = (erased_by IS NOT NULL))) STRICT;\n"

#define AFTER_REFS \
    "CREATE INDEX sealed_ref_sealed ON sealed_ref (sealed_id);\n" \
    "CREATE TABLE content (sha256 BLOB PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL)" \
    " STRICT;\n" \
    "CREATE TABLE anchor (size INTEGER NOT NULL, root BLOB NOT NULL, sink TEXT NOT NULL," \
    " proof BLOB, ts_ms INTEGER NOT NULL, PRIMARY KEY (sink, size)) STRICT, WITHOUT ROWID;\n" \
    "CREATE TABLE finder (tag BLOB NOT NULL, entry_idx INTEGER NOT NULL," \
    " PRIMARY KEY (tag, entry_idx)) STRICT, WITHOUT ROWID;\n" \
    "CREATE TABLE finder_new (tag BLOB NOT NULL, entry_idx INTEGER NOT NULL," \
    " PRIMARY KEY (tag, entry_idx)) STRICT, WITHOUT ROWID;\n" \
    "CREATE TRIGGER entry_update BEFORE UPDATE ON entry" \
    " BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;\n" \
    "CREATE TRIGGER entry_delete BEFORE DELETE ON entry" \
    " WHEN NOT EXISTS (SELECT 1 FROM meta WHERE k = 'pruning')" \
    " BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;\n" \
    "CREATE TRIGGER node_update BEFORE UPDATE ON node" \
    " BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;\n" \
    "CREATE TRIGGER node_delete BEFORE DELETE ON node" \
    " BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;\n" \
    "CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint" \
    " BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;\n" \
    "CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint" \
    " WHEN NOT EXISTS (SELECT 1 FROM meta WHERE k = 'pruning')" \
    " BEGIN SELECT RAISE(ABORT, 'the log is never edited'); END;\n"

#define REFS_2                                                                              \
    "CREATE TABLE sealed_ref (entry_idx INTEGER NOT NULL, label TEXT NOT NULL,"             \
    " cm BLOB NOT NULL, sealed_id INTEGER NOT NULL, PRIMARY KEY (entry_idx, label))"        \
    " STRICT, WITHOUT ROWID;\n"
#define REFS_3                                                                              \
    "CREATE TABLE sealed_ref (entry_idx INTEGER NOT NULL, label TEXT NOT NULL,"             \
    " sealed_id INTEGER NOT NULL, PRIMARY KEY (entry_idx, label)) STRICT, WITHOUT ROWID;\n"

const char *log_schema_sql(int64_t version)
{
    return version == 2 ? BEFORE_REFS REFS_2 AFTER_REFS : BEFORE_REFS REFS_3 AFTER_REFS;
}

/* Takes the next statement off *at; statements end with ";\n". */
static bool next_statement(const char **at, const char **text, size_t *len)
{
    const char *stop = strstr(*at, ";\n");

    if (stop == NULL)
        return false;
    *text = *at;
    *len = (size_t)(stop - *at);
    *at = stop + 2;
    return true;
}

static bool shipped(const char *at, const char *sql)
{
    const char *text;
    size_t len;

    while (next_statement(&at, &text, &len)) {
        if (strlen(sql) == len && memcmp(sql, text, len) == 0)
            return true;
    }
    return false;
}

static size_t shipped_count(const char *at)
{
    const char *text;
    size_t len;
    size_t count = 0;

    while (next_statement(&at, &text, &len))
        count++;
    return count;
}

bool log_schema_check(sqlite3 *db, int64_t version, struct err *err)
{
    const char *whole = log_schema_sql(version);
    sqlite3_stmt *all;
    size_t count = 0;
    bool ok = true;
    int step;

    if (sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema"
                               " WHERE sql IS NOT NULL",
                           -1, &all, NULL) != SQLITE_OK)
        return err_set(err, ERR_STORE, "E-LOG-READ", "the schema of the log cannot be read: %s",
                       sqlite3_errmsg(db));
    while (ok && (step = sqlite3_step(all)) == SQLITE_ROW) {
        count++;
        if (!shipped(whole, (const char *)sqlite3_column_text(all, 1)))
            ok = err_set(err, ERR_TAMPER, "E-LOG-SCHEMA",
                         "'%s' in the log is not part of its schema",
                         (const char *)sqlite3_column_text(all, 0));
    }
    if (ok && step != SQLITE_DONE)
        ok = err_set(err, ERR_STORE, "E-LOG-READ", "the schema of the log cannot be read: %s",
                     sqlite3_errmsg(db));
    if (ok && count != shipped_count(whole))
        ok = err_set(err, ERR_TAMPER, "E-LOG-SCHEMA",
                     "the log has %zu tables, indexes and triggers where %zu belong", count,
                     shipped_count(whole));
    sqlite3_finalize(all);
    return ok || err_help(err, "run 'rubric audit verify', and restore the log from its backup");
}
