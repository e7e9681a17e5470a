/*
 * base64.c - bytes as text; see base64.h.
 */
#include "base/base64.h"

#include <string.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const void *bytes, size_t len, char *text)
{
    const uint8_t *in = bytes;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t group = (uint32_t)in[i] << 16;

        if (left > 1)
            group |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            group |= in[i + 2];
        *text++ = alphabet[group >> 18];
        *text++ = alphabet[group >> 12 & 63];
        *text++ = left > 1 ? alphabet[group >> 6 & 63] : '=';
        *text++ = left > 2 ? alphabet[group & 63] : '=';
    }
    *text = '\0';
}

void buf_put_base64(struct buf *buf, const void *bytes, size_t len)
{
    if (!buf_reserve(buf, BASE64_LEN(len) + 1))
        return;
    base64_encode(bytes, len, buf->data + buf->len);
    buf->len += BASE64_LEN(len);
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Reads one group of four characters, of which the last pad are '='. */
static bool decode_group(const char *text, size_t pad, uint8_t out[3])
{
    uint32_t group = 0;

    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - pad ? value_of(text[i]) : 0;

        if (value < 0)
            return false;
        group = group << 6 | (uint32_t)value;
    }
    out[0] = (uint8_t)(group >> 16);
    out[1] = (uint8_t)(group >> 8);
    out[2] = (uint8_t)group;
    return (pad < 1 || out[2] == 0) && (pad < 2 || out[1] == 0);
}

bool base64_decode(const char *text, size_t text_len, uint8_t *bytes, size_t room,
                   size_t *len)
{
    *len = 0;
    if (text_len % 4 != 0)
        return false;
    for (size_t at = 0; at < text_len; at += 4) {
        size_t pad = 0;
        uint8_t out[3];

        if (at + 4 == text_len && text[at + 3] == '=')
            pad = text[at + 2] == '=' ? 2 : 1;
        if (!decode_group(text + at, pad, out) || 3 - pad > room - *len)
            return false;
        memcpy(bytes + *len, out, 3 - pad);
        *len += 3 - pad;
    }
    return true;
}
