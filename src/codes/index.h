/*
 * index.h - the packed form of code tables: one run of bytes, mapped or built
 * in memory, in which every question is answered without a system call and
 * without memory.
 *
 * Layout: a header of 512 bytes, then sections, each an array aligned to eight
 * bytes in the byte order of the machine that wrote it. A row is one code of
 * one system; the rows of a system stand together, in tabular order (for the
 * systems that have one, else in the order of their texts), so that a row
 * number is a place in the table and a subtree is an interval of rows.
 *
 *   SLOTS    hash: row + 1 and some bits of the code's number, or 0 for free; a
 *            power of two, linear probing
 *   ROWS     the code of each row, the end of its subtree, and its newest span:
 *            what nearly every question reads lies in one run of 32 bytes
 *   SPANS    from when to when a code had which title and was billable, before
 *            its newest span; ascending
 *   TRAITS   what the title says of side and region
 *   WINDOWS  the days that a loaded release answers for
 *   TITLES   runs of word numbers, each ended by 0
 *
 * The file is written by us and named by its hash, but it is read as if it
 * were damaged: every number taken from it is compared with a bound.
 */
#ifndef RUBRIC_CODES_INDEX_H
#define RUBRIC_CODES_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/err.h"
#include "codes/code_key.h"

#define INDEX_MAGIC "RBCODES1"
#define INDEX_ENDIAN 0x01020304u
#define INDEX_VERSION 2u
#define INDEX_NONE UINT32_MAX

enum index_section {
    SECTION_SYSTEMS,
    SECTION_RELEASES,
    SECTION_WINDOWS,
    SECTION_SLOTS,
    SECTION_ROWS,
    SECTION_SPANS,
    SECTION_TRAITS,
    SECTION_SUCCESSORS,
    SECTION_TITLES,
    SECTION_WORDS,     /* where each word begins in WORD_TEXT, and one more */
    SECTION_WORD_TEXT,
    SECTION_TEXT,      /* labels, each ended by NUL */
    SECTION_SETS,
    SECTION_SET_ITEMS,
    SECTION_SET_CODES, /* single codes of sets, each with its system in its last byte */
    SECTION_UNITS,
    SECTION_PAIR_CODES, /* every code of a pair, ascending */
    SECTION_PAIR_FIRSTS, /* per code of column 1: its first pair, and one more */
    SECTION_PAIRS,
    SECTION_COUNT
};

struct index_header {
    char magic[8];
    uint32_t endian;
    uint32_t version;
    uint64_t size;      /* of the whole file */
    uint8_t sha256[32]; /* of everything behind the header */
    uint8_t spare[8];
    struct {
        uint64_t offset; /* from the start of the file */
        uint64_t count;  /* elements, not bytes */
    } section[SECTION_COUNT];
    uint8_t pad[512 - 64 - 16 * SECTION_COUNT];
};

/* A system whose table claims to be whole: what it lacks does not exist. */
#define SYSTEM_WHOLE 1u
/* The rows carry dates of their own, older than the release (HCPCS). */
#define SYSTEM_DATED 2u
/* The order of rows is the publisher's, not that of the texts. */
#define SYSTEM_TABULAR 4u

struct index_system {
    char name[40]; /* ended by NUL */
    uint32_t row_first, row_end;
    uint32_t window_first, window_end;
    uint32_t flags;
    uint32_t spare;
};

struct index_release {
    day_t from, to;    /* the days it answers for, inclusive */
    uint32_t system;   /* INDEX_NONE for tables that are no code system */
    uint32_t table;    /* TEXT: "icd-10-cm", "mue-practitioner", ... */
    uint32_t label;    /* TEXT: "FY2026" */
    uint32_t source;   /* TEXT: the name of the file */
    uint8_t sha256[32]; /* of the file */
};

struct index_window {
    day_t from, to;
    uint32_t release;
};

#define SPAN_BILLABLE 1u
struct index_span {
    day_t from, to; /* inclusive; to is DAY_MAX while open */
    uint32_t title; /* into TITLES */
    uint16_t release;
    uint16_t flags;
};

struct index_row {
    code_key key;
    uint32_t end;   /* one past the last row of the subtree */
    uint32_t older; /* SPANS: its first there; they end where those of the next row begin */
    struct index_span now; /* the newest; from > to if it never was valid */
};

struct index_successor {
    uint32_t row;
    day_t day; /* from when */
    code_key key;
};

struct index_set {
    uint32_t name, title, note; /* TEXT */
    uint32_t release;
    uint32_t first, end;           /* SET_ITEMS: trees, ranges, and codes of eight bytes */
    uint32_t code_first, code_end; /* SET_CODES */
};

struct index_item {
    uint32_t system; /* of this index */
    uint32_t op;     /* enum codeset_op, and ITEM_MINUS */
    code_key from, to;
};

struct index_units {
    code_key key;
    day_t from, to;
    uint32_t limit;
    uint16_t release;
    uint8_t setting;   /* enum code_setting */
    uint8_t indicator; /* 1 line, 2 day by policy, 3 day by clinical data */
};

/* Days are counted from 1990-01-01; 65535 is open. */
#define PAIR_EPOCH 7305
#define PAIR_OPEN UINT16_MAX
struct index_pair {
    uint16_t other; /* place of column 2 in PAIR_CODES */
    uint16_t from, to;
    uint8_t indicator; /* 0 not allowed, 1 allowed, 9 not applicable */
    uint8_t setting;
};

