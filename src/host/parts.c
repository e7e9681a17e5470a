/*
 * parts.c - several runs of bytes in one payload of a frame.
 */
#include "host/parts.h"

#include <stdint.h>
#include <string.h>

size_t parts_begin(struct buf *out)
{
    const uint32_t unknown = 0;
    size_t start = out->len;

    buf_put(out, &unknown, sizeof unknown);
    return start;
}

void parts_end(struct buf *out, size_t start)
{
    size_t len = out->len - start - sizeof(uint32_t);
    uint32_t head = (uint32_t)len;

    if (out->failed)
        return;
    if (len > UINT32_MAX) {
        out->failed = true;
        return;
    }
    memcpy(out->data + start, &head, sizeof head);
}

void parts_put(struct buf *out, const void *bytes, size_t len)
{
    size_t start = parts_begin(out);

    buf_put(out, bytes, len);
    parts_end(out, start);
}

void parts_puts(struct buf *out, const char *text)
{
    parts_put(out, text, text == NULL ? 0 : strlen(text));
}

bool parts_next(struct str *rest, struct str *part)
{
    uint32_t len;

    if (rest->len < sizeof len)
        return false;
    memcpy(&len, rest->at, sizeof len);
    if (len > rest->len - sizeof len)
        return false;
    part->at = rest->at + sizeof len;
    part->len = len;
    rest->at += sizeof len + len;
    rest->len -= sizeof len + len;
    return true;
}

bool parts_all(struct str bytes, struct str *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!parts_next(&bytes, &parts[i]))
            return false;
    return bytes.len == 0;
}
