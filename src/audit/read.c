/*
 * read.c - records as they were written, their sealed fields, and proofs.
 *
 * What is read is checked: the core against its leaf, a sealed field against
 * the commitment in the core. A difference is ERR_TAMPER and gives no bytes.
 */
#include "audit/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/commitment.h"
#include "audit/proof.h"

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
}

/* Copies the columns leaf, kind, ts_ms, core that begin at column. */
static bool take_entry(sqlite3_stmt *row, int column, struct pool *pool,
                       struct audit_entry *entry, struct err *err)
{
    const char *kind = (const char *)sqlite3_column_text(row, column + 1);
    const char *core = sqlite3_column_blob(row, column + 3);
    struct tree_hash leaf;

    if (kind == NULL || core == NULL || !log_column_hash(row, column, entry->leaf))
        return err_set(err, ERR_TAMPER, "E-LOG-ENTRY", "entry %" PRIu64 " of the log is not whole",
                       entry->index);
    snprintf(entry->kind, sizeof entry->kind, "%s", kind);
    entry->ts_ms = sqlite3_column_int64(row, column + 2);
    entry->core_len = (size_t)sqlite3_column_bytes(row, column + 3);
    tree_leaf(core, entry->core_len, &leaf);
    if (memcmp(leaf.bytes, entry->leaf, 32) != 0)
        return err_set(err, ERR_TAMPER, "E-LOG-ENTRY",
                       "entry %" PRIu64 " of the log does not fit its leaf hash", entry->index);
    entry->core = pool_copy(pool, core, entry->core_len);
    return entry->core != NULL || no_memory(err);
}

#define FIELDS_MAX 16

static bool take_fields(struct audit *audit, struct pool *pool, struct audit_entry *entry,
                        struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_GET_FIELDS, err);
    int step = SQLITE_DONE;
    bool ok = true;

    entry->fields = pool_array(pool, FIELDS_MAX, sizeof *entry->fields);
    entry->field_count = 0;
    if (get == NULL)
        return false;
    if (entry->fields == NULL)
        return no_memory(err);
    sqlite3_bind_int64(get, 1, (sqlite3_int64)entry->index);
    while (ok && entry->field_count < FIELDS_MAX && (step = sqlite3_step(get)) == SQLITE_ROW) {
        struct audit_field *field = &entry->fields[entry->field_count++];

        snprintf(field->label, sizeof field->label, "%s", sqlite3_column_text(get, 0));
        ok = log_column_hash(get, 1, field->cm);
        field->erased_by =
            sqlite3_column_type(get, 2) == SQLITE_NULL ? -1 : sqlite3_column_int64(get, 2);
        field->sealed_id = sqlite3_column_int64(get, 3);
    }
    if (!ok)
        err_set(err, ERR_TAMPER, "E-LOG-SEALED", "the sealed fields of entry %" PRIu64
                " are not whole", entry->index);
    else if (step != SQLITE_DONE && step != SQLITE_ROW)
        ok = log_fail(audit, "the log cannot be read", err);
    sqlite3_reset(get);
    return ok;
}

/* One that was pruned is still proven by its leaf; one that never was is not. */
static void no_entry(struct audit *audit, uint64_t index, struct err *err)
{
    uint64_t first;

    if (audit_first(audit, &first, err) && index < first) {
        err_set(err, ERR_INPUT, "E-LOG-PRUNED",
                "entry %" PRIu64 " was pruned: the log has its hash only", index);
        err_help(err, "'rubric audit prove %" PRIu64 "' still proves a copy that somebody kept",
                 index);
        return;
    }
    err_set(err, ERR_INPUT, "E-LOG-INDEX", "the log has no entry %" PRIu64, index);
    err_help(err, "see what it has with 'rubric audit list'");
}

