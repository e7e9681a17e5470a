/*
 * number.h - the exact, shortest text of a number.
 *
 * What ECMAScript prints and RFC 8785 asks for: the fewest digits that read
 * back as the same double, the nearest of them if there are several. The text
 * does not depend on the locale.
 */
#ifndef RUBRIC_BASE_NUMBER_H
#define RUBRIC_BASE_NUMBER_H

#include <stddef.h>

#include "base/buf.h"

#define NUMBER_TEXT 32 /* the longest is "-0.0000012345678901234567" */

/* Writes the text and a NUL, returns its length; 0 if value is not finite. */
size_t number_text(double value, char text[NUMBER_TEXT]);

/* Writes the text; a value that is not finite turns the buffer failed. */
void buf_put_number(struct buf *buf, double value);

#endif
