/*
 * core.c - the hashed part of a record; see core.h.
 */
#include "audit/core.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "base/canon.h"
#include "base/civil.h"
#include "base/sha256.h"

#define PARSER_BYTES (1024 * 1024 + 4096)
#define WHOLE_MAX INT64_C(9007199254740991)

const char *const core_sealed_labels[] = {"case",   "document", "input", "letter", "output",
                                          "reads",  "request",  "text",  NULL};

static const char *const kinds[] = {
    "log.init",   "host.start",    "host.stop",     "host.clock",    "determination",
    "review",     "override",      "evidence",      "policy.install", "policy.activate",
    "table.install", "error",      "access",        "letter",        "p2p",
    "appeal",     "key.add",       "key.retire",    "key.revoke",    "anchor",
    "export",     "erasure",       "prune",         "hold.set",      "hold.release",
    "log.close",  "retention.set", NULL};

static bool listed(const char *const *list, const char *word)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, word) == 0)
            return true;
    }
    return false;
}

bool core_label_known(const char *label)
{
    return listed(core_sealed_labels, label);
}

bool core_kind_known(const char *kind)
{
    return listed(kinds, kind);
}

bool core_code_valid(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len <= 64 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/@+") ==
               len;
}

bool core_code_wanted(const char *what, const char *text, struct err *err)
{
    if (core_code_valid(text))
        return true;
    err_set(err, ERR_USAGE, "E-LOG-CODE", "the %s is not a short code", what);
    return err_help(
        err, "up to 64 letters, digits and -_.:/@+, and no patient's data: it is never erased");
}

void core_start(struct core *core)
{
    buf_reset(&core->values);
    core->count = 0;
    core->failed = false;
}

void core_free(struct core *core)
{
    buf_free(&core->values);
}

/* Makes room for one member; its value is what is written until end_member(). */
static bool begin_member(struct core *core, const char *key)
{
    if (core->count == CORE_MEMBERS) {
        core->failed = true;
        return false;
    }
    core->member[core->count].key = key;
    core->member[core->count].at = core->values.len;
    return true;
}

static void end_member(struct core *core)
{
    core->member[core->count].len = core->values.len - core->member[core->count].at;
    core->count++;
}

void core_text(struct core *core, const char *key, const char *text)
{
    if (text == NULL || !begin_member(core, key))
        return;
    buf_put_json(&core->values, text, strlen(text));
    end_member(core);
}

void core_int(struct core *core, const char *key, int64_t number)
{
    if (!begin_member(core, key))
        return;
    buf_put_int(&core->values, number);
    end_member(core);
}

void core_hash(struct core *core, const char *key, const uint8_t hash[32])
{
    char hex[SHA256_HEX];

    if (hash == NULL)
        return;
    sha256_hex(hash, hex);
    core_text(core, key, hex);
}

void core_json(struct core *core, const char *key, const char *json, size_t len)
{
    if (!begin_member(core, key))
        return;
    buf_put(&core->values, json, len);
    end_member(core);
}

/* A core has a dozen members: insertion is the quickest way to sort them. */
static void sort_members(struct core *core)
{
    for (size_t i = 1; i < core->count; i++) {
        for (size_t j = i; j > 0 && strcmp(core->member[j - 1].key, core->member[j].key) > 0; j--) {
            struct core_member held = core->member[j];

            core->member[j] = core->member[j - 1];
            core->member[j - 1] = held;
        }
    }
}

bool core_write(struct core *core, struct core_view *view, struct buf *out, struct err *err)
{
    size_t from = out->len;

    sort_members(core);
    buf_putc(out, '{');
    for (size_t i = 0; i < core->count; i++) {
        if (i > 0)
            buf_putc(out, ',');
        buf_put_json(out, core->member[i].key, strlen(core->member[i].key));
        buf_putc(out, ':');
        buf_put(out, core->values.data + core->member[i].at, core->member[i].len);
    }
    buf_putc(out, '}');
    if (core->failed || core->values.failed || out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory for a log record");
    return core_read(view, out->data + from, out->len - from, err);
}

static bool key_allowed(const char *key, size_t len)
{
    if (len == 0 || key[0] < 'a' || key[0] > 'z')
        return false;
    for (size_t i = 1; i < len; i++) {
        if (!((key[i] >= 'a' && key[i] <= 'z') || (key[i] >= '0' && key[i] <= '9') ||
              key[i] == '_'))
            return false;
    }
    return true;
}

static bool value_allowed(yyjson_val *value)
{
    size_t at, max;
    yyjson_val *key, *item;

    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_NUM:
        if (yyjson_is_real(value))
            return false;
        return yyjson_is_uint(value) ? yyjson_get_uint(value) <= (uint64_t)WHOLE_MAX
                                     : yyjson_get_sint(value) >= -WHOLE_MAX;
    case YYJSON_TYPE_OBJ:
        yyjson_obj_foreach(value, at, max, key, item)
        {
            if (!key_allowed(unsafe_yyjson_get_str(key), unsafe_yyjson_get_len(key)) ||
                !value_allowed(item))
                return false;
        }
        return true;
    case YYJSON_TYPE_ARR:
        yyjson_arr_foreach(value, at, max, item)
        {
            if (!value_allowed(item))
                return false;
        }
        return true;
    default:
        return true;
    }
}

