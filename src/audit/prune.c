/*
 * prune.c - letting go of what retention allows, without touching the tree.
 *
 * The leaf hashes of pruned entries stay as nodes of level 0, and all nodes
 * stay, so proofs above the lowest index go on holding. A row in meta
 * opens the guard rails for this one transaction.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/change.h"
#include "audit/log.h"
#include "audit/retention.h"
#include "base/civil.h"

#define DAY_MS INT64_C(86400000)

static bool count_one(struct audit *audit, const char *sql, int64_t a, int64_t b,
                      int64_t *number, struct err *err)
{
    sqlite3_stmt *get = log_prepare(audit, sql, err);
    bool ok;

    if (get == NULL)
        return false;
    sqlite3_bind_int64(get, 1, a);
    sqlite3_bind_int64(get, 2, b);
    ok = sqlite3_step(get) == SQLITE_ROW || log_fail(audit, "the log cannot be read", err);
    if (ok)
        *number = sqlite3_column_int64(get, 0);
    sqlite3_finalize(get);
    return ok;
}

static bool refuse(struct err *err, const char *why, const char *help)
{
    err_set(err, ERR_INPUT, "E-PRUNE", "nothing was pruned: %s", why);
    return err_help(err, "%s", help);
}

/* Names the rule, never the payer as the case has it. */
static bool too_young(const struct retention_found *found, uint64_t before, struct err *err)
{
    char day[CIVIL_TEXT];

    civil_format((day_t)((found->until_ms + DAY_MS - 1) / DAY_MS), day);
    err_set(err, ERR_INPUT, "E-PRUNE",
            "nothing was pruned: entry %" PRIu64 " must be kept until %s, %d years by %s%s%s",
            found->index, day, found->years, found->rule == NULL ? "'--keep-years'" : "the rule '",
            found->rule == NULL ? "" : found->rule, found->rule == NULL ? "" : "'");
    if (found->index == 0 || found->index >= before)
        return err_help(err, "see the rules with 'rubric audit retention list'");
    return err_help(err, "'--before %" PRIu64 "' is the most that may go now; the rules: "
                         "'rubric audit retention list'", found->index);
}

struct prune_plan {
    int64_t before;
    struct retention rules;
    uint64_t removed;
};

/* Ages are asked before the transaction, since that may mean opening many cases.
 * Entries only grow older; what could change meanwhile is asked again in it. */
static bool old_enough(struct audit *audit, struct prune_plan *plan, int keep_years,
                       struct err *err)
{
    struct retention_found found;

    return audit_retention(audit, &plan->rules, err) &&
           retention_check(audit, &plan->rules, keep_years, (uint64_t)plan->before, &found, err) &&
           (!found.found || too_young(&found, (uint64_t)plan->before, err));
}

/* What else stands against removing the entries below this index? */
static bool may_prune(struct audit *audit, const struct prune_plan *plan, struct err *err)
{
    /* The finder is an index that may be gone: then any entry may be of a held case. */
    static const char held_sql[] =
        "SELECT count(*) FROM (SELECT CAST(v AS TEXT) AS v FROM meta WHERE k LIKE 'hold %') m"
        " WHERE m.v LIKE '% *' OR EXISTS (SELECT 1 FROM"
        " (SELECT tag, entry_idx FROM finder UNION ALL SELECT tag, entry_idx FROM finder_new) f"
        " WHERE f.entry_idx < ?1 AND lower(hex(f.tag)) = substr(m.v, instr(m.v, ' ') + 1))"
        " OR (SELECT count(*) FROM finder) + (SELECT count(*) FROM finder_new) <"
        " (SELECT count(*) FROM sealed_ref WHERE label = 'case')";
    int64_t before = plan->before;
    int64_t held, anchored, size;
    struct retention rules;

    if (!audit_retention(audit, &rules, err) ||
        !count_one(audit, held_sql, before, 0, &held, err) ||
        !count_one(audit, "SELECT coalesce(max(size), 0) FROM anchor WHERE ?1 = ?1 AND ?2 = ?2",
                   before, 0, &anchored, err) ||
        !count_one(audit, "SELECT coalesce(max(idx), 0) FROM entry WHERE ?1 = ?1 AND ?2 = ?2",
                   before, 0, &size, err))
        return false;
    if (before > size)
        return refuse(err, "the newest entry always stays", "name a lower index");
    if (held > 0)
        return refuse(err, "a hold covers some of these entries", "see 'rubric audit hold list'");
    if (memcmp(&rules, &plan->rules, sizeof rules) != 0)
        return refuse(err, "somebody changed the rules of retention just now", "try again");
    if (anchored < before)
        return refuse(err, "no anchor covers these entries yet", "run 'rubric audit anchor' first");
    return true;
}

static bool run_steps(struct audit *audit, const char *const *steps, int64_t before,
                      struct err *err)
{
    for (; *steps != NULL; steps++) {
        sqlite3_stmt *step = log_prepare(audit, *steps, err);
        bool ok;

        if (step == NULL)
            return false;
        sqlite3_bind_int64(step, 1, before);
        ok = log_run(audit, step, "the log cannot be written", err);
        sqlite3_finalize(step);
        if (!ok)
            return false;
    }
    return true;
}

