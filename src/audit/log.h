/*
 * log.h - the inside of an open log, for the files of this room only.
 *
 * The file format is the schema in schema.c. What may be cached here is only
 * what no other process changes: the origin. Sizes, edges and times are read anew
 * inside each transaction, and so is which keys sign.
 */
#ifndef RUBRIC_AUDIT_LOG_H
#define RUBRIC_AUDIT_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "audit/audit.h"
#include "audit/command.h"
#include "audit/core.h"
#include "audit/note.h"
#include "audit/tree.h"
#include "audit/wal.h"

#define LOG_APPLICATION_ID 0x52554231 /* "RUB1" */
#define LOG_SCHEMA 3        /* of a new log */
#define LOG_SCHEMA_OLDEST 2 /* that is still written */
#define LOG_SIGNERS 4
#define LOG_SINKS 8
#define LOG_PATH 4096
#define LOG_AUTO_FRAMES 8192 /* a commit moves so many into the database, where nobody else does */
#define LOG_AUTO_TEXT "8192"
#define LOG_TAG 16 /* bytes of a tag that are kept: an index, not a commitment */

/* Prepared once and kept: the statements of the hot path. */
enum log_statement {
    LOG_BEGIN,
    LOG_COMMIT,
    LOG_ROLLBACK,
    LOG_LAST_ENTRY,
    LOG_LAST_CHECKPOINT,
    LOG_GET_NODE,
    LOG_GET_LEAF,
    LOG_PUT_ENTRY,
    LOG_PUT_NODE,
    LOG_PUT_CHECKPOINT,
    LOG_PUT_SEALED,
    LOG_PUT_REF,
    LOG_PUT_FINDER,
    LOG_FIND_CASE_NEW,
    LOG_FIND_CASE,
    LOG_MERGE_FINDER,
    LOG_EMPTY_FINDER,
    LOG_GET_META,
    LOG_GET_KEYS,
    LOG_PUT_META,
    LOG_GET_ENTRY,
    LOG_GET_FIELDS,
    LOG_GET_BODY,
    LOG_GET_CONTENT,
    LOG_HAS_CONTENT,
    LOG_PUT_CONTENT,
    LOG_PUT_ANCHOR,
    LOG_GET_ANCHOR,
    LOG_FIRST_ENTRY,
    LOG_STATEMENTS
};

/* A key that signs: its secret is here, or a program outside has it. */
struct log_signer {
    struct note_signer here; /* with a command: only here.key is filled */
    char command[COMMAND_TEXT]; /* "": the secret is here */
};

/* A place outside that remembers the newest state: a file that only grows, or
 * a program that gets each note on its standard input. */
struct log_sink {
    char path[LOG_PATH]; /* "|" and the program, or the file */
    const char *name;    /* as the log has it: the path, or "anchor.log" in its own folder */
    uint64_t size;  /* newest anchor that is known to be there */
    int64_t at_ms;  /* when it was made */
    bool pending;   /* anchored in the file, row not written yet */
    struct tree_hash root; /* of the pending row */
};

struct audit {
    sqlite3 *db;
    int64_t schema; /* its version */
    sqlite3_stmt *statement[LOG_STATEMENTS];
    pthread_mutex_t lock;
    struct wal_keeper *keeper; /* NULL: commits empty the write-ahead file themselves */
    char home[LOG_PATH];
    char origin[AUDIT_ORIGIN];
    struct log_signer signer[LOG_SIGNERS]; /* those that sign now */
    size_t signer_count;
    struct buf key_rows; /* of meta, as they were when the signers were read */
    uint8_t finder_key[32];
    bool read_only;
    bool dead;        /* a write or sync failed: nothing more is believed */
    char why[256];    /* what failed, if somebody else is to be told */
    bool in_batch;
    uint64_t reserve_bytes;
    int64_t (*clock_ms)(void *context);
    void *clock_context;
    struct log_sink sink[LOG_SINKS];
    size_t sink_count;
    /* kept between batches, so that a record costs no allocation */
    struct core core;
    struct core_view view;
    struct buf bytes;
    struct audit_sealed sealed; /* of a record that comes without */
};

/* ---- db.c: the connection ---- */

/* A log in the making has another name until it is whole. */
bool log_db_path(const struct audit *audit, bool fresh, char path[LOG_PATH], struct err *err);
bool log_db_open(struct audit *audit, bool fresh, struct err *err);
void log_db_close(struct audit *audit);
/* One more connection for a thread that moves what was committed (wal.c). */
bool log_db_second(struct audit *audit, sqlite3 **db, struct err *err);
/* Opens a file for reading, even in a folder that cannot be written; may_recover
 * lets SQLite put the write-ahead log in order first. */
bool log_open_reading(const char *path, bool may_recover, sqlite3 **db, struct err *err);
/* Is a file with these two numbers one of ours, of a version that can be used? */
bool log_version_known(const char *path, int64_t application, int64_t version, bool reading,
                       struct err *err);
sqlite3_stmt *log_statement(struct audit *audit, enum log_statement which, struct err *err);
/* Steps a statement that gives no rows, and resets it. */
bool log_run(struct audit *audit, sqlite3_stmt *statement, const char *doing, struct err *err);
bool log_exec(struct audit *audit, const char *sql, const char *doing, struct err *err);
/* Fills err from the connection. Errors of disk or memory make the log dead. */
bool log_fail(struct audit *audit, const char *doing, struct err *err);
/* Prepares a statement that is used once. */
sqlite3_stmt *log_prepare(struct audit *audit, const char *sql, struct err *err);
/* Copies a 32-byte blob column; false if it is anything else. */
bool log_column_hash(sqlite3_stmt *statement, int column, uint8_t hash[32]);
bool log_meta_get(struct audit *audit, const char *key, struct buf *out, bool *found,
                  struct err *err);