bool core_read(struct core_view *view, const char *bytes, size_t len, struct err *err)
{
    yyjson_alc alc;

    view->doc = NULL;
    view->root = NULL;
    if (len < 2 || len > CORE_MAX)
        return err_set(err, ERR_TAMPER, "E-CORE", "a core has between 2 and %d bytes", CORE_MAX);
    if (view->memory == NULL && (view->memory = malloc(PARSER_BYTES)) == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    yyjson_alc_pool_init(&alc, view->memory, PARSER_BYTES);
    view->doc = yyjson_read_opts((char *)(uintptr_t)bytes, len, YYJSON_READ_NOFLAG, &alc, NULL);
    if (view->doc == NULL)
        return err_set(err, ERR_TAMPER, "E-CORE", "the core is not JSON");
    view->root = yyjson_doc_get_root(view->doc);
    if (!yyjson_is_obj(view->root))
        return err_set(err, ERR_TAMPER, "E-CORE", "the core is not an object");
    buf_reset(&view->again);
    if (!canon_value(view->root, CORE_DEPTH, &view->again, err))
        return err_set(err, ERR_TAMPER, "E-CORE", "the core is not canonical");
    if (view->again.len != len || memcmp(view->again.data, bytes, len) != 0)
        return err_set(err, ERR_TAMPER, "E-CORE", "the core is not canonical");
    if (!value_allowed(view->root))
        return err_set(err, ERR_TAMPER, "E-CORE",
                       "the core has a key or number that cores do not allow");
    return true;
}

void core_view_free(struct core_view *view)
{
    buf_free(&view->again);
    free(view->memory);
    view->memory = NULL;
    view->doc = NULL;
    view->root = NULL;
}

yyjson_val *core_get(const struct core_view *view, const char *key)
{
    return yyjson_obj_get(view->root, key);
}

const char *core_get_text(const struct core_view *view, const char *key)
{
    return yyjson_get_str(core_get(view, key));
}

bool core_get_int(const struct core_view *view, const char *key, int64_t *number)
{
    yyjson_val *value = core_get(view, key);

    if (!yyjson_is_int(value))
        return false;
    *number = yyjson_get_sint(value);
    return true;
}

bool core_get_hash(const struct core_view *view, const char *key, uint8_t hash[32])
{
    yyjson_val *value = core_get(view, key);

    return yyjson_is_str(value) &&
           sha256_parse_hex(yyjson_get_str(value), yyjson_get_len(value), hash);
}

bool core_member_is(yyjson_val *value, const char *key, const char *text)
{
    return yyjson_equals_str(yyjson_obj_get(value, key), text);
}

int64_t core_member_int(struct yyjson_val *value, const char *key)
{
    return yyjson_get_sint(yyjson_obj_get(value, key));
}

void core_time(int64_t ms, char text[CORE_TIME])
{
    int64_t day = ms / 86400000;
    int64_t rest = ms % 86400000;
    char date[CIVIL_TEXT];

    if (rest < 0) {
        rest += 86400000;
        day--;
    }
    civil_format((day_t)day, date);
    snprintf(text, CORE_TIME, "%s", date);
    text[10] = 'T';
    for (int i = 0; i < 3; i++) {
        static const int64_t unit[] = {3600000, 60000, 1000};
        int64_t part = rest / unit[i];

        text[11 + 3 * i] = (char)('0' + part / 10);
        text[12 + 3 * i] = (char)('0' + part % 10);
        text[13 + 3 * i] = i < 2 ? ':' : '.';
        rest %= unit[i];
    }
    text[20] = (char)('0' + rest / 100);
    text[21] = (char)('0' + rest / 10 % 10);
    text[22] = (char)('0' + rest % 10);
    text[23] = 'Z';
    text[24] = '\0';
}

bool core_parse_time(const char *text, int64_t *ms)
{
    char again[CORE_TIME];

    if (strlen(text) != CORE_TIME - 1 || !civil_parse_instant(text, CORE_TIME - 1, ms))
        return false;
    core_time(*ms, again);
    return strcmp(text, again) == 0;
}
