/*
 * codes.h - code tables, asked by date.
 *
 * The built-in starter table (starter.c) is always there; codes.db of the home
 * folder, when there is one, takes its place system by system. After opening,
 * every question below but codes_explain() is answered without a system call
 * and without memory, so that the locked worker may ask. Never "is this code in
 * the table" but "what was it on this day".
 *
 * Texts given in are borrowed for the call and need not be in normal form. A
 * system is a name or a URI of it; an absent text has it guessed from the shape
 * of the code.
 */
#ifndef RUBRIC_CODES_CODES_H
#define RUBRIC_CODES_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "codes/code_key.h"

struct codes;

/* Opens the starter table and, if path names a codes.db that exists, its
 * tables over it. *codes is owned by the caller: give it to codes_close(). */
MUST_CHECK bool codes_open(const char *path, struct codes **codes, struct err *err);
void codes_close(struct codes *codes); /* takes; NULL is fine */

/* Opens tables that codes_image() once gave, for a replay. Both are kept and
 * aligned to eight bytes; NULL: the built-in starter, no home table. */
MUST_CHECK bool codes_open_images(const void *starter, size_t starter_len, const void *home,
                                  size_t home_len, struct codes **codes, struct err *err);
/* Compares the content of the home's index with its hash. */
MUST_CHECK bool codes_verify(const struct codes *codes, struct err *err);

/* ---- one code ------------------------------------------------------------- */

enum code_status {
    CODE_BILLABLE,        /* known on that day and complete */
    CODE_HEADER,          /* known on that day, but only above others: not billable */
    CODE_NOT_YET,         /* known from a later day on */
    CODE_EXPIRED,         /* ended before that day; see successor */
    CODE_UNKNOWN,         /* the table for that day is whole and lacks it */
    CODE_UNVERIFIED,      /* of good shape; nothing loaded could know it */
    CODE_RELEASE_MISSING, /* a release for that day must be imported first */
    CODE_MALFORMED        /* not of the shape of its system */
};

const char *code_status_word(enum code_status status);

struct code_entry {
    enum code_status status;
    int system;          /* what it turned out to be; CODE_SYSTEM_NONE if unclear */
    code_key key;        /* normal form; 0 if malformed */
    day_t from, to;      /* the days of the state told, inclusive; to may be DAY_MAX */
    code_key successor;  /* 0: none known */
    bool starter;        /* the starter table answered */
    uint16_t traits;     /* traits.h: side and region by its title */
    const char *release; /* "FY2026", "starter-2"; "" if no table knows it. Kept */
    uint32_t row;        /* for codes_title() and codes_parent(); opaque */
    uint32_t title;
};

/* entry may be NULL. */
enum code_status codes_status(const struct codes *codes, struct str system, struct str code,
                              day_t day, struct code_entry *entry);

/* Writes the title, cut to size and ended by NUL; returns its whole length, 0
 * if no table has one. CPT titles are our own words or the licensee's. */
size_t codes_title(const struct codes *codes, const struct code_entry *entry, char *text,
                   size_t size);
/* The code above; false if there is none. day chooses its state. */
bool codes_parent(const struct codes *codes, const struct code_entry *entry, day_t day,
                  struct code_entry *parent);

/* True if the code is billable on the day; else false with an error of the
 * catalogue (docs/code-tables.md): what is wrong, and what to do, with the
 * nearest codes, the billable children or the successor. */
bool codes_explain(const struct codes *codes, struct str system, struct str code, day_t day,
                   struct err *err);

/* Up to room codes that differ by one slip and are billable on the day. */
size_t codes_near(const struct codes *codes, int system, struct str code, day_t day,
                  struct code_entry *near, size_t room);

/* The first day after this one on which a loaded release begins to answer for
 * its system: between two such days no answer changes but by a code's own dates.
 * DAY_MAX if there is none. */
day_t codes_next_release(const struct codes *codes, day_t day);

/* The number of a system by name or URI, also one that a table of own codes
 * made; CODE_SYSTEM_NONE if no table has it. And back. */
int codes_system(const struct codes *codes, struct str name);
const char *codes_system_name(const struct codes *codes, int system);

/* ---- sets of codes -------------------------------------------------------- */

struct codeset;

enum codeset_op {
    CODESET_CODE,  /* from */
    CODESET_TREE,  /* from and all below it */
    CODESET_RANGE, /* from .. the end of the subtree of to */
    CODESET_NAMED  /* the value set whose name is from */
};