struct index {
    const struct index_header *header;
    const unsigned char *bytes;
    size_t size;
    const uint32_t *slots;
    uint32_t slot_mask;
    uint32_t row_bits;
    uint32_t rows;
    const struct index_row *row;
    const struct index_span *spans;
    uint32_t span_count;
    const struct index_system *systems;
    uint32_t system_count;
    const struct index_window *windows;
    uint32_t window_count;
    const uint16_t *traits;
    const struct index_release *releases;
    uint32_t release_count;
    const char *text;
    uint32_t text_len; /* 0 if it does not end with a NUL */
};

/* Looks at bytes (kept, aligned to eight) and makes index ready; refuses what
 * is not an index of this version or shorter than it says. */
MUST_CHECK bool index_over(const void *bytes, size_t size, struct index *index,
                           struct err *err);
/* Computes the hash of the content again: for `codes releases --verify`. */
MUST_CHECK bool index_whole(const struct index *index, struct err *err);

/* The elements of a section; *count is set. */
const void *index_section(const struct index *index, enum index_section section,
                          uint32_t *count);
/* The row of the longest proper prefix that is a code, or INDEX_NONE. */
uint32_t index_parent(const struct index *index, uint32_t system, uint32_t row);

/* Writes a title, cut to size, ended by NUL; returns its whole length. */
size_t index_title(const struct index *index, uint32_t title, char *text, size_t size);

/* ---- what every question runs through: inline, so that it costs nothing ------- */

/* A number for a code, all of whose bits are well mixed. */
static inline uint64_t index_mixed(uint32_t system, code_key key)
{
    /* Codes differ in few bits of few bytes, and their low bytes are blank: one
     * multiplication leaves long runs, two with a fold between do not. */
    uint64_t mixed = key ^ key >> 31 ^ (uint64_t)system << 5;

    mixed *= UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 29;
}

/* Where the search for it begins; mask is one less than the slots. */
static inline uint32_t index_slot(uint64_t mixed, uint32_t mask)
{
    return (uint32_t)(mixed >> 32) & mask;
}

/* The bits of a slot that hold row + 1. The bits above them are bits of the
 * number, so that a slot of another code is passed over without a look at its row. */
static inline uint32_t index_row_bits(uint32_t rows)
{
    return rows == 0 ? 1 : UINT32_MAX >> __builtin_clz(rows);
}

/* The row of a code, or INDEX_NONE. system is a number of this index. */
static inline uint32_t index_row(const struct index *index, uint32_t system, code_key key)
{
    uint64_t mixed = index_mixed(system, key);
    uint32_t at = index_slot(mixed, index->slot_mask);
    uint32_t first, rows;

    if (system >= index->system_count)
        return INDEX_NONE;
    first = index->systems[system].row_first;
    rows = index->systems[system].row_end - first;
    for (uint32_t tries = 0; tries <= index->slot_mask; tries++) {
        uint32_t slot = index->slots[at];

        if (((slot ^ (uint32_t)mixed) & ~index->row_bits) == 0) {
            uint32_t row = (slot & index->row_bits) - 1;

            if (row - first < rows && index->row[row].key == key)
                return row;
        }
        if (slot == 0)
            break;
        at = (at + 1) & index->slot_mask;
    }
    return INDEX_NONE;
}

/* One past the last row of the subtree. */
static inline uint32_t index_end(const struct index *index, uint32_t row)
{
    uint32_t end = index->row[row].end;

    return end > row && end <= index->rows ? end : row + 1;
}

/* The spans of a row before its newest, ascending. */
static inline const struct index_span *index_older(const struct index *index, uint32_t row,
                                                   uint32_t *count)
{
    uint32_t first = index->row[row].older;
    uint32_t end = row + 1 < index->rows ? index->row[row + 1].older : index->span_count;

    if (first > end || end > index->span_count)
        first = end = 0;
    *count = end - first;
    return index->spans + first;
}

/* The span of a row that holds the day, or NULL. */
static inline const struct index_span *index_span_on(const struct index *index, uint32_t row,
                                                     day_t day)
{
    const struct index_span *span = &index->row[row].now;
    uint32_t count;

    if (day >= span->from && day <= span->to) /* nearly every question is about the newest */
        return span;
    for (span = index_older(index, row, &count); count-- > 0;) {
        if (day >= span[count].from && day <= span[count].to)
            return &span[count];
    }
    return NULL;
}

/* A text of TEXT; "" where there is none. Kept. */
static inline const char *index_text(const struct index *index, uint32_t at)
{
    return at < index->text_len ? index->text + at : "";
}

/* The windows of a system, ascending. */
static inline const struct index_window *index_windows(const struct index *index,
                                                       uint32_t system, uint32_t *count)
{
    uint32_t first, end;

    *count = 0;
    if (system >= index->system_count)
        return index->windows;
    first = index->systems[system].window_first;
    end = index->systems[system].window_end;
    if (first > end || end > index->window_count)
        return index->windows;
    *count = end - first;
    return index->windows + first;
}

/* The window of a system that holds the day, or NULL. */
static inline const struct index_window *index_window_on(const struct index *index,
                                                         uint32_t system, day_t day)
{
    uint32_t count;
    const struct index_window *window = index_windows(index, system, &count);

    while (count-- > 0) {
        if (day >= window[count].from && day <= window[count].to)
            return &window[count];
    }
    return NULL;
}

#endif
