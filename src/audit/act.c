/*
 * act.c - what people do about an answer; see act.h.
 */
#include "audit/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/log.h"

static bool listed(const char *const *list, const char *word)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, word) == 0)
            return true;
    }
    return false;
}

static bool refuse(struct err *err, const char *why, const char *help)
{
    err_set(err, ERR_USAGE, "E-ACT", "%s", why);
    return err_help(err, "%s", help);
}

/* Cores are never erased, so nothing that could name a patient may stand there. */
static bool codes_only(const struct audit_act *act)
{
    const char *const words[] = {act->actor.role, act->licence, act->decision};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i] != NULL && !core_code_valid(words[i]))
            return false;
    }
    for (size_t i = 0; i < act->change_count; i++) {
        if (!core_code_valid(act->changes[i].criterion) || !core_code_valid(act->changes[i].reason))
            return false;
    }
    return true;
}

static bool check_changes(const struct audit_act *act, struct err *err)
{
    static const char *const findings[] = {"met",      "not_met",        "undocumented",
                                           "conflict", "not_applicable", "error",
                                           NULL};

    for (size_t i = 0; i < act->change_count; i++) {
        if (!listed(findings, act->changes[i].from) || !listed(findings, act->changes[i].to))
            return refuse(err, "a finding is changed from and to one of the words of answers",
                          "met, not_met, undocumented, conflict, not_applicable or error");
    }
    return true;
}

static bool check_act(const struct audit_act *act, struct err *err)
{
    static const char *const kinds[] = {"review", "override", "evidence", "letter",
                                        "p2p",    "appeal",   NULL};
    bool adverse = act->decision != NULL && strcmp(act->decision, "adverse") == 0;

    if (!listed(kinds, act->kind))
        return refuse(err, "the record is of no kind that people write",
                      "review, override, evidence, letter, p2p or appeal");
    if (!codes_only(act))
        return refuse(err, "a decision, a reason, a role and a licence are short codes",
                      "put what is said in words into a file for '--text': it is sealed");
    if (adverse && (strcmp(act->kind, "review") != 0 && strcmp(act->kind, "appeal") != 0))
        return refuse(err, "an adverse decision is a review or an appeal", "made by a person");
    if (adverse && (act->actor.role == NULL || act->licence == NULL))
        return refuse(err, "an adverse decision needs the role and the licence of who made it",
                      "say '--role physician --licence MD', or what applies");
    if (strcmp(act->kind, "override") == 0 && act->change_count == 0 && act->decision == NULL)
        return refuse(err, "an override changes a finding or the decision",
                      "say which with '--change' or '--decision'");
    return check_changes(act, err);
}

static void put_word(struct buf *more, const char *name, const char *word)
{
    if (word == NULL)
        return;
    buf_printf(more, ",\"%s\":", name);
    buf_put_json(more, word, strlen(word));
}

static void write_more(struct buf *more, const struct audit_act *act)
{
    buf_printf(more, "{\"%s\":%" PRIu64, act->corrects ? "corrects" : "target", act->target);
    put_word(more, "decision", act->decision);
    put_word(more, "licence", act->licence);
    for (size_t i = 0; i < act->change_count; i++) {
        buf_puts(more, i == 0 ? ",\"changes\":[{\"criterion\":" : ",{\"criterion\":");
        buf_put_json(more, act->changes[i].criterion, strlen(act->changes[i].criterion));
        put_word(more, "from", act->changes[i].from);
        put_word(more, "reason_code", act->changes[i].reason);
        put_word(more, "to", act->changes[i].to);
        buf_puts(more, i + 1 == act->change_count ? "}]" : "}");
    }
    buf_putc(more, '}');
}

/* The case of the target, if it has one that was not erased. It is shown to
 * nobody: it goes back under its own commitment. */
static bool case_of(struct audit *audit, uint64_t target, struct pool *pool,
                    const char **case_id, struct err *err)
{
    struct audit_entry entry;
    const struct audit_field *field;

    *case_id = NULL;
    if (!audit_read(audit, target, pool, &entry, err))
        return false;
    field = audit_entry_field(&entry, "case");
    if (field == NULL)
        return true;
    if (!audit_unseal(audit, &entry, "case", NULL, pool, err))
        return false;
    *case_id = field->body;
    return true;
}

/* The first checkpoint that has the target in it is the one of its receipt. */
static bool keep_checkpoint(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    const struct audit_act *act = context;
    sqlite3_stmt *find;
    char name[40] = "";

    (void)index;
    if (strcmp(act->kind, "letter") != 0)
        return true;
    find = log_prepare(audit, "SELECT min(size) FROM checkpoint WHERE size > ?1", err);
    if (find == NULL)
        return false;
    sqlite3_bind_int64(find, 1, (sqlite3_int64)act->target);
    if (sqlite3_step(find) == SQLITE_ROW)
        snprintf(name, sizeof name, "letter %" PRId64, (int64_t)sqlite3_column_int64(find, 0));
    sqlite3_finalize(find);
    return name[0] == '\0' ? log_fail(audit, "the log cannot be read", err)
                           : log_meta_put(audit, name, "", 0, err);
}

bool audit_act(struct audit *audit, const struct audit_act *act, struct audit_receipt *receipt,
               struct err *err)
{
    struct audit_act held = *act;
    struct audit_record record = {.kind = act->kind, .actor = act->actor,
                                  .seals = act->papers, .seal_count = act->paper_count};
    struct buf more = BUF_INIT;
    struct pool pool;
    bool ok;

    if (!check_act(act, err))
        return false;
    pool_init(&pool);
    write_more(&more, act);
    record.more = buf_cstr(&more);
    log_lock(audit);
    ok = log_writable(audit, err) && case_of(audit, act->target, &pool, &record.case_id, err) &&
         log_append_one(audit, &record, keep_checkpoint, &held, receipt, err);
    log_unlock(audit);
    buf_free(&more);
    pool_free(&pool);
    return ok;
}
