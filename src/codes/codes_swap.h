/*
 * codes_swap.h - changing codes.db: whole, or not at all.
 *
 * A change is made in a copy under a lock, beside codes.db; then the index of
 * the copy is written, and the copy renamed over codes.db. A kill at any point
 * leaves the old tables, or the new ones, and a copy that the next change
 * removes. Readers never wait and never see half of it.
 */
#ifndef RUBRIC_CODES_CODES_SWAP_H
#define RUBRIC_CODES_CODES_SWAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "codes/import.h"

struct codes_swap;

/* Takes the lock of the codes.db at path (waiting for another change to end;
 * waited is called once if it has to, and may be NULL) and opens the copy.
 * Owned by the caller: end it with codes_swap_end(). */
MUST_CHECK bool codes_swap_begin(const char *path, void (*waited)(void),
                                 struct codes_swap **swap, struct err *err);
/* Drops what was done since, unless it was committed. NULL is fine. */
void codes_swap_end(struct codes_swap *swap); /* takes */

/* What became of one release. */
enum swap_result { SWAP_ADDED, SWAP_REPLACED, SWAP_UNCHANGED };

/* Stores what was imported. The result is that of its first release: added;
 * replaced where one of the same table and day was there with other bytes;
 * unchanged where the very same file was there already. */
MUST_CHECK bool codes_swap_store(struct codes_swap *swap, const struct import *import,
                                 enum swap_result *result, struct err *err);

/* Addenda and notes are compared with the order files that are loaded by now: see
 * codes_addenda.h and codes_notes.h. Anything else is left as it is. */
MUST_CHECK bool codes_swap_compare(struct codes_swap *swap, struct import *import,
                                   struct err *err);

/* Removes the releases of that name (a label, or table and label as "hcpcs
 * HCPCS 2026-01", or a number of `rubric codes releases`). */
MUST_CHECK bool codes_swap_drop(struct codes_swap *swap, const char *name, size_t *dropped,
                                struct err *err);

/* Makes the index, checks it and puts both in place. *index_size is set. */
MUST_CHECK bool codes_swap_commit(struct codes_swap *swap, size_t *index_size, struct err *err);

/* The same without putting anything in place: for --dry-run. */
MUST_CHECK bool codes_swap_try(struct codes_swap *swap, size_t *index_size, struct err *err);

#endif
