/*
 * retention.c - how long records are kept; see retention.h.
 *
 * A rule that was set is a record; the list of those in force is a copy in meta,
 * which verify compares with the records. Which payer a record is of stands in
 * its case only, which is opened for that and shown to nobody; where the case
 * was erased or cannot be read, the longest rule counts.
 */
#include "audit/retention.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "audit/log.h"
#include "base/civil.h"

#define DAY_MS INT64_C(86400000)
#define DEFAULT "default"
#define HOPS 8 /* a letter about a review about an answer ... */

/* 45 CFR 164.316(b)(2)(i) and 42 CFR 422.504(d). */
static const struct retention_rule shipped[] = {
    {DEFAULT, 6, -1},
    {"medicare-advantage", 10, -1},
};

/* "-words-in-lower-case-": every word between two dashes. */
static void put_words(struct buf *out, const char *text, size_t len)
{
    buf_putc(out, '-');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool between = out->len > 0 && out->data[out->len - 1] == '-';

        if ((c | 32) >= 'a' && (c | 32) <= 'z')
            buf_putc(out, (char)(c | 32));
        else if ((c >= '0' && c <= '9') || c >= 0x80)
            buf_putc(out, (char)c);
        else if (c != '\'' && !between)
            buf_putc(out, '-');
    }
    if (out->len > 1 && out->data[out->len - 1] != '-')
        buf_putc(out, '-');
}

/* The name as rules have it; false if nothing is left of it, or too much. */
static bool name_rule(const char *text, char name[RETENTION_NAME])
{
    struct buf words = BUF_INIT;
    bool ok;

    put_words(&words, text, strlen(text));
    ok = !words.failed && words.len > 2 && words.len - 2 < RETENTION_NAME;
    if (ok)
        snprintf(name, RETENTION_NAME, "%.*s", (int)(words.len - 2), words.data + 1);
    buf_free(&words);
    return ok && core_code_valid(name);
}

/* ---- the rules in force ---- */

static struct retention_rule *rule_of(struct retention *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->rule[i].name, name) == 0)
            return &all->rule[i];
    }
    if (all->count == RETENTION_RULES || strlen(name) >= RETENTION_NAME)
        return NULL;
    strcpy(all->rule[all->count].name, name);
    return &all->rule[all->count++];
}

static int by_name(const void *a, const void *b)
{
    const struct retention_rule *x = a;
    const struct retention_rule *y = b;

    return strcmp(x->name, y->name);
}

/* meta "keep NAME" is "INDEX YEARS". */
static bool take_rule(struct retention *all, const char *key, const char *value, struct err *err)
{
    struct retention_rule *rule = rule_of(all, key + strlen("keep "));
    int64_t index;
    int years;

    if (rule == NULL || sscanf(value, "%" SCNd64 " %d", &index, &years) != 2 || years < 1 ||
        years > RETENTION_YEARS_MOST)
        return err_set(err, ERR_TAMPER, "E-LOG-META", "'%s' in the log is no rule of retention",
                       key);
    rule->index = index;
    rule->years = years;
    return true;
}

static bool read_rules(struct audit *audit, struct retention *all, struct err *err)
{
    sqlite3_stmt *rows = log_prepare(
        audit, "SELECT k, CAST(v AS TEXT) FROM meta WHERE k LIKE 'keep %' ORDER BY k", err);
    int step = SQLITE_ERROR;
    bool ok = rows != NULL;

    memset(all, 0, sizeof *all); /* so that two sets can be compared as bytes */
    all->count = sizeof shipped / sizeof shipped[0];
    memcpy(all->rule, shipped, sizeof shipped);
    while (ok && (step = sqlite3_step(rows)) == SQLITE_ROW)
        ok = take_rule(all, (const char *)sqlite3_column_text(rows, 0),
                       (const char *)sqlite3_column_text(rows, 1), err);
    if (ok && step != SQLITE_DONE)
        ok = log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(rows);
    qsort(all->rule, all->count, sizeof all->rule[0], by_name);
    return ok;
}

bool audit_retention(struct audit *audit, struct retention *out, struct err *err)
{
    bool ok;

    log_lock(audit);
    ok = read_rules(audit, out, err);
    log_unlock(audit);
    return ok;
}

/* ---- setting one ---- */

struct setting {
    char key[RETENTION_NAME + 8];
    int years;
};

