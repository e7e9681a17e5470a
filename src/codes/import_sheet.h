/*
 * import_sheet.h - the HCPCS Level II workbook as separated text, one row a code.
 */
#ifndef RUBRIC_CODES_IMPORT_SHEET_H
#define RUBRIC_CODES_IMPORT_SHEET_H

#include "codes/import.h"

/* True if its header is among the first lines. */
bool import_sheet_is(const struct import_file *file);

/* Adds its procedures and modifiers to the two releases; counts are added to. */
MUST_CHECK bool import_sheet_read(struct import *import, uint32_t procedures,
                                  uint32_t modifiers, size_t *modifiers_read,
                                  size_t *terminated, struct err *err);

#endif
