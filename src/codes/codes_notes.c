/*
 * codes_notes.c - what stands beside a code in the tabular list.
 */
#include "codes/codes_notes.h"

#include <sqlite3.h>
#include <string.h>

static void notes_at(sqlite3_stmt *row, code_key key, codes_note_visitor *visit, void *context)
{
    char code[CODE_TEXT], shown[CODE_SHOWN];

    code_unpack(key, code);
    code_show(CODE_SYSTEM_ICD10CM, key, shown);
    sqlite3_bind_text(row, 1, code, -1, SQLITE_TRANSIENT);
    while (sqlite3_step(row) == SQLITE_ROW)
        visit(context, shown, (const char *)sqlite3_column_text(row, 0),
              (const char *)sqlite3_column_text(row, 1));
    sqlite3_reset(row);
}

void codes_notes_each(const char *path, code_key key, codes_note_visitor *visit, void *context)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;

    if (path[0] == '\0' || key == 0)
        return;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT kind, body FROM note WHERE code = ?1 AND release = "
                               "(SELECT id FROM release WHERE tbl = 'icd-10-cm-notes' "
                               "ORDER BY from_day DESC LIMIT 1) ORDER BY rowid",
                           -1, &row, NULL) == SQLITE_OK) {
        for (size_t len = code_key_len(key); len >= 3; len--)
            notes_at(row, code_key_cut(key, len), visit, context);
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
}
