/*
 * codes_db.c - codes.db and the index made from it; see codes_db.h.
 */
#include "codes/codes_db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"
#include "codes/codes.h"
#include "codes/index.h"
#include "codes/index_build.h"
#include "codes/tables.h"

static const char schema[] =
    "CREATE TABLE release("
    "  id INTEGER PRIMARY KEY,"
    "  tbl TEXT NOT NULL,"            /* icd-10-cm, hcpcs, mue-practitioner, valueset ... */
    "  system TEXT,"                  /* the code system, where it is the table of one */
    "  label TEXT NOT NULL,"
    "  from_day INTEGER NOT NULL,"    /* days since 1970-01-01 */
    "  part INTEGER NOT NULL,"        /* of a release in several files, else 0 */
    "  source_name TEXT NOT NULL,"
    "  source_sha256 BLOB NOT NULL,"
    "  imported_at TEXT NOT NULL,"
    "  whole INTEGER NOT NULL,"       /* what it lacks does not exist */
    "  rows INTEGER NOT NULL,"
    "  UNIQUE(tbl, label, from_day, part));"
    "CREATE TABLE text(id INTEGER PRIMARY KEY, body TEXT NOT NULL);"
    "CREATE TABLE code("
    "  release INTEGER, seq INTEGER, code TEXT NOT NULL, billable INTEGER NOT NULL,"
    "  from_day INTEGER, to_day INTEGER, short INTEGER, long INTEGER, more TEXT,"
    "  PRIMARY KEY(release, seq)) WITHOUT ROWID;"
    "CREATE TABLE successor(release INTEGER, code TEXT, day INTEGER, successor TEXT);"
    "CREATE TABLE note(release INTEGER, code TEXT, kind TEXT, body TEXT);"
    "CREATE INDEX note_code ON note(code);"
    "CREATE TABLE valueset(id INTEGER PRIMARY KEY, release INTEGER, name TEXT, title TEXT,"
    "  note TEXT);"
    "CREATE TABLE valueset_item(valueset INTEGER, seq INTEGER, system TEXT, op INTEGER,"
    "  first TEXT, last TEXT, PRIMARY KEY(valueset, seq)) WITHOUT ROWID;"
    "CREATE TABLE units(release INTEGER, code TEXT, units INTEGER, indicator INTEGER,"
    "  PRIMARY KEY(release, code)) WITHOUT ROWID;"
    "CREATE TABLE pair(release INTEGER, one TEXT, other TEXT, from_day INTEGER,"
    "  to_day INTEGER, indicator INTEGER,"
    "  PRIMARY KEY(release, one, other, from_day)) WITHOUT ROWID;";

bool codes_db_failed(sqlite3 *db, struct err *err)
{
    return err_set(err, ERR_STORE, "codes-db", "codes.db: %s",
                   db == NULL ? "not enough memory" : sqlite3_errmsg(db));
}

bool codes_db_run(sqlite3 *db, const char *sql, struct err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || codes_db_failed(db, err);
}

bool codes_db_create(sqlite3 *db, struct err *err)
{
    char id[64];

    snprintf(id, sizeof id, "PRAGMA application_id = %u", CODES_DB_ID);
    return codes_db_run(db, "PRAGMA page_size = 8192", err) && codes_db_run(db, id, err) &&
           codes_db_run(db, schema, err);
}

