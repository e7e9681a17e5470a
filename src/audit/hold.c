/*
 * hold.c - a legal hold keeps what retention would let go.
 *
 * A hold is a record; the list of holds in force is a copy in meta. The name of
 * a held case is under its commitment, and its tag beside the name of the hold.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/change.h"
#include "audit/log.h"

struct hold {
    char key[128]; /* "hold NAME" */
    char value[128]; /* "INDEX TAG-OR-*" */
};

static bool name_hold(const char *name, struct hold *hold, struct err *err)
{
    size_t len = strlen(name);

    if (len == 0 || len > 64 ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") != len)
        return err_set(err, ERR_USAGE, "E-HOLD",
                       "a hold is named with letters, digits, '-', '_' and '.'");
    snprintf(hold->key, sizeof hold->key, "hold %s", name);
    return true;
}

static bool keep_hold(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    struct hold *hold = context;
    char value[160];
    int len = snprintf(value, sizeof value, "%" PRIu64 " %s", index, hold->value);

    return log_meta_put(audit, hold->key, value, (size_t)len, err);
}

static bool drop_hold(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    struct hold *hold = context;
    sqlite3_stmt *drop = log_prepare(audit, "DELETE FROM meta WHERE k = ?1", err);
    bool ok;

    (void)index;
    if (drop == NULL)
        return false;
    sqlite3_bind_text(drop, 1, hold->key, -1, SQLITE_STATIC);
    ok = log_run(audit, drop, "the log cannot be written", err);
    if (ok && sqlite3_changes(audit->db) != 1)
        ok = err_set(err, ERR_INPUT, "E-HOLD", "there is no hold of this name") ||
             err_help(err, "see them with 'rubric audit hold list'");
    sqlite3_finalize(drop);
    return ok;
}

static bool append_hold(struct audit *audit, struct audit_record *record, const char *name,
                        const char *reason, log_also *also, struct hold *hold,
                        struct audit_receipt *receipt, struct err *err)
{
    struct buf more = BUF_INIT;
    bool ok;

    if (!core_code_wanted("reason", reason, err))
        return false;
    buf_puts(&more, "{\"hold\":");
    buf_put_json(&more, name, strlen(name));
    buf_puts(&more, ",\"reason\":");
    buf_put_json(&more, reason, strlen(reason));
    buf_putc(&more, '}');
    record->more = buf_cstr(&more);
    log_lock(audit);
    ok = log_writable(audit, err) && log_append_one(audit, record, also, hold, receipt, err);
    log_unlock(audit);
    buf_free(&more);
    return ok;
}

bool audit_hold_set(struct audit *audit, const char *name, const char *case_id,
                    const char *reason, const struct audit_actor *actor,
                    struct audit_receipt *receipt, struct err *err)
{
    struct audit_record record = {.kind = "hold.set", .actor = *actor, .case_id = case_id};
    struct hold hold = {.value = "*"};
    uint8_t tag[LOG_TAG];

    if (!name_hold(name, &hold, err))
        return false;
    if (case_id != NULL) {
        log_case_tag(audit, case_id, tag);
        for (size_t i = 0; i < sizeof tag; i++)
            snprintf(hold.value + 2 * i, 3, "%02x", tag[i]);
    }
    return append_hold(audit, &record, name, reason, keep_hold, &hold, receipt, err);
}

bool audit_hold_release(struct audit *audit, const char *name, const char *reason,
                        const struct audit_actor *actor, struct audit_receipt *receipt,
                        struct err *err)
{
    struct audit_record record = {.kind = "hold.release", .actor = *actor};
    struct hold hold = {.value = ""};

    return name_hold(name, &hold, err) &&
           append_hold(audit, &record, name, reason, drop_hold, &hold, receipt, err);
}

bool audit_hold_list(struct audit *audit, audit_hold_visit *visit, void *context,
                     struct err *err)
{
    sqlite3_stmt *rows;
    int step = SQLITE_ERROR;

    log_lock(audit);
    rows = log_prepare(audit,
                       "SELECT k, CAST(v AS TEXT) FROM meta WHERE k LIKE 'hold %' ORDER BY k", err);
    while (rows != NULL && (step = sqlite3_step(rows)) == SQLITE_ROW)
        visit(context, (const char *)sqlite3_column_text(rows, 0) + strlen("hold "),
              strtoull((const char *)sqlite3_column_text(rows, 1), NULL, 10));
    if (rows != NULL && step != SQLITE_DONE)
        log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(rows);
    log_unlock(audit);
    return step == SQLITE_DONE;
}
