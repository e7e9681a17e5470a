/*
 * package.c - one record for an outsider: a plain tar, and the
 * consistency proof from an old checkpoint.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "audit/commitment.h"
#include "audit/export.h"
#include "audit/keys.h"
#include "audit/log.h"
#include "base/base64.h"
#include "base/sha256.h"

static const char readme[] =
    "One record of an audit log, to be checked without the log.\n"
    "\n"
    "  rubric-verify package --vkey VKEY THIS.tar\n"
    "\n"
    "says whether (1) core.json is in the log: its hash H(00 core) leads through the\n"
    "hashes of core.tlog-proof to the root in the checkpoint, (2) the checkpoint is\n"
    "signed by a key of the log, (3) each file fields/LABEL.body is what the core\n"
    "commits to: HMAC-SHA256(salt, \"rubric-cm-v1\" 00 LABEL 00 body). If there is a\n"
    "bundle.json, its SHA-256 is policy.bundle in the core: the policy that decided.\n"
    "vkey.txt is a copy for convenience. Take VKEY from the log's owner, not from here.\n";

/* One header block of a ustar archive, then the bytes, filled up to 512. */
static void put_member(struct buf *tar, const char *name, const void *bytes, size_t len)
{
    static const char zeros[512];
    char head[513] = {0};
    unsigned sum = 0;

    snprintf(head, 100, "%s", name);
    memcpy(head + 100, "0000644", 7);
    memcpy(head + 108, "0000000", 7);
    memcpy(head + 116, "0000000", 7);
    snprintf(head + 124, 12, "%011zo", len);
    memcpy(head + 136, "00000000000", 11);
    memset(head + 148, ' ', 8);
    head[156] = '0';
    memcpy(head + 257, "ustar", 6);
    memcpy(head + 263, "00", 2);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)head[i];
    snprintf(head + 148, 8, "%06o", sum & 0777777);
    buf_put(tar, head, 512);
    buf_put(tar, bytes, len);
    buf_put(tar, zeros, (512 - len % 512) % 512);
}

/* The salt of a field, which only a package shows. */
static bool read_salt(struct audit *audit, const struct audit_field *field, uint8_t salt[32],
                      struct err *err)
{
    sqlite3_stmt *get = log_statement(audit, LOG_GET_BODY, err);
    bool ok = false;

    if (get == NULL)
        return false;
    sqlite3_bind_int64(get, 1, field->sealed_id);
    sqlite3_bind_blob(get, 2, field->cm, 32, SQLITE_STATIC);
    if (sqlite3_step(get) == SQLITE_ROW)
        ok = log_column_hash(get, 1, salt);
    sqlite3_reset(get);
    return ok || err_set(err, ERR_TAMPER, "E-LOG-SEALED", "the salt of a sealed field is missing");
}

static bool put_field(struct audit *audit, struct buf *tar, const struct audit_field *field,
                      struct err *err)
{
    char name[64];
    uint8_t salt[32];

    if (field->body == NULL)
        return true;
    if (!read_salt(audit, field, salt, err))
        return false;
    snprintf(name, sizeof name, "fields/%s.salt", field->label);
    put_member(tar, name, salt, sizeof salt);
    snprintf(name, sizeof name, "fields/%s.body", field->label);
    put_member(tar, name, field->body, field->len);
    return true;
}

static void add_vkey(void *context, const char *vkey, uint64_t from, uint64_t to)
{
    struct buf *text = context;

    (void)from;
    (void)to;
    buf_puts(text, vkey);
    buf_putc(text, '\n');
}

bool audit_key_list(struct audit *audit, audit_key_visit *visit, void *context,
                    struct err *err)
{
    struct log_key keys[LOG_KEYS];
    char vkey[NOTE_VKEY];
    size_t count;
    bool ok;

    log_lock(audit);
    ok = keys_list(audit, keys, LOG_KEYS, &count, err);
    log_unlock(audit);
    for (size_t i = 0; ok && i < count; i++) {
        note_key_text(&keys[i].key, vkey);
        visit(context, vkey, keys[i].from, keys[i].to);
    }
    return ok;
}

static bool open_labels(struct audit *audit, struct audit_entry *entry,
                        const char *const *labels, const struct audit_access *why,
                        struct pool *pool, struct err *err)
{
    for (; *labels != NULL; labels++) {
        if (!audit_unseal(audit, entry, *labels, why, pool, err))
            return false;
        if (audit_entry_field(entry, *labels)->body == NULL)
            return err_set(err, ERR_INPUT, "E-LOG-ERASED", "the field '%s' was erased", *labels);
    }
    return true;
}

static bool log_export(struct audit *audit, uint64_t index, const struct audit_actor *actor,
                       struct err *err)
{
    struct audit_record record = {.kind = "export", .actor = *actor};
    struct audit_receipt receipt;
    char more[80];

