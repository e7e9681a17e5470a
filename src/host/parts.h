/*
 * parts.h - several runs of bytes in one payload of a frame.
 *
 * Each part is its length (four bytes, the machine's order: both ends are one
 * program) and its bytes. Reading checks every length against what is there.
 */
#ifndef RUBRIC_HOST_PARTS_H
#define RUBRIC_HOST_PARTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

void parts_put(struct buf *out, const void *bytes, size_t len);
void parts_puts(struct buf *out, const char *text); /* NULL: an empty part */

/* Leaves room for a part that is written in place; parts_end() closes it. */
size_t parts_begin(struct buf *out);
void parts_end(struct buf *out, size_t start);

/* Takes the next part off *rest, borrowed from it; false when there is none. */
bool parts_next(struct str *rest, struct str *part);

/* Takes exactly count parts; false if there are fewer, or more. */
bool parts_all(struct str bytes, struct str *parts, size_t count);

#endif
