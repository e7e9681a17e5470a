/*
 * codes_addenda.h - whether addenda say what two loaded order files differ by.
 */
#ifndef RUBRIC_CODES_CODES_ADDENDA_H
#define RUBRIC_CODES_CODES_ADDENDA_H

#include "base/err.h"
#include "codes/import.h"

struct sqlite3;

/* Compares addenda with the ICD-10-CM release of their day and the one before
 * it. What does not fit becomes an odd line of the import; its summary says what
 * was compared. An import of anything else is left as it is. */
MUST_CHECK bool codes_addenda_compare(struct sqlite3 *db, struct import *import,
                                      struct err *err);

#endif
