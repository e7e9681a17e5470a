/*
 * case_place.c - where in the text of a case document a value stands.
 *
 * The document was parsed in a copy of its text, so every string still lies at
 * its own offset: the place of a member is that of its key. Only a bare number,
 * word or empty bracket inside an array must be looked for, by skipping the
 * elements before it.
 */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "judge/case_check.h"

#define KEY_SHOWN 60

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len && blank(text.at[at]))
        at++;
    return at;
}

/* Just past the string that starts at a quote. */
static size_t skip_string(struct str text, size_t at)
{
    for (at++; at < text.len && text.at[at] != '"'; at++)
        at += text.at[at] == '\\';
    return at < text.len ? at + 1 : text.len;
}

/* Just past the value that starts here. */
static size_t skip_value(struct str text, size_t at)
{
    size_t depth = 0;

    while (at < text.len) {
        char c = text.at[at];

        if (c == '"') {
            at = skip_string(text, at);
        } else if (c == '{' || c == '[') {
            depth++;
            at++;
        } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || blank(c))) {
            return at;
        } else {
            at++;
            if (c == '}' || c == ']')
                depth--;
        }
        if (depth == 0 && (c == '"' || c == '}' || c == ']'))
            return at;
    }
    return at;
}

static size_t string_offset(const struct checker *checker, yyjson_val *string)
{
    return (size_t)(unsafe_yyjson_get_str(string) - checker->copy) - 1;
}

/* Where the value itself starts; for a member, behind its key. */
static size_t value_offset(struct checker *checker, const struct case_at *at)
{
    struct str text = checker->file->bytes;
    size_t offset;

    if (at->up == NULL)
        return skip_blanks(text, 0);
    if (at->key != NULL) {
        offset = skip_blanks(text, skip_string(text, string_offset(checker, at->key)));
        return skip_blanks(text, offset + 1);
    }
    return case_offset(checker, at);
}

/* Where an element of an array starts: from the one found last, if it can. */
static size_t element_offset(struct checker *checker, const struct case_at *at)
{
    struct str text = checker->file->bytes;

    if (checker->scanned != at->up->value || checker->scan_index > at->index) {
        checker->scan_offset = skip_blanks(text, value_offset(checker, at->up) + 1);
        checker->scanned = at->up->value;
        checker->scan_index = 0;
    }
    while (checker->scan_index < at->index) {
        size_t past = skip_blanks(text, skip_value(text, checker->scan_offset));

        checker->scan_offset = skip_blanks(text, past + 1);
        checker->scan_index++;
    }
    return checker->scan_offset;
}

size_t case_offset(struct checker *checker, const struct case_at *at)
{
    struct str text = checker->file->bytes;
    size_t offset;

    if (at->up == NULL)
        return value_offset(checker, at);
    if (at->key != NULL)
        return string_offset(checker, at->key);
    if (yyjson_is_str(at->value))
        return string_offset(checker, at->value);
    if (yyjson_is_obj(at->value) && yyjson_obj_size(at->value) > 0) {
        offset = string_offset(checker, unsafe_yyjson_get_first(at->value));
        while (offset > 0 && text.at[offset] != '{')
            offset--;
        return offset;
    }
    return element_offset(checker, at);
}

/* Writes one key, escaped as RFC 6901 asks and cut where it gets long. */
static void put_key(struct buf *out, struct str key)
{
    size_t shown = key.len;

    if (shown > KEY_SHOWN) {
        shown = KEY_SHOWN;
        while (shown > 0 && ((unsigned char)key.at[shown] & 0xC0) == 0x80)
            shown--;
    }
    for (size_t i = 0; i < shown; i++) {
        if (key.at[i] == '~')
            buf_puts(out, "~0");
        else if (key.at[i] == '/')
            buf_puts(out, "~1");
        else if (key.at[i] == '\0')
            buf_puts(out, "\\u0000");
        else
            buf_putc(out, key.at[i]);
    }
    if (shown < key.len)
        buf_puts(out, "...");
}

struct str case_pointer(struct checker *checker, const struct case_at *at)
{
    const struct case_at *way[64];
    char memory[1024];
    struct buf out = buf_fixed(memory, sizeof memory);
    size_t count = 0;
    struct str pointer = {"", 0};

    for (; at->up != NULL && count < sizeof way / sizeof way[0]; at = at->up)
        way[count++] = at;
    while (count-- > 0) {
        buf_putc(&out, '/');
        if (way[count]->key != NULL)
            put_key(&out, case_text(way[count]->key));
        else
            buf_put_int(&out, (int64_t)way[count]->index);
    }
    pointer.at = pool_copy(checker->pool, out.data, out.len);
    pointer.len = pointer.at == NULL ? 0 : out.len;
    return pointer;
}
