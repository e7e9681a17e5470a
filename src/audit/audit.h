/*
 * audit.h - the log: what the host says it did, before anybody sees it.
 *
 * One handle writes and reads one log: `audit.db` and `keys/` in a home folder.
 * audit_append() returns only when its records are on disk under a signed
 * checkpoint; if it returns false, nothing was logged and nothing may be
 * answered. A handle that could not write or sync is dead and stays dead.
 *
 * Calls on one handle may come from several threads; they take turns. Several
 * processes may have the same log open.
 */
#ifndef RUBRIC_AUDIT_AUDIT_H
#define RUBRIC_AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/pool.h"

#define AUDIT_ORIGIN 256
#define AUDIT_NOTE 2048
#define AUDIT_KIND 24
#define AUDIT_LABEL 16

struct audit;

struct audit_options {
    const char *origin;      /* name of a new log; NULL: one is made up */
    const char *anchor_file; /* one more append-only file to anchor in; NULL: none */
    bool read_only;          /* never writes, makes nothing */
    uint64_t reserve_bytes;  /* free disk below which work is refused; 0: 64 MiB */
    int64_t (*clock_ms)(void *context); /* NULL: the real clock */
    void *clock_context;
};

/* Opens the log of a home folder, which must exist; makes `audit.db`, `keys/`
 * and the first record if there is no log yet. The handle is owned. options may
 * be NULL. Refuses (ERR_STORE): an unknown schema, wrong file modes, a network
 * file system, missing keys; (ERR_TAMPER): a log behind or beside its anchor. */
MUST_CHECK bool audit_open(const char *home, const struct audit_options *options,
                           struct audit **out, struct err *err);
/* Notes in the log which anchors were made, and ends. NULL is fine. */
void audit_close(struct audit *audit);

const char *audit_origin(const struct audit *audit);
bool audit_dead(const struct audit *audit);

/* ---- writing ---- */

struct audit_actor {
    const char *type; /* "service" (NULL), "user" */
    const char *id;   /* account name; NULL: "rubric" */
    const char *role; /* may be NULL */
};

/* Patient data beside the core: the core holds only a salted commitment. The
 * labels are fixed: document input letter output reads request text. */
struct audit_seal {
    const char *label;
    const void *body;
    size_t len;
};

/* Salt, commitment and packed body of a seal. Zeroed before its first use. */
struct audit_sealed {
    uint8_t salt[32];
    uint8_t cm[32];
    bool is_packed;
    struct buf packed; /* owned: give it back to audit_sealed_free() */
};

/* Makes all of them, in any thread: it needs neither the log nor its keys. Who
 * has many records to log does this beside the log's own thread. */
MUST_CHECK bool audit_seal_all(const struct audit_seal *seals, size_t count,
                               struct audit_sealed *sealed, struct err *err);
void audit_sealed_wipe(struct audit_sealed *sealed); /* the salt; the memory stays */
void audit_sealed_free(struct audit_sealed *sealed);

struct audit_table {
    const char *name;      /* "icd-10-cm"; written with _ for - */
    const uint8_t *sha256; /* 32 bytes */
};

/* What the core of a determination (or of an error) adds. Nothing here may name
 * a patient or a date of service. Hashes are 32 bytes; NULL is left out. */
struct audit_determination {
    const char *policy_id;
    const char *policy_version;
    const uint8_t *bundle;
    const uint8_t *engine_build;
    int64_t engine_level;
    const struct audit_table *tables;
    size_t table_count;
    const uint8_t *params;
    int64_t now_ms; /* the clock that the policy was given; 0: left out */
    int64_t budget_instr, budget_mem, used_instr;
    const char *rec; /* "approve", "pend", "refer" */
    int64_t met, not_met, undocumented;
    const char *error; /* code of an error; NULL if there was none */
};

/* Everything is borrowed for the length of the call (with a queue: until the
 * ticket is done). */
struct audit_record {
    const char *kind; /* one of A-10, such as "determination" */
    struct audit_actor actor;
    const char *case_id; /* committed to, never written in the clear; NULL: none */
    const struct audit_determination *determination; /* NULL: none */
    const struct audit_seal *seals;
    size_t seal_count;
    const struct audit_sealed *sealed; /* one for each; NULL: made when it is logged */
    const char *more; /* a JSON object with further members of the core; NULL: none */
};

