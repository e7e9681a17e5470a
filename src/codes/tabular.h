/*
 * tabular.h - one order for the codes of several releases.
 *
 * A release of ICD-10-CM lists its codes in tabular order, which is not the
 * order of their texts: C4A stands behind C43. Merging keeps the order of the
 * newest release, puts what only older ones had where they had it, and keeps
 * every subtree (all codes that begin with a code) in one run.
 */
#ifndef RUBRIC_CODES_TABULAR_H
#define RUBRIC_CODES_TABULAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "codes/code_key.h"

struct tabular_list {
    const code_key *keys; /* in the order of the release, none twice */
    size_t count;
};

/* Merges the lists, oldest first. *order is owned by the caller: free() it.
 * Fails when a subtree does not come out in one run, naming the code. */
MUST_CHECK bool tabular_merge(const struct tabular_list *lists, size_t list_count,
                              code_key **order, size_t *count, struct err *err);

/* For each place of an order, one past the end of its subtree. */
void tabular_ends(const code_key *order, size_t count, uint32_t *ends);

#endif
