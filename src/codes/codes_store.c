/*
 * codes_store.c - releases into and out of the tables of codes.db.
 *
 * A title is kept once, under the first 63 bits of its hash: most titles of a
 * release are those of the release before.
 */
#include "codes/codes_store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sha256.h"
#include "codes/codes_db.h"

enum statement {
    S_TEXT,
    S_RELEASE,
    S_CODE,
    S_SUCCESSOR,
    S_NOTE,
    S_SET,
    S_ITEM,
    S_LIMIT,
    S_PAIR,
    S_COUNT
};

static const char *const sql[S_COUNT] = {
    [S_TEXT] = "INSERT OR IGNORE INTO text(id, body) VALUES(?1, ?2)",
    [S_RELEASE] = ("INSERT INTO release(tbl, system, label, from_day, part, source_name,"
                  " source_sha256, imported_at, whole, rows)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
    [S_CODE] = ("INSERT INTO code(release, seq, code, billable, from_day, to_day, short, long,"
                " more)"
                " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
    [S_SUCCESSOR] = "INSERT INTO successor VALUES(?1, ?2, ?3, ?4)",
    [S_NOTE] = "INSERT INTO note VALUES(?1, ?2, ?3, ?4)",
    [S_SET] = "INSERT INTO valueset(release, name, title, note) VALUES(?1, ?2, ?3, ?4)",
    [S_ITEM] = "INSERT INTO valueset_item VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [S_LIMIT] = "INSERT INTO units VALUES(?1, ?2, ?3, ?4)",
    [S_PAIR] = "INSERT INTO pair VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[S_COUNT];
    sqlite3_int64 *ids; /* of the releases of the import */
    bool failed;
};

static bool store_open(struct store *store, sqlite3 *db, size_t releases)
{
    *store = (struct store){.db = db};
    store->ids = calloc(releases + 1, sizeof *store->ids);
    store->failed = store->ids == NULL;
    for (int i = 0; i < S_COUNT && !store->failed; i++)
        store->failed = sqlite3_prepare_v2(db, sql[i], -1, &store->statements[i], NULL) !=
                        SQLITE_OK;
    return !store->failed;
}

static void store_close(struct store *store)
{
    for (int i = 0; i < S_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    free(store->ids);
}

static void bind_text(sqlite3_stmt *row, int at, const char *text)
{
    if (text != NULL)
        sqlite3_bind_text(row, at, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(row, at);
}

static void bind_key(sqlite3_stmt *row, int at, code_key key)
{
    char text[CODE_TEXT];
    size_t len = code_unpack(key, text);

    if (len > 0)
        sqlite3_bind_text(row, at, text, (int)len, SQLITE_TRANSIENT);
    else
        sqlite3_bind_null(row, at);
}

static void bind_day(sqlite3_stmt *row, int at, day_t day)
{
    if (day == DAY_MIN || day == DAY_MAX)
        sqlite3_bind_null(row, at);
    else
        sqlite3_bind_int(row, at, day);
}

static void run(struct store *store, enum statement which)
{
    sqlite3_stmt *row = store->statements[which];

    store->failed |= sqlite3_step(row) != SQLITE_DONE;
    sqlite3_reset(row);
}

static sqlite3_int64 put_text(struct store *store, struct str text)
{
    sqlite3_stmt *row = store->statements[S_TEXT];
    uint8_t digest[SHA256_BYTES];
    uint64_t id = 0;

    if (text.len == 0)
        return 0;
    sha256_of(text.at, text.len, digest);
    for (int i = 0; i < 8; i++)
        id = id << 8 | digest[i];
    id >>= 1;
    sqlite3_bind_int64(row, 1, (sqlite3_int64)id);
    sqlite3_bind_text(row, 2, text.at, (int)text.len, SQLITE_STATIC);
    run(store, S_TEXT);
    return (sqlite3_int64)id;
}

/* ---- what was there ----------------------------------------------------------------- */

static void delete_release(struct store *store, sqlite3_int64 id)
{
    static const char *const tables[] = {"code", "successor", "note", "units", "pair"};
    char text[256];

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        snprintf(text, sizeof text, "DELETE FROM %s WHERE release = %lld", tables[i],
                 (long long)id);
        store->failed |= sqlite3_exec(store->db, text, NULL, NULL, NULL) != SQLITE_OK;
    }
    snprintf(text, sizeof text, "DELETE FROM valueset_item WHERE valueset IN (SELECT id FROM "
             "valueset WHERE release = %lld); DELETE FROM valueset WHERE release = %lld; "
             "DELETE FROM release WHERE id = %lld", (long long)id, (long long)id, (long long)id);
    store->failed |= sqlite3_exec(store->db, text, NULL, NULL, NULL) != SQLITE_OK;
}

/* Sets which are named by their file are found by table and label; tables of
 * codes by table and day, so that a correction takes the place of the first. */
static bool find_same(struct store *store, const struct import_release *release,
                      const struct import_file *file, sqlite3_int64 *id, bool *same)
{
    bool by_day = release->from != DAY_MIN && strcmp(release->table, "valueset") != 0 &&
                  strcmp(release->table, "coverage") != 0;
    sqlite3_stmt *row;

    *id = 0;
    *same = false;
    if (sqlite3_prepare_v2(store->db,
                           by_day ? "SELECT id, source_sha256, label FROM release WHERE tbl = ?1 "
                                    "AND part = ?2 AND from_day = ?3"
                                  : "SELECT id, source_sha256, label FROM release WHERE tbl = ?1 "
                                    "AND part = ?2 AND label = ?4",
                           -1, &row, NULL) != SQLITE_OK)
        return false;
    bind_text(row, 1, release->table);
    sqlite3_bind_int(row, 2, release->part);
    if (by_day)
        sqlite3_bind_int(row, 3, release->from);
    else
        bind_text(row, 4, release->label);
    if (sqlite3_step(row) == SQLITE_ROW) {
        *id = sqlite3_column_int64(row, 0);
        *same = sqlite3_column_bytes(row, 1) == SHA256_BYTES &&
                memcmp(sqlite3_column_blob(row, 1), file->sha256, SHA256_BYTES) == 0 &&
                strcmp((const char *)sqlite3_column_text(row, 2), release->label) == 0 &&
                file->bytes != NULL;
    }
    sqlite3_finalize(row);
    return true;
}

/* The very same bytes under another day are the file of another year. */
static bool refuse_copy(struct store *store, const struct import_release *release,
                        const struct import_file *file, struct err *err)
{
    sqlite3_stmt *row;
    bool found;

    if (sqlite3_prepare_v2(store->db, "SELECT label FROM release WHERE tbl = ?1 AND "
                                      "source_sha256 = ?2 AND from_day <> ?3",
                           -1, &row, NULL) != SQLITE_OK)
        return codes_db_failed(store->db, err);
    bind_text(row, 1, release->table);
    sqlite3_bind_blob(row, 2, file->sha256, SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_int(row, 3, release->from);
    found = sqlite3_step(row) == SQLITE_ROW;
    if (found) {
        err_set(err, ERR_INPUT, "codes-file", "%s is byte for byte the file that is loaded as %s",
                file->name, (const char *)sqlite3_column_text(row, 0));
        err_help(err, "get the file of the year that was meant, or drop that release first");
    }
    sqlite3_finalize(row);
    return !found;
}

/* ---- storing --------------------------------------------------------------------------- */

static void put_release(struct store *store, const struct import *import, size_t at)
{
    const struct import_release *release = (const struct import_release *)import->releases.data +
                                           at;
    sqlite3_stmt *row = store->statements[S_RELEASE];
    time_t now = time(NULL);
    char when[32];
    struct tm parts;

    gmtime_r(&now, &parts);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    bind_text(row, 1, release->table);
    bind_text(row, 2, release->system);
    bind_text(row, 3, release->label);
    sqlite3_bind_int(row, 4, release->from);
    sqlite3_bind_int(row, 5, release->part);
    bind_text(row, 6, import->file->name);
    sqlite3_bind_blob(row, 7, import->file->sha256, SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_text(row, 8, when, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(row, 9, release->whole);
    sqlite3_bind_int64(row, 10, (sqlite3_int64)import->read);
    run(store, S_RELEASE);
    store->ids[at] = sqlite3_last_insert_rowid(store->db);
}

static void put_codes(struct store *store, const struct import *import)
{
    const struct import_code *codes = import->codes.data;
    sqlite3_stmt *row = store->statements[S_CODE];

    for (size_t i = 0; i < import->codes.count && !store->failed; i++) {
        sqlite3_int64 brief = put_text(store, codes[i].brief);
        sqlite3_int64 full = str_equal(codes[i].brief, codes[i].full)
                                 ? brief
                                 : put_text(store, codes[i].full);

        sqlite3_bind_int64(row, 1, store->ids[codes[i].release]);
        sqlite3_bind_int64(row, 2, (sqlite3_int64)i);
        bind_key(row, 3, codes[i].key);
        sqlite3_bind_int(row, 4, codes[i].billable);
        bind_day(row, 5, codes[i].from);
        bind_day(row, 6, codes[i].to);
        sqlite3_bind_int64(row, 7, brief);
        sqlite3_bind_int64(row, 8, full);
        if (codes[i].more.len > 0)
            sqlite3_bind_text(row, 9, codes[i].more.at, (int)codes[i].more.len, SQLITE_STATIC);
        else
            sqlite3_bind_null(row, 9);
        run(store, S_CODE);
    }
}

static void put_beside(struct store *store, const struct import *import)
{
    const struct import_successor *after = import->successors.data;
    const struct import_note *note = import->notes.data;

    for (size_t i = 0; i < import->successors.count; i++) {
        sqlite3_stmt *row = store->statements[S_SUCCESSOR];

        sqlite3_bind_int64(row, 1, store->ids[after[i].release]);
        bind_key(row, 2, after[i].key);
        sqlite3_bind_int(row, 3, after[i].day);
        bind_key(row, 4, after[i].successor);
        run(store, S_SUCCESSOR);
    }
    for (size_t i = 0; i < import->notes.count; i++) {
        sqlite3_stmt *row = store->statements[S_NOTE];

        sqlite3_bind_int64(row, 1, store->ids[note[i].release]);
        bind_text(row, 2, note[i].place);
        bind_text(row, 3, note[i].kind);
        sqlite3_bind_text(row, 4, note[i].text.at, (int)note[i].text.len, SQLITE_STATIC);
        run(store, S_NOTE);
    }
}

static void put_items(struct store *store, const struct import *import,
                      const struct import_set *set, sqlite3_int64 id)
{
    const struct import_item *items = import->items.data;
    sqlite3_stmt *row = store->statements[S_ITEM];

    for (size_t i = set->first; i < set->end; i++) {
        sqlite3_bind_int64(row, 1, id);
        sqlite3_bind_int64(row, 2, (sqlite3_int64)(i - set->first));
        bind_text(row, 3, items[i].system);
        sqlite3_bind_int(row, 4, items[i].op);
        bind_key(row, 5, items[i].from);
        bind_key(row, 6, items[i].to);
        run(store, S_ITEM);
    }
}

static void put_sets(struct store *store, const struct import *import)
{
    const struct import_set *sets = import->sets.data;
    sqlite3_stmt *row = store->statements[S_SET];

    for (size_t i = 0; i < import->sets.count; i++) {
        sqlite3_bind_int64(row, 1, store->ids[sets[i].release]);
        bind_text(row, 2, sets[i].name);
        bind_text(row, 3, sets[i].title);
        bind_text(row, 4, sets[i].note);
        run(store, S_SET);
        put_items(store, import, &sets[i], sqlite3_last_insert_rowid(store->db));
    }
}

static void put_edits(struct store *store, const struct import *import)
{
    const struct import_limit *limit = import->limits.data;
    const struct import_pair *pair = import->pairs.data;

    for (size_t i = 0; i < import->limits.count; i++) {
        sqlite3_stmt *row = store->statements[S_LIMIT];

        sqlite3_bind_int64(row, 1, store->ids[limit[i].release]);
        bind_key(row, 2, limit[i].key);
        sqlite3_bind_int64(row, 3, limit[i].units);
        sqlite3_bind_int(row, 4, limit[i].indicator);
        run(store, S_LIMIT);
    }
    for (size_t i = 0; i < import->pairs.count; i++) {
        sqlite3_stmt *row = store->statements[S_PAIR];

        sqlite3_bind_int64(row, 1, store->ids[pair[i].release]);
        bind_key(row, 2, pair[i].one);
        bind_key(row, 3, pair[i].other);
        sqlite3_bind_int(row, 4, pair[i].from);
        bind_day(row, 5, pair[i].to);
        sqlite3_bind_int(row, 6, pair[i].indicator);
        run(store, S_PAIR);
    }
}

bool codes_store_import(sqlite3 *db, const struct import *import, enum swap_result *result,
                        struct err *err)
{
    const struct import_release *releases = import->releases.data;
    struct store store;
    bool done = store_open(&store, db, import->releases.count);

    *result = SWAP_ADDED;
    for (size_t i = 0; done && i < import->releases.count; i++) {
        sqlite3_int64 id = 0;
        bool same = false;

        if (import->file->bytes != NULL && !refuse_copy(&store, &releases[i], import->file, err)) {
            store_close(&store);
            return false;
        }
        done = find_same(&store, &releases[i], import->file, &id, &same);
        if (same && i == 0) {
            *result = SWAP_UNCHANGED;
            store_close(&store);
            return true;
        }
        if (id != 0) {
            delete_release(&store, id);
            *result = i == 0 ? SWAP_REPLACED : *result;
        }
        put_release(&store, import, i);
    }
    if (done) {
        put_codes(&store, import);
        put_beside(&store, import);
        put_sets(&store, import);
        put_edits(&store, import);
    }
    done = done && !store.failed;
    if (!done)
        codes_db_failed(db, err);
    store_close(&store);
    return done;
}

bool codes_store_drop(sqlite3 *db, const char *name, size_t *dropped, struct err *err)
{
    struct store store;
    sqlite3_stmt *row;
    bool done = store_open(&store, db, 0);

    *dropped = 0;
    if (!done ||
        sqlite3_prepare_v2(db, "SELECT id FROM release WHERE label = ?1 OR tbl || ' ' || label "
                               "= ?1 OR CAST(id AS TEXT) = ?1",
                           -1, &row, NULL) != SQLITE_OK) {
        store_close(&store);
        return codes_db_failed(db, err);
    }
    bind_text(row, 1, name);
    while (sqlite3_step(row) == SQLITE_ROW) {
        delete_release(&store, sqlite3_column_int64(row, 0));
        (*dropped)++;
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    done = !store.failed;
    store_close(&store);
    if (!done)
        return codes_db_failed(db, err);
    if (*dropped == 0) {
        err_set(err, ERR_INPUT, "codes-release", "no release is called '%s'", name);
        return err_help(err, "`rubric codes releases` lists them");
    }
    return codes_db_run(db, "DELETE FROM text WHERE id NOT IN (SELECT long FROM code UNION "
                            "SELECT short FROM code)", err);
}
