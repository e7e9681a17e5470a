/*
 * import.h - reading what publishers ship into releases, in memory.
 *
 * An importer reads one file whole and checks it before anything is stored: a
 * file that is broken changes nothing. What it finds goes into a struct import,
 * whose texts lie in its pool; what is merely odd is counted and reported, what
 * is wrong fails with file and line. Storing is codes_swap.h.
 */
#ifndef RUBRIC_CODES_IMPORT_H
#define RUBRIC_CODES_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "codes/code_key.h"
#include "codes/vector.h"

/* A file read into memory. */
struct import_file {
    const char *path; /* as given: for messages */
    const char *name; /* its last part; ARCHIVE/FILE out of a zip */
    const char *bytes;
    size_t len;
    uint8_t sha256[32];
    bool workbook; /* bytes are the text of a sheet; the hash is that of the workbook */
};

/* What the user said about a file that does not say it itself. */
struct import_options {
    const char *kind;   /* the name of an importer, or NULL: recognise it */
    const char *system; /* of a table of own codes, or NULL */
    const char *label;  /* or NULL */
    bool dated;         /* from was given */
    day_t from;         /* the first day the release answers for */
};

struct import_release {
    const char *table;  /* "icd-10-cm", "mue-practitioner", "valueset" ... */
    const char *system; /* NULL: not the table of a code system */
    const char *label;
    day_t from;
    int part;
    bool whole;
    size_t rows; /* counted when stored */
};

struct import_code {
    uint32_t release;
    code_key key;
    bool billable;
    day_t from, to; /* DAY_MIN and DAY_MAX: as the release */
    struct str brief, full;
    struct str more; /* "coverage I": shown, not judged; may be absent */
};

struct import_successor {
    uint32_t release;
    code_key key, successor;
    day_t day; /* from when */
};

struct import_note {
    uint32_t release;
    const char *place; /* a code in normal form, "chapter 13", "section M50-M54" */
    const char *kind;  /* "excludes1" ... */
    struct str text;
};

struct import_set {
    uint32_t release;
    const char *name, *title, *note; /* the last two may be NULL */
    size_t first, end;               /* of items */
};

struct import_item {
    const char *system;
    int op; /* enum codeset_op */
    code_key from, to;
};

struct import_limit {
    uint32_t release;
    code_key key;
    uint32_t units;
    int indicator;
};

struct import_pair {
    uint32_t release;
    code_key one, other;
    day_t from, to;
    int indicator;
};

#define IMPORT_ODD_KEPT 20

struct import_odd {
    size_t line;
    const char *text;
};

struct import {
    struct pool pool;
    const struct import_file *file;
    const char *what; /* "ICD-10-CM order file, FY2026" */
    struct vector releases, codes, successors, notes, sets, items, limits, pairs;
    size_t lines;   /* of the file */
    size_t read;    /* records taken */
    size_t skipped; /* lines or records that are not data */
    size_t odd_count;
    struct import_odd odd[IMPORT_ODD_KEPT];
    const char *summary; /* one more line for the report, or NULL */
};

struct importer {
    const char *name; /* for --as */
    const char *says; /* what it reads, in a line */
    /* True if the file looks like it. Must be quick: sees the whole file. */
    bool (*recognises)(const struct import_file *file);
    bool (*reads)(const struct import_options *options, struct import *import, struct err *err);
};

/* True if a zip holds tables of the Medicare Coverage Database. */
bool import_mcd_zip(const char *bytes, size_t len);

extern const struct importer import_icd10_order, import_icd10_addenda, import_icd10_tabular,
    import_hcpcs, import_ncci, import_mue, import_mcd, import_valueset, import_cpt, import_place,
    import_modifiers, import_own;

/* Reads a file into memory; *file is owned by the caller. "-" is not a file. */
MUST_CHECK bool import_file_read(const char *path, struct import_file *file, struct err *err);
void import_file_free(struct import_file *file);

