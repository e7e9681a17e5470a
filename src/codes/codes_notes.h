/*
 * codes_notes.h - what stands beside a code in the tabular list.
 *
 * Notes are for people, not for the judge, and so are not in the index: they
 * are read from codes.db when somebody asks.
 */
#ifndef RUBRIC_CODES_CODES_NOTES_H
#define RUBRIC_CODES_CODES_NOTES_H

#include "base/civil.h"
#include "codes/code_key.h"
#include "codes/import.h"

struct sqlite3;

/* The kind of what is kept as a note and is none: the section or chapter around. */
#define NOTE_WITHIN "within"

/* place is where the note stands: this code or one above it, "section M50-M54",
 * "chapter 13". */
typedef void codes_note_visitor(void *context, const char *place, const char *kind,
                                const char *text);

/* Calls visit for each note that holds for an ICD-10-CM code on a day, the nearest
 * first. path is that of codes.db; "" or a file without notes gives none. */
void codes_notes_each(const char *path, code_key key, day_t day, codes_note_visitor *visit,
                      void *context);

/* Compares notes that were stored with the order file of their year: the codes that
 * it lacks become odd lines of the import. An import of anything else, or a year
 * whose order file is not loaded, is left as it is. */
MUST_CHECK bool codes_notes_compare(struct sqlite3 *db, struct import *import, struct err *err);

#endif