static bool read_entry(struct audit *audit, uint64_t index, struct pool *pool,
                       struct audit_entry *entry, struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_GET_ENTRY, err);
    bool ok = false;

    if (get == NULL)
        return false;
    memset(entry, 0, sizeof *entry);
    entry->index = index;
    sqlite3_bind_int64(get, 1, (sqlite3_int64)index);
    switch (sqlite3_step(get)) {
    case SQLITE_ROW:
        ok = take_entry(get, 0, pool, entry, err);
        break;
    case SQLITE_DONE:
        no_entry(audit, index, err);
        break;
    default:
        log_fail(audit, "the log cannot be read", err);
        break;
    }
    sqlite3_reset(get);
    return ok && take_fields(audit, pool, entry, err);
}

bool audit_read(struct audit *audit, uint64_t index, struct pool *pool,
                struct audit_entry *entry, struct err *err)
{
    bool ok;

    log_lock(audit);
    ok = index <= INT64_MAX && read_entry(audit, index, pool, entry, err);
    log_unlock(audit);
    return ok ||
           (index > INT64_MAX && err_set(err, ERR_INPUT, "E-LOG-INDEX", "there is no such entry"));
}

const struct audit_field *audit_entry_field(const struct audit_entry *entry, const char *label)
{
    for (size_t i = 0; i < entry->field_count; i++) {
        if (strcmp(entry->fields[i].label, label) == 0)
            return &entry->fields[i];
    }
    return NULL;
}

/* Who opened which fields of which entry, and what for. */
static bool log_access(struct audit *audit, const struct audit_entry *entry, const char *label,
                       const struct audit_access *why, struct err *err)
{
    struct audit_record record = {.kind = "access", .actor = why->actor};
    struct audit_receipt receipt;
    struct buf more = BUF_INIT;
    size_t count = 0;
    bool ok;

    if (!core_code_wanted("purpose", why->purpose, err))
        return false;
    buf_puts(&more, "{\"labels\":[");
    for (size_t i = 0; i < entry->field_count; i++) {
        if (label != NULL && strcmp(label, entry->fields[i].label) != 0)
            continue;
        if (count++ > 0)
            buf_putc(&more, ',');
        buf_put_json(&more, entry->fields[i].label, strlen(entry->fields[i].label));
    }
    buf_puts(&more, "],\"purpose\":");
    buf_put_json(&more, why->purpose, strlen(why->purpose));
    buf_printf(&more, ",\"target\":%" PRIu64 "}", entry->index);
    record.more = buf_cstr(&more);
    ok = audit_append(audit, &record, 1, &receipt, err);
    buf_free(&more);
    return ok;
}

/* Gives one body, if salt, label and body make the commitment of the field. */
static bool take_body(sqlite3_stmt *row, struct audit_field *field, struct buf *open,
                      struct pool *pool, struct err *err)
{
    const char *codec = (const char *)sqlite3_column_text(row, 0);
    uint8_t salt[32], cm[32];

    if (sqlite3_column_type(row, 1) == SQLITE_NULL)
        return true;
    buf_reset(open);
    if (codec == NULL || !log_column_hash(row, 1, salt))
        return err_set(err, ERR_TAMPER, "E-LOG-SEALED", "a sealed field is not whole");
    if (!log_unpack(codec, sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2),
                    open, err))
        return false;
    commitment_make(salt, field->label, open->data, open->len, cm);
    if (memcmp(cm, field->cm, sizeof cm) != 0)
        return err_set(err, ERR_TAMPER, "E-LOG-SEALED",
                       "the sealed field '%s' does not fit its commitment", field->label);
    field->body = pool_copy(pool, open->data, open->len);
    field->len = open->len;
    return field->body != NULL || no_memory(err);
}

static bool open_field(struct audit *audit, struct audit_field *field, struct buf *open,
                       struct pool *pool, struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_GET_BODY, err);
    bool ok = false;
    int step;

    if (get == NULL)
        return false;
    sqlite3_bind_int64(get, 1, field->sealed_id);
    sqlite3_bind_blob(get, 2, field->cm, 32, SQLITE_STATIC);
    step = sqlite3_step(get);
    if (step == SQLITE_ROW)
        ok = take_body(get, field, open, pool, err);
    else if (step == SQLITE_DONE)
        err_set(err, ERR_TAMPER, "E-LOG-SEALED", "the sealed field '%s' is missing", field->label);
    else
        log_fail(audit, "the log cannot be read", err);
    sqlite3_reset(get);
    return ok;
}

