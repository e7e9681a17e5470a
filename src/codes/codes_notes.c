/*
 * codes_notes.c - what stands beside a code in the tabular list.
 */
#include "codes/codes_notes.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "codes/codes_db.h"

/* The release of the day: the newest that had begun. */
#define OF_THE_DAY " FROM note WHERE code = ?1 AND release = (SELECT id FROM release WHERE" \
                   " tbl = 'icd-10-cm-notes' AND from_day <= ?2 ORDER BY from_day DESC LIMIT 1)"

static void notes_at(sqlite3_stmt *notes, const char *place, const char *shown,
                     codes_note_visitor *visit, void *context)
{
    sqlite3_bind_text(notes, 1, place, -1, SQLITE_TRANSIENT);
    while (sqlite3_step(notes) == SQLITE_ROW)
        visit(context, shown, (const char *)sqlite3_column_text(notes, 0),
              (const char *)sqlite3_column_text(notes, 1));
    sqlite3_reset(notes);
}

/* Replaces a place by the section or chapter around it; false if there is none. */
static bool go_up(sqlite3_stmt *around, char place[64])
{
    bool found;

    sqlite3_bind_text(around, 1, place, -1, SQLITE_TRANSIENT);
    found = sqlite3_step(around) == SQLITE_ROW;
    if (found)
        snprintf(place, 64, "%s", (const char *)sqlite3_column_text(around, 0));
    sqlite3_reset(around);
    return found;
}

static void visit_all(sqlite3_stmt *notes, sqlite3_stmt *around, code_key key,
                      codes_note_visitor *visit, void *context)
{
    char place[64] = "", shown[CODE_SHOWN];

    for (size_t len = code_key_len(key); len >= 3; len--) {
        code_unpack(code_key_cut(key, len), place);
        code_show(CODE_SYSTEM_ICD10CM, code_key_cut(key, len), shown);
        notes_at(notes, place, shown, visit, context);
    }
    for (int turns = 0; turns < 4 && go_up(around, place); turns++)
        notes_at(notes, place, place, visit, context);
}

void codes_notes_each(const char *path, code_key key, day_t day, codes_note_visitor *visit,
                      void *context)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *notes = NULL, *around = NULL;

    if (path[0] == '\0' || key == 0)
        return;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT kind, body" OF_THE_DAY " AND kind <> '" NOTE_WITHIN "'"
                               " ORDER BY rowid", -1, &notes, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT body" OF_THE_DAY " AND kind = '" NOTE_WITHIN "'",
                           -1, &around, NULL) == SQLITE_OK) {
        sqlite3_bind_int(notes, 2, day);
        sqlite3_bind_int(around, 2, day);
        visit_all(notes, around, key, visit, context);
    }
    sqlite3_finalize(notes);
    sqlite3_finalize(around);
    sqlite3_close(db);
}

bool codes_notes_compare(sqlite3 *db, struct import *import, struct err *err)
{
    const struct import_release *release = import->releases.data;
    sqlite3_stmt *row = NULL;
    int step = SQLITE_DONE;
    bool done;

    if (import->releases.count == 0 || strcmp(release->table, "icd-10-cm-notes") != 0)
        return true;
    done = sqlite3_prepare_v2(
               db, "WITH now AS (SELECT id, label FROM release WHERE tbl = 'icd-10-cm' AND"
                   " from_day BETWEEN ?1 - 365 AND ?1 ORDER BY from_day DESC LIMIT 1)"
                   " SELECT DISTINCT note.code, now.label FROM note, now WHERE note.release ="
                   " (SELECT max(id) FROM release WHERE tbl = 'icd-10-cm-notes' AND from_day = ?1)"
                   " AND note.code NOT LIKE '% %' AND note.code NOT IN"
                   " (SELECT code FROM code WHERE release = now.id) ORDER BY note.rowid",
               -1, &row, NULL) == SQLITE_OK &&
           sqlite3_bind_int(row, 1, release->from) == SQLITE_OK;
    while (done && (step = sqlite3_step(row)) == SQLITE_ROW)
        import_odd(import, 0, "notes stand at %s, which %s lacks", sqlite3_column_text(row, 0),
                   sqlite3_column_text(row, 1));
    sqlite3_finalize(row);
    return (done && step == SQLITE_DONE) || codes_db_failed(db, err);
}
