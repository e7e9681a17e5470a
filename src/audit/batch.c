/*
 * batch.c - one transaction of the log: records in, one signed checkpoint out.
 *
 * Everything that could have changed since the last batch is read again inside
 * BEGIN IMMEDIATE: another process may have written. A log whose newest
 * checkpoint does not fit its newest entry is never extended.
 */
#include "audit/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include <yyjson.h>

#include "base/canon.h"
#include "base/sha256.h"

void log_lock(struct audit *audit)
{
    pthread_mutex_lock(&audit->lock);
}

void log_unlock(struct audit *audit)
{
    pthread_mutex_unlock(&audit->lock);
}

int64_t log_now_ms(struct audit *audit)
{
    struct timespec now;

    if (audit->clock_ms != NULL)
        return audit->clock_ms(audit->clock_context);
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool log_writable(struct audit *audit, struct err *err)
{
    if (audit->read_only)
        return err_set(err, ERR_STORE, "E-LOG-READ-ONLY", "the log was opened for reading only");
    if (!audit->dead)
        return true;
    if (audit->why[0] != '\0')
        err_set(err, ERR_LOG, "E-LOG-DEAD", "the log stopped: %s", audit->why);
    else
        err_set(err, ERR_LOG, "E-LOG-DEAD", "an earlier write to the log failed");
    return err_help(err, "check the disk, run 'rubric audit verify', then start again");
}

/* Size and time before this batch; both come from the newest entry. */
static bool read_newest(struct audit *audit, struct log_batch *batch, struct err *err)
{
    sqlite3_stmt *last = log_statement(audit, LOG_LAST_ENTRY, err);
    int step;

    if (last == NULL)
        return false;
    batch->size = 0;
    batch->ts_ms = 0;
    step = sqlite3_step(last);
    if (step == SQLITE_ROW) {
        batch->size = (uint64_t)sqlite3_column_int64(last, 0) + 1;
        batch->ts_ms = sqlite3_column_int64(last, 1);
    } else if (step != SQLITE_DONE) {
        log_fail(audit, "the log cannot be read", err);
    }
    sqlite3_reset(last);
    return step == SQLITE_ROW || step == SQLITE_DONE;
}

static bool read_edge(struct audit *audit, struct log_batch *batch, struct err *err)
{
    struct tree_source source = log_tree_source(audit);
    struct tree_hash root, kept;
    uint64_t size;

    tree_edge_start(&batch->edge);
    batch->edge.size = batch->size;
    for (unsigned level = 0; level < 63; level++) {
        if ((batch->size >> level & 1) != 0 &&
            !source.fetch(source.context, level, (batch->size >> level) - 1,
                          &batch->edge.node[level], err))
            return false;
    }
    if (!log_last_checkpoint(audit, &size, &kept, NULL, err))
        return false;
    tree_edge_root(&batch->edge, &root);
    if (size == batch->size && tree_equal(&root, &kept))
        return true;
    err_set(err, ERR_TAMPER, "E-LOG-TAMPERED",
            "the newest checkpoint of the log does not fit its newest entry");
    return err_help(err, "run 'rubric audit verify'; the log is not written to any more");
}

bool log_batch_begin(struct audit *audit, struct log_batch *batch, struct err *err)
{
    if (!log_writable(audit, err) ||
        !log_run(audit, log_statement(audit, LOG_BEGIN, err), "the log cannot be written", err))
        return false;
    audit->in_batch = true;
    wal_keeper_begun(audit->keeper);
    if (keys_fresh(audit, err) && read_newest(audit, batch, err) &&
        read_edge(audit, batch, err) && anchors_flush(audit, err))
        return true;
    log_batch_abandon(audit);
    return false;
}

void log_batch_abandon(struct audit *audit)
{
    sqlite3_stmt *rollback = log_statement(audit, LOG_ROLLBACK, NULL);

    if (rollback != NULL) {
        sqlite3_step(rollback);
        sqlite3_reset(rollback);
    }
    audit->in_batch = false;
}

static void put_policy(struct core *core, const struct audit_determination *d)
{
    char hex[SHA256_HEX];
    struct buf json = BUF_INIT;

    if (d->policy_id == NULL)
        return;
    buf_putc(&json, '{');
    if (d->bundle != NULL) {
        sha256_hex(d->bundle, hex);
        buf_printf(&json, "\"bundle\":\"%s\",", hex);
    }
    buf_puts(&json, "\"id\":");
    buf_put_json(&json, d->policy_id, strlen(d->policy_id));
    if (d->policy_version != NULL) {
        buf_puts(&json, ",\"ver\":");
        buf_put_json(&json, d->policy_version, strlen(d->policy_version));
    }
    buf_putc(&json, '}');
    core->failed = core->failed || json.failed;
    core_json(core, "policy", json.data, json.len);
    buf_free(&json);
}

/* Names of tables follow the rule for keys: "icd-10-cm" is written icd_10_cm. */
static void put_tables(struct core *core, const struct audit_determination *d)
{
    char hex[SHA256_HEX];
    struct buf json = BUF_INIT;
    struct buf sorted = BUF_INIT;

    if (d->table_count == 0)
        return;
    for (size_t i = 0; i < d->table_count; i++) {
        buf_putc(&json, i == 0 ? '{' : ',');
        buf_putc(&json, '"');
        for (const char *at = d->tables[i].name; *at != '\0'; at++)
            buf_putc(&json, *at == '-' ? '_' : *at);
        sha256_hex(d->tables[i].sha256, hex);
        buf_printf(&json, "\":\"%s\"", hex);
    }
    buf_putc(&json, '}');
    if (json.failed || !canon_json(json.data, json.len, CORE_DEPTH, &sorted, NULL))
        core->failed = true;
    else
        core_json(core, "tables", sorted.data, sorted.len);
    buf_free(&json);
    buf_free(&sorted);
}

static void put_pair(struct core *core, const char *key, const char *first, int64_t a,
                     const char *second, int64_t b)
{
    char json[128];
    int len = snprintf(json, sizeof json, "{\"%s\":%" PRId64 ",\"%s\":%" PRId64 "}", first, a,
                       second, b);

    core_json(core, key, json, (size_t)len);
}

static void put_determination(struct core *core, const struct audit_determination *d)
{
    char json[192];
    char hex[SHA256_HEX];
    char now[CORE_TIME];
    int len;

    put_policy(core, d);
    put_tables(core, d);
    core_hash(core, "params", d->params);
    core_text(core, "rec", d->rec);
    core_text(core, "error", d->error);
    if (d->engine_build != NULL) {
        sha256_hex(d->engine_build, hex);
        len = snprintf(json, sizeof json, "{\"build\":\"%s\",\"level\":%" PRId64 "}", hex,
                       d->engine_level);
        core_json(core, "engine", json, (size_t)len);
    }
    if (d->now_ms != 0) {
        core_time(d->now_ms, now);
        core_text(core, "now", now);
    }
    if (d->budget_instr != 0 || d->budget_mem != 0) {
        put_pair(core, "budget", "instr", d->budget_instr, "mem", d->budget_mem);
        len = snprintf(json, sizeof json, "{\"instr\":%" PRId64 "}", d->used_instr);
        core_json(core, "used", json, (size_t)len);
    }
    len = snprintf(json, sizeof json,
                   "{\"met\":%" PRId64 ",\"not_met\":%" PRId64 ",\"undocumented\":%" PRId64 "}",
                   d->met, d->not_met, d->undocumented);
    core_json(core, "crit", json, (size_t)len);
}

static void put_actor(struct core *core, const struct audit_actor *actor)
{
    const char *id = actor->id == NULL ? "rubric" : actor->id;
    const char *type = actor->type == NULL ? "service" : actor->type;
    struct buf json = BUF_INIT;

    buf_puts(&json, "{\"id\":");
    buf_put_json(&json, id, strlen(id));
    if (actor->role != NULL) {
        buf_puts(&json, ",\"role\":");
        buf_put_json(&json, actor->role, strlen(actor->role));
    }
    buf_puts(&json, ",\"type\":");
    buf_put_json(&json, type, strlen(type));
    buf_putc(&json, '}');
    core->failed = core->failed || json.failed;
    core_json(core, "actor", json.data, json.len);
    buf_free(&json);
}

static bool refuse(struct err *err, const char *why)
{
    return err_set(err, ERR_STORE, "E-LOG-RECORD", "the record cannot be logged: %s", why);
}

/* Adds the members of a JSON object; the keys live in doc until core_write(). */
static bool put_more(struct core *core, yyjson_doc *doc, struct err *err)
{
    yyjson_val *key, *value;
    size_t at, max;
    struct buf json = BUF_INIT;
    bool ok = true;

    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        return refuse(err, "its further members are not a JSON object");
    yyjson_obj_foreach(yyjson_doc_get_root(doc), at, max, key, value)
    {
        buf_reset(&json);
        ok = ok && canon_value(value, CORE_DEPTH, &json, err);
        if (ok)
            core_json(core, yyjson_get_str(key), json.data, json.len);
    }
    buf_free(&json);
    return ok;
}

static bool put_seals(struct audit *audit, uint64_t index, const struct audit_record *record,
                      struct err *err)
{
    uint8_t cm[32];

    if (record->case_id != NULL) {
        if (!log_seal_case(audit, index, record->case_id, cm, err))
            return false;
        core_hash(&audit->core, "case", cm);
    }
    for (size_t i = 0; i < record->seal_count; i++) {
        const struct audit_seal *seal = &record->seals[i];

        if (strcmp(seal->label, "case") == 0)
            return refuse(err, "a case is sealed by its id");
        if (!log_seal(audit, index, seal,
                      record->sealed == NULL ? NULL : &record->sealed[i], cm, err))
            return false;
        core_hash(&audit->core, seal->label, cm);
    }
    return true;
}

/* Fills audit->bytes with the core of the record. */
static bool build_core(struct audit *audit, uint64_t index, int64_t ts_ms,
                       const struct audit_record *record, struct err *err)
{
    struct core *core = &audit->core;
    yyjson_doc *more = NULL;
    char ts[CORE_TIME];
    bool ok = true;

    core_start(core);
    buf_reset(&audit->bytes);
    core_time(ts_ms, ts);
    core_int(core, "v", 1);
    core_text(core, "kind", record->kind);
    core_int(core, "seq", (int64_t)index);
    core_text(core, "ts", ts);
    put_actor(core, &record->actor);
    if (record->determination != NULL)
        put_determination(core, record->determination);
    if (!put_seals(audit, index, record, err))
        return false;
    if (record->more != NULL) {
        more = yyjson_read(record->more, strlen(record->more), YYJSON_READ_NOFLAG);
        ok = more != NULL ? put_more(core, more, err)
                          : refuse(err, "its further members are not JSON");
    }
    if (ok && !core_write(core, &audit->view, &audit->bytes, NULL))
        ok = refuse(err, "its core is too large or has a member that cores do not allow");
    yyjson_doc_free(more);
    return ok;
}

static bool put_entry(struct audit *audit, uint64_t index, int64_t ts_ms, const char *kind,
                      const struct tree_hash *leaf, struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_ENTRY, err);

    if (put == NULL)
        return false;
    sqlite3_bind_int64(put, 1, (sqlite3_int64)index);
    sqlite3_bind_blob(put, 2, leaf->bytes, 32, SQLITE_STATIC);
    sqlite3_bind_text(put, 3, kind, -1, SQLITE_STATIC);
    sqlite3_bind_int64(put, 4, ts_ms);
    sqlite3_bind_blob64(put, 5, audit->bytes.data, audit->bytes.len, SQLITE_STATIC);
    return log_run(audit, put, "the log cannot be written", err);
}

