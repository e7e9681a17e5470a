/*
 * log.c - opening a log, appending to it, and what lives beside the entries.
 */
#include "audit/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <sodium.h>

#include "audit/files.h"
#include "audit/keys.h"
#include "audit/start.h"
#include "base/sha256.h"

#define RESERVE_BYTES (UINT64_C(64) * 1024 * 1024)

static bool commit_alone(struct audit *audit, const struct audit_record *records,
                         size_t count, struct audit_receipt *receipts, log_also *also,
                         void *context, struct err *err)
{
    struct log_batch batch;
    char note[AUDIT_NOTE];
    struct tree_hash leaf, root;
    struct err late;
    bool ok = true;

    if (!log_batch_begin(audit, &batch, err))
        return false;
    for (size_t i = 0; ok && i < count; i++) {
        ok = log_batch_add(audit, &batch, &records[i], &receipts[i].index, &leaf, err);
        memcpy(receipts[i].leaf, leaf.bytes, sizeof leaf.bytes);
    }
    ok = ok && (also == NULL || also(audit, receipts[0].index, context, err));
    if (!ok) {
        log_batch_abandon(audit);
        return false;
    }
    if (!log_batch_commit(audit, &batch, note, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        strcpy(receipts[i].origin, audit->origin);
        receipts[i].size = batch.edge.size;
        strcpy(receipts[i].note, note);
    }
    tree_edge_root(&batch.edge, &root);
    /* The records are durable now. An anchor that cannot be written stops the
     * host at its next record, not the answer to this one. */
    if (!anchors_write(audit, batch.edge.size, note, &root, false, &late)) {
        audit->dead = true;
        snprintf(audit->why, sizeof audit->why, "%.250s", late.text);
    }
    return true;
}

bool log_append_one(struct audit *audit, const struct audit_record *record, log_also *also,
                    void *context, struct audit_receipt *receipt, struct err *err)
{
    struct audit_receipt unwanted;

    return commit_alone(audit, record, 1, receipt == NULL ? &unwanted : receipt, also, context,
                        err);
}

/* The last of the disk is kept for saying that there is no more. */
static bool disk_left(struct audit *audit, const struct audit_record *records, size_t count,
                      struct err *err)
{
    struct statvfs disk;
    bool last_words = true;

    for (size_t i = 0; i < count; i++)
        last_words = last_words && (strcmp(records[i].kind, "error") == 0 ||
                                    strcmp(records[i].kind, "host.stop") == 0);
    if (last_words || statvfs(audit->home, &disk) != 0 ||
        (uint64_t)disk.f_bavail * disk.f_frsize >= audit->reserve_bytes)
        return true;
    err_set(err, ERR_STORE, "E-LOG-FULL", "the disk of '%s' has less than %" PRIu64 " MiB left",
            audit->home, audit->reserve_bytes / (1024 * 1024));
    return err_help(err, "free some disk space; no case is answered until then");
}

bool audit_append(struct audit *audit, const struct audit_record *records, size_t count,
                  struct audit_receipt *receipts, struct err *err)
{
    bool ok;

    assert(count > 0);
    log_lock(audit);
    ok = log_writable(audit, err) && disk_left(audit, records, count, err) &&
         commit_alone(audit, records, count, receipts, NULL, NULL, err);
    log_unlock(audit);
    return ok;
}

/* ---- opening ---- */

static bool set_home(struct audit *audit, const char *home, struct err *err)
{
    if (strlen(home) >= LOG_PATH - 64)
        return err_set(err, ERR_STORE, "E-HOME", "the path of the home folder is too long");
    strcpy(audit->home, home);
    return true;
}

static struct audit *new_handle(const char *home, const struct audit_options *options,
                                struct err *err)
{
    static const struct audit_options none;
    struct audit *audit = calloc(1, sizeof *audit);
    pthread_mutexattr_t recursive;

    if (audit == NULL) {
        err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
        return NULL;
    }
    if (options == NULL)
        options = &none;
    /* Recursive: a visitor of audit_list() may read the entry it is shown. */
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&audit->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
    audit->read_only = options->read_only;
    audit->reserve_bytes = options->reserve_bytes == 0 ? RESERVE_BYTES : options->reserve_bytes;
    audit->clock_ms = options->clock_ms;
    audit->clock_context = options->clock_context;
    if (!set_home(audit, home, err)) {
        audit_close(audit);
        return NULL;
    }
    return audit;
}

/* A log that is there is whole: it got its name when it was finished. */
static bool is_fresh(const struct audit *audit, bool *fresh, struct err *err)
{
    char path[LOG_PATH];

    if (!log_db_path(audit, false, path, err))
        return false;
    *fresh = access(path, F_OK) != 0;
    return !*fresh || errno == ENOENT || err_errno(err, ERR_STORE, "E-LOG-STORE", path);
}

static bool load(struct audit *audit, const struct audit_options *options, struct err *err)
{
    struct buf origin = BUF_INIT;
    bool found;
    bool ok;

    ok = log_meta_get(audit, "origin", &origin, &found, err);
    if (ok && (!found || !note_name_valid(origin.data, origin.len)))
        ok = err_set(err, ERR_TAMPER, "E-LOG-META", "the log has no origin") ||
             err_help(err, "run 'rubric audit verify', and restore the log from its backup");
    if (ok) {
        memcpy(audit->origin, origin.data, origin.len);
        audit->origin[origin.len] = '\0';
    }
    buf_free(&origin);
    return ok && (audit->read_only ? keys_find_only(audit) : keys_load(audit, err)) &&
           anchors_load(audit, options == NULL ? NULL : options->anchor_file, err) &&
           anchors_check(audit, err);
}

static bool open_existing(struct audit *audit, const struct audit_options *options,
                          struct err *err)
{
    return log_db_open(audit, false, err) && load(audit, options, err);
}

/* Holds the folder keys/ locked, so that two first starts make one log. */
static bool open_or_make(struct audit *audit, const struct audit_options *options,
                         struct err *err)
{
    char folder[LOG_PATH + 8];
    bool fresh, ok;
    int lock;

    if (!is_fresh(audit, &fresh, err))
        return false;
    if (!fresh)
        return open_existing(audit, options, err);
    if (audit->read_only) {
        err_set(err, ERR_STORE, "E-LOG-NONE", "there is no log in '%s'", audit->home);
        return err_help(err,
                        "the first 'rubric review' makes one; or name another folder with --home");
    }
    snprintf(folder, sizeof folder, "%s/keys", audit->home);
    if (!folder_make(folder, 0700, err))
        return false;
    lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        err_errno(err, ERR_STORE, "E-LOG-STORE", folder);
        if (lock >= 0)
            close(lock);
        return false;
    }
    ok = is_fresh(audit, &fresh, err) &&
         (!fresh || log_make(audit, options, NULL, err));
    close(lock);
    if (!ok || !open_existing(audit, options, err))
        return false;
    return !fresh || log_first_anchor(audit, err);
}

