/*
 * fact_names.h - the facts of the catalogue by name, and what a case misspells.
 */
#ifndef RUBRIC_JUDGE_FACT_NAMES_H
#define RUBRIC_JUDGE_FACT_NAMES_H

#include "judge/casefile.h"
#include "judge/tree.h"

/* In byte order, ended by NULL. Written by scripts/write-reference. */
extern const char *const fact_names[];

/* Writes [{"answer":..,"nearest":..}]: answers of the case under names that are no
 * fact of the catalogue or of the policy (NULL: none) but nearly are. A name that
 * is near to none is another system's question, and nobody's slip. */
void fact_names_slips(struct buf *out, const struct casefile *file, const struct policy *policy);

#endif
