/*
 * level.c - answers of another engine level; see level.h.
 */
#include "audit/level.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/log.h"

/* meta "level" is the level of the program that looked last. */
static bool looked_already(struct audit *audit, const char *level, bool *same, struct err *err)
{
    struct buf held = BUF_INIT;
    bool found;
    bool ok = log_meta_get(audit, "level", &held, &found, err);

    *same = ok && found && held.len == strlen(level) && memcmp(held.data, level, held.len) == 0;
    buf_free(&held);
    return ok;
}

static bool count_levels(struct audit *audit, int64_t level, struct audit_levels *out,
                         struct err *err)
{
    sqlite3_stmt *rows = log_prepare(
        audit,
        "SELECT json_extract(t, '$.engine.level') AS l, count(*) FROM (SELECT CAST(core AS TEXT)"
        " AS t FROM entry WHERE kind IN ('determination', 'error')) WHERE json_valid(t)"
        " GROUP BY l HAVING l <> ?1 ORDER BY l LIMIT ?2",
        err);
    int step;

    if (rows == NULL)
        return false;
    sqlite3_bind_int64(rows, 1, level);
    sqlite3_bind_int(rows, 2, AUDIT_LEVELS);
    while ((step = sqlite3_step(rows)) == SQLITE_ROW && out->count < AUDIT_LEVELS) {
        out->at[out->count].level = sqlite3_column_int64(rows, 0);
        out->at[out->count++].answers = (uint64_t)sqlite3_column_int64(rows, 1);
    }
    if (step != SQLITE_DONE)
        log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(rows);
    return step == SQLITE_DONE;
}

bool audit_levels_new(struct audit *audit, int64_t level, struct audit_levels *out,
                      struct err *err)
{
    char text[24];
    bool same, ok;

    out->count = 0;
    snprintf(text, sizeof text, "%" PRId64, level);
    log_lock(audit);
    ok = looked_already(audit, text, &same, err);
    if (ok && !same && !audit->read_only)
        ok = log_writable(audit, err) && count_levels(audit, level, out, err);
    if (ok && !same && !audit->read_only) {
        audit->in_batch = true; /* a failed write kills the handle here too */
        ok = log_meta_put(audit, "level", text, strlen(text), err);
        audit->in_batch = false;
    }
    log_unlock(audit);
    return ok;
}
