/*
 * verify_sealed.c - V6 and V7: what lies beside the tree.
 */
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "audit/commitment.h"
#include "audit/verify_parts.h"
#include "base/sha256.h"

bool hash_set_add(struct hash_set *set, const uint8_t hash[32])
{
    size_t at;

    if (2 * (set->count + 1) > set->room) {
        struct hash_set more = {NULL, NULL, set->room == 0 ? 64 : 2 * set->room, 0};

        more.slot = calloc(more.room, sizeof *more.slot);
        more.used = calloc(more.room, 1);
        if (more.slot == NULL || more.used == NULL) {
            hash_set_free(&more);
            return false;
        }
        for (size_t i = 0; i < set->room; i++) {
            if (set->used[i])
                (void)hash_set_add(&more, set->slot[i].bytes);
        }
        hash_set_free(set);
        *set = more;
    }
    memcpy(&at, hash, sizeof at);
    for (at &= set->room - 1; set->used[at]; at = (at + 1) & (set->room - 1)) {
        if (memcmp(set->slot[at].bytes, hash, 32) == 0)
            return true;
    }
    memcpy(set->slot[at].bytes, hash, 32);
    set->used[at] = 1;
    set->count++;
    return true;
}

void hash_set_free(struct hash_set *set)
{
    free(set->slot);
    free(set->used);
    memset(set, 0, sizeof *set);
}

/* The erasure record that was looked at last; one record erases many fields. */
struct erasure {
    sqlite3_stmt *get;
    int64_t index;
    struct core_view core;
    bool good;
};

static void load_erasure(struct erasure *erasure, int64_t index)
{
    const char *bytes;
    const char *kind;

    erasure->index = index;
    erasure->good = false;
    sqlite3_reset(erasure->get);
    sqlite3_bind_int64(erasure->get, 1, index);
    if (sqlite3_step(erasure->get) != SQLITE_ROW)
        return;
    bytes = sqlite3_column_blob(erasure->get, 0);
    if (bytes == NULL ||
        !core_read(&erasure->core, bytes, (size_t)sqlite3_column_bytes(erasure->get, 0), NULL))
        return;
    kind = core_get_text(&erasure->core, "kind");
    erasure->good = kind != NULL && strcmp(kind, "erasure") == 0;
}

static bool erasure_names(struct erasure *erasure, int64_t index, const uint8_t cm[32])
{
    yyjson_val *item;
    size_t at, max;
    char hex[SHA256_HEX];

    if (index != erasure->index)
        load_erasure(erasure, index);
    if (!erasure->good)
        return false;
    sha256_hex(cm, hex);
    yyjson_arr_foreach(core_get(&erasure->core, "cms"), at, max, item)
    {
        if (yyjson_equals_str(item, hex))
            return true;
    }
    return false;
}

/* Columns: entry_idx, r.label, s.cm, s.label, codec, salt, body, erased_by. That
 * the row is of the commitment in the core is asked by the walk over the cores. */
static void check_present(struct verify *v, sqlite3_stmt *row, int64_t index,
                          const uint8_t cm[32], struct buf *open)
{
    const char *label = (const char *)sqlite3_column_text(row, 3);
    const char *codec = (const char *)sqlite3_column_text(row, 4);
    uint8_t salt[32], again[32];

    v->result->sealed++;
    buf_reset(open);
    if (label == NULL || codec == NULL || !log_column_hash(row, 5, salt) ||
        !log_unpack(codec, sqlite3_column_blob(row, 6), (size_t)sqlite3_column_bytes(row, 6),
                    open, NULL)) {
        verify_report(v, "V6", index, "sealed", "body", "a field that can be opened", "another");
        return;
    }
    commitment_make(salt, label, open->data, open->len, again);
    if (memcmp(again, cm, 32) != 0)
        verify_report_hash(v, "V6", index, "sealed", "body", cm, again);
}

static void check_erased(struct verify *v, sqlite3_stmt *row, int64_t index, int64_t first,
                         const uint8_t cm[32], struct erasure *erasure)
{
    v->result->erased++;
    if (sqlite3_column_type(row, 7) == SQLITE_NULL) {
        verify_report(v, "V6", index, "sealed", "erased_by", "an erasure record", "nothing");
        return;
    }
    /* The record that erased it may itself have been pruned since. */
    if (sqlite3_column_int64(row, 7) < first)
        return;
    if (!erasure_names(erasure, sqlite3_column_int64(row, 7), cm))
        verify_report_hash(v, "V6", index, "sealed", "erased_by", cm, NULL);
}

static void check_row(struct verify *v, sqlite3_stmt *row, int64_t first,
                      struct erasure *erasure, struct buf *open)
{
    int64_t index = sqlite3_column_int64(row, 0);
    const char *ref = (const char *)sqlite3_column_text(row, 1);
    const char *label = (const char *)sqlite3_column_text(row, 3);
    uint8_t cm[32];

    if (!log_column_hash(row, 2, cm) || label == NULL) {
        verify_report(v, "V6", index, "sealed", "cm", "a field for the commitment", "nothing");
        return;
    }
    if (ref == NULL || strcmp(ref, label) != 0)
        verify_report(v, "V6", index, "sealed", "label", ref == NULL ? "a label" : ref, label);
    if (sqlite3_column_type(row, 5) == SQLITE_NULL)
        check_erased(v, row, index, first, cm, erasure);
    else
        check_present(v, row, index, cm, open);
}

