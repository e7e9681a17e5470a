/*
 * seal.c - patient data beside the tree: salted, committed to, packed.
 *
 * Bodies are packed with LZ4 when that makes them smaller. Of the codecs that
 * were measured on case documents (docs/audit-log.md) it is the only one whose
 * cost stays far below that of the commit.
 */
#include "audit/log.h"

#include <assert.h>
#include <string.h>

#include <lz4.h>
#include <sodium.h>

#include "audit/commitment.h"
#include "base/sha256.h"

#define PACK_LEAST 256              /* a shorter body is not worth packing */
#define PACK_MOST (64 * 1024 * 1024)

/* Packs body: four bytes of length, then an LZ4 block. */
static bool pack(struct buf *packed, const void *body, size_t len)
{
    int made;

    buf_reset(packed);
    if (len < PACK_LEAST || len > PACK_MOST || !buf_reserve(packed, len + 4))
        return false;
    made = LZ4_compress_default(body, packed->data + 4, (int)len, (int)(len - len / 8));
    if (made <= 0)
        return false;
    for (int i = 0; i < 4; i++)
        packed->data[i] = (char)(len >> (8 * i));
    packed->len = (size_t)made + 4;
    return true;
}

bool log_unpack(const char *codec, const void *bytes, size_t len, struct buf *out,
                struct err *err)
{
    const uint8_t *in = bytes;
    size_t whole = 0;

    if (strcmp(codec, "none") == 0) {
        buf_put(out, bytes, len);
        return !out->failed || err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    }
    if (strcmp(codec, "lz4") != 0 || len < 4)
        return err_set(err, ERR_TAMPER, "E-LOG-SEALED", "a sealed field has an unknown codec");
    for (int i = 3; i >= 0; i--)
        whole = whole << 8 | in[i];
    if (whole > PACK_MOST || !buf_reserve(out, whole))
        return err_set(err, ERR_TAMPER, "E-LOG-SEALED", "a sealed field cannot be unpacked");
    if (LZ4_decompress_safe((const char *)bytes + 4, out->data + out->len, (int)(len - 4),
                            (int)whole) != (int)whole)
        return err_set(err, ERR_TAMPER, "E-LOG-SEALED", "a sealed field cannot be unpacked");
    out->len += whole;
    return true;
}

static void make_sealed(const struct audit_seal *seal, struct audit_sealed *sealed)
{
    commitment_make(sealed->salt, seal->label, seal->body, seal->len, sealed->cm);
    sealed->is_packed = pack(&sealed->packed, seal->body, seal->len);
}

bool audit_seal_all(const struct audit_seal *seals, size_t count, struct audit_sealed *sealed,
                    struct err *err)
{
    uint8_t salts[8][32]; /* one call for all of them */

    if (count > sizeof salts / sizeof salts[0])
        return err_set(err, ERR_STORE, "E-LOG-RECORD", "too many fields to seal at once");
    randombytes_buf(salts, sizeof salts[0] * count);
    for (size_t i = 0; i < count; i++) {
        memcpy(sealed[i].salt, salts[i], sizeof salts[i]);
        make_sealed(&seals[i], &sealed[i]);
    }
    sodium_memzero(salts, sizeof salts);
    return true;
}

void audit_sealed_wipe(struct audit_sealed *sealed)
{
    sodium_memzero(sealed->salt, sizeof sealed->salt);
    buf_reset(&sealed->packed);
}

void audit_sealed_free(struct audit_sealed *sealed)
{
    audit_sealed_wipe(sealed);
    buf_free(&sealed->packed);
}

static bool put_sealed(struct audit *audit, const struct audit_seal *seal,
                       const struct audit_sealed *sealed, struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_SEALED, err);

    if (put == NULL)
        return false;
    sqlite3_bind_blob(put, 1, sealed->cm, 32, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, seal->label, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 3, sealed->is_packed ? "lz4" : "none", -1, SQLITE_STATIC);
    sqlite3_bind_blob(put, 4, sealed->salt, 32, SQLITE_STATIC);
    if (sealed->is_packed)
        sqlite3_bind_blob64(put, 5, sealed->packed.data, sealed->packed.len, SQLITE_STATIC);
    else
        sqlite3_bind_blob64(put, 5, seal->len == 0 ? "" : seal->body, seal->len, SQLITE_STATIC);
    return log_run(audit, put, "the log cannot be written", err);
}

static bool put_ref(struct audit *audit, uint64_t index, const char *label, int64_t sealed_id,
                    struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_REF, err);

    if (put == NULL)
        return false;
    sqlite3_bind_int64(put, 1, (sqlite3_int64)index);
    sqlite3_bind_text(put, 2, label, -1, SQLITE_STATIC);
    sqlite3_bind_int64(put, 3, sealed_id);
    return log_run(audit, put, "the log cannot be written", err);
}