static uint32_t big_endian(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

bool codes_db_stamp(const unsigned char *header, size_t len, const char *path, uint32_t *stamp,
                    struct err *err)
{
    uint32_t id;

    if (len < 100 || memcmp(header, "SQLite format 3", 16) != 0) {
        err_set(err, ERR_INPUT, "codes-db", "%s is not a code table database", path);
        return err_help(err, "delete it and import the tables again: `rubric codes import FILE`");
    }
    id = big_endian(header + 68);
    if (id != CODES_DB_ID) {
        bool newer = id >> 8 == CODES_DB_ID >> 8 && (id & 0xFF) > (CODES_DB_ID & 0xFF);

        err_set(err, ERR_STORE, "codes-db", "%s %s", path,
                newer ? "was written by a newer rubric" : "is not a code table database");
        return err_help(err, "%s", newer ? "use that rubric, or import the tables again into a "
                                           "new home folder"
                                         : "move it away and import the tables again");
    }
    *stamp = big_endian(header + 60);
    return true;
}

uint32_t codes_db_stamp_of(const struct buf *index)
{
    const struct index_header *header = (const struct index_header *)(const void *)index->data;

    assert(index->len > sizeof *header);
    return (big_endian(header->sha256) & 0x7FFFFFFF) | 1; /* never 0, never negative */
}

bool codes_db_index_path(const char *path, uint32_t stamp, char *index_path, size_t size,
                         struct err *err)
{
    const char *slash = strrchr(path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - path) + 1;
    int len = snprintf(index_path, size, "%.*scodes-%08x.idx", folder, path, stamp);

    if (len < 0 || (size_t)len >= size)
        return err_set(err, ERR_STORE, "codes-db", "the path of the home folder is too long");
    return true;
}

bool codes_db_write_index(const char *index_path, const struct buf *index, struct err *err)
{
    char temporary[4200];
    size_t put = 0;
    int file;
    bool done;

    snprintf(temporary, sizeof temporary, "%s.%ld", index_path, (long)getpid());
    file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return err_errno(err, ERR_STORE, "codes-index", temporary);
    while (put < index->len) {
        ssize_t wrote = write(file, index->data + put, index->len - put);

        if (wrote < 0 && errno != EINTR)
            break;
        put += wrote > 0 ? (size_t)wrote : 0;
    }
    done = put == index->len && fsync(file) == 0;
    if (!done)
        err_errno(err, ERR_STORE, "codes-index", temporary);
    done = close(file) == 0 && done;
    if (done && rename(temporary, index_path) != 0)
        done = err_errno(err, ERR_STORE, "codes-index", index_path);
    if (!done)
        unlink(temporary);
    return done;
}

/* ---- from rows to the index --------------------------------------------------- */

/* One release as read from the database. */
struct stored {
    sqlite3_int64 id;
    char table[64], system[40], label[128], source[256];
    day_t from, to;
    uint8_t sha256[32];
    bool whole, skip;
    uint32_t number; /* in the index */
};

struct stored_list {
    struct stored *all;
    size_t count, room;
};

static void copy_column(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const unsigned char *value = sqlite3_column_text(row, column);

    snprintf(text, size, "%s", value == NULL ? "" : (const char *)value);
}

static bool read_releases(sqlite3 *db, struct stored_list *list, struct err *err)
{
    sqlite3_stmt *row;
    int step;

    if (sqlite3_prepare_v2(db, "SELECT id, tbl, system, label, source_name, from_day, whole,"
                               " source_sha256 FROM release ORDER BY from_day, part, id",
                           -1, &row, NULL) != SQLITE_OK)
        return codes_db_failed(db, err);
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        struct stored *made;

        if (list->count == list->room) {
            size_t room = list->room == 0 ? 32 : list->room * 2;
            struct stored *grown = realloc(list->all, room * sizeof *grown);

            if (grown == NULL)
                break;
            list->all = grown;
            list->room = room;
        }
        made = &list->all[list->count++];
        *made = (struct stored){.id = sqlite3_column_int64(row, 0)};
        copy_column(row, 1, made->table, sizeof made->table);
        copy_column(row, 2, made->system, sizeof made->system);
        copy_column(row, 3, made->label, sizeof made->label);
        copy_column(row, 4, made->source, sizeof made->source);
        made->from = (day_t)sqlite3_column_int(row, 5);
        made->whole = sqlite3_column_int(row, 6) != 0;
        if (sqlite3_column_bytes(row, 7) == sizeof made->sha256)
            memcpy(made->sha256, sqlite3_column_blob(row, 7), sizeof made->sha256);
    }
    sqlite3_finalize(row);
    return step == SQLITE_DONE || codes_db_failed(db, err);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The last day that a release can answer for when none follows it. */
static day_t horizon(const struct stored *release)
{
    int year, month, dom;

    civil_parts(release->from, &year, &month, &dom);
    if (strcmp(release->table, "icd-10-cm") == 0)
        return civil_day(month >= 10 ? year + 1 : year, 9, 30);
    if (strcmp(release->table, "hcpcs") == 0 || strcmp(release->table, "cpt") == 0)
        return civil_day(year, 12, 31);
    if (begins(release->table, "mue-") || begins(release->table, "ncci-"))
        return civil_add_months(civil_day(year, (month - 1) / 3 * 3 + 1, 1), 3) - 1;
    return DAY_MAX;
}

static void set_windows(struct stored_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct stored *release = &list->all[i];
        bool pairs = begins(release->table, "ncci-");

        release->to = horizon(release);
        for (size_t k = i + 1; k < list->count; k++) {
            const struct stored *later = &list->all[k];

            if (strcmp(later->table, release->table) != 0 || later->from == release->from ||
                begins(release->table, "valueset"))
                continue;
            if (later->from - 1 < release->to)
                release->to = later->from - 1;
            release->skip |= pairs; /* the newest file holds the whole history */
        }
        if (pairs)
            release->from = PAIR_EPOCH;
    }
}

