/*
 * base64.h - bytes as text, standard alphabet with padding (RFC 4648, 4).
 *
 * Reading is strict: no white space, no missing padding, no stray bits behind
 * the last byte. One run of bytes has one text, so a signature line cannot be
 * respelt.
 */
#ifndef RUBRIC_BASE_BASE64_H
#define RUBRIC_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Characters that len bytes need, without a NUL. */
#define BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* Writes BASE64_LEN(len) characters and a NUL. */
void base64_encode(const void *bytes, size_t len, char *text);
void buf_put_base64(struct buf *buf, const void *bytes, size_t len);

/* Reads text into at most room bytes; *len is how many they are. */
bool base64_decode(const char *text, size_t text_len, uint8_t *bytes, size_t room,
                   size_t *len);

#endif
