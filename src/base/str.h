/*
 * str.h - a borrowed run of text: a pointer and a length, no NUL needed.
 */
#ifndef RUBRIC_BASE_STR_H
#define RUBRIC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *at; /* NULL: there is no text, which differs from "" */
    size_t len;
};

/* Borrows a C string; NULL gives the absent text. */
static inline struct str str_of(const char *text)
{
    struct str s = {text, text == NULL ? 0 : strlen(text)};

    return s;
}

static inline bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_equal(a, str_of(text));
}

/* Byte order; a prefix comes before what it begins. */
static inline int str_compare(struct str a, struct str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len == 0 ? 0 : memcmp(a.at, b.at, len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
