/*
 * verify_scan.c - one walk over the entries: V2 to V5 and V8.
 *
 * The tree is rebuilt from the leaves. Stored nodes come in the same order as
 * they are rebuilt, one cursor for each level, so nothing is looked up. The
 * checkpoints, and what was kept outside, are compared at their sizes.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "audit/verify_parts.h"
#include "base/base64.h"
#include "base/sha256.h"

#define LEVELS 63

struct cursor {
    sqlite3_stmt *rows;
    bool more;
};

struct scan {
    struct verify *v;
    struct tree_edge edge;
    struct cursor level[LEVELS];
    struct cursor checkpoint;
    struct cursor ref;
    struct cursor anchor;
    uint64_t newest_checkpoint;
    const struct verify_outside **outside; /* ordered by size */
    const struct verify_outside **leaves;  /* ordered by the index of the leaf */
    size_t outside_at, leaves_at;
    bool failed;
};

static bool advance(struct scan *s, struct cursor *cursor)
{
    int step = sqlite3_step(cursor->rows);

    cursor->more = step == SQLITE_ROW;
    if (step == SQLITE_ROW || step == SQLITE_DONE)
        return true;
    s->failed = true;
    return verify_stop(s->v, s->v->log.db);
}

static bool open_cursor(struct scan *s, struct cursor *cursor, const char *sql, int64_t from,
                        int level)
{
    if (sqlite3_prepare_v2(s->v->log.db, sql, -1, &cursor->rows, NULL) != SQLITE_OK) {
        s->failed = true;
        return verify_stop(s->v, s->v->log.db);
    }
    sqlite3_bind_int64(cursor->rows, 1, from);
    if (level >= 0)
        sqlite3_bind_int(cursor->rows, 2, level);
    return advance(s, cursor);
}

/* ---- V4: stored nodes ---- */

static bool made_node(void *context, unsigned level, uint64_t index,
                      const struct tree_hash *hash)
{
    struct scan *s = context;
    struct cursor *cursor = &s->level[level];
    struct tree_hash stored;

    while (cursor->more && (uint64_t)sqlite3_column_int64(cursor->rows, 0) < index) {
        verify_report(s->v, "V4", sqlite3_column_int64(cursor->rows, 0), "node", "idx",
                      "no such node", "a node that the tree does not have");
        if (!advance(s, cursor))
            return false;
    }
    if (!cursor->more || (uint64_t)sqlite3_column_int64(cursor->rows, 0) != index) {
        verify_report_hash(s->v, "V4", (int64_t)index, "node", "hash", hash->bytes, NULL);
        return true;
    }
    if (!log_column_hash(cursor->rows, 1, stored.bytes))
        verify_report_hash(s->v, "V4", (int64_t)index, "node", "hash", hash->bytes, NULL);
    else if (!tree_equal(&stored, hash))
        verify_report_hash(s->v, "V4", (int64_t)index, "node", "hash", hash->bytes, stored.bytes);
    return advance(s, cursor);
}

static bool nodes_left(struct scan *s)
{
    for (unsigned level = 0; level < LEVELS; level++) {
        while (s->level[level].more) {
            verify_report(s->v, "V4", sqlite3_column_int64(s->level[level].rows, 0), "node",
                          "idx", "no such node", "a node that the tree does not have");
            if (!advance(s, &s->level[level]))
                return false;
        }
    }
    return true;
}

/* ---- keys, from the records that name them ---- */

static void add_key(struct verify *v, const char *vkey, uint64_t from, bool waiting,
                    int64_t index)
{
    struct scan_key *key = &v->key[v->key_count];
    char known[NOTE_VKEY];

    /* A pruned log begins with the keys that its meta names. */
    for (size_t i = 0; vkey != NULL && i < v->key_count; i++) {
        note_key_text(&v->key[i].key, known);
        if (strcmp(known, vkey) == 0)
            return;
    }
    if (vkey == NULL || v->key_count == LOG_KEYS ||
        !note_key_parse(vkey, strlen(vkey), &key->key, NULL)) {
        verify_report(v, "V5", index, "entry", "core", "a public key", "none that can be read");
        return;
    }
    key->from = from;
    key->to = UINT64_MAX;
    key->waiting = waiting;
    v->key_count++;
}

