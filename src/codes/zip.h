/*
 * zip.h - the files inside a zip archive that lies in memory.
 *
 * Only what publishers of code tables use: stored and deflated entries, no
 * encryption, no archive over several disks. Every offset is checked; what an
 * entry may unpack to is bounded, and its checksum is compared.
 */
#ifndef RUBRIC_CODES_ZIP_H
#define RUBRIC_CODES_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define ZIP_LARGEST ((size_t)768 << 20)
/* What is larger than this and packed to less than a two-hundredth is no table. */
#define ZIP_SMALL ((size_t)8 << 20)
#define ZIP_RATIO 200

struct zip {
    const unsigned char *bytes;
    size_t len;
    size_t next; /* of the central directory */
    size_t left; /* entries */
};

struct zip_entry {
    struct str name;
    size_t size; /* unpacked */
    /* for zip_unpack() */
    size_t offset, packed;
    uint32_t sum;
    unsigned method;
};

bool zip_is(const char *bytes, size_t len);
MUST_CHECK bool zip_start(struct zip *zip, const char *bytes, size_t len, struct err *err);
/* False at the end or with err filled (its kind is not ERR_NONE). */
bool zip_next(struct zip *zip, struct zip_entry *entry, struct err *err);
/* Unpacks an entry into memory owned by the caller: free() it. A NUL follows. */
MUST_CHECK bool zip_unpack(const struct zip *zip, const struct zip_entry *entry, char **bytes,
                           struct err *err);

#endif
