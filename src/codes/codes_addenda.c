/*
 * codes_addenda.c - addenda against two order files; see codes_addenda.h.
 */
#include "codes/codes_addenda.h"

#include <sqlite3.h>
#include <string.h>

#include "codes/codes_db.h"

struct comparing {
    sqlite3 *db;
    struct import *import;
    sqlite3_stmt *at[2]; /* the flag of a code before and now */
    const char *label[2];
    bool billable_only; /* the addenda without flags list billable codes alone */
    size_t changes[2];  /* told: deleted, added */
    size_t revised, misfits;
};

/* The release of the day and the newest before it; false without either. */
static bool find_releases(struct comparing *work, day_t day)
{
    static const char *const sql[2] = {
        "SELECT id, label FROM release WHERE tbl = 'icd-10-cm' AND from_day < ?1"
        " ORDER BY from_day DESC LIMIT 1",
        "SELECT id, label FROM release WHERE tbl = 'icd-10-cm' AND from_day = ?1"};
    static const char *const copy[2] = {
        "CREATE TEMP TABLE was AS SELECT code, billable FROM code WHERE release = %lld;"
        "CREATE UNIQUE INDEX temp.was_code ON was(code)",
        "CREATE TEMP TABLE now AS SELECT code, billable FROM code WHERE release = %lld;"
        "CREATE UNIQUE INDEX temp.now_code ON now(code)"};
    bool found = true;

    for (int i = 0; i < 2 && found; i++) {
        sqlite3_stmt *row = NULL;
        char text[256];

        found = sqlite3_prepare_v2(work->db, sql[i], -1, &row, NULL) == SQLITE_OK &&
                sqlite3_bind_int(row, 1, day) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW;
        if (found) {
            work->label[i] = import_text(work->import, "%s",
                                         (const char *)sqlite3_column_text(row, 1));
            sqlite3_snprintf((int)sizeof text, text, copy[i], sqlite3_column_int64(row, 0));
        }
        sqlite3_finalize(row);
        found = found && sqlite3_exec(work->db, text, NULL, NULL, NULL) == SQLITE_OK;
    }
    return found;
}

/* The flag of a code in a release: 0 or 1; -1 if it is not there. */
static int flag_in(struct comparing *work, int release, const char *code)
{
    sqlite3_stmt *row = work->at[release];
    int flag = -1;

    sqlite3_bind_text(row, 1, code, -1, SQLITE_STATIC);
    if (sqlite3_step(row) == SQLITE_ROW)
        flag = sqlite3_column_int(row, 0);
    sqlite3_reset(row);
    return work->billable_only && flag == 0 ? -1 : flag;
}

static void check_note(struct comparing *work, const struct import_note *note)
{
    int flag = note->text.at[0] - '0';
    int was = flag_in(work, 0, note->place), now = flag_in(work, 1, note->place);
    bool added = strcmp(note->kind, "added") == 0, deleted = strcmp(note->kind, "deleted") == 0;
    bool fits = added ? now == flag && was != flag
                      : deleted ? was == flag && now != flag : was >= 0 && now >= 0;

    work->changes[0] += deleted;
    work->changes[1] += added;
    work->revised += strcmp(note->kind, "revised to") == 0;
    if (fits)
        return;
    work->misfits++;
    import_odd(work->import, 0, "%s is %s here, but %s in %s and %s in %s", note->place, note->kind,
               was < 0 ? "absent" : was == 0 ? "a header" : "billable", work->label[0],
               now < 0 ? "absent" : now == 0 ? "a header" : "billable", work->label[1]);
}

/* What the releases differ by in fact: deleted, added. */
static bool count_changes(struct comparing *work, size_t counts[2])
{
    static const char *const sql[2] = {
        "SELECT count(*) FROM was WHERE (?1 = 0 OR billable) AND NOT EXISTS"
        " (SELECT 1 FROM now WHERE now.code = was.code AND now.billable = was.billable)",
        "SELECT count(*) FROM now WHERE (?1 = 0 OR billable) AND NOT EXISTS"
        " (SELECT 1 FROM was WHERE was.code = now.code AND was.billable = now.billable)"};
    bool done = true;

    for (int i = 0; i < 2 && done; i++) {
        sqlite3_stmt *row = NULL;

        done = sqlite3_prepare_v2(work->db, sql[i], -1, &row, NULL) == SQLITE_OK &&
               sqlite3_bind_int(row, 1, work->billable_only) == SQLITE_OK &&
               sqlite3_step(row) == SQLITE_ROW;
        if (done)
            counts[i] = (size_t)sqlite3_column_int64(row, 0);
        sqlite3_finalize(row);
    }
    return done;
}

static bool compare(struct comparing *work, size_t counts[2])
{
    const struct import_note *notes = work->import->notes.data;
    bool done = sqlite3_prepare_v2(work->db, "SELECT billable FROM was WHERE code = ?1", -1,
                                   &work->at[0], NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(work->db, "SELECT billable FROM now WHERE code = ?1", -1,
                                   &work->at[1], NULL) == SQLITE_OK;

    for (size_t i = 0; done && i < work->import->notes.count; i++)
        check_note(work, &notes[i]);
    return done && count_changes(work, counts);
}

static void count_told(struct comparing *work)
{
    const struct import_note *notes = work->import->notes.data;

    for (size_t i = 0; i < work->import->notes.count; i++) {
        work->changes[0] += strcmp(notes[i].kind, "deleted") == 0;
        work->changes[1] += strcmp(notes[i].kind, "added") == 0;
        work->revised += strcmp(notes[i].kind, "revised to") == 0;
    }
}

static void summarise(struct comparing *work, bool compared, const size_t counts[2])
{
    const char *told = import_text(work->import, "%zu added, %zu deleted, %zu revised",
                                   work->changes[1], work->changes[0], work->revised);

    if (!compared)
        work->import->summary = import_text(work->import, "%s; not compared: the order file of "
                                            "that day, or one before it, is not loaded", told);
    else if (work->misfits == 0 && counts[0] == work->changes[0] && counts[1] == work->changes[1])
        work->import->summary = import_text(work->import, "%s: all that %s and %s differ by", told,
                                            work->label[0], work->label[1]);
    else
        work->import->summary = import_text(work->import, "%s; but %s and %s differ by %zu added, "
                                            "%zu deleted", told, work->label[0], work->label[1],
                                            counts[1], counts[0]);
}

bool codes_addenda_compare(sqlite3 *db, struct import *import, struct err *err)
{
    const struct import_release *release = import->releases.data;
    struct comparing work = {.db = db, .import = import};
    size_t counts[2] = {0, 0};
    bool found, done = true;

    if (import->releases.count == 0 || strcmp(release->table, "icd-10-cm-addenda") != 0)
        return true;
    work.billable_only = release->part == 1;
    found = find_releases(&work, release->from);
    if (found)
        done = compare(&work, counts);
    else
        count_told(&work);
    sqlite3_finalize(work.at[0]);
    sqlite3_finalize(work.at[1]);
    if (!done || sqlite3_exec(db, "DROP TABLE IF EXISTS temp.was; DROP TABLE IF EXISTS temp.now",
                              NULL, NULL, NULL) != SQLITE_OK)
        return codes_db_failed(db, err);
    summarise(&work, found, counts);
    return true;
}
