/*
 * codes_releases.c - which releases codes.db holds, and how two of them differ.
 */
#include "codes/codes_releases.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "codes/code_key.h"
#include "codes/codes_db.h"

const char *const codes_change_words[CHANGE_COUNT] = {"added", "removed", "now a header",
                                                      "now billable", "new title"};

/* Opens codes.db; *db stays NULL if there is none. */
static bool open_db(const char *path, sqlite3 **db, struct err *err)
{
    *db = NULL;
    if (path[0] == '\0' || access(path, F_OK) != 0)
        return true;
    return sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
               SQLITE_OK ||
           codes_db_failed(*db, err);
}

static const char *text_of(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text == NULL ? "" : text;
}

bool codes_releases_each(const char *path, codes_release_visitor *visit, void *context,
                         struct err *err)
{
    sqlite3_stmt *row = NULL;
    sqlite3 *db;
    int step = SQLITE_DONE;
    bool done;

    if (!open_db(path, &db, err)) {
        sqlite3_close(db);
        return false;
    }
    if (db == NULL)
        return true;
    done = sqlite3_prepare_v2(db, "SELECT id, tbl, label, source_name, imported_at, from_day,"
                                  " rows, whole, source_sha256, part, n, b FROM release"
                                  " LEFT JOIN (SELECT release, count(*) n, sum(billable) b"
                                  " FROM code GROUP BY release) ON release = id"
                                  " ORDER BY tbl, from_day, part, id",
                              -1, &row, NULL) == SQLITE_OK;
    while (done && (step = sqlite3_step(row)) == SQLITE_ROW) {
        struct codes_release release = {
            .id = sqlite3_column_int64(row, 0), .table = text_of(row, 1),
            .label = text_of(row, 2), .source = text_of(row, 3),
            .imported_at = text_of(row, 4), .from = (day_t)sqlite3_column_int(row, 5),
            .part = sqlite3_column_int(row, 9), .rows = sqlite3_column_int64(row, 6),
            .whole = sqlite3_column_int(row, 7) != 0, .codes = sqlite3_column_int64(row, 10),
            .billable = sqlite3_column_int64(row, 11)};

        if (sqlite3_column_bytes(row, 8) == sizeof release.sha256)
            memcpy(release.sha256, sqlite3_column_blob(row, 8), sizeof release.sha256);
        visit(context, &release);
    }
    done = done && step == SQLITE_DONE;
    if (!done)
        codes_db_failed(db, err);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return done;
}

bool codes_sets_each(const char *path, codes_set_visitor *visit, void *context, struct err *err)
{
    sqlite3_stmt *row = NULL;
    sqlite3 *db;
    int step = SQLITE_DONE;
    bool done;

    if (!open_db(path, &db, err)) {
        sqlite3_close(db);
        return false;
    }
    if (db == NULL)
        return true;
    done = sqlite3_prepare_v2(db, "SELECT name, title, note, (SELECT count(*) FROM valueset_item"
                                  " i WHERE i.valueset = v.id) FROM valueset v ORDER BY name",
                              -1, &row, NULL) == SQLITE_OK;
    while (done && (step = sqlite3_step(row)) == SQLITE_ROW)
        visit(context, text_of(row, 0), text_of(row, 1), text_of(row, 2),
              sqlite3_column_int64(row, 3));
    done = done && step == SQLITE_DONE;
    if (!done)
        codes_db_failed(db, err);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return done;
}

/* ---- differences -------------------------------------------------------------- */

static bool find_release(sqlite3 *db, const char *name, sqlite3_int64 *id, char table[64],
                         struct err *err)
{
    sqlite3_stmt *row = NULL;
    bool found = false;

    if (db != NULL &&
        sqlite3_prepare_v2(db, "SELECT id, tbl FROM release WHERE (label = ?1 OR tbl || ' ' ||"
                               " label = ?1 OR CAST(id AS TEXT) = ?1) AND system IS NOT NULL"
                               " ORDER BY whole DESC, id LIMIT 1",
                           -1, &row, NULL) != SQLITE_OK)
        return codes_db_failed(db, err);
    if (db != NULL) {
        sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
        found = sqlite3_step(row) == SQLITE_ROW;
        if (found) {
            *id = sqlite3_column_int64(row, 0);
            sqlite3_snprintf(64, table, "%s", text_of(row, 1));
        }
    }
    sqlite3_finalize(row);
    if (found)
        return true;
    err_set(err, ERR_INPUT, "codes-release", "no release of codes is called '%s'", name);
    return err_help(err, "`rubric codes releases` lists them");
}

