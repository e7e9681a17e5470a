/*
 * codes_file.h - finding and mapping the index of a home folder.
 *
 * codes.db is the truth; its index is a file codes-HASH.idx beside it, where
 * HASH is in the header of codes.db, so that one short read tells which index
 * belongs to it. A missing or damaged index is made again from codes.db.
 */
#ifndef RUBRIC_CODES_CODES_FILE_H
#define RUBRIC_CODES_CODES_FILE_H

#include <stdbool.h>

#include "base/err.h"

struct codes;

/* Maps the tables of the codes.db at path, if there is one. */
MUST_CHECK bool codes_file_open(const char *path, struct codes *codes, struct err *err);
void codes_file_close(struct codes *codes);

#endif
