/*
 * canon.h - canonical JSON (RFC 8785): one document, one run of bytes.
 *
 * Keys sorted by UTF-16 code units, no spaces, numbers as ECMAScript prints
 * them. Reading is strict: UTF-8 only, no duplicate keys, no lone surrogates,
 * no numbers beyond a double, no text behind the value, bounded depth.
 */
#ifndef RUBRIC_BASE_CANON_H
#define RUBRIC_BASE_CANON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define CANON_DEPTH 512

struct yyjson_val;

/* Appends the canonical form of the JSON text to out. A text that is not
 * acceptable is ERR_INPUT and says why without quoting it. */
MUST_CHECK bool canon_json(const char *text, size_t len, unsigned max_depth,
                           struct buf *out, struct err *err);

/* The same for a value that was read already (duplicate keys are found here). */
MUST_CHECK bool canon_value(struct yyjson_val *value, unsigned max_depth,
                            struct buf *out, struct err *err);

/* Orders two keys by their UTF-16 code units: <0, 0, >0. */
int canon_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
