/*
 * verify_check.c - proofs, consistency and notes; see verify_check.h.
 */
#include "audit/verify_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "audit/files.h"
#include "audit/proof.h"
#include "base/base64.h"
#include "base/escape.h"
#include "base/sha256.h"

#define FILE_MOST (64 * 1024 * 1024)

static int say(struct check *check, int status, const char *format, va_list args)
    PRINTF_LIKE(3, 0);

static int say(struct check *check, int status, const char *format, va_list args)
{
    FILE *out = status == CHECK_ACCEPTED ? stdout : stderr;
    char line[1400];

    check->told = check->told || status != CHECK_ACCEPTED;
    if (check->quiet)
        return status;
    vsnprintf(line, sizeof line, format, args);
    fputs(status == CHECK_ACCEPTED   ? "accepted: "
          : status == CHECK_REJECTED ? "rejected: "
                                     : "rubric-verify: ",
          out);
    escape_terminal(out, line, strlen(line));
    fputc('\n', out);
    return status;
}

int check_accept(struct check *check, const char *format, ...)
{
    va_list args;
    int status;

    va_start(args, format);
    status = say(check, CHECK_ACCEPTED, format, args);
    va_end(args);
    return status;
}

int check_reject(struct check *check, const char *format, ...)
{
    va_list args;
    int status;

    va_start(args, format);
    status = say(check, CHECK_REJECTED, format, args);
    va_end(args);
    return status;
}

int check_unusable(struct check *check, const char *format, ...)
{
    va_list args;
    int status;

    va_start(args, format);
    status = say(check, CHECK_UNUSABLE, format, args);
    va_end(args);
    return status;
}

int check_refuse(struct check *check, const struct err *err)
{
    if (err->kind == ERR_TAMPER || err->kind == ERR_INPUT)
        return check_reject(check, "%s", err->text);
    return check_unusable(check, "%s", err->text);
}

/* A key as text, or a file with one key a line. */
static bool add_keys(struct check *check, const char *value, struct err *err)
{
    struct buf file = BUF_INIT;
    const char *at = value;
    bool ok = true;

    if (strchr(value, '+') == NULL) {
        ok = file_read(value, 65536, &file, err);
        at = buf_cstr(&file);
    }
    while (ok && *at != '\0') {
        size_t len = strcspn(at, "\n");

        if (len > 0 && check->key_count == CHECK_KEYS)
            ok = err_set(err, ERR_USAGE, "", "there are more than %d keys", CHECK_KEYS);
        else if (len > 0)
            ok = note_key_parse(at, len, &check->key[check->key_count++], err);
        at += len + (at[len] == '\n');
    }
    buf_free(&file);
    return ok;
}

static bool take_core(struct check *check, const char *path, struct err *err)
{
    struct buf core = BUF_INIT;
    bool ok = file_read(path, 65535, &core, err);

    if (ok)
        tree_leaf(core.data, core.len, &check->leaf);
    check->has_leaf = ok;
    buf_free(&core);
    return ok;
}

bool check_option(struct check *check, const char *name, const char *value)
{
    struct err err;
    bool ok;

    if (strcmp(name, "--vkey") == 0)
        ok = add_keys(check, value, &err);
    else if (strcmp(name, "--core") == 0)
        ok = take_core(check, value, &err);
    else if (strcmp(name, "--old") == 0)
        ok = file_read(value, NOTE_MAX, &check->old, &err);
    else if (strcmp(name, "--leaf") == 0)
        ok = (check->has_leaf = sha256_parse_hex(value, strlen(value), check->leaf.bytes)) ||
             err_set(&err, ERR_USAGE, "", "'--leaf' takes 64 hex digits in lower case");
    else
        return false;
    if (!ok)
        check_unusable(check, "%s", err.text);
    return ok;
}

void check_free(struct check *check)
{
    buf_free(&check->old);
}

bool check_signed(struct check *check, const char *bytes, size_t len,
                  struct checkpoint *out, struct err *err)
{
    struct note note;

    if (!note_split(bytes, len, &note, err) || !checkpoint_parse(&note, out, err) ||
        !note_verify(&note, check->key, check->key_count, NULL, err))
        return false;
    for (size_t i = 0; i < check->key_count; i++) {
        if (strcmp(check->key[i].name, out->origin) == 0)
            return true;
    }
    return err_set(err, ERR_TAMPER, "", "the checkpoint is of another log");
}

int check_note(struct check *check, const char *path)
{
    struct buf file = BUF_INIT;
    struct checkpoint at;
    struct err err;
    int status;

    if (check->key_count == 0)
        return check_unusable(check, "a note needs '--vkey'");
    if (!file_read(path, NOTE_MAX + 1, &file, &err))
        status = check_unusable(check, "%s", err.text);
    else if (!check_signed(check, file.data, file.len, &at, &err))
        status = check_refuse(check, &err);
    else
        status = check_accept(check, "%s, size %" PRIu64, at.origin, at.size);
    buf_free(&file);
    return status;
}