static void end_key(struct verify *v, const char *vkey, uint64_t to, bool revoked,
                    int64_t index)
{
    char text[NOTE_VKEY];

    for (size_t i = 0; vkey != NULL && i < v->key_count; i++) {
        note_key_text(&v->key[i].key, text);
        if (strcmp(text, vkey) == 0) {
            v->key[i].to = to;
            v->key[i].revoked = revoked;
            if (revoked)
                v->result->revoked_from = to;
            return;
        }
    }
    verify_report(v, "V5", index, "entry", "core", "a key of this log", "another key");
}

static void first_key(struct verify *v, const struct core_view *core)
{
    const char *origin = core_get_text(core, "origin");

    snprintf(v->result->origin, sizeof v->result->origin, "%s", origin == NULL ? "" : origin);
    add_key(v, core_get_text(core, "vkey"), 1, false, 0);
    for (size_t i = 0; v->key_count > 0 && i < v->options->key_count; i++)
        v->trusted_first =
            v->trusted_first || note_key_equal(&v->options->keys[i], &v->key[0].key);
}

static void key_records(struct verify *v, const char *kind, const struct core_view *core,
                        uint64_t index)
{
    int64_t size;

    if (index == 0 && strcmp(kind, "log.init") == 0)
        first_key(v, core);
    else if (strcmp(kind, "key.add") == 0)
        add_key(v, core_get_text(core, "vkey"), index + 1, true, (int64_t)index);
    else if (strcmp(kind, "key.retire") == 0)
        end_key(v, core_get_text(core, "vkey"), index, false, (int64_t)index);
    else if (strcmp(kind, "key.revoke") == 0 && core_get_int(core, "effective_size", &size))
        end_key(v, core_get_text(core, "vkey"), (uint64_t)size, true, (int64_t)index);
    else
        verify_rule(v, kind, core, index);
}

/* ---- V5: checkpoints ---- */

/* A retired or revoked key speaks for what it signed before; the checkpoint in
 * which the retirement itself is recorded carries the keys that remain. */
static bool may_sign(const struct scan_key *key, uint64_t size)
{
    return key->from <= size && size <= key->to;
}

static bool check_signatures(struct verify *v, const struct note *note, uint64_t size,
                             struct err *why)
{
    struct note_key keys[LOG_KEYS];
    bool signed_by[LOG_KEYS];
    bool old_key = false;

    for (size_t i = 0; i < v->key_count; i++)
        keys[i] = v->key[i].key;
    if (!note_verify(note, keys, v->key_count, signed_by, why))
        return false;
    for (size_t i = 0; i < v->key_count; i++)
        old_key = old_key || (signed_by[i] && !v->key[i].waiting &&
                              (may_sign(&v->key[i], size) || v->key[i].revoked));
    if (!old_key)
        return err_set(why, ERR_TAMPER, "", "no key that was valid at that size signed it");
    v->trusted_now = false;
    for (size_t i = 0; i < v->key_count; i++) {
        v->key[i].waiting = v->key[i].waiting && v->key[i].from > size;
        for (size_t t = 0; signed_by[i] && t < v->options->key_count; t++)
            v->trusted_now = v->trusted_now ||
                             (may_sign(&v->key[i], size) &&
                              note_key_equal(&v->options->keys[t], &v->key[i].key));
    }
    return true;
}

/* Does this signed note say origin, size and root, and nothing else? */
static bool note_says(struct verify *v, const char *bytes, size_t len, uint64_t size,
                      const struct tree_hash *root, struct err *why)
{
    char text[NOTE_NAME + 128];
    struct buf wanted = buf_fixed(text, sizeof text);
    struct note note;

    checkpoint_text(&wanted, v->result->origin, size, root);
    if (!note_split(bytes, len, &note, why))
        return false;
    if (wanted.failed || note.text_len != wanted.len ||
        memcmp(note.text, wanted.data, wanted.len) != 0)
        return err_set(why, ERR_TAMPER, "", "the signed text is not this origin, size and root");
    return check_signatures(v, &note, size, why);
}

