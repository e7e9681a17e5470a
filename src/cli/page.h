/*
 * page.h - paragraphs for a terminal: wrapped by display width, coloured only
 * where that is wanted, and harmless whatever text they carry.
 *
 * A paragraph is collected with page_say() (our own words) and page_quote()
 * (words of a case or a policy, which are escaped), then written by page_end().
 */
#ifndef RUBRIC_CLI_PAGE_H
#define RUBRIC_CLI_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"

enum page_style { STYLE_PLAIN, STYLE_STRONG, STYLE_GOOD, STYLE_BAD, STYLE_OPEN, STYLE_FAINT };

/* The order of --color=auto|always|never. */
enum page_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct page {
    FILE *out;       /* kept */
    int width;       /* columns of a line */
    int column;      /* where the next character goes, from 0 */
    int owed;        /* where it goes once the spaces before it are written */
    bool color;      /* escape sequences may be written */
    struct buf text; /* the paragraph so far */
};

/* Colour follows --color, then NO_COLOR, then whether out is a terminal. */
void page_init(struct page *page, FILE *out, enum page_color color);
void page_free(struct page *page);

/* How many columns a character takes: 0, 1 or 2, whatever the locale says. */
int page_width_of(uint32_t point);
/* The columns of a text as page_quote() would show it. */
int page_columns(struct str text);

/* Writes a short label of ours at once, then spaces up to the column given; a
 * label that reaches it is followed by one space. */
void page_label(struct page *page, enum page_style style, const char *label, int upto);

/* Writes a text at once, escaped, then spaces up to the column given; a text
 * that reaches it is followed by a new line. Between paragraphs only. */
void page_cell(struct page *page, struct str text, int upto);

void page_say(struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);
/* White space of any kind becomes one space. */
void page_quote(struct page *page, struct str text);

/* Writes the paragraph from the column where the line stands; the lines that
 * follow begin at indent. Ends the line, also when the paragraph is empty. */
void page_end(struct page *page, enum page_style style, int indent);

#endif
