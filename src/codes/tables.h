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

/* The state of a row on a day; fills entry if it is not NULL. */
enum code_status tables_state(const struct codes *codes, const struct index *index, int system,
                              uint32_t row, day_t day, struct code_entry *entry);

/* The value set of that name, newest first, or NULL; *index is where it is. */
const struct index_set *tables_set(const struct codes *codes, struct str name,
                                   const struct index **index);

/* The number of a system that was named; none was: CODE_SYSTEM_NONE, to be told
 * by the shape of the code. False if the system is unknown. */
static inline bool tables_system(const struct codes *codes, struct str given, int *system)
{
    *system = CODE_SYSTEM_NONE;
    if (given.at == NULL)
        return true;
    *system = code_system_of(given.at, given.len);
    if (*system == CODE_SYSTEM_NONE)
        *system = codes_system(codes, given);
    return *system != CODE_SYSTEM_NONE;
}

/* Normal form of what was given, its system resolved. False if the system is
 * unknown (*system is CODE_SYSTEM_NONE) or the shape is wrong (*key is 0). */
static inline bool tables_key(const struct codes *codes, struct str given, struct str code,
                              int *system, code_key *key)
{
    *key = 0;
    if (!tables_system(codes, given, system))
        return false;
    *key = code_normal(system, code.at, code.len);
    return *key != 0;
}

/* True if the system's table in this index is whole. */
static inline bool tables_whole(const struct index *index, int system)
{
    return system >= 0 && (uint32_t)system < index->system_count &&
           (index->systems[system].flags & SYSTEM_WHOLE) != 0;
}

/* True if a day lies behind the last day that a whole table answers for, or
 * between two releases of one that has no dates of its own. */
static inline bool tables_release_missing(const struct index *index, int system, day_t day)
{
    uint32_t count;
    const struct index_window *windows;

    if (!tables_whole(index, system))
        return true;
    windows = index_windows(index, (uint32_t)system, &count);
    if (count == 0 || day > windows[count - 1].to)
        return true;
    if (day >= windows[count - 1].from) /* nearly every question */
        return false;
    return (index->systems[system].flags & SYSTEM_DATED) == 0 &&
           index_window_on(index, (uint32_t)system, day) == NULL;
}

/* The index that answers for a code of a system: the home's if it knows the
 * code or claims the whole system, else the starter's. *row is INDEX_NONE if
 * the one chosen does not know the code. */
static inline const struct index *tables_choose(const struct codes *codes, int system,
                                                code_key key, uint32_t *row)
{
    if (codes->has_home) {
        *row = index_row(&codes->home, (uint32_t)system, key);
        if (*row != INDEX_NONE || tables_whole(&codes->home, system))
            return &codes->home;
    }
    *row = system < CODE_SYSTEM_OWN ? index_row(&codes->starter, (uint32_t)system, key)
                                    : INDEX_NONE;
    return &codes->starter;
}

#endif