static bool check_checkpoint(struct scan *s, const struct tree_hash *root)
{
    sqlite3_stmt *row = s->checkpoint.rows;
    struct tree_hash stored;
    struct err why;
    const char *note = sqlite3_column_blob(row, 2);

    s->v->result->checkpoints++;
    s->newest_checkpoint = s->edge.size;
    if (!log_column_hash(row, 1, stored.bytes) || !tree_equal(&stored, root))
        verify_report_hash(s->v, "V5", (int64_t)s->edge.size, "checkpoint", "root", root->bytes,
                           sqlite3_column_bytes(row, 1) == 32 ? stored.bytes : NULL);
    if (note == NULL || !note_says(s->v, note, (size_t)sqlite3_column_bytes(row, 2),
                                   s->edge.size, root, &why))
        verify_report(s->v, "V5", (int64_t)s->edge.size, "checkpoint", "note",
                      "a note of this size and root, signed by the log",
                      note == NULL ? "nothing" : why.text);
    return advance(s, &s->checkpoint);
}

/* ---- V8: what is outside ---- */

static void check_outside(struct scan *s, const struct verify_outside *outside,
                          const struct tree_hash *root)
{
    struct err why;
    struct note note;
    struct checkpoint at;

    if (strcmp(outside->at.origin, s->v->result->origin) != 0) {
        verify_report(s->v, "V8", (int64_t)outside->at.size, outside->name, "origin",
                      s->v->result->origin, outside->at.origin);
        return;
    }
    if (!tree_equal(&outside->at.root, root)) {
        verify_report_hash(s->v, "V8", (int64_t)outside->at.size, outside->name, "root",
                           root->bytes, outside->at.root.bytes);
        return;
    }
    if (outside->has_leaf && outside->index >= outside->at.size) {
        verify_report(s->v, "V8", (int64_t)outside->index, outside->name, "index",
                      "an index below the size", "a larger one");
        return;
    }
    if (outside->note != NULL &&
        !(note_split(outside->note, strlen(outside->note), &note, &why) &&
          checkpoint_parse(&note, &at, &why) && at.size == outside->at.size &&
          tree_equal(&at.root, &outside->at.root) &&
          check_signatures(s->v, &note, outside->at.size, &why))) {
        verify_report(s->v, "V8", (int64_t)outside->at.size, outside->name, "note",
                      "a checkpoint signed by the log", "one that it did not sign");
        return;
    }
    s->v->result->tied = true;
}

/* What is due at this size of the tree. */
static bool at_size(struct scan *s)
{
    const struct verify_options *options = s->v->options;
    struct tree_hash root;
    bool rooted = false;

    while (s->outside_at < options->outside_count &&
           s->outside[s->outside_at]->at.size == s->edge.size) {
        if (!rooted)
            tree_edge_root(&s->edge, &root);
        rooted = true;
        check_outside(s, s->outside[s->outside_at++], &root);
    }
    while (s->checkpoint.more &&
           (uint64_t)sqlite3_column_int64(s->checkpoint.rows, 0) == s->edge.size) {
        if (!rooted)
            tree_edge_root(&s->edge, &root);
        rooted = true;
        if (!check_checkpoint(s, &root))
            return false;
    }
    while (s->anchor.more && (uint64_t)sqlite3_column_int64(s->anchor.rows, 0) == s->edge.size) {
        struct tree_hash kept;

        if (!rooted)
            tree_edge_root(&s->edge, &root);
        rooted = true;
        if (!log_column_hash(s->anchor.rows, 1, kept.bytes) || !tree_equal(&kept, &root))
            verify_report_hash(s->v, "V8", (int64_t)s->edge.size, "anchor", "root", root.bytes,
                               kept.bytes);
        if (!advance(s, &s->anchor))
            return false;
    }
    return true;
}