struct codeset_item {
    struct str system; /* absent: guessed from the shape of from */
    enum codeset_op op;
    struct str from, to;
    bool minus; /* takes away from what stands before it */
};

/* Resolves the items, left to right, for every loaded release at once. A range
 * is tabular where both ends are known, else by text; its last code counts
 * with all below it. The set is carved from the pool and keeps codes. */
MUST_CHECK struct codeset *codeset_compile(struct pool *pool, const struct codes *codes,
                                           const struct codeset_item *items, size_t count,
                                           struct err *err);

/* True if the code is in the set and billable on the day. Where no release
 * answers for the day, or no table knows the system, the text decides. */
bool codeset_has(const struct codeset *set, struct str system, struct str code, day_t day);

/* Calls visit for each member that a table knows, in tabular order, until it
 * returns false. */
typedef bool codeset_visitor(void *context, const struct code_entry *entry);
void codeset_each(const struct codeset *set, day_t day, codeset_visitor *visit, void *context);
/* The same with the headers among them, which are in no set by themselves. */
void codeset_each_row(const struct codeset *set, day_t day, codeset_visitor *visit,
                      void *context);

/* Calls visit for what stands directly below a code on the day. */
void codes_children(const struct codes *codes, const struct code_entry *entry, day_t day,
                    codeset_visitor *visit, void *context);
/* Calls visit for each code in whose title every word begins a word, in the
 * order of the tables, until it returns false. */
void codes_search(const struct codes *codes, const char *const *words, size_t count, day_t day,
                  codeset_visitor *visit, void *context);

/* What is odd about the items on a day, for `rubric check`: one call per
 * finding with an error of the catalogue (code-unknown, code-expired,
 * header-without-star, range-reversed ...). */
typedef void codeset_complaint(void *context, size_t item, const struct err *err);
void codeset_check(const struct codes *codes, const struct codeset_item *items, size_t count,
                   day_t day, codeset_complaint *complain, void *context);

/* ---- words of policies ---------------------------------------------------- */

enum code_setting { SETTING_PRACTITIONER, SETTING_OUTPATIENT, SETTING_SUPPLIER };

struct code_limit {
    uint32_t units;
    int indicator;       /* 1 per line, 2 per day by policy, 3 per day by data */
    const char *table;   /* "mue-practitioner". Kept */
    const char *release; /* kept */
};

enum code_answer {
    CODE_YES,     /* there is one, and it was filled in */
    CODE_NO,      /* the table for that day has none */
    CODE_NO_TABLE /* no release for that day is loaded: undocumented, not none */
};

/* How many units of a code one day or line may have (MUE). */
enum code_answer codes_limit(const struct codes *codes, enum code_setting setting,
                             struct str code, day_t day, struct code_limit *limit);

struct code_pair {
    bool other_first;    /* the second code given is column 1, which is paid */
    int indicator;       /* 0 never together, 1 with a modifier, 9 not applicable */
    const char *table;   /* "ncci-practitioner". Kept */
    const char *release; /* kept */
};

/* Whether two procedure codes exclude each other on a day (NCCI). */
enum code_answer codes_pair(const struct codes *codes, enum code_setting setting,
                            struct str one, struct str other, day_t day,
                            struct code_pair *pair);

/* CMS deletes a pair on 20231231, say: that day is its last, not the first
 * without it. */
#define NCCI_DELETION_IS_LAST_DAY 1

/* "right", "left", "bilateral", "unspecified" (it has sides, none is told);
 * NULL where the title says nothing of side. */
const char *code_laterality(const struct code_entry *entry);
/* "cervical", "thoracic", "lumbar", "lumbosacral"; NULL where the title names
 * no part of the spine. A title over a border gives the upper part, and
 * *second the lower, else NULL. */
const char *code_region(const struct code_entry *entry, const char **second);

/* ---- which tables --------------------------------------------------------- */

/* Bits of systems (1u << CODE_SYSTEM_...), and of the two tables beside them. */
#define CODES_ALL_SYSTEMS 0x3FFFFFFFu
#define CODES_LIMITS 0x40000000u
#define CODES_PAIRS 0x80000000u

/* Writes {"cpt":"starter-2","icd-10-cm":"FY2026 sha256:..."}: for each table in
 * used, what answered for the day; keys sorted. */
void codes_tables_json(const struct codes *codes, day_t day, uint32_t used, struct buf *out);

/* The packed tables as one run of bytes, to be kept with an answer: the starter,
 * or those of the home folder (NULL if it has none). Borrowed from codes. */
const void *codes_image(const struct codes *codes, bool starter, size_t *len);

#endif
