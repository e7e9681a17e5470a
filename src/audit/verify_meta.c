/*
 * verify_meta.c - what meta repeats of the records: origin, keys, holds, rules of
 * retention. The records count; a copy that says otherwise was meddled with.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/verify_parts.h"

/* The list of keys in meta is a copy; a difference is a sign of meddling. */
static void check_keys(struct verify *v)
{
    struct log_key kept[LOG_KEYS];
    size_t count = 0;
    size_t same = 0;
    struct buf origin = BUF_INIT;
    bool found = false;

    if (!keys_list(&v->log, kept, LOG_KEYS, &count, NULL) ||
        !log_meta_get(&v->log, "origin", &origin, &found, NULL))
        count = SIZE_MAX;
    for (size_t i = 0; count != SIZE_MAX && i < count; i++) {
        for (size_t j = 0; j < v->key_count; j++)
            same += note_key_equal(&kept[i].key, &v->key[j].key) &&
                    kept[i].from == v->key[j].from && kept[i].to == v->key[j].to;
    }
    if (same != v->key_count || count != v->key_count)
        verify_report(v, "V5", -1, "meta", "key", "the keys that the records name", "others");
    if (strcmp(buf_cstr(&origin), v->result->origin) != 0)
        verify_report(v, "V2", -1, "meta", "origin", v->result->origin, buf_cstr(&origin));
    buf_free(&origin);
}

/* ---- holds and rules of retention ---- */

static struct scan_rule *rule_of(struct verify *v, const char *key)
{
    struct scan_rule *more;

    for (size_t i = 0; i < v->rule_count; i++) {
        if (strcmp(v->rule[i].key, key) == 0)
            return &v->rule[i];
    }
    more = realloc(v->rule, (v->rule_count + 1) * sizeof *more);
    if (more == NULL)
        return NULL;
    v->rule = more;
    more = &v->rule[v->rule_count++];
    memset(more, 0, sizeof *more);
    snprintf(more->key, sizeof more->key, "%s", key);
    return more;
}

void verify_rule(struct verify *v, const char *kind, const struct core_view *core,
                 uint64_t index)
{
    bool hold = strncmp(kind, "hold.", 5) == 0;
    const char *name = core_get_text(core, hold ? "hold" : "name");
    struct scan_rule *rule;
    char key[SCAN_RULE];

    if ((!hold && strcmp(kind, "retention.set") != 0) || name == NULL)
        return;
    snprintf(key, sizeof key, "%s %s", hold ? "hold" : "keep", name);
    rule = rule_of(v, key);
    if (rule == NULL) {
        v->failed = true;
        err_set(&v->err, ERR_MEMORY, "E-MEMORY", "out of memory");
        return;
    }
    rule->index = index;
    rule->years = -1;
    (void)core_get_int(core, "years", &rule->years);
    rule->gone = hold ? strcmp(kind, "hold.release") == 0 : rule->years == 0;
}

static void report_rule(struct verify *v, int64_t index, const char *key, const char *expected,
                        const char *found)
{
    verify_report(v, "V2", index, "meta", key, expected, found);
}

/* A row is "INDEX YEARS" or "INDEX TAG"; the record that it names may be pruned. */
static void check_row(struct verify *v, const char *key, const char *value)
{
    uint64_t index = strtoull(value, NULL, 10);
    const char *second = strchr(value, ' ');
    struct scan_rule *rule = NULL;

    for (size_t i = 0; i < v->rule_count && rule == NULL; i++) {
        if (strcmp(v->rule[i].key, key) == 0)
            rule = &v->rule[i];
    }
    if (rule == NULL && index < v->result->first)
        return;
    if (rule == NULL || rule->gone)
        report_rule(v, (int64_t)index, key, "nothing", "a rule that no record sets");
    else if (rule->index != index || second == NULL ||
             (rule->years >= 0 && strtoll(second, NULL, 10) != rule->years))
        report_rule(v, (int64_t)rule->index, key, "what its record says", "something else");
    if (rule != NULL)
        rule->seen = true;
}

static void check_rules(struct verify *v)
{
    sqlite3_stmt *rows = log_prepare(
        &v->log, "SELECT k, CAST(v AS TEXT) FROM meta WHERE k LIKE 'hold %' OR k LIKE 'keep %'", NULL);

    while (rows != NULL && sqlite3_step(rows) == SQLITE_ROW)
        check_row(v, (const char *)sqlite3_column_text(rows, 0),
                  (const char *)sqlite3_column_text(rows, 1));
    sqlite3_finalize(rows);
    for (size_t i = 0; i < v->rule_count; i++) {
        if (!v->rule[i].gone && !v->rule[i].seen)
            report_rule(v, (int64_t)v->rule[i].index, v->rule[i].key, "what its record says",
                        "nothing");
    }
}

void verify_meta(struct verify *v)
{
    check_keys(v);
    check_rules(v);
}