static void check_leaves(struct scan *s, uint64_t index, const struct tree_hash *leaf)
{
    const struct verify_options *options = s->v->options;

    while (s->leaves_at < options->outside_count) {
        const struct verify_outside *outside = s->leaves[s->leaves_at];

        if (outside->has_leaf && outside->index > index)
            return;
        if (outside->has_leaf && outside->index == index && !tree_equal(&outside->leaf, leaf))
            verify_report_hash(s->v, "V8", (int64_t)index, outside->name, "leaf", leaf->bytes,
                               outside->leaf.bytes);
        s->leaves_at++;
    }
}

/* ---- V6, first half: the commitments in a core have their rows ---- */

static bool check_ref(struct scan *s, uint64_t index, const char *label, const uint8_t cm[32])
{
    struct cursor *ref = &s->ref;
    uint8_t stored[32];

    while (ref->more) {
        int64_t at = sqlite3_column_int64(ref->rows, 0);
        const char *text = (const char *)sqlite3_column_text(ref->rows, 1);
        int order = at < (int64_t)index ? -1 : at > (int64_t)index ? 1 : strcmp(text, label);

        if (order > 0)
            break;
        if (order == 0) {
            bool there = log_column_hash(ref->rows, 2, stored);

            if (!there || memcmp(stored, cm, 32) != 0)
                verify_report_hash(s->v, "V6", (int64_t)index, "sealed", "cm", cm,
                                   there ? stored : NULL);
            return advance(s, ref);
        }
        verify_report(s->v, "V6", at, "sealed_ref", "label", "no such field", text);
        if (!advance(s, ref))
            return false;
    }
    verify_report_hash(s->v, "V6", (int64_t)index, "sealed_ref", "sealed_id", cm, NULL);
    return true;
}

static bool check_refs(struct scan *s, uint64_t index)
{
    uint8_t cm[32];

    for (const char *const *label = core_sealed_labels; *label != NULL; label++) {
        if (core_get(&s->v->view, *label) == NULL)
            continue;
        if (!core_get_hash(&s->v->view, *label, cm)) {
            verify_report(s->v, "V6", (int64_t)index, "entry", "core", "a commitment", *label);
            continue;
        }
        if (!check_ref(s, index, *label, cm))
            return false;
    }
    return true;
}

static void name_contents(struct verify *v)
{
    yyjson_val *policy = core_get(&v->view, "policy");
    yyjson_val *bundle = yyjson_obj_get(policy, "bundle");
    yyjson_val *key, *table;
    size_t at, max;
    uint8_t hash[32];

    if (yyjson_is_str(bundle) &&
        sha256_parse_hex(yyjson_get_str(bundle), yyjson_get_len(bundle), hash))
        v->failed = v->failed || !hash_set_add(&v->named, hash);
    if (core_get_hash(&v->view, "prelude", hash))
        v->failed = v->failed || !hash_set_add(&v->named, hash);
    yyjson_obj_foreach(core_get(&v->view, "tables"), at, max, key, table)
    {
        if (yyjson_is_str(table) &&
            sha256_parse_hex(yyjson_get_str(table), yyjson_get_len(table), hash))
            v->failed = v->failed || !hash_set_add(&v->named, hash);
    }
}

/* ---- V2 and V3: one entry ---- */

