/*
 * workbook.h - the sheets of an .xlsx workbook as separated text.
 *
 * A workbook is a zip of XML. Each sheet is turned into CSV with one line for
 * each of its rows, so that an importer of CSV reads it and the line it names is
 * the row. A cell is written as it was entered: a date as YYYY-MM-DD, a number
 * with the zeros that its format puts before it, a text as it is, line ends in it
 * as blanks. Formulas count by the value kept with them. What the parts unpack
 * to is bounded, and so is what a sheet makes of them.
 */
#ifndef RUBRIC_CODES_WORKBOOK_H
#define RUBRIC_CODES_WORKBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct workbook;

/* True if a zip in memory is a workbook. */
bool workbook_is(const char *bytes, size_t len);

/* name is for messages; it and bytes are kept. *workbook is owned by the caller:
 * give it to workbook_close(). */
MUST_CHECK bool workbook_open(const char *name, const char *bytes, size_t len,
                              struct workbook **workbook, struct err *err);
void workbook_close(struct workbook *workbook); /* takes; NULL is fine */

size_t workbook_sheets(const struct workbook *workbook);
/* Appends the text of a sheet, counted from 0. Errors name the cell. */
MUST_CHECK bool workbook_text(struct workbook *workbook, size_t sheet, struct buf *out,
                              struct err *err);

#endif