/* The importer that the options name, if it fits, or that recognises the file;
 * NULL if none does. */
const struct importer *import_recognise(const struct import_file *file,
                                        const struct import_options *options);

/* Publishers ship archives: the files of a zip that an importer reads, each
 * named ARCHIVE/FILE. One that is no zip, or a coverage export, which is read as
 * a whole, gives itself alone. */
struct import_files {
    struct vector files; /* of struct import_file */
    size_t passed;       /* files of the archive that no importer reads */
    bool unpacked;       /* the files are the archive's, and owned */
    struct pool pool;    /* their names */
};
/* Owned by the caller also when this fails: import_files_free(). */
MUST_CHECK bool import_files_of(const struct import_file *file,
                                const struct import_options *options, struct import_files *files,
                                struct err *err);
void import_files_free(struct import_files *files);

/* Reads the file with the importer that the options name or that recognises
 * it. import keeps file and is owned by the caller also when this fails. */
MUST_CHECK bool import_read(const struct import_file *file, const struct import_options *options,
                            struct import *import, struct err *err);
void import_free(struct import *import);

/* ---- for importers ---------------------------------------------------------- */

/* Fails at a line: "NAME:LINE: what". Returns false. */
bool import_wrong(const struct import *import, size_t line, struct err *err, const char *format,
                  ...) PRINTF_LIKE(4, 5);
/* Remembers something odd at a line, 0 for the file. */
void import_odd(struct import *import, size_t line, const char *format, ...) PRINTF_LIKE(3, 4);
/* A text in the pool. */
const char *import_text(struct import *import, const char *format, ...) PRINTF_LIKE(2, 3);

uint32_t import_add_release(struct import *import, const struct import_release *release);
void import_add_code(struct import *import, const struct import_code *code);
/* False, with an error, if anything could not be kept for lack of memory. */
MUST_CHECK bool import_whole(const struct import *import, struct err *err);

/* Fails if a full release (full: it is one) was said to begin on a day that its
 * newest record does not fit; newest: DAY_MIN if it has none. */
MUST_CHECK bool import_fits_day(const struct import *import, const struct import_options *options,
                                day_t from, day_t newest, bool full, struct err *err);

/* Lines of a file: LF, CRLF or CR LF mixed; a byte order mark is passed over. */
struct lines {
    const char *at, *end;
    size_t number;  /* of the line read last, from 1 */
    bool unended;   /* that line was ended by the end of the file */
};
void lines_start(struct lines *lines, const struct import_file *file);
bool lines_next(struct lines *lines, struct str *line);
/* Fails if the last line has no end: the file was cut off. */
MUST_CHECK bool lines_ended(const struct lines *lines, const struct import *import,
                            struct err *err);

/* UTF-8 of a text that is UTF-8 or Latin-1, blanks at its ends taken off and
 * runs of blanks made one. Borrows where it can, else in the pool. */
struct str import_clean(struct import *import, struct str text);

/* A code that a workbook holds as a number has lost the zeros before it: its text
 * with them, in room, if it has less than so many digits; else the text itself. */
struct str import_zeros(const struct import_file *file, struct str text, size_t digits,
                        char room[8]);

/* "YYYYMMDD"; false unless all eight digits make a day. */
bool import_day8(struct str text, day_t *day);
/* "YYYY-MM-DD", "YYYYMMDD", "MM/DD/YYYY" or "MM-DD-YYYY", a time behind ignored. */
bool import_day(struct str text, day_t *day);

/* Finds a year 19xx or 20xx in a name, and a month by name beside it (0: none):
 * of the file; the month also of its archive, where that has the same year. */
bool import_year_month(const char *name, int *year, int *month);
/* True if the name contains the word, letters of any case. */
bool import_name_has(const char *name, const char *word);

/* The day a release begins: as given, else found, else an error that asks. */
MUST_CHECK bool import_from(const struct import *import, const struct import_options *options,
                            bool found, day_t found_day, day_t *from, struct err *err);

#endif