struct audit_receipt {
    char origin[AUDIT_ORIGIN];
    uint64_t index;
    uint8_t leaf[32];
    uint64_t size;
    char note[AUDIT_NOTE]; /* the signed checkpoint, ended by a NUL */
};

/* One transaction, one checkpoint, one sync. receipts has count elements. */
MUST_CHECK bool audit_append(struct audit *audit, const struct audit_record *records,
                             size_t count, struct audit_receipt *receipts, struct err *err);

/* {"index":..,"leaf":"<hex>","note":"..","origin":"..","size":..} */
void audit_receipt_json(struct buf *out, const struct audit_receipt *receipt);
/* For letters: the first 80 bits of the leaf in base32 and a check character. */
#define AUDIT_SHORT_CODE 24
void audit_receipt_code(const uint8_t leaf[32], char text[AUDIT_SHORT_CODE]);

/* ---- content: policies, tables and other things without patient data ---- */

/* Durable before it returns; the same bytes twice are kept once. */
MUST_CHECK bool audit_content_put(struct audit *audit, const char *kind, const void *body,
                                  size_t len, uint8_t sha256[32], struct err *err);
/* The same with a record that says so, and, if what is in force under a name
 * has changed by it, one more that says that. */
struct audit_install {
    const char *kind;   /* of the content: "bundle", "table" */
    const void *body;   /* borrowed; read only if the log has it not yet */
    size_t len;
    const char *record; /* "policy.install", "table.install" */
    const char *more;   /* a JSON object with further members of both cores */
    const char *active; /* what it is in force as; NULL: it is not */
};
MUST_CHECK bool audit_install(struct audit *audit, const struct audit_install *what,
                              const uint8_t sha256[32], struct err *err);
bool audit_content_has(struct audit *audit, const uint8_t sha256[32]);
/* Appends the body to out. */
MUST_CHECK bool audit_content_get(struct audit *audit, const uint8_t sha256[32],
                                  struct buf *out, struct err *err);

/* ---- reading ---- */

struct audit_field {
    char label[AUDIT_LABEL];
    uint8_t cm[32];
    int64_t erased_by; /* index of the erasure record; -1: not erased */
    int64_t sealed_id; /* where the log keeps it */
    const char *body;  /* NULL until audit_unseal() */
    size_t len;
};

struct audit_entry {
    uint64_t index;
    char kind[AUDIT_KIND];
    int64_t ts_ms;
    uint8_t leaf[32];
    const char *core; /* canonical JSON, ended by a NUL */
    size_t core_len;
    struct audit_field *fields;
    size_t field_count;
};

struct audit_access {
    struct audit_actor actor;
    const char *purpose; /* "review", "appeal", "audit": a short code */
};

/* The record without its sealed fields' bodies; memory comes from pool. */
MUST_CHECK bool audit_read(struct audit *audit, uint64_t index, struct pool *pool,
                           struct audit_entry *entry, struct err *err);
/* Gives the bodies of the fields named label (NULL: all) and checks them
 * against the core. Writes an access record first; why may be NULL only for a
 * replay, which shows the field to nobody. Erased fields stay NULL. */
MUST_CHECK bool audit_unseal(struct audit *audit, struct audit_entry *entry,
                             const char *label, const struct audit_access *why,
                             struct pool *pool, struct err *err);
const struct audit_field *audit_entry_field(const struct audit_entry *entry,
                                            const char *label);

MUST_CHECK bool audit_size(struct audit *audit, uint64_t *size, struct err *err);
/* The lowest index that was not pruned. */
MUST_CHECK bool audit_first(struct audit *audit, uint64_t *index, struct err *err);

struct audit_filter {
    const char *case_id;   /* NULL: any */
    const char *policy_id; /* NULL: any */
    const char *kind;      /* NULL: any */
    int64_t engine_level;  /* 0: any */
    int64_t since_ms;      /* 0: from the start */
    uint64_t from;         /* the lowest index wanted */
};
/* Told of each entry in order; false stops the walk. */
typedef bool audit_visit(void *context, const struct audit_entry *entry);
MUST_CHECK bool audit_list(struct audit *audit, const struct audit_filter *filter,
                           audit_visit *visit, void *context, struct err *err);

/* The newest checkpoint, and a proof that an entry is in it (C2SP tlog-proof),
 * appended to out. */
MUST_CHECK bool audit_checkpoint(struct audit *audit, struct buf *note, struct err *err);
MUST_CHECK bool audit_prove(struct audit *audit, uint64_t index, struct buf *out,
                            struct err *err);

#endif
