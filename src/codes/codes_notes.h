/*
 * codes_notes.h - what stands beside a code in the tabular list.
 *
 * Notes are for people, not for the judge, and so are not in the index: they
 * are read from codes.db when somebody asks.
 */
#ifndef RUBRIC_CODES_CODES_NOTES_H
#define RUBRIC_CODES_CODES_NOTES_H

#include "codes/code_key.h"

/* place is the code that the note stands at: this one or one above it. */
typedef void codes_note_visitor(void *context, const char *place, const char *kind,
                                const char *text);

/* Calls visit for each note at an ICD-10-CM code and above it, the nearest
 * first. path is that of codes.db; "" or a file without notes gives none. */
void codes_notes_each(const char *path, code_key key, codes_note_visitor *visit, void *context);

#endif
