/*
 * verify.h - does the whole file hold together, and with what is outside it?
 *
 * Steps V1 to V8 of the audit log. The file is opened for reading only and by
 * itself, because a log that was tampered with cannot be opened as a log. Every
 * difference is reported; verification goes on after the first.
 */
#ifndef RUBRIC_AUDIT_VERIFY_H
#define RUBRIC_AUDIT_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/note.h"
#include "base/err.h"

#define VERIFY_TEXT 160

struct verify_finding {
    const char *step;   /* "V3" */
    int64_t index;      /* entry, size or node index; -1: none */
    const char *table;  /* "entry" */
    const char *column; /* "core" */
    char expected[VERIFY_TEXT];
    char found[VERIFY_TEXT];
};

/* Something of the log that somebody kept elsewhere. */
struct verify_outside {
    const char *name; /* file it was read from */
    struct checkpoint at;
    char *note;      /* the signed checkpoint; NULL if only size and root are known */
    bool has_leaf;   /* a receipt: it also names one record */
    uint64_t index;
    struct tree_hash leaf;
};

struct verify_options {
    const char *path; /* of audit.db */
    const struct note_key *keys; /* trusted public keys */
    size_t key_count;
    const struct verify_outside *outside;
    size_t outside_count;
    uint64_t from; /* trust the checkpoint of this size; 0: check everything */
    bool skip_sealed; /* only V1 to V5 and V8, and V1 for the tables of the records only */
    void (*report)(void *context, const struct verify_finding *finding);
    void *context;
};

struct verify_result {
    char origin[NOTE_NAME];
    uint64_t first; /* lowest index that was not pruned */
    uint64_t size;
    struct tree_hash root;
    uint64_t checked;     /* entries */
    uint64_t checkpoints;
    uint64_t sealed, erased, contents;
    uint64_t violations;
    uint64_t revoked_from; /* entries from here on rest on a revoked key; 0: none */
    bool tied; /* a trusted key, an anchor or a receipt spoke for it */
};

/* False only if the file could not be read at all; violations are reported. */
MUST_CHECK bool audit_verify(const struct verify_options *options,
                             struct verify_result *result, struct err *err);

/* 0 sound and tied, 1 violation, 3 only consistent in itself. */
int verify_exit_status(const struct verify_result *result);

/* A list of such things, owned; starts as {NULL, 0, 0}. */
struct outside_list {
    struct verify_outside *item;
    size_t count, room;
};

/* Reads anchor lines, receipts or answers in JSON (one or one a line), a proof
 * or a checkpoint, and appends what the file says. name is kept. */
MUST_CHECK bool verify_read_outside(const char *name, struct outside_list *list,
                                    struct err *err);
void verify_free_outside(struct outside_list *list);

#endif