static bool drop_rule(struct audit *audit, const char *key, struct err *err)
{
    sqlite3_stmt *drop = log_prepare(audit, "DELETE FROM meta WHERE k = ?1", err);
    bool ok;

    if (drop == NULL)
        return false;
    sqlite3_bind_text(drop, 1, key, -1, SQLITE_STATIC);
    ok = log_run(audit, drop, "the log cannot be written", err);
    if (ok && sqlite3_changes(audit->db) != 1)
        ok = err_set(err, ERR_INPUT, "E-RETENTION", "no rule of this name was set") ||
             err_help(err, "see them with 'rubric audit retention list'");
    sqlite3_finalize(drop);
    return ok;
}

static bool keep_rule(struct audit *audit, uint64_t index, void *context, struct err *err)
{
    const struct setting *setting = context;
    struct retention all;
    char value[64];
    int len;

    if (setting->years == 0)
        return drop_rule(audit, setting->key, err);
    if (!read_rules(audit, &all, err))
        return false;
    if (rule_of(&all, setting->key + strlen("keep ")) == NULL)
        return err_set(err, ERR_INPUT, "E-RETENTION", "there are %d rules already",
                       RETENTION_RULES);
    len = snprintf(value, sizeof value, "%" PRIu64 " %d", index, setting->years);
    return log_meta_put(audit, setting->key, value, (size_t)len, err);
}

bool audit_retention_set(struct audit *audit, const char *name, int years, const char *reason,
                         const struct audit_actor *actor, struct audit_receipt *receipt,
                         struct err *err)
{
    struct audit_record record = {.kind = "retention.set", .actor = *actor};
    struct setting setting = {.years = years};
    char words[RETENTION_NAME];
    struct buf more = BUF_INIT;
    bool ok;

    if (!name_rule(name, words))
        return err_set(
            err, ERR_USAGE, "E-RETENTION",
            "a rule of retention is named by words of a payer, a plan or a line of business");
    if (years < 0 || years > RETENTION_YEARS_MOST)
        return err_set(err, ERR_USAGE, "E-RETENTION", "records are kept from 1 to %d years",
                       RETENTION_YEARS_MOST);
    if (!core_code_wanted("reason", reason, err))
        return false;
    snprintf(setting.key, sizeof setting.key, "keep %s", words);
    buf_printf(&more, "{\"name\":\"%s\",\"reason\":", words);
    buf_put_json(&more, reason, strlen(reason));
    buf_printf(&more, ",\"years\":%d}", years);
    record.more = buf_cstr(&more);
    log_lock(audit);
    ok = log_writable(audit, err) &&
         log_append_one(audit, &record, keep_rule, &setting, receipt, err);
    log_unlock(audit);
    buf_free(&more);
    return ok;
}

/* ---- which rule is it that keeps an entry? ---- */

struct keeping {
    struct audit *audit;
    const struct retention *rules;
    struct pool pool;
    uint64_t first; /* the lowest index that is there */
    const struct retention_rule *rule; /* the longest so far */
};

static void offer(struct keeping *keeping, const struct retention_rule *rule)
{
    if (keeping->rule == NULL || rule->years > keeping->rule->years)
        keeping->rule = rule;
}

static void offer_all(struct keeping *keeping)
{
    for (size_t i = 0; i < keeping->rules->count; i++)
        offer(keeping, &keeping->rules->rule[i]);
}

/* Offers the rules whose words stand in this text, side by side. */
static void offer_named(struct keeping *keeping, const char *text, size_t len)
{
    struct buf words = BUF_INIT;
    char wanted[RETENTION_NAME + 2];

    if (text == NULL)
        return;
    put_words(&words, text, len);
    for (size_t i = 0; i < keeping->rules->count; i++) {
        snprintf(wanted, sizeof wanted, "-%s-", keeping->rules->rule[i].name);
        if (words.failed || strstr(buf_cstr(&words), wanted) != NULL)
            offer(keeping, &keeping->rules->rule[i]);
    }
    buf_free(&words);
}

static void offer_value(struct keeping *keeping, yyjson_val *text)
{
    offer_named(keeping, yyjson_get_str(text), yyjson_get_len(text));
}

