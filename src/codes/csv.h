/*
 * csv.h - records of comma- or tab-separated text, as RFC 4180 has them.
 *
 * A field may be quoted, hold the separator, doubled quotes and line ends. The
 * fields of a record are borrowed from the file, or lie in the pool where a
 * doubled quote had to go.
 */
#ifndef RUBRIC_CODES_CSV_H
#define RUBRIC_CODES_CSV_H

#include "codes/import.h"

#define CSV_FIELDS 64

struct csv {
    struct import *import;
    const char *at, *end;
    char separator;
    size_t line;      /* where the record read last began */
    size_t next_line; /* where the next one begins */
    size_t count;     /* fields of the record */
    struct str fields[CSV_FIELDS];
    const char *slip; /* why csv_next() said false, or NULL at the end */
};

void csv_start(struct csv *csv, struct import *import, struct str text, char separator);
/* Reads a record; passes over empty lines. False at the end or after a slip. */
bool csv_next(struct csv *csv);

/* True if every field of the record is empty or blank. */
bool csv_is_blank(const struct csv *csv);

/* The place of a column by one of its names, letters of any case, blanks,
 * dashes and underscores alike; -1 if the header has none of them. Names are
 * separated by bars: "code|hcpcs code". */
int csv_column(const struct csv *header, const char *names);
/* A field cleaned (import_clean); empty if the record is shorter. */
struct str csv_field(struct csv *csv, int column);

/* The whole of a file without its byte order mark. */
struct str csv_text_of(const struct import_file *file);

#endif
