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
#include "base/sha256.h"

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
        memcmp(head + 257, "ustar", 5) != 0 || head[345] != '\0' ||
        len > tar->len - *at - BLOCK) {
        err_set(err, ERR_INPUT, "", "the file is not a tar of plain files");
        return false;
    }
    member->bytes = head + BLOCK;
    member->len = (size_t)len;
    *at += BLOCK + (member->len + BLOCK - 1) / BLOCK * BLOCK;
    return true;
}

/* What a reader finds in the package must be what was checked: a tar may have a
 * name twice, of which tar takes the last, and more behind its end. */
static bool known_name(const char *name)
{
    static const char *const names[] = {"README",    "core.json",   "core.tlog-proof",
                                        "vkey.txt",  "bundle.json", NULL};
    char label[101];
    size_t len = strcspn(strncmp(name, "fields/", 7) == 0 ? name + 7 : "", ".");

    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    snprintf(label, sizeof label, "%.*s", (int)len, len == 0 ? "" : name + 7);
    return len > 0 && core_label_known(label) &&
           (strcmp(name + 7 + len, ".body") == 0 || strcmp(name + 7 + len, ".salt") == 0);
}

static bool check_names(const struct buf *tar, struct err *err)
{
    struct member member, other;
    size_t at = 0, earlier;

    err->kind = ERR_NONE;
    for (size_t count = 0; next_member(tar, &at, &member, err); count++) {
        if (!known_name(member.name))
            return err_set(err, ERR_TAMPER, "", "'%s' is no part of a package", member.name);
        earlier = 0;
        for (size_t i = 0; i < count; i++) {
            if (next_member(tar, &earlier, &other, err) && strcmp(other.name, member.name) == 0)
                return err_set(err, ERR_TAMPER, "", "the package has '%s' twice", member.name);
        }
    }
    for (; err->kind == ERR_NONE && at < tar->len; at++) {
        if (tar->data[at] != '\0')
            err_set(err, ERR_TAMPER, "", "there is something behind the end of the package");
    }
    return err->kind == ERR_NONE;
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

/* The policy is there on demand only, and is the one that the core names. */
static bool check_bundle(const struct buf *tar, const struct core_view *core, bool *there,
                         struct err *err)
{
    struct member bundle;
    struct err none;
    uint8_t hash[32];
    char hex[SHA256_HEX];

    *there = find_member(tar, "bundle.json", &bundle, &none);
    if (!*there)
        return true;
    sha256_of(bundle.bytes, bundle.len, hash);
    sha256_hex(hash, hex);
    return core_member_is(core_get(core, "policy"), "bundle", hex) ||
           err_set(err, ERR_TAMPER, "", "the policy is not the one that the core names");
}

/* What is accepted, in the words that a letter prints. */
struct found {
    struct checkpoint at;
    uint64_t index;
    char code[AUDIT_SHORT_CODE];
    char time[CORE_TIME];
    size_t fields;
    bool bundle;
};

static bool check_members(struct check *check, const struct buf *tar, struct core_view *view,
                          struct found *found, struct err *err)
{
    struct member core, text;
    struct tree_hash leaf;
    struct proof proof;
    const char *ts;
    int64_t seq;

    if (!check_names(tar, err) || !find_member(tar, "core.json", &core, err) ||
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
    return check_fields(tar, view, &found->fields, err) &&
           check_bundle(tar, view, &found->bundle, err);
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
        status =
            check_accept(check, "entry %" PRIu64 " of %s, %s, code %s, with %zu opened field%s%s",
                         found.index, found.at.origin, found.time, found.code, found.fields,
                         found.fields == 1 ? "" : "s", found.bundle ? " and its policy" : "");
    core_view_free(&view);
    buf_free(&tar);
    return status;
}