/* A dump of this process would hold the text of cases and the signing key.
 * A sanitizer must be able to look at its own process, and may. */
static void forbid_dumps(void)
{
    static const struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

bool audit_open(const char *home, const struct audit_options *options, struct audit **out,
                struct err *err)
{
    struct audit *audit = new_handle(home, options, err);

    forbid_dumps();
    *out = NULL;
    if (audit == NULL)
        return false;
    if (!open_or_make(audit, options, err)) {
        audit->dead = true;
        audit_close(audit);
        return false;
    }
    *out = audit;
    return true;
}

struct audit *log_handle(const char *home, const struct audit_options *options,
                         struct err *err)
{
    return new_handle(home, options, err);
}

void audit_close(struct audit *audit)
{
    if (audit == NULL)
        return;
    if (audit->db != NULL && !audit->dead && !audit->read_only)
        anchors_flush(audit, NULL);
    log_db_close(audit);
    for (size_t i = 0; i < audit->signer_count; i++)
        note_signer_wipe(&audit->signer[i].here);
    sodium_memzero(audit->finder_key, sizeof audit->finder_key);
    core_free(&audit->core);
    core_view_free(&audit->view);
    buf_free(&audit->bytes);
    buf_free(&audit->key_rows);
    audit_sealed_free(&audit->sealed);
    pthread_mutex_destroy(&audit->lock);
    free(audit);
}

const char *audit_origin(const struct audit *audit)
{
    return audit->origin;
}

bool audit_dead(const struct audit *audit)
{
    return audit->dead;
}

/* ---- content ---- */

bool audit_content_has(struct audit *audit, const uint8_t sha256[32])
{
    sqlite3_stmt *get;
    bool has = false;

    log_lock(audit);
    get = log_statement(audit, LOG_HAS_CONTENT, NULL);
    if (get != NULL) {
        sqlite3_bind_blob(get, 1, sha256, 32, SQLITE_STATIC);
        has = sqlite3_step(get) == SQLITE_ROW;
        sqlite3_reset(get);
    }
    log_unlock(audit);
    return has;
}

bool log_content_insert(struct audit *audit, const char *kind, const void *body, size_t len,
                        const uint8_t sha256[32], struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_CONTENT, err);
    int step;

    if (put == NULL)
        return false;
    sqlite3_bind_blob(put, 1, sha256, 32, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, kind, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(put, 3, len == 0 ? "" : body, len, SQLITE_STATIC);
    step = sqlite3_step(put);
    /* Another process may have been quicker with the same bytes. */
    if (step != SQLITE_DONE && sqlite3_errcode(audit->db) != SQLITE_CONSTRAINT) {
        if ((sqlite3_errcode(audit->db) & 0xFF) == SQLITE_CONSTRAINT)
            step = SQLITE_DONE;
        else
            log_fail(audit, "the log cannot be written", err);
    }
    sqlite3_reset(put);
    sqlite3_clear_bindings(put);
    return step == SQLITE_DONE;
}

bool audit_content_put(struct audit *audit, const char *kind, const void *body, size_t len,
                       uint8_t sha256[32], struct err *err)
{
    bool ok;

    sha256_of(body, len, sha256);
    if (audit_content_has(audit, sha256))
        return true;
    log_lock(audit);
    ok = log_writable(audit, err);
    if (ok) {
        audit->in_batch = true; /* a failed write kills the handle here too */
        ok = log_content_insert(audit, kind, body, len, sha256, err);
        audit->in_batch = false;
    }
    log_unlock(audit);
    return ok;
}

bool audit_content_get(struct audit *audit, const uint8_t sha256[32], struct buf *out,
                       struct err *err)
{
    sqlite3_stmt *get;
    uint8_t again[32];
    size_t from = out->len;
    int step = SQLITE_ERROR;

    log_lock(audit);
    get = log_statement(audit, LOG_GET_CONTENT, err);
    if (get != NULL) {
        sqlite3_bind_blob(get, 1, sha256, 32, SQLITE_STATIC);
        step = sqlite3_step(get);
        if (step == SQLITE_ROW)
            buf_put(out, sqlite3_column_blob(get, 0), (size_t)sqlite3_column_bytes(get, 0));
        else if (step == SQLITE_DONE)
            err_set(err, ERR_STORE, "E-LOG-CONTENT", "the log does not hold this content any more");
        else
            log_fail(audit, "the log cannot be read", err);
        sqlite3_reset(get);
    }
    log_unlock(audit);
    if (step != SQLITE_ROW)
        return false;
    if (out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    sha256_of(out->data + from, out->len - from, again);
    return memcmp(again, sha256, 32) == 0 ||
           err_set(err, ERR_TAMPER, "E-LOG-CONTENT", "content of the log does not fit its hash");
}