static void check_columns(struct verify *v, uint64_t index, const char *kind, int64_t ts_ms)
{
    const char *core_kind = core_get_text(&v->view, "kind");
    const char *ts = core_get_text(&v->view, "ts");
    int64_t seq = -1;
    int64_t core_ms = -1;
    char number[32];

    if (!core_get_int(&v->view, "seq", &seq) || seq != (int64_t)index) {
        snprintf(number, sizeof number, "%" PRIu64, index);
        verify_report(v, "V2", (int64_t)index, "entry", "core.seq", number, "another number");
    }
    if (core_kind == NULL || !core_kind_known(core_kind))
        verify_report(v, "V2", (int64_t)index, "entry", "core.kind", "a kind of the log",
                      core_kind == NULL ? "nothing" : core_kind);
    else if (kind == NULL || strcmp(kind, core_kind) != 0)
        verify_report(v, "V2", (int64_t)index, "entry", "kind", core_kind,
                      kind == NULL ? "nothing" : kind);
    if (ts == NULL || !core_parse_time(ts, &core_ms)) {
        verify_report(v, "V2", (int64_t)index, "entry", "core.ts", "a time",
                      ts == NULL ? "nothing" : ts);
    } else if (core_ms != ts_ms) {
        snprintf(number, sizeof number, "%lld", (long long)ts_ms);
        verify_report(v, "V2", (int64_t)index, "entry", "ts_ms", ts, number);
    }
    if (core_ms < v->last_ts)
        verify_report(v, "V2", (int64_t)index, "entry", "core.ts",
                      "a time not before the last entry's", ts == NULL ? "nothing" : ts);
    v->last_ts = core_ms > v->last_ts ? core_ms : v->last_ts;
}

static bool check_core(struct scan *s, sqlite3_stmt *row, uint64_t index,
                       struct tree_hash *leaf)
{
    struct verify *v = s->v;
    const char *core = sqlite3_column_blob(row, 4);
    size_t len = (size_t)sqlite3_column_bytes(row, 4);
    struct tree_hash stored;
    struct err why;

    tree_leaf(core, len, leaf);
    if (!log_column_hash(row, 1, stored.bytes) || !tree_equal(&stored, leaf))
        verify_report_hash(v, "V3", (int64_t)index, "entry", "leaf", leaf->bytes, stored.bytes);
    if (core == NULL || !core_read(&v->view, core, len, &why)) {
        verify_report(v, "V3", (int64_t)index, "entry", "core", "a canonical core",
                      core == NULL ? "nothing" : why.text);
        return true;
    }
    check_columns(v, index, (const char *)sqlite3_column_text(row, 2),
                  sqlite3_column_int64(row, 3));
    key_records(v, core_get_text(&v->view, "kind") == NULL ? "" : core_get_text(&v->view, "kind"),
                &v->view, index);
    if (v->options->skip_sealed)
        return true;
    name_contents(v);
    return check_refs(s, index);
}

static bool add_leaf(struct scan *s, const struct tree_hash *leaf)
{
    uint64_t index = s->edge.size;

    check_leaves(s, index, leaf);
    return tree_edge_add(&s->edge, leaf, made_node, s) && at_size(s);
}

/* Where the first record is not read, its keys come from their copy. */
static bool keys_of_meta(struct verify *v)
{
    struct log_key kept[LOG_KEYS];
    struct buf origin = BUF_INIT;
    size_t count;
    bool found;
    bool ok = keys_list(&v->log, kept, LOG_KEYS, &count, &v->err) &&
              log_meta_get(&v->log, "origin", &origin, &found, &v->err);

    for (size_t i = 0; ok && i < count; i++) {
        v->key[v->key_count].key = kept[i].key;
        v->key[v->key_count].from = kept[i].from;
        v->key[v->key_count++].to = kept[i].to;
    }
    snprintf(v->result->origin, sizeof v->result->origin, "%s", buf_cstr(&origin));
    buf_free(&origin);
    return ok;
}

/* Leaves of pruned entries, which are kept as nodes of level 0. */
static bool pruned_leaves(struct scan *s, uint64_t first)
{
    struct tree_hash leaf;

    s->v->result->first = first;
    if (first > 0 && !keys_of_meta(s->v))
        return false;
    while (s->edge.size < first) {
        if (!s->level[0].more ||
            (uint64_t)sqlite3_column_int64(s->level[0].rows, 0) != s->edge.size ||
            !log_column_hash(s->level[0].rows, 1, leaf.bytes)) {
            verify_report(s->v, "V2", (int64_t)s->edge.size, "entry", "idx",
                          "an entry, or the leaf of a pruned one", "nothing");
            memset(&leaf, 0, sizeof leaf);
        } else if (!advance(s, &s->level[0])) {
            return false;
        }
        if (!add_leaf(s, &leaf))
            return false;
    }
    return true;
}