struct node_writer {
    struct audit *audit;
    struct err *err;
};

static bool put_node(void *context, unsigned level, uint64_t index,
                     const struct tree_hash *hash)
{
    struct node_writer *writer = context;
    sqlite3_stmt *put = log_statement(writer->audit, LOG_PUT_NODE, writer->err);

    if (put == NULL)
        return false;
    sqlite3_bind_int(put, 1, (int)level);
    sqlite3_bind_int64(put, 2, (sqlite3_int64)index);
    sqlite3_bind_blob(put, 3, hash->bytes, 32, SQLITE_STATIC);
    return log_run(writer->audit, put, "the log cannot be written", writer->err);
}

static bool add_at(struct audit *audit, struct log_batch *batch,
                   const struct audit_record *record, int64_t ts_ms, uint64_t *index,
                   struct tree_hash *leaf, struct err *err)
{
    struct node_writer writer = {audit, err};

    *index = batch->edge.size;
    if (!core_kind_known(record->kind))
        return refuse(err, "its kind is not one of the log's");
    if (!log_finder_merge(audit, *index, err))
        return false;
    if (!build_core(audit, *index, ts_ms, record, err))
        return false;
    tree_leaf(audit->bytes.data, audit->bytes.len, leaf);
    if (!put_entry(audit, *index, ts_ms, record->kind, leaf, err) ||
        !tree_edge_add(&batch->edge, leaf, put_node, &writer))
        return false;
    batch->ts_ms = ts_ms;
    return true;
}