static sqlite3_stmt *prepare_for(sqlite3 *db, const char *sql, sqlite3_int64 release)
{
    sqlite3_stmt *row = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_int64(row, 1, release);
    return row;
}

static code_key column_key(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return code_pack(text, (size_t)sqlite3_column_bytes(row, column));
}

static day_t column_day(sqlite3_stmt *row, int column, day_t otherwise)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL
               ? otherwise
               : (day_t)sqlite3_column_int(row, column);
}

static bool ended(sqlite3 *db, sqlite3_stmt *row, int step, struct err *err)
{
    sqlite3_finalize(row);
    return step == SQLITE_DONE || codes_db_failed(db, err);
}

static bool add_codes(sqlite3 *db, struct build *build, const struct stored *release,
                      struct err *err)
{
    sqlite3_stmt *row = prepare_for(
        db, "SELECT c.code, c.billable, c.from_day, c.to_day, t.body FROM code c"
            " LEFT JOIN text t ON t.id = c.long WHERE c.release = ? ORDER BY c.seq",
        release->id);
    int step;

    if (row == NULL)
        return codes_db_failed(db, err);
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        struct build_code code = {column_key(row, 0), column_day(row, 2, DAY_MIN),
                                  column_day(row, 3, DAY_MAX),
                                  sqlite3_column_int(row, 1) != 0,
                                  (const char *)sqlite3_column_text(row, 4),
                                  (size_t)sqlite3_column_bytes(row, 4)};

        if (code.title == NULL)
            code.title = "";
        build_code(build, release->number, &code);
    }
    return ended(db, row, step, err);
}

static bool add_successors(sqlite3 *db, struct build *build, const struct stored *release,
                           uint32_t system, struct err *err)
{
    sqlite3_stmt *row = prepare_for(
        db, "SELECT code, day, successor FROM successor WHERE release = ? ORDER BY rowid",
        release->id);
    int step;

    if (row == NULL)
        return codes_db_failed(db, err);
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        build_successor(build, system, column_key(row, 0), (day_t)sqlite3_column_int(row, 1),
                        column_key(row, 2));
    return ended(db, row, step, err);
}

static int setting_of(const char *table)
{
    const char *dash = strchr(table, '-');

    if (dash != NULL && strcmp(dash, "-outpatient") == 0)
        return SETTING_OUTPATIENT;
    return dash != NULL && strcmp(dash, "-supplier") == 0 ? SETTING_SUPPLIER
                                                          : SETTING_PRACTITIONER;
}

static bool add_units(sqlite3 *db, struct build *build, const struct stored *release,
                      struct err *err)
{
    sqlite3_stmt *row = prepare_for(
        db, "SELECT code, units, indicator FROM units WHERE release = ? ORDER BY code",
        release->id);
    int step;

    if (row == NULL)
        return codes_db_failed(db, err);
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        build_units(build, release->number, setting_of(release->table), column_key(row, 0),
                    (uint32_t)sqlite3_column_int(row, 1), sqlite3_column_int(row, 2));
    return ended(db, row, step, err);
}

