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

static struct scan_rule *find_rule(struct verify *v, const char *key)
{
    for (size_t i = 0; i < v->rule_count; i++) {
        if (strcmp(v->rule[i].key, key) == 0)
            return &v->rule[i];
    }
    return NULL;
}

static struct scan_rule *rule_of(struct verify *v, const char *prefix, const char *name)
{
    char key[SCAN_RULE];
    struct scan_rule *more;

    snprintf(key, sizeof key, "%s %s", prefix, name);
    more = find_rule(v, key);
    if (more != NULL)
        return more;
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
    static const struct {
        const char *kind, *member, *prefix;
    } rows[] = {{"hold.set", "hold", "hold"},
                {"hold.release", "hold", "hold"},
                {"retention.set", "name", "keep"},
                {"anchor", "sink", "sink"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = core_get_text(core, rows[i].member);
        struct scan_rule *rule;

        if (strcmp(kind, rows[i].kind) != 0 || name == NULL)
            continue;
        rule = rule_of(v, rows[i].prefix, name);
        if (rule == NULL) {
            v->failed = true;
            err_set(&v->err, ERR_MEMORY, "E-MEMORY", "out of memory");
            return;
        }
        rule->index = index;
        rule->years = -1;
        (void)core_get_int(core, "years", &rule->years);
        rule->gone = rule->years == 0 || strcmp(kind, "hold.release") == 0;
    }
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
    struct scan_rule *rule = find_rule(v, key);

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

/* A sink that was added must be asked at every start; one more does no harm. */
static void check_sinks(struct verify *v)
{
    struct buf paths = BUF_INIT;
    bool found = false;

    (void)log_meta_get(&v->log, "sinks", &paths, &found, NULL);
    for (const char *at = buf_cstr(&paths); *at != '\0';) {
        char key[SCAN_RULE];
        size_t len = strcspn(at, "\n");
        struct scan_rule *rule;

        snprintf(key, sizeof key, "sink %.*s", (int)len, at);
        rule = find_rule(v, key);
        if (rule != NULL)
            rule->seen = true;
        at += len + (at[len] == '\n');
    }
    buf_free(&paths);
}

static void check_rules(struct verify *v)
{
    sqlite3_stmt *rows =
        log_prepare(&v->log,
                    "SELECT k, CAST(v AS TEXT) FROM meta WHERE k LIKE 'hold %' OR k LIKE 'keep %'",
                    NULL);
    struct buf pruning = BUF_INIT;
    bool open = false;

    while (rows != NULL && sqlite3_step(rows) == SQLITE_ROW)
        check_row(v, (const char *)sqlite3_column_text(rows, 0),
                  (const char *)sqlite3_column_text(rows, 1));
    sqlite3_finalize(rows);
    check_sinks(v);
    /* A row that opens the guard rails never outlives its transaction. */
    if (log_meta_get(&v->log, "pruning", &pruning, &open, NULL) && open)
        report_rule(v, -1, "pruning", "no such row", "one that opens the guard rails");
    buf_free(&pruning);
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