/* ---- raw numbers and hashes in JSON ---- */

struct raw {
    yyjson_doc *doc;
    yyjson_val *root;
};

static bool raw_number(const struct raw *raw, const char *name, uint64_t *number,
                       struct err *err)
{
    yyjson_val *value = yyjson_obj_get(raw->root, name);

    if (!yyjson_is_uint(value))
        return err_set(err, ERR_USAGE, "", "'%s' is not a whole number", name);
    *number = yyjson_get_uint(value);
    return true;
}

/* Base64 of another length, or null for no bytes at all, is a wrong hash; what is
 * not base64 cannot be used. */
static bool raw_hash(yyjson_val *value, const char *name, struct tree_hash *hash,
                     struct err *err)
{
    const char *text = yyjson_is_null(value) ? "" : yyjson_get_str(value);
    size_t left = yyjson_is_null(value) ? 0 : yyjson_get_len(value);
    uint8_t bytes[48];
    size_t len = 0, all = 0;

    for (; text != NULL && left > 0; all += len) {
        size_t part = left > 64 ? 64 : left;

        if (!base64_decode(text, part, bytes, sizeof bytes, &len) || (left > 64 && len < 48))
            text = NULL;
        else
            text += part;
        left -= part;
    }
    if (text == NULL)
        return err_set(err, ERR_USAGE, "", "'%s' is not base64", name);
    if (all != sizeof hash->bytes)
        return err_set(err, ERR_TAMPER, "", "'%s' is not a hash of 32 bytes", name);
    memcpy(hash->bytes, bytes, sizeof hash->bytes);
    return true;
}

static bool raw_named(const struct raw *raw, const char *name, struct tree_hash *hash,
                      struct err *err)
{
    return raw_hash(yyjson_obj_get(raw->root, name), name, hash, err);
}

static bool raw_proof(const struct raw *raw, struct tree_hash proof[TREE_PROOF_MAX],
                      size_t *count, struct err *err)
{
    yyjson_val *list = yyjson_obj_get(raw->root, "proof");
    yyjson_val *item;
    size_t at, max;

    *count = 0;
    if (yyjson_is_null(list))
        return true;
    if (!yyjson_is_arr(list))
        return err_set(err, ERR_USAGE, "", "'proof' is not a list");
    yyjson_arr_foreach(list, at, max, item)
    {
        if (*count == TREE_PROOF_MAX)
            return err_set(err, ERR_TAMPER, "", "the proof has too many hashes");
        if (!raw_hash(item, "proof", &proof[*count], err))
            return false;
        ++*count;
    }
    return true;
}

/* A name that comes twice has two values, and nobody knows which one is meant. */
static bool named_once(yyjson_val *object)
{
    yyjson_val *key, *value;
    size_t at, max;

    yyjson_obj_foreach(object, at, max, key, value)
    {
        if (yyjson_obj_getn(object, yyjson_get_str(key), yyjson_get_len(key)) != value)
            return false;
    }
    return true;
}

static bool raw_open(const struct buf *file, struct raw *raw, struct err *err)
{
    raw->doc = yyjson_read(file->data, file->len, YYJSON_READ_NOFLAG);
    raw->root = yyjson_doc_get_root(raw->doc);
    if (!yyjson_is_obj(raw->root))
        return err_set(err, ERR_USAGE, "", "the file is not a JSON object");
    return named_once(raw->root) ||
           err_set(err, ERR_USAGE, "", "the file says the same name twice");
}

static bool raw_inclusion(const struct raw *raw, struct err *err)
{
    struct tree_hash proof[TREE_PROOF_MAX];
    struct tree_hash root, leaf;
    uint64_t index, size;
    size_t count;
    /* Published vectors have the one name or the other. */
    bool longer = yyjson_obj_get(raw->root, "leafIndex") != NULL;
    const char *name = longer ? "leafIndex" : "leafIdx";

    if (longer && yyjson_obj_get(raw->root, "leafIdx") != NULL)
        return err_set(err, ERR_USAGE, "", "the file has both 'leafIdx' and 'leafIndex'");
    return raw_number(raw, name, &index, err) && raw_number(raw, "treeSize", &size, err) &&
           raw_named(raw, "root", &root, err) && raw_named(raw, "leafHash", &leaf, err) &&
           raw_proof(raw, proof, &count, err) &&
           (tree_check_inclusion(index, size, &leaf, proof, count, &root) ||
            err_set(err, ERR_TAMPER, "", "the leaf is not in that tree at that index"));
}