static bool check_index(struct scan *s, uint64_t index)
{
    char wanted[32], got[32];

    if (index == s->edge.size)
        return true;
    snprintf(wanted, sizeof wanted, "%" PRIu64, s->edge.size);
    snprintf(got, sizeof got, "%" PRIu64, index);
    verify_report(s->v, "V2", (int64_t)s->edge.size, "entry", "idx", wanted, got);
    return false;
}

static bool walk(struct scan *s, uint64_t from)
{
    struct cursor entries = {NULL, false};
    struct tree_hash leaf;
    bool ok = open_cursor(s, &entries,
                          "SELECT idx, leaf, kind, ts_ms, core FROM entry WHERE idx >= ?1"
                          " ORDER BY idx", (int64_t)from, -1);

    if (ok && from == 0 && entries.more)
        ok = pruned_leaves(s, (uint64_t)sqlite3_column_int64(entries.rows, 0));
    while (ok && entries.more) {
        uint64_t index = (uint64_t)sqlite3_column_int64(entries.rows, 0);

        s->v->result->checked++;
        /* After a gap the tree is another one; later entries are still read. */
        if (!check_index(s, index) && index > s->edge.size)
            s->edge.size = index;
        ok = check_core(s, entries.rows, index, &leaf) && add_leaf(s, &leaf) &&
             advance(s, &entries);
    }
    sqlite3_finalize(entries.rows);
    return ok;
}

/* ---- the end of the walk ---- */

static void outside_left(struct scan *s)
{
    const struct verify_options *options = s->v->options;
    char found[64];

    snprintf(found, sizeof found, "the log ends at %" PRIu64, s->edge.size);
    for (; s->outside_at < options->outside_count; s->outside_at++) {
        const struct verify_outside *outside = s->outside[s->outside_at];

        if (outside->at.size > s->edge.size)
            verify_report(s->v, "V8", (int64_t)outside->at.size, outside->name, "size",
                          "a log of at least this size", found);
    }
    while (s->anchor.more) {
        if (sqlite3_column_int64(s->anchor.rows, 0) > (int64_t)s->edge.size)
            verify_report(s->v, "V8", sqlite3_column_int64(s->anchor.rows, 0), "anchor", "size",
                          "a log of at least this size", found);
        if (!advance(s, &s->anchor))
            return;
    }
}

static bool rows_left(struct scan *s)
{
    while (s->checkpoint.more) {
        verify_report(s->v, "V5", sqlite3_column_int64(s->checkpoint.rows, 0), "checkpoint",
                      "size", "a size that the log has had", "another");
        if (!advance(s, &s->checkpoint))
            return false;
    }
    while (!s->v->options->skip_sealed && s->ref.more) {
        verify_report(s->v, "V6", sqlite3_column_int64(s->ref.rows, 0), "sealed_ref", "label",
                      "no such field", (const char *)sqlite3_column_text(s->ref.rows, 1));
        if (!advance(s, &s->ref))
            return false;
    }
    if (s->edge.size == 0 || s->newest_checkpoint != s->edge.size)
        verify_report(s->v, "V5", (int64_t)s->edge.size, "checkpoint", "size",
                      "a checkpoint of the newest entry", "none");
    outside_left(s);
    return nodes_left(s);
}

static void check_trust(struct verify *v)
{
    if (v->options->key_count == 0)
        return;
    if (v->trusted_first || v->trusted_now)
        v->result->tied = true;
    else
        verify_report(v, "V5", 0, "entry", "core.vkey", "a key that you trust",
                      "keys that you did not name");
}

/* ---- setting up ---- */

static int by_size(const void *a, const void *b)
{
    const struct verify_outside *const *x = a;
    const struct verify_outside *const *y = b;

    return (*x)->at.size < (*y)->at.size ? -1 : (*x)->at.size > (*y)->at.size;
}

static int by_leaf(const void *a, const void *b)
{
    const struct verify_outside *const *x = a;
    const struct verify_outside *const *y = b;

    return (*x)->index < (*y)->index ? -1 : (*x)->index > (*y)->index;
}

