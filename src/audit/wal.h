/*
 * wal.h - the write-ahead file of a log that is written for a while.
 *
 * A file that grows makes the file system write a journal of its own at each
 * sync, and SQLite by itself moves what was committed into the database inside
 * some unlucky commit. Here the space is written beforehand, once, and a thread
 * moves what was committed while others go on committing.
 */
#ifndef RUBRIC_AUDIT_WAL_H
#define RUBRIC_AUDIT_WAL_H

#include <sqlite3.h>

#include "audit/audit.h"

#define WAL_FRAMES 1024             /* 8 MiB */
#define WAL_SPACE ((size_t)16 << 20) /* bytes */

struct wal_keeper;

/* From frames committed pages on, the file is emptied. Before, when it has a
 * quarter of them, it is made space bytes long: who writes little pays nothing.
 * The audit handle is kept and goes on being the caller's; the keeper must be
 * stopped before that is closed. */
MUST_CHECK bool wal_keeper_start(struct audit *audit, int frames, size_t space,
                                 struct wal_keeper **out, struct err *err);
/* Ends the thread. NULL is fine. */
void wal_keeper_stop(struct wal_keeper *keeper);

/* A transaction that writes has just begun. NULL is fine. */
void wal_keeper_begun(struct wal_keeper *keeper);
/* Writes zeros behind what the file of a connection holds, up to so many bytes,
 * inside a transaction that may write and has not yet. A disk that does not take
 * them is no error: the file then grows as it is needed. */
void wal_write_space(sqlite3 *db, size_t space);

#endif