static int text_proof(struct check *check, const struct buf *file)
{
    struct proof proof;
    struct checkpoint at;
    struct err err;

    if (!proof_parse(file->data, file->len, &proof, &err))
        return check_reject(check, "%s", err.text);
    if (!check->has_leaf)
        return check_unusable(check, "a proof needs '--core' or '--leaf': what is it about?");
    if (check->key_count == 0)
        return check_unusable(check, "a proof needs '--vkey': whose log is it?");
    if (!proof_check(&proof, &check->leaf, check->key, check->key_count, &at, &err))
        return check_refuse(check, &err);
    return check_accept(check, "entry %" PRIu64 " of %s, size %" PRIu64, proof.index, at.origin,
                        at.size);
}

static bool begins_json(const struct buf *file)
{
    size_t at = file->len > 3 && memcmp(file->data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < file->len && strchr(" \t\r\n", file->data[at]) != NULL)
        at++;
    return at < file->len && strchr("{[\"", file->data[at]) != NULL;
}

int check_proof(struct check *check, const char *path)
{
    struct buf file = BUF_INIT;
    struct raw raw = {NULL, NULL};
    struct err err;
    int status;

    if (!file_read(path, FILE_MOST, &file, &err))
        status = check_unusable(check, "%s", err.text);
    else if (!begins_json(&file))
        status = text_proof(check, &file);
    else if (check->key_count > 0 || check->has_leaf)
        status = check_unusable(check, "a raw proof is signed by nobody: it takes no '--vkey',"
                                       " '--core' or '--leaf'");
    else if (raw_open(&file, &raw, &err) && raw_inclusion(&raw, &err))
        status = check_accept(check, "the leaf is in the tree");
    else
        status = check_refuse(check, &err);
    yyjson_doc_free(raw.doc);
    buf_free(&file);
    return status;
}

/* ---- consistency ---- */

struct growth {
    uint64_t size1, size2;
    struct tree_hash root1, root2;
};

static bool raw_growth(const struct raw *raw, struct growth *growth, struct err *err)
{
    struct tree_hash proof[TREE_PROOF_MAX];
    size_t count;

    return raw_number(raw, "size1", &growth->size1, err) &&
           raw_number(raw, "size2", &growth->size2, err) &&
           raw_named(raw, "root1", &growth->root1, err) &&
           raw_named(raw, "root2", &growth->root2, err) && raw_proof(raw, proof, &count, err) &&
           (tree_check_consistency(growth->size1, growth->size2, &growth->root1, &growth->root2,
                                   proof, count) ||
            err_set(err, ERR_TAMPER, "", "the newer tree does not continue the older one"));
}

static bool same_state(const struct checkpoint *at, uint64_t size,
                       const struct tree_hash *root, const char *which, struct err *err)
{
    return (at->size == size && tree_equal(&at->root, root)) ||
           err_set(err, ERR_TAMPER, "", "the proof is not about the %s checkpoint", which);
}

/* Our own files carry the newer checkpoint; the older one is what was kept. */
static bool growth_signed(struct check *check, const struct raw *raw,
                          const struct growth *growth, struct err *err)
{
    yyjson_val *note = yyjson_obj_get(raw->root, "note");
    struct checkpoint at;

    if (check->key_count > 0 && !yyjson_is_str(note))
        return err_set(err, ERR_USAGE, "", "the proof has no note, so no key speaks for it");
    if (check->key_count > 0 &&
        !(check_signed(check, yyjson_get_str(note), yyjson_get_len(note), &at, err) &&
          same_state(&at, growth->size2, &growth->root2, "newer", err)))
        return false;
    if (check->old.len == 0)
        return true;
    if (check->key_count == 0)
        return err_set(err, ERR_USAGE, "", "'--old' needs '--vkey' and a proof with its note");
    return check_signed(check, check->old.data, check->old.len, &at, err) &&
           same_state(&at, growth->size1, &growth->root1, "older", err);
}

int check_consistency(struct check *check, const char *path)
{
    struct buf file = BUF_INIT;
    struct raw raw = {NULL, NULL};
    struct growth growth;
    struct err err;
    int status;

    if (!file_read(path, FILE_MOST, &file, &err))
        status = check_unusable(check, "%s", err.text);
    else if (raw_open(&file, &raw, &err) && raw_growth(&raw, &growth, &err) &&
             growth_signed(check, &raw, &growth, &err))
        status = check_accept(check, "size %" PRIu64 " continues size %" PRIu64, growth.size2,
                              growth.size1);
    else
        status = check_refuse(check, &err);
    yyjson_doc_free(raw.doc);
    buf_free(&file);
    return status;
}
