/*
 * key_change.c - adding, retiring and revoking keys, and starting anew.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/anchor.h"
#include "audit/files.h"
#include "audit/keys.h"
#include "audit/start.h"

struct key_change {
    struct log_signer added;
    struct log_key key;
    const char *reason;
};

static void quote(struct buf *more, const char *key, const char *text)
{
    buf_printf(more, "%s\"%s\":", more->len == 0 ? "{" : ",", key);
    buf_put_json(more, text, strlen(text));
}

/* The record is under a checkpoint that both keys sign. */
static bool join_signers(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    struct key_change *change = context;

    if (audit->signer_count == LOG_SIGNERS)
        return err_set(err, ERR_INPUT, "E-KEY", "%d keys sign this log already; retire one first",
                       LOG_SIGNERS);
    change->key.key = change->added.here.key;
    change->key.from = index + 1;
    change->key.to = UINT64_MAX;
    audit->signer[audit->signer_count++] = change->added;
    return keys_store(audit, &change->key, err);
}

static bool record_key(struct audit *audit, const struct audit_actor *actor,
                       struct key_change *change, struct audit_receipt *receipt,
                       struct err *err)
{
    struct audit_record record = {.kind = "key.add", .actor = *actor};
    struct buf more = BUF_INIT;
    size_t before = audit->signer_count;
    char vkey[NOTE_VKEY];
    bool ok;

    note_key_text(&change->added.here.key, vkey);
    quote(&more, "vkey", vkey);
    buf_putc(&more, '}');
    record.more = buf_cstr(&more);
    ok = log_append_one(audit, &record, join_signers, change, receipt, err);
    if (!ok)
        audit->signer_count = before;
    note_signer_wipe(&change->added.here);
    buf_free(&more);
    return ok;
}

bool audit_key_add(struct audit *audit, const struct audit_actor *actor, char vkey[NOTE_VKEY],
                   struct audit_receipt *receipt, struct err *err)
{
    struct key_change change;
    bool ok;

    log_lock(audit);
    ok = log_writable(audit, err) && keys_new_signer(audit, &change.added, err);
    if (ok) {
        note_key_text(&change.added.here.key, vkey);
        ok = record_key(audit, actor, &change, receipt, err);
    }
    log_unlock(audit);
    return ok;
}

