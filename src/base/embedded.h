/*
 * embedded.h - the Lua files of src/prelude, carried inside the program.
 *
 * scripts/embed writes the table at build time; it is the same in every build
 * of the same files. A name is the path below src/prelude without ".lua":
 * "words", "readers/fhir". The table is sorted by path.
 */
#ifndef RUBRIC_BASE_EMBEDDED_H
#define RUBRIC_BASE_EMBEDDED_H

#include <stddef.h>

#include "base/buf.h"

struct embedded_file {
    const char *name; /* NULL ends the table */
    const char *text; /* a NUL follows that len does not count */
    size_t len;
};

extern const struct embedded_file embedded_prelude[];

/* The same files, compiled by the Lua that the program carries; made at build
 * time by src/lua/precompile_main.c. */
struct embedded_code {
    const char *name; /* NULL ends the table */
    const unsigned char *bytes;
    size_t len;
};

extern const struct embedded_code embedded_code[];

/* The files as one document, "rubric-prelude/1", as the log keeps it. */
void embedded_json(const struct embedded_file *files, struct buf *out);
/* The SHA-256 of that document of our own prelude, hex; made at build time. */
extern const char embedded_prelude_sha256[65];

#endif