static bool add_pairs(sqlite3 *db, struct build *build, const struct stored *release,
                      struct err *err)
{
    sqlite3_stmt *row = prepare_for(db, "SELECT one, other, from_day, to_day, indicator FROM pair"
                                        " WHERE release = ? ORDER BY one, other, from_day",
                                    release->id);
    int step;

    if (row == NULL)
        return codes_db_failed(db, err);
    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        build_pair(build, setting_of(release->table), column_key(row, 0), column_key(row, 1),
                   (day_t)sqlite3_column_int(row, 2), column_day(row, 3, DAY_MAX),
                   sqlite3_column_int(row, 4));
    return ended(db, row, step, err);
}

static bool add_set_items(sqlite3 *db, struct build *build, sqlite3_int64 set, struct err *err)
{
    sqlite3_stmt *row = prepare_for(
        db, "SELECT system, op, first, last FROM valueset_item WHERE valueset = ? ORDER BY seq",
        set);
    int step;

    if (row == NULL)
        return codes_db_failed(db, err);
    while ((step = sqlite3_step(row)) == SQLITE_ROW) {
        const char *system = (const char *)sqlite3_column_text(row, 0);

        build_set_item(build, build_system(build, system, SYSTEM_DATED),
                       (uint32_t)sqlite3_column_int(row, 1), column_key(row, 2),
                       sqlite3_column_type(row, 3) == SQLITE_NULL ? 0 : column_key(row, 3));
    }
    return ended(db, row, step, err);
}

static bool add_sets(sqlite3 *db, struct build *build, const struct stored *release,
                     struct err *err)
{
    sqlite3_stmt *row = prepare_for(
        db, "SELECT id, name, title, note FROM valueset WHERE release = ? ORDER BY id",
        release->id);
    bool done = true;
    int step = SQLITE_DONE;

    if (row == NULL)
        return codes_db_failed(db, err);
    while (done && (step = sqlite3_step(row)) == SQLITE_ROW) {
        build_set(build, release->number, (const char *)sqlite3_column_text(row, 1),
                  (const char *)sqlite3_column_text(row, 2),
                  (const char *)sqlite3_column_text(row, 3));
        done = add_set_items(db, build, sqlite3_column_int64(row, 0), err);
    }
    if (!done) {
        sqlite3_finalize(row);
        return false;
    }
    return ended(db, row, step, err);
}

static bool add_release(sqlite3 *db, struct build *build, struct stored *release,
                        struct err *err)
{
    struct build_release made = {release->table, release->label, release->source, {0},
                                 INDEX_NONE, release->whole, release->from, release->to};

    memcpy(made.sha256, release->sha256, sizeof made.sha256);
    if (release->system[0] != '\0')
        made.system = build_system(build, release->system,
                                   code_system_named(release->system, strlen(release->system)) ==
                                           CODE_SYSTEM_ICD10CM
                                       ? SYSTEM_TABULAR
                                       : SYSTEM_DATED);
    release->number = build_release(build, &made);
    if (made.system != INDEX_NONE)
        return add_codes(db, build, release, err) &&
               add_successors(db, build, release, made.system, err);
    if (begins(release->table, "mue-"))
        return add_units(db, build, release, err);
    if (begins(release->table, "ncci-"))
        return release->skip || add_pairs(db, build, release, err);
    return add_sets(db, build, release, err);
}

bool codes_db_build_from(sqlite3 *db, struct buf *out, struct err *err)
{
    struct stored_list list = {NULL, 0, 0};
    struct build *build = tables_build_new();
    bool done = false;

    if (build == NULL) {
        err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the code tables");
        goto done;
    }
    if (!read_releases(db, &list, err))
        goto done;
    set_windows(&list);
    for (size_t i = 0; i < list.count; i++) {
        if (!add_release(db, build, &list.all[i], err))
            goto done;
    }
    done = build_finish(build, out, err);
done:
    build_free(build);
    free(list.all);
    return done;
}

bool codes_db_build(const char *path, struct buf *out, struct err *err)
{
    sqlite3 *db = NULL;
    bool done;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        codes_db_failed(db, err);
        sqlite3_close(db);
        return false;
    }
    done = codes_db_build_from(db, out, err);
    sqlite3_close(db);
    return done;
}