/* A key may come once only: when it signed is told by one row. */
static bool key_is_new(struct audit *audit, const struct note_key *key, struct err *err)
{
    struct log_key keys[LOG_KEYS];
    size_t count;

    if (strcmp(key->name, audit->origin) != 0) {
        err_set(err, ERR_INPUT, "E-KEY", "the key bears another name than the log");
        return err_help(err, "make its text again with the name '%.300s'", audit->origin);
    }
    if (!keys_list(audit, keys, LOG_KEYS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (memcmp(keys[i].key.id, key->id, 4) == 0)
            return err_set(err, ERR_INPUT, "E-KEY", "the log has had this key before");
    }
    return true;
}

bool audit_key_add_outside(struct audit *audit, const struct audit_actor *actor,
                           const char *vkey, const char *command,
                           struct audit_receipt *receipt, struct err *err)
{
    struct key_change change = {.reason = NULL};
    bool ok;

    if (!command_valid(command)) {
        err_set(err, ERR_USAGE, "E-KEY", "a signer is named by its whole path");
        return err_help(err, "as --signer '/usr/local/bin/sign-checkpoint --slot 2'");
    }
    strcpy(change.added.command, command);
    log_lock(audit);
    ok = log_writable(audit, err) &&
         note_key_parse(vkey, strlen(vkey), &change.added.here.key, err) &&
         key_is_new(audit, &change.added.here.key, err) &&
         keys_outside_signer(audit, &change.added, err) &&
         record_key(audit, actor, &change, receipt, err);
    log_unlock(audit);
    return ok;
}

/* Finds a key of the log that signs now, by its text. */
static bool find_signing(struct audit *audit, const char *vkey, struct log_key *key,
                         struct err *err)
{
    struct log_key keys[LOG_KEYS];
    struct note_key wanted;
    size_t count;

    if (!note_key_parse(vkey, strlen(vkey), &wanted, err) ||
        !keys_list(audit, keys, LOG_KEYS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (note_key_equal(&keys[i].key, &wanted) && keys[i].to == UINT64_MAX) {
            *key = keys[i];
            return true;
        }
    }
    err_set(err, ERR_INPUT, "E-KEY", "this key does not sign the log");
    return err_help(err, "see its keys with 'rubric audit key list'");
}

static void drop_signer(struct audit *audit, const struct note_key *key)
{
    for (size_t i = 0; i < audit->signer_count; i++) {
        if (!note_key_equal(&audit->signer[i].here.key, key))
            continue;
        note_signer_wipe(&audit->signer[i].here);
        audit->signer[i] = audit->signer[--audit->signer_count];
        note_signer_wipe(&audit->signer[audit->signer_count].here);
        return;
    }
}

static bool leave_signers(struct audit *audit, uint64_t index, void *context,
                          struct err *err)
{
    struct key_change *change = context;

    change->key.to = index;
    drop_signer(audit, &change->key.key);
    return keys_store(audit, &change->key, err);
}

bool audit_key_retire(struct audit *audit, const struct audit_actor *actor, const char *vkey,
                      struct audit_receipt *receipt, struct err *err)
{
    struct audit_record record = {.kind = "key.retire", .actor = *actor};
    struct key_change change;
    struct buf more = BUF_INIT;
    bool ok;

    quote(&more, "vkey", vkey);
    buf_putc(&more, '}');
    record.more = buf_cstr(&more);
    log_lock(audit);
    ok = log_writable(audit, err) && find_signing(audit, vkey, &change.key, err);
    if (ok && audit->signer_count == 1) {
        ok = err_set(err, ERR_INPUT, "E-KEY", "this is the only key that signs the log");
        err_help(err, "add another first: 'rubric audit key add'");
    }
    ok = ok && log_append_one(audit, &record, leave_signers, &change, receipt, err);
    if (!ok && !keys_load(audit, NULL)) /* the signer may have been dropped already */
        audit->dead = true;
    log_unlock(audit);
    buf_free(&more);
    return ok;
}

/* ---- closing a log and starting the next ---- */

/* Gives a file of the closed log another name, if it is there. */
static bool put_aside(const char *path, const char *stamp, struct err *err)
{
    char aside[LOG_PATH + 64];

    snprintf(aside, sizeof aside, "%s.closed-%s", path, stamp);
    if (rename(path, aside) == 0 || errno == ENOENT)
        return true;
    return err_errno(err, ERR_STORE, "E-LOG-STORE", path);
}

/* The database with its write-ahead log, and the anchor files, as they are. */
static bool put_log_aside(const char *home, struct log_sink *sinks, size_t sink_count,
                          struct err *err)
{
    static const char *const names[] = {"audit.db-wal", "audit.db-shm", "audit.db", "anchor.log"};
    char path[LOG_PATH + 32];
    char stamp[32];

    snprintf(stamp, sizeof stamp, "%lld", (long long)time(NULL));
    for (size_t i = 0; i < sink_count; i++) {
        if (sinks[i].path[0] != '|' && !put_aside(sinks[i].path, stamp, err))
            return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", home, names[i]);
        if (!put_aside(path, stamp, err))
            return false;
    }
    return folder_sync(home, err);
}

static bool start_next(const char *home, const struct audit_options *options,
                       const struct log_past *past, struct err *err)
{
    struct audit *next = log_handle(home, options, err);
    bool ok;

    if (next == NULL)
        return false;
    ok = log_make(next, options, past, err);
    next->dead = true;
    audit_close(next);
    if (!ok || !audit_open(home, options, &next, err))
        return false;
    ok = audit_anchor_now(next, err);
    audit_close(next);
    return ok;
}

static bool revoke_signer(struct audit *audit, uint64_t index, void *context,
                          struct err *err)
{
    struct key_change *change = context;

    (void)index;
    return keys_store(audit, &change->key, err);
}

/* The newest anchored state: what is after it may have been signed by a thief. */
static bool newest_anchor(struct audit *audit, struct log_past *past, struct err *err)
{
    struct tree_source source = log_tree_source(audit);

    past->size = 0;
    for (size_t i = 0; i < audit->sink_count; i++) {
        if (audit->sink[i].size > past->size)
            past->size = audit->sink[i].size;
    }
    strcpy(past->origin, audit->origin);
    return tree_root(&source, past->size, &past->root, err);
}

static bool close_revoked(struct audit *audit, const struct audit_actor *actor,
                          const char *vkey, const char *reason, struct log_past *past,
                          struct err *err)
{
    struct audit_record revoke = {.kind = "key.revoke", .actor = *actor};
    struct audit_record close = {.kind = "log.close", .actor = *actor};
    struct key_change change;
    struct buf more = BUF_INIT;
    bool ok;

    quote(&more, "reason", reason);
    quote(&more, "vkey", vkey);
    ok = log_writable(audit, err) && find_signing(audit, vkey, &change.key, err) &&
         newest_anchor(audit, past, err);
    buf_printf(&more, ",\"effective_size\":%" PRIu64 "}", past->size);
    revoke.more = buf_cstr(&more);
    change.key.to = past->size;
    ok = ok && log_append_one(audit, &revoke, revoke_signer, &change, NULL, err) &&
         log_append_one(audit, &close, NULL, NULL, NULL, err) &&
         audit_size(audit, &past->have, err);
    buf_free(&more);
    return ok;
}

bool audit_key_revoke(struct audit *audit, const struct audit_actor *actor, const char *vkey,
                      const char *reason, struct err *err)
{
    struct log_past past = {.reason = reason};
    char home[LOG_PATH];
    struct log_sink *sinks = audit->sink;
    bool ok;

    if (!core_code_wanted("reason", reason, err))
        return false;
    strcpy(home, audit->home);
    past.who = actor;
    log_lock(audit);
    ok = close_revoked(audit, actor, vkey, reason, &past, err) &&
         put_log_aside(home, sinks, audit->sink_count, err);
    audit->dead = true;
    log_unlock(audit);
    past.have = past.size;
    return ok && start_next(home, NULL, &past, err);
}

/* What the anchors say, as far as they can be read, and what the file holds. */
static void read_past(struct audit *audit, struct log_past *past)
{
    struct buf origin = BUF_INIT;
    struct tree_hash root;
    bool found;

    tree_empty(&past->root);
    if (audit->db != NULL && log_meta_get(audit, "origin", &origin, &found, NULL) && found)
        snprintf(past->origin, sizeof past->origin, "%s", buf_cstr(&origin));
    buf_free(&origin);
    if (audit->db != NULL && log_last_checkpoint(audit, &past->have, &root, NULL, NULL)) {
        past->size = past->have;
        past->root = root;
    }
    anchors_newest(audit, past->origin, &past->size, &past->root);
}

/* What keeps a log from being opened, though it is as it was. */
static bool nothing_lost(const char *code)
{
    static const char *const codes[] = {"E-LOG-NEWER",   "E-LOG-OLDER", "E-LOG-BUSY",
                                        "E-LOG-MODE",    "E-KEY-MODE",  "E-HOME-NETWORK",
                                        "E-LOG-SETTING", "E-HOME",      "E-MEMORY"};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(codes[i], code) == 0)
            return true;
    }
    return false;
}

bool audit_accept_rollback(const char *home, const struct audit_options *options,
                           const struct audit_actor *actor, const char *reason,
                           struct err *err)
{
    struct audit *old = core_code_wanted("reason", reason, err) ? log_handle(home, options, err)
                                                                 : NULL;
    struct log_past past = {.reason = reason, .who = actor};
    struct audit *good;
    struct err why;
    bool ok;

    if (old == NULL)
        return false;
    if (audit_open(home, options, &good, &why)) {
        audit_close(good);
        audit_close(old);
        err_set(err, ERR_USAGE, "E-ROLLBACK",
                "the log fits its anchors: there is nothing to accept");
        return false;
    }
    if (nothing_lost(why.code)) {
        audit_close(old);
        if (err != NULL)
            *err = why;
        return false;
    }
    (void)log_db_open(old, false, NULL);
    (void)anchors_load(old, options == NULL ? NULL : options->anchor_file, NULL);
    read_past(old, &past);
    log_db_close(old);
    ok = put_log_aside(home, old->sink, old->sink_count, err) &&
         start_next(home, options, &past, err);
    old->dead = true;
    audit_close(old);
    return ok;
}