static bool order_outside(struct scan *s)
{
    size_t count = s->v->options->outside_count;

    s->outside = calloc(count + 1, sizeof *s->outside);
    s->leaves = calloc(count + 1, sizeof *s->leaves);
    if (s->outside == NULL || s->leaves == NULL)
        return err_set(&s->v->err, ERR_MEMORY, "E-MEMORY", "out of memory");
    for (size_t i = 0; i < count; i++)
        s->outside[i] = s->leaves[i] = &s->v->options->outside[i];
    qsort(s->outside, count, sizeof *s->outside, by_size);
    qsort(s->leaves, count, sizeof *s->leaves, by_leaf);
    /* What is older than the trusted size is trusted with it. */
    while (s->outside_at < count && s->outside[s->outside_at]->at.size < s->v->options->from)
        s->outside_at++;
    return true;
}

static bool open_cursors(struct scan *s, uint64_t from)
{
    bool ok = open_cursor(s, &s->checkpoint,
                          "SELECT size, root, note FROM checkpoint WHERE size >= ?1 ORDER BY size",
                          (int64_t)from, -1) &&
              open_cursor(s, &s->ref,
                          "SELECT r.entry_idx, r.label, s.cm FROM sealed_ref r LEFT JOIN sealed s"
                          " ON s.id = r.sealed_id WHERE r.entry_idx >= ?1"
                          " ORDER BY r.entry_idx, r.label", (int64_t)from, -1) &&
              open_cursor(s, &s->anchor,
                          "SELECT size, root FROM anchor WHERE size >= ?1 ORDER BY size",
                          (int64_t)from, -1);

    for (int level = 0; ok && level < LEVELS; level++)
        ok = open_cursor(s, &s->level[level],
                         "SELECT idx, hash FROM node WHERE level = ?2 AND idx >= ?1 ORDER BY idx",
                         (int64_t)(from >> level), level);
    return ok;
}

static void close_cursors(struct scan *s)
{
    sqlite3_finalize(s->checkpoint.rows);
    sqlite3_finalize(s->ref.rows);
    sqlite3_finalize(s->anchor.rows);
    for (int level = 0; level < LEVELS; level++)
        sqlite3_finalize(s->level[level].rows);
    free(s->outside);
    free(s->leaves);
}

/* --from: the right edge comes from the nodes that are trusted with it. */
static bool start_at(struct scan *s, uint64_t from)
{
    struct tree_source source = log_tree_source(&s->v->log);

    s->edge.size = from;
    for (unsigned level = 0; level < LEVELS; level++) {
        if ((from >> level & 1) != 0 &&
            !source.fetch(source.context, level, (from >> level) - 1, &s->edge.node[level],
                          &s->v->err))
            return false;
    }
    return keys_of_meta(s->v) && at_size(s);
}

/* A trusted size that the log does not reach: what was after its end is gone. */
static bool reaches(struct verify *v, uint64_t from, bool *ok)
{
    struct tree_hash root;
    char found[64];
    uint64_t size;

    *ok = log_last_checkpoint(&v->log, &size, &root, NULL, &v->err);
    if (!*ok || from <= size)
        return *ok;
    snprintf(found, sizeof found, "the log ends at %" PRIu64, size);
    verify_report(v, "V8", (int64_t)from, "--from", "size", "a log of at least this size", found);
    v->result->size = size;
    v->result->root = root;
    return false;
}

bool verify_scan(struct verify *v)
{
    struct scan s = {.v = v};
    uint64_t from = v->options->from;
    bool ok;

    if (from > 0 && !reaches(v, from, &ok))
        return ok;
    tree_edge_start(&s.edge);
    ok = order_outside(&s) && open_cursors(&s, from) && (from == 0 || start_at(&s, from)) &&
         walk(&s, from) && rows_left(&s);
    if (ok) {
        if (from == 0)
            verify_meta(v);
        check_trust(v);
        v->result->size = s.edge.size;
        tree_edge_root(&s.edge, &v->result->root);
    }
    close_cursors(&s);
    return ok;
}