/* The payer as the case says it; a case that is gone may be anybody's. */
static bool offer_case(struct keeping *keeping, struct audit_entry *entry, struct err *err)
{
    const struct audit_field *input = audit_entry_field(entry, "input");
    yyjson_doc *doc = NULL;
    yyjson_val *coverage;

    if (input == NULL)
        return true;
    if (input->erased_by < 0 &&
        !audit_unseal(keeping->audit, entry, "input", NULL, &keeping->pool, err))
        return false;
    if (input->body != NULL)
        doc = yyjson_read(input->body, input->len, 0);
    if (doc == NULL)
        offer_all(keeping);
    coverage = yyjson_obj_get(yyjson_doc_get_root(doc), "coverage");
    offer_value(keeping, yyjson_obj_get(coverage, "payor"));
    offer_value(keeping, yyjson_obj_get(coverage, "plan"));
    offer_value(keeping, yyjson_obj_get(coverage, "lineOfBusiness"));
    yyjson_doc_free(doc);
    return true;
}

/* The entry that this one is about; false if it is about none. */
static bool about(const struct core_view *view, uint64_t *index)
{
    int64_t target;

    if (!core_get_int(view, "target", &target) && !core_get_int(view, "corrects", &target))
        return false;
    *index = (uint64_t)target;
    return true;
}

static bool find_rule(struct keeping *keeping, uint64_t index, struct err *err)
{
    struct core_view view = CORE_VIEW_INIT;
    struct audit_entry entry;
    bool ok = true, more = true;

    keeping->rule = NULL;
    for (size_t i = 0; i < keeping->rules->count; i++) {
        if (strcmp(keeping->rules->rule[i].name, DEFAULT) == 0)
            offer(keeping, &keeping->rules->rule[i]);
    }
    for (int hop = 0; ok && more; hop++) {
        if (hop == HOPS || index < keeping->first) {
            offer_all(keeping);
            break;
        }
        pool_reset(&keeping->pool);
        ok = audit_read(keeping->audit, index, &keeping->pool, &entry, err) &&
             core_read(&view, entry.core, entry.core_len, err);
        if (!ok)
            break;
        offer_value(keeping, yyjson_obj_get(core_get(&view, "policy"), "id"));
        more = about(&view, &index);
        ok = offer_case(keeping, &entry, err);
    }
    core_view_free(&view);
    return ok;
}

static int64_t years_after(int64_t ms, int years)
{
    day_t from = (day_t)(ms / DAY_MS);
    day_t day = civil_add_months(from, 12 * years);
    int year, month, of_month, wanted;

    /* From February 29 on, years end on March 1 where there is no such day. */
    civil_parts(from, &year, &month, &wanted);
    civil_parts(day, &year, &month, &of_month);
    return (int64_t)(day + (of_month != wanted)) * DAY_MS + ms % DAY_MS;
}

/* Is this entry old enough, whatever rule it is that keeps it? */
static bool check_one(struct keeping *keeping, uint64_t index, int64_t ts_ms, int least,
                      int64_t now, struct retention_found *out, struct err *err)
{
    if (!find_rule(keeping, index, err))
        return false;
    out->rule = keeping->rule->years >= least ? keeping->rule->name : NULL;
    out->years = out->rule == NULL ? least : keeping->rule->years;
    out->until_ms = years_after(ts_ms, out->years);
    out->found = out->until_ms > now;
    out->index = index;
    return true;
}

static int longest(const struct retention *rules, int least)
{
    for (size_t i = 0; i < rules->count; i++)
        least = rules->rule[i].years > least ? rules->rule[i].years : least;
    return least;
}

bool retention_check(struct audit *audit, const struct retention *rules, int least,
                     uint64_t before, struct retention_found *out, struct err *err)
{
    struct keeping keeping = {.audit = audit, .rules = rules};
    int64_t now = log_now_ms(audit);
    int most = longest(rules, least);
    sqlite3_stmt *rows;
    int step = SQLITE_DONE;
    bool ok = audit_first(audit, &keeping.first, err);

    memset(out, 0, sizeof *out);
    rows = ok ? log_prepare(audit, "SELECT idx, ts_ms FROM entry WHERE idx < ?1 ORDER BY idx", err)
              : NULL;
    if (rows == NULL)
        return false;
    pool_init(&keeping.pool);
    sqlite3_bind_int64(rows, 1, (sqlite3_int64)before);
    while (ok && !out->found && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t ts_ms = sqlite3_column_int64(rows, 1);

        if (years_after(ts_ms, most) > now)
            ok = check_one(&keeping, (uint64_t)sqlite3_column_int64(rows, 0), ts_ms, least, now,
                           out, err);
    }
    if (ok && step != SQLITE_ROW && step != SQLITE_DONE)
        ok = log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(rows);
    pool_free(&keeping.pool);
    return ok;
}
