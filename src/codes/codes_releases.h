/*
 * codes_releases.h - which releases codes.db holds, and how two of them differ.
 */
#ifndef RUBRIC_CODES_CODES_RELEASES_H
#define RUBRIC_CODES_CODES_RELEASES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/err.h"

struct codes_release {
    int64_t id;
    const char *table, *label, *source, *imported_at;
    uint8_t sha256[32];
    day_t from; /* DAY_MIN: from ever */
    int part;
    int64_t rows;            /* of its file: codes, pairs, limits ... */
    int64_t codes, billable; /* of the table of a code system, else 0 */
    bool whole;
};

/* The texts are borrowed for the call of visit. No codes.db: no release. */
typedef void codes_release_visitor(void *context, const struct codes_release *release);
MUST_CHECK bool codes_releases_each(const char *path, codes_release_visitor *visit, void *context,
                                    struct err *err);

/* The value sets of a codes.db: name, title and note; the last two may be "". */
typedef void codes_set_visitor(void *context, const char *name, const char *title,
                               const char *note, int64_t items);
MUST_CHECK bool codes_sets_each(const char *path, codes_set_visitor *visit, void *context,
                                struct err *err);

enum codes_change {
    CHANGE_ADDED,
    CHANGE_REMOVED,
    CHANGE_SPLIT, /* billable before, a header now */
    CHANGE_JOINED, /* a header before, billable now */
    CHANGE_TITLE,
    CHANGE_COUNT
};
extern const char *const codes_change_words[CHANGE_COUNT];

/* Calls visit for each code that differs from one release to the other, in the
 * order of the newer; titles are "" where there is none. Releases are named as
 * `rubric codes releases` shows them. */
typedef void codes_diff_visitor(void *context, enum codes_change change, const char *code,
                                const char *before, const char *after);
MUST_CHECK bool codes_diff(const char *path, const char *one, const char *other,
                           codes_diff_visitor *visit, void *context, struct err *err);

#endif
