/*
 * verify_parts.h - what the files of verify share.
 */
#ifndef RUBRIC_AUDIT_VERIFY_PARTS_H
#define RUBRIC_AUDIT_VERIFY_PARTS_H

#include <pthread.h>

#include "audit/core.h"
#include "audit/keys.h"
#include "audit/log.h"
#include "audit/verify.h"

/* A key that the records name, and when it may sign. */
struct scan_key {
    struct note_key key;
    uint64_t from, to;
    bool waiting; /* its key.add is not yet under a checkpoint of an older key */
    bool revoked; /* stolen: what it signed after `to` proves nothing */
};

/* A hold, a rule of retention or a sink, as the newest record of it says. */
#define SCAN_RULE 512
struct scan_rule {
    char key[SCAN_RULE]; /* of its copy in meta: "hold NAME", "keep NAME"; or "sink PATH" */
    uint64_t index;
    int64_t years; /* -1: it has none */
    bool gone;     /* released, dropped */
    bool seen;     /* its copy is there */
};

/* A growing set of hashes that records name. */
struct hash_set {
    struct tree_hash *slot;
    uint8_t *used;
    size_t room, count;
};

struct verify {
    const struct verify_options *options;
    struct verify_result *result;
    pthread_mutex_t lock;
    struct audit log; /* only its database and statements are used */
    struct core_view view;
    struct scan_key key[LOG_KEYS];
    size_t key_count;
    struct hash_set named; /* bundles and tables */
    struct scan_rule *rule;
    size_t rule_count;
    int64_t last_ts;
    bool trusted_now;   /* a trusted key signed the newest checkpoint */
    bool trusted_first; /* the key of log.init is trusted */
    bool failed; /* reading failed: err is filled */
    bool bad_schema; /* so that a column may be missing */
    bool damaged;    /* reading failed because of what is in the file */
    struct err err;
};

void verify_report(struct verify *v, const char *step, int64_t index, const char *table,
                   const char *column, const char *expected, const char *found);
void verify_report_hash(struct verify *v, const char *step, int64_t index, const char *table,
                        const char *column, const uint8_t *expected, const uint8_t *found);
/* Marks the verification as failed by SQLite; returns false. */
bool verify_stop(struct verify *v, sqlite3 *db);

bool verify_scan(struct verify *v);    /* V2 to V5, V8, and core against sealed_ref */
/* Remembers what a record sets; at the end meta is compared with all of them. */
void verify_rule(struct verify *v, const char *kind, const struct core_view *core,
                 uint64_t index);
void verify_meta(struct verify *v);                 /* V2 and V5: origin, keys, rules */
bool verify_sealed(struct verify *v, sqlite3 *db);  /* V6 */
bool verify_content(struct verify *v, sqlite3 *db); /* V7, the bodies */
bool verify_named(struct verify *v);                /* V7, what records name */

bool hash_set_add(struct hash_set *set, const uint8_t hash[32]);
void hash_set_free(struct hash_set *set);

#endif
