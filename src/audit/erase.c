/*
 * erase.c - patient data goes, the record of it stays.
 *
 * secure_delete overwrites the freed bytes in the file; emptying the
 * write-ahead log removes the copies there. What a drive keeps of overwritten
 * sectors is beyond a program.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/change.h"
#include "audit/log.h"
#include "base/sha256.h"

#define ERASE_FIELDS 16

struct erase_plan {
    uint8_t cm[ERASE_FIELDS][32];
    int64_t id[ERASE_FIELDS];
    size_t count;
};

static bool wanted(const char *label, const char *const *labels)
{
    if (labels[0] == NULL)
        return strcmp(label, "case") != 0;
    for (; *labels != NULL; labels++) {
        if (strcmp(label, *labels) == 0)
            return true;
    }
    return false;
}

static bool labels_there(const struct audit_entry *entry, const char *const *labels,
                         struct err *err)
{
    for (; *labels != NULL; labels++) {
        if (audit_entry_field(entry, *labels) == NULL)
            return err_set(err, ERR_INPUT, "E-LOG-FIELD", "entry %" PRIu64 " has no field '%s'",
                           entry->index, *labels);
    }
    return true;
}

/* Finds the fields that are to go and are not gone yet. */
static bool make_plan(struct audit *audit, uint64_t index, const char *const *labels,
                      struct erase_plan *plan, struct err *err)
{
    struct audit_entry entry;
    struct pool pool;
    bool ok;

    pool_init(&pool);
    plan->count = 0;
    ok = audit_read(audit, index, &pool, &entry, err) && labels_there(&entry, labels, err);
    for (size_t i = 0; ok && i < entry.field_count; i++) {
        if (!wanted(entry.fields[i].label, labels) || entry.fields[i].erased_by >= 0 ||
            plan->count == ERASE_FIELDS)
            continue;
        plan->id[plan->count] = entry.fields[i].sealed_id;
        memcpy(plan->cm[plan->count++], entry.fields[i].cm, 32);
    }
    pool_free(&pool);
    if (ok && plan->count == 0)
        return err_set(err, ERR_INPUT, "E-LOG-ERASED",
                       "entry %" PRIu64 " has no such field left to erase", index);
    return ok;
}

static bool visit_refs(struct audit *audit, sqlite3_stmt *refs, int64_t id,
                       const uint8_t cm[32], audit_shared_visit *visit, void *context,
                       struct err *err)
{
    struct audit_shared shared;
    int step;

    memcpy(shared.cm, cm, 32);
    sqlite3_bind_int64(refs, 1, id);
    while ((step = sqlite3_step(refs)) == SQLITE_ROW) {
        shared.index = (uint64_t)sqlite3_column_int64(refs, 0);
        snprintf(shared.label, sizeof shared.label, "%s", sqlite3_column_text(refs, 1));
        visit(context, &shared);
    }
    sqlite3_reset(refs);
    return step == SQLITE_DONE || log_fail(audit, "the log cannot be read", err);
}

bool audit_erase_preview(struct audit *audit, uint64_t index, const char *const *labels,
                         audit_shared_visit *visit, void *context, struct err *err)
{
    struct erase_plan plan;
    sqlite3_stmt *refs;
    bool ok;

    if (!make_plan(audit, index, labels, &plan, err))
        return false;
    log_lock(audit);
    refs = log_prepare(audit,
                       "SELECT entry_idx, label FROM sealed_ref WHERE sealed_id = ?1"
                       " ORDER BY entry_idx",
                       err);
    ok = refs != NULL;
    for (size_t i = 0; ok && i < plan.count; i++)
        ok = visit_refs(audit, refs, plan.id[i], plan.cm[i], visit, context, err);
    sqlite3_finalize(refs);
    log_unlock(audit);
    return ok;
}

static bool overwrite(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    const struct erase_plan *plan = context;
    sqlite3_stmt *update = log_prepare(
        audit,
        "UPDATE sealed SET salt = NULL, body = NULL, erased_by = ?2"
        " WHERE id = ?3 AND cm = ?1 AND salt IS NOT NULL",
        err);
    bool ok = update != NULL;

    for (size_t i = 0; ok && i < plan->count; i++) {
        sqlite3_bind_blob(update, 1, plan->cm[i], 32, SQLITE_STATIC);
        sqlite3_bind_int64(update, 2, (sqlite3_int64)index);
        sqlite3_bind_int64(update, 3, plan->id[i]);
        ok = log_run(audit, update, "the log cannot be written", err);
        if (ok && sqlite3_changes(audit->db) != 1)
            ok = err_set(err, ERR_STORE, "E-LOG-ERASED",
                         "another process erased this field just now");
    }
    sqlite3_finalize(update);
    return ok;
}

/* Readers of an old state may hold the write-ahead log for a moment. */
static bool empty_wal(struct audit *audit, struct err *err)
{
    for (int attempt = 0; attempt < 50; attempt++) {
        int left = 0;
        int code =
            sqlite3_wal_checkpoint_v2(audit->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &left, NULL);

        if (code == SQLITE_OK)
            return true;
        if ((code & 0xFF) != SQLITE_BUSY && (code & 0xFF) != SQLITE_LOCKED) {
            audit->dead = true; /* a disk that fails is not asked again */
            err_set(err, ERR_LOG, "E-LOG-WAL",
                    "the field is erased, but its copy in the write-ahead log cannot be");
            return err_help(err, "check the disk, then run 'rubric audit verify' once");
        }
        sqlite3_sleep(100);
    }
    err_set(err, ERR_STORE, "E-LOG-WAL",
            "the field is erased, but another process still holds the write-ahead log");
    return err_help(err, "end the other rubric processes, then run 'rubric audit verify' once");
}

static void write_more(struct buf *more, const struct erase_plan *plan, uint64_t index,
                       const char *basis, const char *approver)
{
    char hex[SHA256_HEX];

    buf_puts(more, "{\"approver\":");
    buf_put_json(more, approver, strlen(approver));
    buf_puts(more, ",\"basis\":");
    buf_put_json(more, basis, strlen(basis));
    buf_puts(more, ",\"cms\":[");
    for (size_t i = 0; i < plan->count; i++) {
        sha256_hex(plan->cm[i], hex);
        buf_printf(more, "%s\"%s\"", i > 0 ? "," : "", hex);
    }
    buf_printf(more, "],\"target\":%" PRIu64 "}", index);
}

bool audit_erase(struct audit *audit, uint64_t index, const char *const *labels,
                 const char *basis, const char *approver, const struct audit_actor *actor,
                 struct audit_receipt *receipt, uint64_t *erased, struct err *err)
{
    struct audit_record record = {.kind = "erasure", .actor = *actor};
    struct erase_plan plan;
    struct buf more = BUF_INIT;
    bool ok;

    if (!core_code_wanted("basis", basis, err) || !core_code_wanted("approver", approver, err) ||
        !make_plan(audit, index, labels, &plan, err))
        return false;
    write_more(&more, &plan, index, basis, approver);
    record.more = buf_cstr(&more);
    log_lock(audit);
    ok = log_writable(audit, err) && log_settings_check(audit, err) &&
         log_append_one(audit, &record, overwrite, &plan, receipt, err) && empty_wal(audit, err);
    log_unlock(audit);
    buf_free(&more);
    *erased = plan.count;
    return ok;
}