/* The clock of the machine was set back by more than a second: time in the log
 * stands still until it has caught up, and that is recorded once (T9). */
static bool note_clock(struct audit *audit, struct log_batch *batch, int64_t now,
                       struct err *err)
{
    struct audit_record record = {.kind = "host.clock"};
    struct buf noted = BUF_INIT;
    struct tree_hash leaf;
    char more[64];
    char mark[32];
    uint64_t index;
    bool found, ok;

    snprintf(mark, sizeof mark, "%" PRId64, batch->ts_ms);
    ok = log_meta_get(audit, "clock", &noted, &found, err);
    if (ok && !(found && noted.len == strlen(mark) && memcmp(noted.data, mark, noted.len) == 0)) {
        snprintf(more, sizeof more, "{\"behind_ms\":%" PRId64 "}", batch->ts_ms - now);
        record.more = more;
        ok = add_at(audit, batch, &record, batch->ts_ms, &index, &leaf, err) &&
             log_meta_put(audit, "clock", mark, strlen(mark), err);
    }
    buf_free(&noted);
    return ok;
}

bool log_batch_add(struct audit *audit, struct log_batch *batch,
                   const struct audit_record *record, uint64_t *index,
                   struct tree_hash *leaf, struct err *err)
{
    int64_t now = log_now_ms(audit);