static bool remove_entries(struct audit *audit, uint64_t index, void *context,
                           struct err *err)
{
    static const char *const steps[] = {
        "INSERT INTO meta (k, v) SELECT 'pruning', x'' WHERE ?1 = ?1",
        "INSERT INTO node (level, idx, hash) SELECT 0, idx, leaf FROM entry WHERE idx < ?1",
        "DELETE FROM sealed_ref WHERE entry_idx < ?1",
        "DELETE FROM sealed WHERE NOT EXISTS"
        " (SELECT 1 FROM sealed_ref r WHERE r.sealed_id = sealed.id) AND ?1 = ?1",
        "DELETE FROM finder WHERE entry_idx < ?1",
        "DELETE FROM finder_new WHERE entry_idx < ?1",
        "DELETE FROM entry WHERE idx < ?1",
        "DELETE FROM meta WHERE k = 'pruning' AND ?1 = ?1",
        NULL};
    struct prune_plan *plan = context;
    int64_t count;

    (void)index;
    if (!may_prune(audit, plan, err) ||
        !count_one(audit, "SELECT count(*) FROM entry WHERE idx < ?1 AND ?2 = ?2", plan->before, 0,
                   &count, err))
        return false;
    if (count == 0)
        return refuse(err, "there are no entries below that index", "see 'rubric audit list'");
    plan->removed = (uint64_t)count;
    return run_steps(audit, steps, plan->before, err);
}

/* The rules by which it was done go with it. */
static void write_more(struct buf *more, const struct prune_plan *plan, int keep_years)
{
    buf_puts(more, "{\"keep\":[");
    for (size_t i = 0; i < plan->rules.count; i++)
        buf_printf(more, "%s{\"name\":\"%s\",\"years\":%d}", i == 0 ? "" : ",",
                   plan->rules.rule[i].name, plan->rules.rule[i].years);
    buf_puts(more, "],");
    if (keep_years > 0)
        buf_printf(more, "\"keep_years\":%d,", keep_years);
    buf_printf(more, "\"minimum\":%" PRIu64 "}", (uint64_t)plan->before);
}

bool audit_prune(struct audit *audit, uint64_t before, int keep_years,
                 const struct audit_actor *actor, struct audit_receipt *receipt,
                 uint64_t *removed, struct err *err)
{
    struct audit_record record = {.kind = "prune", .actor = *actor};
    struct prune_plan plan = {.before = (int64_t)before};
    struct buf more = BUF_INIT;
    bool ok;

    *removed = 0;
    if (before > INT64_MAX)
        return refuse(err, "there is no such entry", "name a lower index");
    log_lock(audit);
    ok = log_writable(audit, err) && old_enough(audit, &plan, keep_years, err);
    write_more(&more, &plan, keep_years);
    record.more = buf_cstr(&more);
    ok = ok && log_append_one(audit, &record, remove_entries, &plan, receipt, err);
    if (ok)
        sqlite3_wal_checkpoint_v2(audit->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    log_unlock(audit);
    buf_free(&more);
    *removed = plan.removed;
    return ok;
}

/* Keeps the last checkpoint of each hour or day, the newest of all, and those
 * that an anchor or a letter names. The time of a checkpoint is that of its newest entry. */
static const char thin_sql[] =
    "DELETE FROM checkpoint WHERE size IN ("
    " SELECT c.size FROM checkpoint c JOIN entry e ON e.idx = c.size - 1"
    " WHERE e.ts_ms < ?1 AND NOT EXISTS (SELECT 1 FROM anchor a WHERE a.size = c.size)"
    " AND NOT EXISTS (SELECT 1 FROM meta m WHERE m.k = 'letter ' || c.size)"
    " AND EXISTS (SELECT 1 FROM checkpoint d JOIN entry f ON f.idx = d.size - 1"
    "  WHERE d.size > c.size AND f.ts_ms / ?2 = e.ts_ms / ?2))";

static bool thin(struct audit *audit, int64_t older_than, int64_t span, uint64_t *removed,
                 struct err *err)
{
    sqlite3_stmt *drop = log_prepare(audit, thin_sql, err);
    bool ok;

    if (drop == NULL)
        return false;
    sqlite3_bind_int64(drop, 1, older_than);
    sqlite3_bind_int64(drop, 2, span);
    ok = log_run(audit, drop, "the log cannot be written", err);
    *removed += ok ? (uint64_t)sqlite3_changes(audit->db) : 0;
    sqlite3_finalize(drop);
    return ok;
}

bool audit_thin_checkpoints(struct audit *audit, uint64_t *removed, struct err *err)
{
    int64_t now = log_now_ms(audit);
    bool ok;

    *removed = 0;
    log_lock(audit);
    ok = log_writable(audit, err) &&
         log_exec(audit, "BEGIN IMMEDIATE; INSERT INTO meta (k, v) VALUES ('pruning', x'')",
                  "the log cannot be written", err) &&
         thin(audit, now - 30 * DAY_MS, DAY_MS / 24, removed, err) &&
         thin(audit, now - 365 * DAY_MS, DAY_MS, removed, err) &&
         log_exec(audit, "DELETE FROM meta WHERE k = 'pruning'; COMMIT",
                  "the log cannot be written", err);
    if (!ok)
        sqlite3_exec(audit->db, "ROLLBACK", NULL, NULL, NULL);
    log_unlock(audit);
    return ok;
}
