/*
 * page.c - paragraphs for a terminal.
 */
#include "cli/page.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"

#define PAGE_WIDTH 80

struct range {
    uint32_t first, last;
};

/* Marks that sit on the character before them, by block. */
static const struct range no_width[] = {
    {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
    {0x64B, 0x65F},   {0x93A, 0x93C},   {0x941, 0x948},   {0xE31, 0xE31},
    {0xE34, 0xE3A},   {0xE47, 0xE4E},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};

/* Characters that take two columns, by block. */
static const struct range two_wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    }
    return false;
}

int page_width_of(uint32_t point)
{
    if (point < 0x300)
        return 1;
    if (in_ranges(point, no_width, sizeof no_width / sizeof no_width[0]))
        return 0;
    return in_ranges(point, two_wide, sizeof two_wide / sizeof two_wide[0]) ? 2 : 1;
}

static bool color_wanted(FILE *out, enum page_color color)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (color != COLOR_AUTO)
        return color == COLOR_ALWAYS;
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    return isatty(fileno(out)) && (term == NULL || strcmp(term, "dumb") != 0);
}

void page_init(struct page *page, FILE *out, enum page_color color)
{
    static const struct buf empty = BUF_INIT;

    page->out = out;
    page->width = PAGE_WIDTH;
    page->column = 0;
    page->owed = 0;
    page->color = color_wanted(out, color);
    page->text = empty;
}

void page_free(struct page *page)
{
    buf_free(&page->text);
}

static void begin_style(const struct page *page, enum page_style style)
{
    static const char *const codes[] = {"", "1", "32", "31", "33", "2"};

    if (page->color && style != STYLE_PLAIN)
        fprintf(page->out, "\033[%sm", codes[style]);
}

static void end_style(const struct page *page, enum page_style style)
{
    if (page->color && style != STYLE_PLAIN)
        fputs("\033[0m", page->out);
}

/* Spaces are owed until something follows them, so that no line ends in one. */
static void settle(struct page *page)
{
    for (; page->column < page->owed; page->column++)
        fputc(' ', page->out);
}

static void new_line(struct page *page, int indent)
{
    fputc('\n', page->out);
    page->column = 0;
    page->owed = indent;
}

static int columns_of(const char *text, size_t len)
{
    int columns = 0;

    for (size_t at = 0; at < len;) {
        uint32_t point;

        at += utf8_decode(text + at, len - at, &point);
        columns += page_width_of(point);
    }
    return columns;
}

void page_label(struct page *page, enum page_style style, const char *label, int upto)
{
    settle(page);
    begin_style(page, style);
    fputs(label, page->out);
    end_style(page, style);
    page->column += columns_of(label, strlen(label));
    page->owed = page->column < upto ? upto : page->column + 1;
}

void page_say(struct page *page, const char *format, ...)
{
    char text[1024];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len > 0)
        buf_put(&page->text, text, strlen(text));
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* True if nothing in it could be escaped. */
static bool is_plain(const char *word, size_t len)
{
    size_t at = 0;

    while (at < len && word[at] > ' ' && word[at] <= '~')
        at++;
    return at == len;
}

/* Adds a run without white space, escaped. */
static void quote_word(struct page *page, const char *word, size_t len)
{
    char *escaped = NULL;
    size_t size = 0;
    FILE *memory;

    if (is_plain(word, len)) {
        buf_put(&page->text, word, len);
        return;
    }
    memory = open_memstream(&escaped, &size);
    if (memory == NULL) {
        page->text.failed = true;
        return;
    }
    escape_terminal(memory, word, len);
    if (fclose(memory) == 0)
        buf_put(&page->text, escaped, size);
    else
        page->text.failed = true;
    free(escaped);
}

void page_quote(struct page *page, struct str text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t from = at;

        while (at < text.len && is_space(text.at[at]))
            at++;
        if (at > from)
            buf_putc(&page->text, ' ');
        from = at;
        while (at < text.len && !is_space(text.at[at]))
            at++;
        if (at > from)
            quote_word(page, text.at + from, at - from);
    }
}

int page_columns(struct str text)
{
    struct page page;
    int columns;

    page_init(&page, stdout, COLOR_NEVER);
    page_quote(&page, text);
    columns = columns_of(page.text.data, page.text.len);
    page_free(&page);
    return columns;
}

/* Writes one word, of so many columns; it may be longer than a line. */
static void put_word(struct page *page, const char *word, size_t len, int columns, int indent)
{
    int start = page->column < page->owed ? page->owed : page->column;

    if (start + columns <= page->width) {
        settle(page);
        fwrite(word, 1, len, page->out);
        page->column += columns;
        return;
    }
    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t step = utf8_decode(word + at, len - at, &point);
        int wide = page_width_of(point);

        if (page->column + wide > page->width && page->column > indent)
            new_line(page, indent);
        settle(page);
        fwrite(word + at, 1, step, page->out);
        page->column += wide;
        at += step;
    }
}

static void put_words(struct page *page, int indent)
{
    const char *text = page->text.data;
    size_t len = page->text.len;
    bool fresh = true; /* nothing of the paragraph stands on this line yet */

    for (size_t at = 0; at < len; at++) {
        size_t from = at;
        int start = page->column < page->owed ? page->owed : page->column;
        int wide;

        while (at < len && text[at] != ' ')
            at++;
        if (at == from)
            continue;
        if (!fresh)
            start++;
        wide = columns_of(text + from, at - from);
        if (start + wide > page->width && start > indent && wide <= page->width - indent)
            new_line(page, indent);
        else
            page->owed = start;
        put_word(page, text + from, at - from, wide, indent);
        fresh = false;
    }
}

/* Writes what was collected, and forgets it. */
static void put_text(struct page *page, enum page_style style, int indent)
{
    if (page->text.failed) {
        buf_reset(&page->text);
        page_say(page, "(out of memory)");
    }
    if (page->text.failed || page->text.len == 0)
        return;
    if (page->owed < indent && page->column < indent)
        page->owed = indent;
    begin_style(page, style);
    put_words(page, indent);
    end_style(page, style);
    buf_reset(&page->text);
}

void page_cell(struct page *page, struct str text, int upto)
{
    assert(page->text.len == 0);
    page_quote(page, text);
    put_text(page, STYLE_PLAIN, page->owed);
    if (page->column >= upto)
        new_line(page, upto);
    page->owed = upto;
}

void page_end(struct page *page, enum page_style style, int indent)
{
    put_text(page, style, indent);
    new_line(page, 0);
}