    if (now < batch->ts_ms - 1000 && !note_clock(audit, batch, now, err))
        return false;
    return add_at(audit, batch, record, now < batch->ts_ms ? batch->ts_ms : now, index, leaf,
                  err);
}

static bool put_checkpoint(struct audit *audit, uint64_t size, const struct tree_hash *root,
                           const char *note, struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_CHECKPOINT, err);

    if (put == NULL)
        return false;
    sqlite3_bind_int64(put, 1, (sqlite3_int64)size);
    sqlite3_bind_blob(put, 2, root->bytes, 32, SQLITE_STATIC);
    sqlite3_bind_blob64(put, 3, note, strlen(note), SQLITE_STATIC);
    return log_run(audit, put, "the log cannot be written", err);
}

bool log_batch_commit(struct audit *audit, struct log_batch *batch, char *note,
                      struct err *err)
{
    char text[AUDIT_ORIGIN + 128];
    struct buf body = buf_fixed(text, sizeof text);
    struct buf out = buf_fixed(note, AUDIT_NOTE);
    struct tree_hash root;

    assert(batch->edge.size > batch->size);
    tree_edge_root(&batch->edge, &root);
    checkpoint_text(&body, audit->origin, batch->edge.size, &root);
    if (!keys_sign(audit, &out, body.data, body.len, err) ||
        !put_checkpoint(audit, batch->edge.size, &root, note, err) ||
        !log_run(audit, log_statement(audit, LOG_COMMIT, err), "the log cannot be written", err)) {
        audit->dead = true;
        log_batch_abandon(audit);
        return false;
    }
    audit->in_batch = false;
    return true;
}
