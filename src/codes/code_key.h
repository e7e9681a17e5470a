/*
 * code_key.h - what a code looks like, and codes as numbers.
 *
 * A code in normal form is upper case, without dot or blank, at most eight
 * bytes. Packed left-justified into 64 bits, numbers order as the texts do and
 * "begins with M54" is one interval of numbers; that is all that sets and
 * tables need. This file knows shapes, not tables: a code of good shape may
 * still be one that nobody ever assigned.
 */
#ifndef RUBRIC_CODES_CODE_KEY_H
#define RUBRIC_CODES_CODE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

#define CODE_TEXT 9 /* eight bytes and a NUL */

/* The systems that every table knows. A table of one's own codes names further
 * ones, numbered from CODE_SYSTEM_OWN upward by the order of their names. */
enum {
    CODE_SYSTEM_NONE = -1,
    CODE_SYSTEM_ICD10CM = 0,
    CODE_SYSTEM_CPT,
    CODE_SYSTEM_HCPCS,
    CODE_SYSTEM_POS,
    CODE_SYSTEM_MODIFIER,
    CODE_SYSTEM_OWN
};

typedef uint64_t code_key; /* 0: no code */

/* The name of a system of the list above: "icd-10-cm", "cpt", "hcpcs", "pos",
 * "modifier"; NULL for another number. */
const char *code_system_name(int system);

/* Reads a name or one of the URIs and object identifiers in use for it;
 * CODE_SYSTEM_NONE if it is none of the list above. */
int code_system_named(const char *name, size_t len);

/* What nearly every question says: what follows it is laid out first. */
#define CODE_MOSTLY(question) (__builtin_expect((question), 1))

/* The same, but the names of a case document are known without a call. */
static inline int code_system_of(const char *name, size_t len)
{
    if (CODE_MOSTLY(len == 9 && memcmp(name, "icd-10-cm", 9) == 0))
        return CODE_SYSTEM_ICD10CM;
    if (len == 3 && memcmp(name, "cpt", 3) == 0)
        return CODE_SYSTEM_CPT;
    if (len == 5 && memcmp(name, "hcpcs", 5) == 0)
        return CODE_SYSTEM_HCPCS;
    return code_system_named(name, len);
}

/* Brings a code into normal form. With CODE_SYSTEM_NONE the system is guessed
 * from the shape: five digits, or four and a letter, are CPT; a letter and four
 * digits are HCPCS; a dot, or anything else that begins letter digit, is
 * ICD-10-CM. A code of the CPT shape in HCPCS is CPT and the reverse, because
 * both travel under one URI. *system is set to what it is. Returns 0 when the
 * text has not the shape of the system. Makes no system call. */
code_key code_normal(int *system, const char *code, size_t len);

/* The same for the beginning of a code, as it stands before a star: "M54.1". */
code_key code_normal_prefix(int *system, const char *code, size_t len);

/* Says why code_normal() returned 0: always false, with "code-malformed", what
 * was expected, and the column. */
bool code_malformed(int system, const char *code, size_t len, struct err *err);

/* ---- nearly all codes that are asked for: eight bytes at once ------------------ */

#define CODE_EACH UINT64_C(0x0101010101010101)
#define CODE_HIGH (CODE_EACH * 0x80)

/* All bits behind the first len bytes. */
static inline code_key code_tail(size_t len)
{
    return len >= 8 ? 0 : ~(code_key)0 >> (8 * len);
}

/* The bytes of a text of three to eight, the first one highest. */
static inline uint64_t code_load(const char *text, size_t len)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t front, back;

    if (!CODE_MOSTLY(len != 3))
        return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 | (uint64_t)at[2] << 40;
    memcpy(&front, at, 4);
    memcpy(&back, at + len - 4, 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    front = __builtin_bswap32(front);
    back = __builtin_bswap32(back);
#endif
    return (uint64_t)front << 32 | (uint64_t)back << (64 - 8 * len);
}

/* What code_normal() says of a code in a system that is given, if it says anything:
 * whoever finds the key in a table need not ask whether its shape is right, who
 * does not must. 0 where code_normal() has to read the text. */
static inline code_key code_plain(int system, const char *code, size_t len)
{
    uint64_t bytes, filled;

    if (len < 3 || len > 8 || system < 0 || system > CODE_SYSTEM_HCPCS)
        return 0;
    bytes = code_load(code, len);
    if (CODE_MOSTLY(system == CODE_SYSTEM_ICD10CM && len > 4 && (bytes >> 32 & 0xFF) == '.')) {
        bytes = (bytes & ~code_tail(3)) | (bytes << 8 & code_tail(3));
        len--;
    }
    filled = bytes | (CODE_EACH * '0' & code_tail(len));
    if (((bytes | ~(filled + CODE_EACH * (0x80 - '0'))) & CODE_HIGH) != 0)
        return 0; /* a sign, a blank, or no ASCII */
    return bytes & ~(bytes >> 1 & CODE_EACH * 0x20); /* upper case */
}

/* The system of such a key: of CPT and HCPCS, which travel under one URI, the one
 * that its first character tells. */
static inline int code_plain_system(int system, code_key key)
{
    if (system == CODE_SYSTEM_ICD10CM)
        return system;
    return key >> 62 != 0 ? CODE_SYSTEM_HCPCS : CODE_SYSTEM_CPT;
}

code_key code_pack(const char *text, size_t len); /* 0 if longer than 8 or empty */
size_t code_unpack(code_key key, char text[CODE_TEXT]);

/* As a person writes it: with the dot, in ICD-10-CM. */
#define CODE_SHOWN 10
size_t code_show(int system, code_key key, char text[CODE_SHOWN]);

size_t code_key_len(code_key key);
/* The first len bytes of the code. */
code_key code_key_cut(code_key key, size_t len);
/* The greatest key that begins with this one. */
code_key code_key_last(code_key key);
/* True if key begins with prefix (or is it). */
bool code_key_under(code_key key, code_key prefix);

#endif
