/*
 * codes_db.h - codes.db, the single source of truth of the code tables.
 *
 * One SQLite file holds every release as its file said it. It is never changed
 * in place: an import copies it, changes the copy, makes the index of the copy,
 * and renames the copy over it (codes_swap.h). So a reader sees the old tables
 * or the new ones, and a kill leaves the old.
 *
 * The SQLite header carries two numbers of ours: application_id tells that it
 * is a codes.db and of which version, user_version is the stamp that names its
 * index: codes-STAMP.idx, the first 31 bits of the hash of its content.
 */
#ifndef RUBRIC_CODES_CODES_DB_H
#define RUBRIC_CODES_CODES_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct sqlite3;

#define CODES_DB_ID 0x52424301u /* "RBC" and the version */

/* Reads the stamp from the first 100 bytes of a file. */
MUST_CHECK bool codes_db_stamp(const unsigned char *header, size_t len, const char *path,
                               uint32_t *stamp, struct err *err);
/* The stamp that belongs to an index. */
uint32_t codes_db_stamp_of(const struct buf *index);
/* The path of the index of that stamp beside codes.db. */
MUST_CHECK bool codes_db_index_path(const char *path, uint32_t stamp, char *index_path,
                                    size_t size, struct err *err);

/* Makes the index of the codes.db at path; out is empty. */
MUST_CHECK bool codes_db_build(const char *path, struct buf *out, struct err *err);
/* The same from an open database. */
MUST_CHECK bool codes_db_build_from(struct sqlite3 *db, struct buf *out, struct err *err);
/* Writes it beside, whole or not at all; err may be NULL: a folder that cannot
 * be written costs time at the next start, nothing else. */
bool codes_db_write_index(const char *index_path, const struct buf *index, struct err *err);

/* Makes the tables of an empty database. */
MUST_CHECK bool codes_db_create(struct sqlite3 *db, struct err *err);
/* Runs statements without results. */
MUST_CHECK bool codes_db_run(struct sqlite3 *db, const char *sql, struct err *err);
/* Reports what SQLite says. */
bool codes_db_failed(struct sqlite3 *db, struct err *err);

#endif