static bool first_index(struct verify *v, sqlite3 *db, int64_t *first)
{
    sqlite3_stmt *get = NULL;
    bool ok = sqlite3_prepare_v2(db, "SELECT min(idx) FROM entry", -1, &get, NULL) == SQLITE_OK &&
              sqlite3_step(get) == SQLITE_ROW;

    *first = ok ? sqlite3_column_int64(get, 0) : 0;
    sqlite3_finalize(get);
    return ok || verify_stop(v, db);
}

static bool check_orphans(struct verify *v, sqlite3 *db)
{
    sqlite3_stmt *rows = NULL;
    uint8_t cm[32];
    int step = SQLITE_ERROR;

    if (sqlite3_prepare_v2(db,
                           "SELECT cm FROM sealed s WHERE NOT EXISTS"
                           " (SELECT 1 FROM sealed_ref r WHERE r.sealed_id = s.id)",
                           -1, &rows, NULL) == SQLITE_OK) {
        while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
            if (log_column_hash(rows, 0, cm))
                verify_report_hash(v, "V6", -1, "sealed", "cm", NULL, cm);
        }
    }
    sqlite3_finalize(rows);
    return step == SQLITE_DONE || verify_stop(v, db);
}

/* The second copy of each commitment that logs of schema version 2 have. */
static bool check_copies(struct verify *v, sqlite3 *db)
{
    sqlite3_stmt *rows = NULL;
    int step = SQLITE_ERROR;

    if (v->log.schema != 2)
        return true;
    if (sqlite3_prepare_v2(db,
                           "SELECT r.entry_idx, r.label FROM sealed_ref r LEFT JOIN sealed s"
                           " ON s.id = r.sealed_id WHERE r.entry_idx >= ?1 AND r.cm IS NOT s.cm",
                           -1, &rows, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(rows, 1, (sqlite3_int64)v->options->from);
        while ((step = sqlite3_step(rows)) == SQLITE_ROW)
            verify_report(v, "V6", sqlite3_column_int64(rows, 0), "sealed_ref", "cm",
                          "the commitment of the sealed field", "another");
    }
    sqlite3_finalize(rows);
    return step == SQLITE_DONE || verify_stop(v, db);
}

bool verify_sealed(struct verify *v, sqlite3 *db)
{
    static const char join[] =
        "SELECT r.entry_idx, r.label, s.cm, s.label, s.codec, s.salt, s.body, s.erased_by"
        " FROM sealed_ref r LEFT JOIN sealed s ON s.id = r.sealed_id WHERE r.entry_idx >= ?1";
    struct erasure erasure = {.index = -1, .core = CORE_VIEW_INIT};
    struct buf open = BUF_INIT;
    sqlite3_stmt *rows = NULL;
    int64_t first;
    int step = SQLITE_ERROR;

    if (!first_index(v, db, &first))
        return false;
    if (sqlite3_prepare_v2(db, join, -1, &rows, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT core FROM entry WHERE idx = ?1", -1, &erasure.get, NULL) ==
            SQLITE_OK) {
        sqlite3_bind_int64(rows, 1, (sqlite3_int64)v->options->from);
        while ((step = sqlite3_step(rows)) == SQLITE_ROW)
            check_row(v, rows, first, &erasure, &open);
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(erasure.get);
    core_view_free(&erasure.core);
    buf_free(&open);
    return (step == SQLITE_DONE || verify_stop(v, db)) && check_orphans(v, db) &&
           check_copies(v, db);
}

bool verify_content(struct verify *v, sqlite3 *db)
{
    sqlite3_stmt *rows = NULL;
    uint8_t kept[32], again[32];
    int step = SQLITE_ERROR;

    if (sqlite3_prepare_v2(db, "SELECT sha256, body FROM content", -1, &rows, NULL) == SQLITE_OK) {
        while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
            v->result->contents++;
            sha256_of(sqlite3_column_blob(rows, 1), (size_t)sqlite3_column_bytes(rows, 1), again);
            if (!log_column_hash(rows, 0, kept) || memcmp(kept, again, 32) != 0)
                verify_report_hash(v, "V7", -1, "content", "body", kept, again);
        }
    }
    sqlite3_finalize(rows);
    return step == SQLITE_DONE || verify_stop(v, db);
}

bool verify_named(struct verify *v)
{
    sqlite3_stmt *get = log_prepare(&v->log, "SELECT 1 FROM content WHERE sha256 = ?1", &v->err);

    if (get == NULL)
        return false;
    for (size_t i = 0; i < v->named.room; i++) {
        if (!v->named.used[i])
            continue;
        sqlite3_bind_blob(get, 1, v->named.slot[i].bytes, 32, SQLITE_STATIC);
        if (sqlite3_step(get) != SQLITE_ROW)
            verify_report_hash(v, "V7", -1, "content", "sha256", v->named.slot[i].bytes, NULL);
        sqlite3_reset(get);
    }
    sqlite3_finalize(get);
    return true;
}
