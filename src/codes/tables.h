/*
 * tables.h - the inside of struct codes, for the files of this room.
 *
 * There are two indexes: the starter's, built at opening, and the one of the
 * home folder, mapped. In both the first five systems are those of code_key.h,
 * in that order, so that a system has the same number everywhere.
 */
#ifndef RUBRIC_CODES_TABLES_H
#define RUBRIC_CODES_TABLES_H

#include "base/buf.h"
#include "codes/codes.h"
#include "codes/index.h"
#include "codes/index_build.h"

struct codes {
    struct index starter;
    struct index home;
    bool has_home;
    struct buf starter_bytes;
    void *map; /* of the file behind home; NULL if home lies in home_bytes */
    size_t map_size;
    struct buf home_bytes;
};

/* A builder with the five systems made. */
struct build *tables_build_new(void);
/* Writes the index of the starter table. */
MUST_CHECK bool tables_build_starter(struct buf *out, struct err *err);

/* The index that answers for a code of a system: the home's if it knows the
 * code or claims the whole system, else the starter's. *row is INDEX_NONE if
 * the one chosen does not know the code. */
const struct index *tables_choose(const struct codes *codes, int system, code_key key,
                                  uint32_t *row);
/* True if the system's table in this index is whole. */
bool tables_whole(const struct index *index, int system);
/* True if a day lies behind the last day that a whole table answers for, or
 * between two releases of one that has no dates of its own. */
bool tables_release_missing(const struct index *index, int system, day_t day);

/* The state of a row on a day; fills entry if it is not NULL. */
enum code_status tables_state(const struct codes *codes, const struct index *index, int system,
                              uint32_t row, day_t day, struct code_entry *entry);

/* Normal form of what was given, its system resolved. False if the system is
 * unknown (*system is CODE_SYSTEM_NONE) or the shape is wrong. */
bool tables_key(const struct codes *codes, struct str given, struct str code, int *system,
                code_key *key);

/* The value set of that name, newest first, or NULL; *index is where it is. */
const struct index_set *tables_set(const struct codes *codes, struct str name,
                                   const struct index **index);

#endif