/* The commitments that count are those in the core, not those in the table. */
static bool fields_of_core(struct audit *audit, const struct audit_entry *entry,
                           struct err *err)
{
    uint8_t cm[32];

    if (!core_read(&audit->view, entry->core, entry->core_len, err))
        return false;
    for (size_t i = 0; i < entry->field_count; i++) {
        if (!core_get_hash(&audit->view, entry->fields[i].label, cm) ||
            memcmp(cm, entry->fields[i].cm, sizeof cm) != 0)
            return err_set(err, ERR_TAMPER, "E-LOG-SEALED",
                           "the sealed field '%s' is not the one that entry %" PRIu64 " names",
                           entry->fields[i].label, entry->index);
    }
    return true;
}

bool audit_unseal(struct audit *audit, struct audit_entry *entry, const char *label,
                  const struct audit_access *why, struct pool *pool, struct err *err)
{
    struct buf open = BUF_INIT;
    bool ok;

    if (label != NULL && audit_entry_field(entry, label) == NULL)
        return err_set(err, ERR_INPUT, "E-LOG-FIELD", "entry %" PRIu64 " has no field '%s'",
                       entry->index, label) ||
               err_help(err, "see its fields with 'rubric audit show %" PRIu64 "'", entry->index);
    if (why != NULL && !log_access(audit, entry, label, why, err))
        return false;
    log_lock(audit);
    ok = fields_of_core(audit, entry, err);
    for (size_t i = 0; ok && i < entry->field_count; i++) {
        if (label == NULL || strcmp(label, entry->fields[i].label) == 0)
            ok = open_field(audit, &entry->fields[i], &open, pool, err);
    }
    log_unlock(audit);
    buf_free(&open);
    return ok;
}

bool audit_size(struct audit *audit, uint64_t *size, struct err *err)
{
    struct tree_hash root;
    bool ok;

    log_lock(audit);
    ok = log_last_checkpoint(audit, size, &root, NULL, err);
    log_unlock(audit);
    return ok;
}

bool audit_first(struct audit *audit, uint64_t *index, struct err *err)
{
    sqlite3_stmt *get;
    int step = SQLITE_ERROR;

    log_lock(audit);
    get = log_statement(audit, LOG_FIRST_ENTRY, err);
    *index = 0;
    if (get != NULL) {
        step = sqlite3_step(get);
        if (step == SQLITE_ROW)
            *index = (uint64_t)sqlite3_column_int64(get, 0);
        else if (step != SQLITE_DONE)
            log_fail(audit, "the log cannot be read", err);
        sqlite3_reset(get);
    }
    log_unlock(audit);
    return step == SQLITE_ROW || step == SQLITE_DONE;
}

bool audit_checkpoint(struct audit *audit, struct buf *note, struct err *err)
{
    struct tree_hash root;
    uint64_t size;
    bool ok;

    log_lock(audit);
    ok = log_last_checkpoint(audit, &size, &root, note, err);
    log_unlock(audit);
    if (ok && note->failed)
        return no_memory(err);
    return ok;
}

static bool prove(struct audit *audit, uint64_t index, struct buf *out, struct err *err)
{
    struct tree_source source = log_tree_source(audit);
    struct tree_hash proof[TREE_PROOF_MAX];
    struct tree_hash root;
    struct buf note = BUF_INIT;
    size_t count;
    uint64_t size;
    bool ok;

    ok = log_last_checkpoint(audit, &size, &root, &note, err);
    if (ok && index >= size) {
        ok = err_set(err, ERR_INPUT, "E-LOG-INDEX", "the log has no entry %" PRIu64, index);
        err_help(err, "see what it has with 'rubric audit list'");
    }
    ok = ok && tree_prove_inclusion(&source, index, size, proof, &count, err);
    if (ok)
        proof_write(out, index, proof, count, note.data, note.len);
    buf_free(&note);
    return ok && (!out->failed || no_memory(err));
}

