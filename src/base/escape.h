/*
 * escape.h - text of unknown origin, made harmless where it is shown.
 *
 * Cases and policies may carry control characters, terminal escapes and
 * bidirectional marks. Whatever prints them goes through here.
 */
#ifndef RUBRIC_BASE_ESCAPE_H
#define RUBRIC_BASE_ESCAPE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Decodes one character at text[0..len); returns its length in bytes and sets
 * *point. A byte that is not UTF-8 has length 1 and point 0xFFFD. len > 0. */
size_t utf8_decode(const char *text, size_t len, uint32_t *point);

/* True if the bytes are valid UTF-8 (no surrogates, no overlong forms). */
int utf8_valid(const char *text, size_t len);

/* True for what a terminal or a reader could be misled by: C0 and C1 controls,
 * DEL, bidirectional marks, line and paragraph separators, invisible joiners. */
int escape_needed(uint32_t point);

/* Writes text; a character that escape_needed() names, or a byte that is not
 * UTF-8, appears as \u{HHHH} or \xHH. A newline is escaped too. */
void escape_terminal(FILE *out, const char *text, size_t len);

#endif
