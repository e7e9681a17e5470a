/*
 * verify_outside.c - reading what somebody kept of a log: anchors, receipts,
 * answers, proofs, checkpoints.
 */
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "audit/anchor.h"
#include "audit/files.h"
#include "audit/proof.h"
#include "audit/verify.h"
#include "base/sha256.h"

#define OUTSIDE_MOST (256 * 1024 * 1024)

static struct verify_outside *add(struct outside_list *list, const char *name,
                                  struct err *err)
{
    struct verify_outside *item;

    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : 2 * list->room;

        item = realloc(list->item, room * sizeof *item);
        if (item == NULL) {
            err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
            return NULL;
        }
        list->item = item;
        list->room = room;
    }
    item = &list->item[list->count++];
    memset(item, 0, sizeof *item);
    item->name = name;
    return item;
}

static bool keep_note(struct verify_outside *item, const char *note, size_t len,
                      struct err *err)
{
    item->note = malloc(len + 1);
    if (item->note == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    memcpy(item->note, note, len);
    item->note[len] = '\0';
    return true;
}

static bool add_note(struct outside_list *list, const char *name, const char *bytes, size_t len,
                     struct err *err)
{
    struct verify_outside *item = add(list, name, err);
    struct note note;

    return item != NULL && note_split(bytes, len, &note, err) &&
           checkpoint_parse(&note, &item->at, err) && keep_note(item, bytes, len, err);
}

static bool add_proof(struct outside_list *list, const char *name, const char *bytes,
                      size_t len, struct err *err)
{
    struct proof proof;

    return proof_parse(bytes, len, &proof, err) &&
           add_note(list, name, proof.note, proof.note_len, err);
}

/* A receipt, or an answer that holds one. Its numbers must be its note's. */
static bool add_receipt(struct outside_list *list, const char *name, yyjson_val *json,
                        struct err *err)
{
    yyjson_val *inner = yyjson_obj_get(json, "receipt");
    yyjson_val *receipt = inner != NULL ? inner : json;
    const char *note = yyjson_get_str(yyjson_obj_get(receipt, "note"));
    const char *leaf = yyjson_get_str(yyjson_obj_get(receipt, "leaf"));
    struct verify_outside *item;

    if (note == NULL || leaf == NULL || !yyjson_is_uint(yyjson_obj_get(receipt, "index")))
        return err_set(err, ERR_INPUT, "E-RECEIPT", "'%s' does not hold a receipt", name);
    if (!add_note(list, name, note, strlen(note), err))
        return false;
    item = &list->item[list->count - 1];
    item->has_leaf = true;
    item->index = yyjson_get_uint(yyjson_obj_get(receipt, "index"));
    if (!sha256_parse_hex(leaf, strlen(leaf), item->leaf.bytes) ||
        yyjson_get_uint(yyjson_obj_get(receipt, "size")) != item->at.size ||
        !yyjson_equals_str(yyjson_obj_get(receipt, "origin"), item->at.origin))
        return err_set(err, ERR_INPUT, "E-RECEIPT",
                       "the receipt in '%s' does not agree with its own checkpoint", name);
    return true;
}

static bool add_json(struct outside_list *list, const char *name, char *bytes, size_t len,
                     struct err *err)
{
    size_t at = 0;

    while (at < len) {
        yyjson_doc *doc =
            yyjson_read_opts(bytes + at, len - at, YYJSON_READ_STOP_WHEN_DONE, NULL, NULL);
        bool ok;

        if (doc == NULL)
            return err_set(err, ERR_INPUT, "E-RECEIPT", "'%s' is not JSON", name);
        at += yyjson_doc_get_read_size(doc);
        ok = add_receipt(list, name, yyjson_doc_get_root(doc), err);
        yyjson_doc_free(doc);
        if (!ok)
            return false;
        while (at < len && strchr(" \t\r\n", bytes[at]) != NULL)
            at++;
    }
    return true;
}

/* All lines count; the signature is asked of the last, the others were asked
 * when they were the last. */
static bool add_anchors(struct outside_list *list, const char *name, const char *bytes,
                        size_t len, struct err *err)
{
    struct anchor_line line;

    for (size_t at = 0; at < len;) {
        const char *stop = memchr(bytes + at, '\n', len - at);
        struct verify_outside *item;
        size_t line_len;

        if (stop == NULL)
            break; /* a crash cut the last line short */
        line_len = (size_t)(stop - bytes) - at;
        if (!anchor_parse(bytes + at, line_len, &line, NULL))
            return err_set(err, ERR_INPUT, "E-ANCHOR", "'%s' is not an anchor file", name);
        item = add(list, name, err);
        if (item == NULL)
            return false;
        item->at = line.at;
        at += line_len + 1;
        if (memchr(bytes + at, '\n', len - at) == NULL &&
            !keep_note(item, line.note, line.note_len, err))
            return false;
    }
    return true;
}

bool verify_read_outside(const char *name, struct outside_list *list, struct err *err)
{
    struct buf bytes = BUF_INIT;
    const char *newline;
    bool ok = file_read(name, OUTSIDE_MOST, &bytes, err);

    if (ok) {
        newline = memchr(bytes.data, '\n', bytes.len);
        if (bytes.len > 0 && bytes.data[0] == '{')
            ok = add_json(list, name, bytes.data, bytes.len, err);
        else if (bytes.len > strlen(PROOF_HEADER) &&
                 memcmp(bytes.data, PROOF_HEADER, strlen(PROOF_HEADER)) == 0)
            ok = add_proof(list, name, bytes.data, bytes.len, err);
        else if (newline != NULL && memchr(bytes.data, ' ', (size_t)(newline - bytes.data)) != NULL)
            ok = add_anchors(list, name, bytes.data, bytes.len, err);
        else
            ok = add_note(list, name, bytes.data, bytes.len, err);
    }
    buf_free(&bytes);
    return ok;
}

void verify_free_outside(struct outside_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->item[i].note);
    free(list->item);
    memset(list, 0, sizeof *list);
}
