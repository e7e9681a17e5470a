/*
 * index_build.h - making the packed form of code tables (index.h) from releases.
 *
 * The builder is told systems, releases and what they say, oldest release of a
 * system first, and then writes the index at once. Running out of memory is
 * reported at the end.
 */
#ifndef RUBRIC_CODES_INDEX_BUILD_H
#define RUBRIC_CODES_INDEX_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/err.h"
#include "codes/code_key.h"

struct build;

/* Owned by the caller: give it back to build_free(). NULL without memory. */
struct build *build_new(void);
void build_free(struct build *build); /* takes; NULL is fine */

/* The number of a system, made with the flags of index.h if it is new. */
uint32_t build_system(struct build *build, const char *name, uint32_t flags);

struct build_release {
    const char *table; /* the name in an answer's tables: "icd-10-cm" */
    const char *label;
    const char *source;
    uint8_t sha256[32];
    uint32_t system;  /* INDEX_NONE: pairs, limits and value sets */
    bool whole;       /* the release claims to hold every code of the system */
    day_t from, to;   /* the days it answers for */
};
uint32_t build_release(struct build *build, const struct build_release *release);

/* One code of a release of a system. Codes of a tabular system come in their
 * order; from and to matter where the system is dated. */
struct build_code {
    code_key key;
    day_t from, to;
    bool billable;
    const char *title;
    size_t title_len;
};
void build_code(struct build *build, uint32_t release, const struct build_code *code);
void build_successor(struct build *build, uint32_t system, code_key key, day_t day,
                     code_key successor);

/* The items that follow belong to the set begun last. */
void build_set(struct build *build, uint32_t release, const char *name, const char *title,
               const char *note);
void build_set_item(struct build *build, uint32_t system, uint32_t op, code_key from,
                    code_key to);

void build_units(struct build *build, uint32_t release, int setting, code_key key,
                 uint32_t limit, int indicator);
void build_pair(struct build *build, int setting, code_key one, code_key other, day_t from,
                day_t to, int indicator);

/* Writes the index to out, which is empty. */
MUST_CHECK bool build_finish(struct build *build, struct buf *out, struct err *err);

#endif