/* A snapshot of the log for the length of several reads. */
bool log_read_begin(struct audit *audit, struct err *err)
{
    return log_exec(audit, "BEGIN", "the log cannot be read", err);
}

void log_read_end(struct audit *audit)
{
    sqlite3_exec(audit->db, "COMMIT", NULL, NULL, NULL);
}

bool audit_prove(struct audit *audit, uint64_t index, struct buf *out, struct err *err)
{
    bool ok;

    log_lock(audit);
    ok = log_read_begin(audit, err);
    if (ok) {
        ok = prove(audit, index, out, err);
        log_read_end(audit);
    }
    log_unlock(audit);
    return ok;
}

/* ---- lists ---- */

/* What stands in the core only. */
static bool wanted(struct audit *audit, const struct audit_filter *filter,
                   const struct audit_entry *entry)
{
    if (filter->policy_id == NULL && filter->engine_level == 0)
        return true;
    if (!core_read(&audit->view, entry->core, entry->core_len, NULL))
        return false;
    return (filter->policy_id == NULL ||
            core_member_is(core_get(&audit->view, "policy"), "id", filter->policy_id)) &&
           (filter->engine_level == 0 ||
            core_member_int(core_get(&audit->view, "engine"), "level") == filter->engine_level);
}

static sqlite3_stmt *list_query(struct audit *audit, const struct audit_filter *filter,
                                struct err *err)
{
    sqlite3_stmt *all = log_prepare(
        audit,
        filter->case_id != NULL
            ? "SELECT e.leaf, e.kind, e.ts_ms, e.core, e.idx FROM"
              " (SELECT entry_idx FROM finder WHERE tag = ?1"
              "  UNION ALL SELECT entry_idx FROM finder_new WHERE tag = ?1) f"
              " JOIN entry e ON e.idx = f.entry_idx WHERE e.idx >= ?2"
              " AND e.ts_ms >= ?3 AND (?4 IS NULL OR e.kind = ?4) ORDER BY e.idx"
            : "SELECT e.leaf, e.kind, e.ts_ms, e.core, e.idx FROM entry e WHERE e.idx >= ?2"
              " AND e.ts_ms >= ?3 AND (?4 IS NULL OR e.kind = ?4) ORDER BY e.idx",
        err);
    uint8_t tag[LOG_TAG];

    if (all == NULL)
        return NULL;
    if (filter->case_id != NULL) {
        log_case_tag(audit, filter->case_id, tag);
        sqlite3_bind_blob(all, 1, tag, sizeof tag, SQLITE_TRANSIENT);
    }
    sqlite3_bind_int64(all, 2, (sqlite3_int64)filter->from);
    sqlite3_bind_int64(all, 3, filter->since_ms);
    if (filter->kind != NULL)
        sqlite3_bind_text(all, 4, filter->kind, -1, SQLITE_TRANSIENT);
    return all;
}

bool audit_list(struct audit *audit, const struct audit_filter *filter, audit_visit *visit,
                void *context, struct err *err)
{
    struct audit_entry entry;
    struct pool pool;
    sqlite3_stmt *all;
    bool ok = true;
    int step = SQLITE_DONE;

    log_lock(audit);
    all = list_query(audit, filter, err);
    if (all == NULL) {
        log_unlock(audit);
        return false;
    }
    pool_init(&pool);
    while (ok && (step = sqlite3_step(all)) == SQLITE_ROW) {
        memset(&entry, 0, sizeof entry);
        entry.index = (uint64_t)sqlite3_column_int64(all, 4);
        ok = take_entry(all, 0, &pool, &entry, err) && take_fields(audit, &pool, &entry, err);
        if (ok && wanted(audit, filter, &entry) && !visit(context, &entry))
            break;
        pool_reset(&pool);
    }
    if (ok && step != SQLITE_ROW && step != SQLITE_DONE)
        ok = log_fail(audit, "the log cannot be read", err);
    sqlite3_finalize(all);
    pool_free(&pool);
    log_unlock(audit);
    return ok;
}
