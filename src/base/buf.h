/*
 * buf.h - a growing run of bytes.
 *
 * Writing never reports failure at the call: a buffer that could not grow
 * turns `failed` and ignores what follows, so that a long writer checks once,
 * at its end. A buffer made by buf_fixed() never allocates: it lives in memory
 * that the caller owns and fails when that is full.
 */
#ifndef RUBRIC_BASE_BUF_H
#define RUBRIC_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct buf {
    char *data;  /* not terminated by NUL; see buf_cstr() */
    size_t len;  /* bytes written */
    size_t room; /* bytes that data can hold */
    bool fixed;  /* data belongs to somebody else and never moves */
    bool failed; /* something did not fit: the content is not whole */
};

#define BUF_INIT {NULL, 0, 0, false, false}

/* A buffer over memory that the caller owns and keeps. */
struct buf buf_fixed(char *memory, size_t room);

void buf_free(struct buf *buf);   /* leaves an empty buffer; fixed memory stays */
void buf_reset(struct buf *buf);  /* empty again, memory kept */
bool buf_reserve(struct buf *buf, size_t more);

static inline void buf_put(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0 || ((buf->failed || len > buf->room - buf->len) && !buf_reserve(buf, len)))
        return;
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
}

static inline void buf_puts(struct buf *buf, const char *text)
{
    buf_put(buf, text, strlen(text));
}

static inline void buf_putc(struct buf *buf, char byte)
{
    buf_put(buf, &byte, 1);
}

/* Needs room for one byte more than it writes. */
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_put_int(struct buf *buf, int64_t number);

/* Writes text as a JSON string, quotes included, escaping only what RFC 8785
 * escapes. A byte that is not UTF-8 becomes U+FFFD. */
void buf_put_json(struct buf *buf, const char *text, size_t len);

/* How many bytes from here on stand in a JSON string as they are: printable
 * ASCII but for the quote and the backslash. */
size_t buf_plain_run(const char *text, size_t len);

/* Ends the content with a NUL that does not count, and returns it; "" if the
 * buffer failed. Borrowed: valid until the next write. */
const char *buf_cstr(struct buf *buf);

#endif
