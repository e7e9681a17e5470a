/*
 * verify_package.c - rubric-verify package: one record in a plain tar.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/commitment.h"
#include "audit/core.h"
#include "audit/files.h"
#include "audit/proof.h"
#include "audit/verify_check.h"

#define PACKAGE_MOST (512 * 1024 * 1024)
#define BLOCK 512

struct member {
    char name[101];
    const char *bytes;
    size_t len;
};

/* Takes the member at *at; false at the end of the archive. */
static bool next_member(const struct buf *tar, size_t *at, struct member *member,
                        struct err *err)
{
    const char *head = tar->data + *at;
    unsigned long long len;
    char digits[13];
    char *end;

    if (*at + BLOCK > tar->len || head[0] == '\0')
        return false;
    memcpy(member->name, head, 100);
    member->name[100] = '\0';
    memcpy(digits, head + 124, 12);
    digits[12] = '\0';
    len = strtoull(digits, &end, 8);
    if ((*end != '\0' && *end != ' ') || (head[156] != '0' && head[156] != '\0') ||
        memcmp(head + 257, "ustar", 5) != 0 || len > tar->len - *at - BLOCK) {
        err_set(err, ERR_INPUT, "", "the file is not a tar of plain files");
        return false;
    }
    member->bytes = head + BLOCK;
    member->len = (size_t)len;
    *at += BLOCK + (member->len + BLOCK - 1) / BLOCK * BLOCK;
    return true;
}

static bool find_member(const struct buf *tar, const char *name, struct member *found,
                        struct err *err)
{
    struct member member;
    size_t at = 0;

    err->kind = ERR_NONE;
    while (next_member(tar, &at, &member, err)) {
        if (strcmp(member.name, name) == 0) {
            *found = member;
            return true;
        }
    }
    if (err->kind == ERR_NONE)
        err_set(err, ERR_INPUT, "", "the package has no '%s'", name);
    return false;
}

/* Is the body what the core commits to under this label? */
static bool check_field(const struct buf *tar, const struct core_view *core,
                        const struct member *body, struct err *err)
{
    char label[101], name[128];
    size_t len = strlen(body->name) - strlen("fields/") - strlen(".body");
    struct member salt;
    uint8_t wanted[32], cm[32];

    snprintf(label, sizeof label, "%.*s", (int)len, body->name + strlen("fields/"));
    snprintf(name, sizeof name, "fields/%s.salt", label);
    if (!find_member(tar, name, &salt, err))
        return false;
    if (salt.len != 32 || !core_label_known(label) || !core_get_hash(core, label, wanted))
        return err_set(err, ERR_TAMPER, "", "the core has no commitment to '%s'", label);
    commitment_make((const uint8_t *)salt.bytes, label, body->bytes, body->len, cm);
    return memcmp(cm, wanted, sizeof cm) == 0 ||
           err_set(err, ERR_TAMPER, "", "the field '%s' is not what the core commits to", label);
}

static bool is_body(const char *name)
{
    size_t len = strlen(name);

    return strncmp(name, "fields/", 7) == 0 && len > 12 && strcmp(name + len - 5, ".body") == 0;
}

static bool check_fields(const struct buf *tar, const struct core_view *core, size_t *count,
                         struct err *err)
{
    struct member member;
    size_t at = 0;

    *count = 0;
    err->kind = ERR_NONE;
    while (next_member(tar, &at, &member, err)) {
        if (!is_body(member.name))
            continue;
        if (!check_field(tar, core, &member, err))
            return false;
        ++*count;
        err->kind = ERR_NONE;
    }
    return err->kind == ERR_NONE;
}

/* What is accepted, in the words that a letter prints. */
struct found {
    struct checkpoint at;
    uint64_t index;
    char code[AUDIT_SHORT_CODE];
    char time[CORE_TIME];
    size_t fields;
};

static bool check_members(struct check *check, const struct buf *tar, struct core_view *view,
                          struct found *found, struct err *err)
{
    struct member core, text;
    struct tree_hash leaf;
    struct proof proof;
    const char *ts;
    int64_t seq;

    if (!find_member(tar, "core.json", &core, err) ||
        !find_member(tar, "core.tlog-proof", &text, err) ||
        !proof_parse(text.bytes, text.len, &proof, err))
        return false;
    tree_leaf(core.bytes, core.len, &leaf);
    if (!proof_check(&proof, &leaf, check->key, check->key_count, &found->at, err) ||
        !core_read(view, core.bytes, core.len, err))
        return false;
    if (!core_get_int(view, "seq", &seq) || seq < 0 || (uint64_t)seq != proof.index)
        return err_set(err, ERR_TAMPER, "", "the record was written for another index");
    ts = core_get_text(view, "ts");
    found->index = proof.index;
    audit_receipt_code(leaf.bytes, found->code);
    snprintf(found->time, sizeof found->time, "%s", ts == NULL ? "" : ts);
    return check_fields(tar, view, &found->fields, err);
}

int check_package(struct check *check, const char *path)
{
    struct buf tar = BUF_INIT;
    struct core_view view = CORE_VIEW_INIT;
    struct found found = {.fields = 0};
    struct err err;
    int status;

    if (check->key_count == 0)
        return check_unusable(check, "a package needs '--vkey': whose log is it?");
    if (!file_read(path, PACKAGE_MOST, &tar, &err))
        status = check_unusable(check, "%s", err.text);
    else if (!check_members(check, &tar, &view, &found, &err))
        status = check_refuse(check, &err);
    else
        status = check_accept(check, "entry %" PRIu64 " of %s, %s, code %s, with %zu opened field%s",
                              found.index, found.at.origin, found.time, found.code, found.fields,
                              found.fields == 1 ? "" : "s");
    core_view_free(&view);
    buf_free(&tar);
    return status;
}