    snprintf(more, sizeof more, "{\"form\":\"package\",\"target\":%" PRIu64 "}", index);
    record.more = more;
    return audit_append(audit, &record, 1, &receipt, err);
}

/* The policy by which it was decided, if the record names one. */
static bool put_bundle(struct audit *audit, const struct audit_entry *entry, struct buf *tar,
                       struct err *err)
{
    struct core_view view = CORE_VIEW_INIT;
    struct buf bundle = BUF_INIT;
    uint8_t hash[32];
    const char *hex;
    bool ok = core_read(&view, entry->core, entry->core_len, err);

    if (ok) {
        hex = yyjson_get_str(yyjson_obj_get(core_get(&view, "policy"), "bundle"));
        ok = (hex != NULL && sha256_parse_hex(hex, strlen(hex), hash)) ||
             err_set(err, ERR_INPUT, "E-LOG-CONTENT", "entry %" PRIu64 " names no policy",
                     entry->index);
    }
    ok = ok && audit_content_get(audit, hash, &bundle, err);
    if (ok)
        put_member(tar, "bundle.json", bundle.data, bundle.len);
    buf_free(&bundle);
    core_view_free(&view);
    return ok;
}

bool audit_export_package(struct audit *audit, uint64_t index, const char *const *labels,
                          bool with_policy, const struct audit_access *why, struct buf *tar,
                          struct err *err)
{
    struct audit_entry entry;
    struct pool pool;
    struct buf proof = BUF_INIT;
    struct buf vkeys = BUF_INIT;
    bool ok;

    pool_init(&pool);
    ok = audit_read(audit, index, &pool, &entry, err) &&
         log_export(audit, index, &why->actor, err) &&
         open_labels(audit, &entry, labels, why, &pool, err) &&
         audit_prove(audit, index, &proof, err) &&
         audit_key_list(audit, add_vkey, &vkeys, err);
    if (ok) {
        put_member(tar, "README", readme, sizeof readme - 1);
        put_member(tar, "core.json", entry.core, entry.core_len);
        put_member(tar, "core.tlog-proof", proof.data, proof.len);
        put_member(tar, "vkey.txt", vkeys.data, vkeys.len);
    }
    ok = ok && (!with_policy || put_bundle(audit, &entry, tar, err));
    log_lock(audit);
    for (size_t i = 0; ok && i < entry.field_count; i++)
        ok = put_field(audit, tar, &entry.fields[i], err);
    log_unlock(audit);
    for (int i = 0; i < 1024; i++)
        buf_putc(tar, '\0');
    buf_free(&proof);
    buf_free(&vkeys);
    pool_free(&pool);
    if (ok && tar->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    return ok;
}

static void put_consistency(struct buf *out, uint64_t old_size, uint64_t size,
                            const struct tree_hash *old_root, const struct tree_hash *root,
                            const struct tree_hash *proof, size_t count)
{
    buf_puts(out, "\"proof\":[");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i > 0 ? ",\"" : "\"");
        buf_put_base64(out, proof[i].bytes, 32);
        buf_putc(out, '"');
    }
    buf_puts(out, "],\"root1\":\"");
    buf_put_base64(out, old_root->bytes, 32);
    buf_puts(out, "\",\"root2\":\"");
    buf_put_base64(out, root->bytes, 32);
    buf_printf(out, "\",\"size1\":%" PRIu64 ",\"size2\":%" PRIu64 "}", old_size, size);
}

static bool prove_growth(struct audit *audit, uint64_t old_size, struct buf *out,
                         struct err *err)
{
    struct tree_source source = log_tree_source(audit);
    struct tree_hash proof[TREE_PROOF_MAX];
    struct tree_hash old_root, root;
    struct buf note = BUF_INIT;
    uint64_t size;
    size_t count;
    bool ok = log_last_checkpoint(audit, &size, &root, &note, err);

    if (ok && (old_size == 0 || old_size > size))
        ok = err_set(err, ERR_INPUT, "E-LOG-SIZE", "the log never had the size %" PRIu64,
                     old_size) ||
             err_help(err, "name a size from 1 to %" PRIu64, size);
    ok = ok && tree_root(&source, old_size, &old_root, err) &&
         tree_prove_consistency(&source, old_size, size, proof, &count, err);
    if (ok) {
        buf_puts(out, "{\"note\":");
        buf_put_json(out, note.data, note.len);
        buf_putc(out, ',');
        put_consistency(out, old_size, size, &old_root, &root, proof, count);
    }
    buf_free(&note);
    return ok;
}

bool audit_consistency(struct audit *audit, uint64_t old_size, struct buf *out,
                       struct err *err)
{
    bool ok;

    log_lock(audit);
    ok = log_read_begin(audit, err);
    if (ok) {
        ok = prove_growth(audit, old_size, out, err);
        log_read_end(audit);
    }
    log_unlock(audit);
    if (ok && out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    return ok;
}