bool log_meta_put(struct audit *audit, const char *key, const void *value, size_t len,
                  struct err *err);
/* secure_delete and its fellows, asked back from the connection. */
bool log_settings_check(struct audit *audit, struct err *err);

/* ---- schema.c ---- */

const char *log_schema_sql(int64_t version);
/* Compares every object of the database with what log_schema_sql() makes. The
 * first difference is named in err (ERR_TAMPER). */
bool log_schema_check(sqlite3 *db, int64_t version, struct err *err);

/* ---- batch.c: one transaction ---- */

struct log_batch {
    uint64_t size;         /* before the first record of this batch */
    int64_t ts_ms;         /* of the newest record */
    struct tree_edge edge; /* grows with each record */
};

/* BEGIN IMMEDIATE, then size, right edge and time; refuses a log whose newest
 * checkpoint does not fit its newest entry. */
bool log_batch_begin(struct audit *audit, struct log_batch *batch, struct err *err);
/* Appends one record; *index and leaf are what the receipt will say. */
bool log_batch_add(struct audit *audit, struct log_batch *batch,
                   const struct audit_record *record, uint64_t *index,
                   struct tree_hash *leaf, struct err *err);
/* Checkpoint and COMMIT; the note goes to note (AUDIT_NOTE bytes). */
bool log_batch_commit(struct audit *audit, struct log_batch *batch, char *note,
                      struct err *err);
void log_batch_abandon(struct audit *audit);
/* One record by itself, with what must happen in the same transaction. */
typedef bool log_also(struct audit *audit, uint64_t index, void *context, struct err *err);
bool log_append_one(struct audit *audit, const struct audit_record *record, log_also *also,
                    void *context, struct audit_receipt *receipt, struct err *err);

/* Content of this hash; the same bytes twice are kept once (log.c). */
bool log_content_insert(struct audit *audit, const char *kind, const void *body, size_t len,
                        const uint8_t sha256[32], struct err *err);
void log_lock(struct audit *audit);
void log_unlock(struct audit *audit);
/* False, with err filled, if this handle may not write. */
bool log_writable(struct audit *audit, struct err *err);
int64_t log_now_ms(struct audit *audit);

/* ---- seal.c: sealed fields ---- */

/* sealed NULL: made here. */
bool log_seal(struct audit *audit, uint64_t index, const struct audit_seal *seal,
              const struct audit_sealed *sealed, uint8_t cm[32], struct err *err);
/* The case's commitment: the one it has, or a new one. */
bool log_seal_case(struct audit *audit, uint64_t index, const char *case_id,
                   uint8_t cm[32], struct err *err);
void log_case_tag(const struct audit *audit, const char *case_id, uint8_t tag[LOG_TAG]);
/* Where tags gather is emptied at every so many entries. */
bool log_finder_merge(struct audit *audit, uint64_t index, struct err *err);
/* Undoes a codec; the body is appended to out. */
bool log_unpack(const char *codec, const void *bytes, size_t len, struct buf *out,
                struct err *err);

/* ---- source.c: nodes for proofs ---- */

struct tree_source log_tree_source(struct audit *audit);
/* Size and note of the newest checkpoint; size 0 if there is none. */
bool log_last_checkpoint(struct audit *audit, uint64_t *size, struct tree_hash *root,
                         struct buf *note, struct err *err);

/* A snapshot of the log for the length of several reads (read.c). */
bool log_read_begin(struct audit *audit, struct err *err);
void log_read_end(struct audit *audit);

/* ---- keys.c ---- */

/* Makes signing and finder keys for a new log. */
bool keys_make(struct audit *audit, struct err *err);
/* Reads the keys that sign now; refuses files that others can read. */
bool keys_load(struct audit *audit, struct err *err);
/* Reads them again if another process changed which keys sign; inside a transaction. */
bool keys_fresh(struct audit *audit, struct err *err);
/* Appends the note: text, an empty line, the line of each key that signs now.
 * What a program outside printed is checked first. */
bool keys_sign(struct audit *audit, struct buf *out, const char *text, size_t len,
               struct err *err);
/* The keys of the log with the sizes they are valid for, kept in meta. */
struct log_key {
    struct note_key key;
    uint64_t from; /* the first size of tree it may sign */
    uint64_t to;   /* the last; UINT64_MAX: still valid */
};
bool keys_list(struct audit *audit, struct log_key *keys, size_t room, size_t *count,
               struct err *err);

/* ---- anchor.c ---- */

bool anchors_load(struct audit *audit, const char *more, struct err *err);
/* The start-up check. */
bool anchors_check(struct audit *audit, struct err *err);
/* Anchors in each sink if it is time (or if forced). */
bool anchors_write(struct audit *audit, uint64_t size, const char *note,
                   const struct tree_hash *root, bool force, struct err *err);
/* The newest state that any anchor file names, if it is newer than *size. */
void anchors_newest(struct audit *audit, char origin[AUDIT_ORIGIN], uint64_t *size,
                    struct tree_hash *root);
/* Writes rows for anchors that were made; inside a transaction. */
bool anchors_flush(struct audit *audit, struct err *err);

#endif
