/*
 * canon.c - canonical JSON (RFC 8785); see canon.h.
 */
#include "base/canon.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "base/escape.h"
#include "base/number.h"

struct writer {
    struct buf *out;
    struct err *err;
    unsigned depth_left;
};

static bool write_value(struct writer *w, yyjson_val *value);

/* UTF-8 sorts like UTF-16 except that characters beyond U+FFFF, whose lead
 * byte is F0 and up, come before U+E000 to U+FFFF, whose lead byte is EE, EF.
 * The first byte that differs decides; where both are inside such a pair of
 * ranges, the order turns round. */
int canon_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t common = a_len < b_len ? a_len : b_len;
    size_t at = 0;
    unsigned char x, y;

    while (at < common && a[at] == b[at])
        at++;
    if (at == common)
        return a_len < b_len ? -1 : a_len > b_len;
    x = (unsigned char)a[at];
    y = (unsigned char)b[at];
    if (x >= 0xF0 && (y == 0xEE || y == 0xEF))
        return -1;
    if (y >= 0xF0 && (x == 0xEE || x == 0xEF))
        return 1;
    return x < y ? -1 : 1;
}

static int by_key(const void *left, const void *right)
{
    yyjson_val *const *a = left;
    yyjson_val *const *b = right;

    return canon_compare(unsafe_yyjson_get_str(*a), unsafe_yyjson_get_len(*a),
                         unsafe_yyjson_get_str(*b), unsafe_yyjson_get_len(*b));
}

static bool write_members(struct writer *w, yyjson_val **keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            if (by_key(&keys[i - 1], &keys[i]) == 0)
                return err_set(w->err, ERR_INPUT, "E-JSON", "a key appears twice in one object");
            buf_putc(w->out, ',');
        }
        buf_put_json(w->out, unsafe_yyjson_get_str(keys[i]), unsafe_yyjson_get_len(keys[i]));
        buf_putc(w->out, ':');
        if (!write_value(w, keys[i] + 1))
            return false;
    }
    return true;
}

static bool write_object(struct writer *w, yyjson_val *object)
{
    yyjson_val *few[64];
    size_t count = yyjson_obj_size(object);
    yyjson_val **keys = count > 64 ? malloc(count * sizeof *keys) : few;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    bool sorted = true;
    bool ok;

    if (keys == NULL)
        return err_set(w->err, ERR_MEMORY, "E-MEMORY", "out of memory");
    for (size_t i = 0; i < count; i++) {
        keys[i] = yyjson_obj_iter_next(&iter);
        sorted = sorted && (i == 0 || by_key(&keys[i - 1], &keys[i]) < 0);
    }
    if (!sorted)
        qsort(keys, count, sizeof *keys, by_key);
    buf_putc(w->out, '{');
    ok = write_members(w, keys, count);
    buf_putc(w->out, '}');
    if (keys != few)
        free(keys);
    return ok;
}

static bool write_array(struct writer *w, yyjson_val *array)
{
    yyjson_arr_iter iter = yyjson_arr_iter_with(array);
    yyjson_val *item;
    bool first = true;

    buf_putc(w->out, '[');
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        if (!first)
            buf_putc(w->out, ',');
        first = false;
        if (!write_value(w, item))
            return false;
    }
    buf_putc(w->out, ']');
    return true;
}

static void write_number(struct buf *out, yyjson_val *value)
{
    if (yyjson_is_uint(value) && yyjson_get_uint(value) <= 9007199254740992u)
        buf_put_int(out, (int64_t)yyjson_get_uint(value));
    else if (yyjson_is_sint(value) && yyjson_get_sint(value) >= -9007199254740992)
        buf_put_int(out, yyjson_get_sint(value));
    else
        buf_put_number(out, yyjson_get_num(value));
}

static bool write_nested(struct writer *w, yyjson_val *value)
{
    bool ok;

    if (w->depth_left == 0)
        return err_set(w->err, ERR_INPUT, "E-JSON", "the JSON is nested too deeply");
    w->depth_left--;
    ok = yyjson_is_obj(value) ? write_object(w, value) : write_array(w, value);
    w->depth_left++;
    return ok;
}

static bool write_value(struct writer *w, yyjson_val *value)
{
    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_OBJ:
    case YYJSON_TYPE_ARR:
        return write_nested(w, value);
    case YYJSON_TYPE_STR:
        buf_put_json(w->out, unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value));
        return true;
    case YYJSON_TYPE_NUM:
        write_number(w->out, value);
        return true;
    case YYJSON_TYPE_BOOL:
        buf_puts(w->out, yyjson_get_bool(value) ? "true" : "false");
        return true;
    case YYJSON_TYPE_NULL:
        buf_puts(w->out, "null");
        return true;
    default:
        return err_set(w->err, ERR_INPUT, "E-JSON", "the JSON holds a value of no known type");
    }
}

bool canon_value(yyjson_val *value, unsigned max_depth, struct buf *out, struct err *err)
{
    struct writer w = {out, err, max_depth};

    if (!write_value(&w, value))
        return false;
    if (out->failed)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    return true;
}

bool canon_json(const char *text, size_t len, unsigned max_depth, struct buf *out,
                struct err *err)
{
    char stack[16384];
    yyjson_alc small;
    yyjson_read_err why;
    yyjson_doc *doc = NULL;
    bool ok;

    if (len == 0)
        return err_set(err, ERR_INPUT, "E-JSON", "the JSON is empty");
    if (!utf8_valid(text, len))
        return err_set(err, ERR_INPUT, "E-JSON", "the JSON is not UTF-8");
    if (yyjson_alc_pool_init(&small, stack, sizeof stack))
        doc = yyjson_read_opts((char *)(uintptr_t)text, len, YYJSON_READ_NOFLAG, &small, &why);
    if (doc == NULL)
        doc = yyjson_read_opts((char *)(uintptr_t)text, len, YYJSON_READ_NOFLAG, NULL, &why);
    if (doc == NULL)
        return err_set(err, why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION ? ERR_MEMORY
                                                                            : ERR_INPUT,
                       "E-JSON", "the JSON is not valid at byte %zu: %s", why.pos, why.msg);
    ok = canon_value(yyjson_doc_get_root(doc), max_depth, out, err);
    yyjson_doc_free(doc);
    return ok;
}