bool log_seal(struct audit *audit, uint64_t index, const struct audit_seal *seal,
              const struct audit_sealed *sealed, uint8_t cm[32], struct err *err)
{
    struct audit_sealed *own = &audit->sealed;
    bool ok;

    if (!core_label_known(seal->label) || seal->len > INT32_MAX)
        return err_set(err, ERR_STORE, "E-LOG-RECORD", "'%s' cannot be sealed in the log",
                       seal->label);
    if (sealed == NULL) {
        randombytes_buf(own->salt, sizeof own->salt);
        make_sealed(seal, own);
        sealed = own;
    }
    memcpy(cm, sealed->cm, sizeof sealed->cm);
    ok = put_sealed(audit, seal, sealed, err) &&
         put_ref(audit, index, seal->label, sqlite3_last_insert_rowid(audit->db), err);
    audit_sealed_wipe(own);
    return ok;
}

void log_case_tag(const struct audit *audit, const char *case_id, uint8_t tag[LOG_TAG])
{
    struct hmac_sha256 mac;
    uint8_t whole[32];

    hmac_sha256_start(&mac, audit->finder_key, sizeof audit->finder_key);
    hmac_sha256_add(&mac, case_id, strlen(case_id));
    hmac_sha256_end(&mac, whole);
    memcpy(tag, whole, LOG_TAG);
}

static bool put_finder(struct audit *audit, const uint8_t tag[LOG_TAG], uint64_t index,
                       struct err *err)
{
    sqlite3_stmt *put = log_statement(audit, LOG_PUT_FINDER, err);

    if (put == NULL)
        return false;
    sqlite3_bind_blob(put, 1, tag, LOG_TAG, SQLITE_STATIC);
    sqlite3_bind_int64(put, 2, (sqlite3_int64)index);
    return log_run(audit, put, "the log cannot be written", err);
}

/* 16,384 tags are some fifty pages, which every batch may write again; the
 * pages of all tags of a large log are not. Sorted, they come to each page of
 * the whole together. */
#define FINDER_NEW 16384

bool log_finder_merge(struct audit *audit, uint64_t index, struct err *err)
{
    return index % FINDER_NEW != 0 || index == 0 ||
           (log_run(audit, log_statement(audit, LOG_MERGE_FINDER, err),
                    "the log cannot be written", err) &&
            log_run(audit, log_statement(audit, LOG_EMPTY_FINDER, err),
                    "the log cannot be written", err));
}

struct found_case {
    bool found;
    uint8_t cm[32];
    int64_t sealed_id;
};

/* The finder is an index that anybody with the file may have changed: a case is
 * joined to another only if what was sealed is its name. */
static bool find_case(struct audit *audit, enum log_statement which,
                      const uint8_t tag[LOG_TAG], const char *case_id,
                      struct found_case *out, struct err *err)
{
    sqlite3_stmt *find = log_statement(audit, which, err);
    size_t len = strlen(case_id);
    int step;

    if (find == NULL)
        return false;
    sqlite3_bind_blob(find, 1, tag, LOG_TAG, SQLITE_STATIC);
    step = sqlite3_step(find);
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        log_fail(audit, "the log cannot be read", err);
    out->found = step == SQLITE_ROW && log_column_hash(find, 0, out->cm) &&
                 (len == 0 || len >= PACK_LEAST ||
                  ((size_t)sqlite3_column_bytes(find, 2) == len &&
                   memcmp(sqlite3_column_blob(find, 2), case_id, len) == 0));
    out->sealed_id = step == SQLITE_ROW ? sqlite3_column_int64(find, 1) : 0;
    sqlite3_reset(find);
    return step == SQLITE_ROW || step == SQLITE_DONE;
}

bool log_seal_case(struct audit *audit, uint64_t index, const char *case_id,
                   uint8_t cm[32], struct err *err)
{
    const struct audit_seal seal = {"case", case_id, strlen(case_id)};
    struct found_case known;
    uint8_t tag[LOG_TAG];

    log_case_tag(audit, case_id, tag);
    if (!find_case(audit, LOG_FIND_CASE_NEW, tag, case_id, &known, err) ||
        (!known.found && !find_case(audit, LOG_FIND_CASE, tag, case_id, &known, err)))
        return false;
    if (known.found)
        memcpy(cm, known.cm, sizeof known.cm);
    if (known.found ? !put_ref(audit, index, "case", known.sealed_id, err)
                    : !log_seal(audit, index, &seal, NULL, cm, err))
        return false;
    return put_finder(audit, tag, index, err);
}
