/*
 * codes_store.h - releases into and out of the tables of codes.db.
 */
#ifndef RUBRIC_CODES_CODES_STORE_H
#define RUBRIC_CODES_CODES_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "codes/codes_swap.h"

struct sqlite3;

MUST_CHECK bool codes_store_import(struct sqlite3 *db, const struct import *import,
                                   enum swap_result *result, struct err *err);
MUST_CHECK bool codes_store_drop(struct sqlite3 *db, const char *name, size_t *dropped,
                                 struct err *err);

#endif
