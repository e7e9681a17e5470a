/*
 * json_view.c - reading a JSON answer without stumbling over what it lacks.
 */
#include "cli/json_view.h"

#include <stdlib.h>
#include <string.h>

yyjson_val *view_at(yyjson_val *object, const char *key)
{
    yyjson_val *value = yyjson_obj_get(object, key);

    return yyjson_is_null(value) ? NULL : value;
}

struct str view_text(yyjson_val *object, const char *key)
{
    yyjson_val *value = yyjson_obj_get(object, key);
    struct str text = {yyjson_get_str(value), yyjson_get_len(value)};

    if (text.at == NULL)
        text.len = 0;
    return text;
}

bool view_is(yyjson_val *object, const char *key, const char *text)
{
    return yyjson_equals_str(yyjson_obj_get(object, key), text);
}

bool view_flag(yyjson_val *object, const char *key)
{
    return yyjson_is_true(yyjson_obj_get(object, key));
}

size_t view_count(yyjson_val *object, const char *key)
{
    return yyjson_arr_size(yyjson_obj_get(object, key));
}

static void put_json(struct buf *out, yyjson_val *value)
{
    size_t len = 0;
    char *text = yyjson_val_write(value, YYJSON_WRITE_NOFLAG, &len);

    if (text == NULL)
        out->failed = true;
    else
        buf_put(out, text, len);
    free(text);
}

/* The first member of these names that is there. */
static yyjson_val *first_of(yyjson_val *object, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        yyjson_val *value = view_at(object, names[i]);

        if (value != NULL)
            return value;
    }
    return NULL;
}

static void put_object(struct buf *out, yyjson_val *value)
{
    static const char *const amounts[] = {"number", "value", NULL};
    static const char *const words[] = {"text", "label", "display", "code", "date", NULL};
    yyjson_val *amount = first_of(value, amounts);
    yyjson_val *word = first_of(value, words);
    struct str unit = view_text(value, "unit");

    if (amount != NULL && !yyjson_is_ctn(amount)) {
        view_value(out, amount);
        if (unit.len > 0) {
            buf_putc(out, ' ');
            buf_put(out, unit.at, unit.len);
        }
    } else if (word != NULL && !yyjson_is_ctn(word)) {
        view_value(out, word);
    } else {
        put_json(out, value);
    }
}

void view_value(struct buf *out, yyjson_val *value)
{
    size_t i, count;
    yyjson_val *item;

    if (yyjson_is_str(value)) {
        buf_put(out, yyjson_get_str(value), yyjson_get_len(value));
    } else if (yyjson_is_bool(value)) {
        buf_puts(out, yyjson_get_bool(value) ? "yes" : "no");
    } else if (yyjson_is_obj(value)) {
        put_object(out, value);
    } else if (yyjson_is_arr(value)) {
        yyjson_arr_foreach(value, i, count, item) {
            if (i > 0)
                buf_puts(out, i + 1 == count ? " and " : ", ");
            if (yyjson_is_ctn(item))
                put_json(out, item);
            else
                view_value(out, item);
        }
    } else if (value != NULL) {
        put_json(out, value);
    }
}