static const char diff_sql[] =
    /* in the newer: added, or changed */
    "SELECT b.code, a.code IS NULL, a.billable, b.billable, ta.body, tb.body, b.seq"
    " FROM code b LEFT JOIN temp.one a ON a.code = b.code"
    " LEFT JOIN text ta ON ta.id = a.long LEFT JOIN text tb ON tb.id = b.long"
    " WHERE b.release = ?2 AND (a.code IS NULL OR a.billable <> b.billable OR a.long <> b.long)"
    " UNION ALL "
    "SELECT a.code, 2, a.billable, NULL, ta.body, NULL, a.seq FROM temp.one a"
    " LEFT JOIN text ta ON ta.id = a.long"
    " WHERE NOT EXISTS (SELECT 1 FROM temp.other o WHERE o.code = a.code)"
    " ORDER BY 7, 1";

static enum codes_change change_of(sqlite3_stmt *row)
{
    if (sqlite3_column_int(row, 1) != 0)
        return sqlite3_column_int(row, 1) == 1 ? CHANGE_ADDED : CHANGE_REMOVED;
    if (sqlite3_column_int(row, 2) != sqlite3_column_int(row, 3))
        return sqlite3_column_int(row, 2) ? CHANGE_SPLIT : CHANGE_JOINED;
    return CHANGE_TITLE;
}

static bool run_diff(sqlite3 *db, sqlite3_int64 one, sqlite3_int64 other, int system,
                     codes_diff_visitor *visit, void *context, struct err *err)
{
    static const char *const copy[] = {
        "CREATE TEMP TABLE one AS SELECT code, billable, long, seq FROM code WHERE release = ?1",
        "CREATE TEMP TABLE other AS SELECT code FROM code WHERE release = ?2"};
    sqlite3_stmt *row = NULL;
    int step = SQLITE_DONE;
    bool done = true;

    for (int i = 0; i < 2 && done; i++) {
        done = sqlite3_prepare_v2(db, copy[i], -1, &row, NULL) == SQLITE_OK;
        if (done)
            sqlite3_bind_int64(row, i + 1, i == 0 ? one : other);
        done = done && sqlite3_step(row) == SQLITE_DONE;
        sqlite3_finalize(row);
        row = NULL;
    }
    done = done &&
           codes_db_run(db, "CREATE INDEX temp.one_code ON one(code);"
                            "CREATE INDEX temp.other_code ON other(code)", err) &&
           sqlite3_prepare_v2(db, diff_sql, -1, &row, NULL) == SQLITE_OK;
    if (done)
        sqlite3_bind_int64(row, 2, other);
    while (done && (step = sqlite3_step(row)) == SQLITE_ROW) {
        char shown[CODE_SHOWN];

        code_show(system, code_pack(text_of(row, 0), strlen(text_of(row, 0))), shown);
        visit(context, change_of(row), shown, text_of(row, 4), text_of(row, 5));
    }
    done = done && step == SQLITE_DONE;
    if (!done)
        codes_db_failed(db, err);
    sqlite3_finalize(row);
    return done;
}

bool codes_diff(const char *path, const char *one, const char *other, codes_diff_visitor *visit,
                void *context, struct err *err)
{
    sqlite3_int64 first = 0, second = 0;
    char tables[2][64];
    sqlite3 *db;
    bool done = open_db(path, &db, err) && find_release(db, one, &first, tables[0], err) &&
                find_release(db, other, &second, tables[1], err);

    if (done && strcmp(tables[0], tables[1]) != 0) {
        err_set(err, ERR_USAGE, "codes-release", "%s and %s are tables of two systems", one,
                other);
        done = err_help(err, "name two releases of one table");
    }
    done = done && run_diff(db, first, second, code_system_named(tables[0], strlen(tables[0])),
                            visit, context, err);
    sqlite3_close(db);
    return done;
}
