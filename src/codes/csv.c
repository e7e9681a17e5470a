/*
 * csv.c - records of separated text; see csv.h.
 */
#include "codes/csv.h"

#include <string.h>

struct str csv_text_of(const struct import_file *file)
{
    struct str text = {file->bytes, file->len};

    if (text.len >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0) {
        text.at += 3;
        text.len -= 3;
    }
    return text;
}

void csv_start(struct csv *csv, struct import *import, struct str text, char separator)
{
    *csv = (struct csv){.import = import, .at = text.at, .end = text.at + text.len,
                        .separator = separator, .next_line = 1};
}

/* Reads a field that begins with a quote; at stands behind it. */
static bool quoted(struct csv *csv, struct str *field)
{
    const char *from = csv->at;
    size_t doubled = 0, len = 0;
    char *made;

    for (; csv->at < csv->end; csv->at++) {
        if (*csv->at == '\n')
            csv->next_line++;
        if (*csv->at != '"')
            continue;
        if (csv->at + 1 < csv->end && csv->at[1] == '"') {
            doubled++;
            csv->at++;
            continue;
        }
        break;
    }
    if (csv->at == csv->end) {
        csv->slip = "a quote is opened here and never closed";
        return false;
    }
    *field = (struct str){from, (size_t)(csv->at - from)};
    csv->at++;
    if (doubled == 0)
        return true;
    made = pool_take(&csv->import->pool, field->len + 1);
    if (made == NULL) {
        csv->slip = "not enough memory";
        return false;
    }
    for (size_t i = 0; i < field->len; i++) {
        made[len++] = field->at[i];
        i += field->at[i] == '"';
    }
    *field = (struct str){made, len};
    return true;
}

static void bare(struct csv *csv, struct str *field)
{
    const char *from = csv->at;

    while (csv->at < csv->end && *csv->at != csv->separator && *csv->at != '\n')
        csv->at++;
    *field = (struct str){from, (size_t)(csv->at - from)};
    if (field->len > 0 && field->at[field->len - 1] == '\r' &&
        (csv->at == csv->end || *csv->at == '\n'))
        field->len--;
}

bool csv_next(struct csv *csv)
{
    while (csv->at < csv->end && (*csv->at == '\n' || *csv->at == '\r')) {
        csv->next_line += *csv->at == '\n';
        csv->at++;
    }
    csv->line = csv->next_line;
    csv->count = 0;
    if (csv->at == csv->end || (*csv->at == 0x1A && csv->at + 1 == csv->end))
        return false;
    for (;;) {
        struct str field = {csv->at, 0};

        if (*csv->at == '"') {
            csv->at++;
            if (!quoted(csv, &field))
                return false;
            while (csv->at < csv->end && (*csv->at == ' ' || *csv->at == '\r'))
                csv->at++;
        } else {
            bare(csv, &field);
        }
        if (csv->count < CSV_FIELDS)
            csv->fields[csv->count++] = field;
        if (csv->at == csv->end)
            return true;
        if (*csv->at == '\n') {
            csv->at++;
            csv->next_line++;
            return true;
        }
        if (*csv->at != csv->separator) {
            csv->slip = "letters stand behind a closing quote";
            return false;
        }
        csv->at++;
        if (csv->at == csv->end) {
            if (csv->count < CSV_FIELDS)
                csv->fields[csv->count++] = (struct str){csv->at, 0};
            return true;
        }
    }
}

bool csv_is_blank(const struct csv *csv)
{
    for (size_t i = 0; i < csv->count; i++) {
        for (size_t k = 0; k < csv->fields[i].len; k++) {
            if ((unsigned char)csv->fields[i].at[k] > ' ')
                return false;
        }
    }
    return true;
}

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '_' || c == '-' || c == '\n' || c == '\r' ? ' ' : c;
}

/* The next letter of a name, a run of blanks being one blank; 0 at its end. */
static char next_letter(struct str *name)
{
    char letter;

    if (name->len == 0)
        return '\0';
    letter = fold(*name->at);
    do {
        name->at++;
        name->len--;
    } while (letter == ' ' && name->len > 0 && fold(*name->at) == ' ');
    return letter;
}

static bool same_name(struct str given, const char *name, size_t len)
{
    struct str wanted = {name, len};
    char letter;

    while (given.len > 0 && (unsigned char)given.at[given.len - 1] <= ' ')
        given.len--;
    while (given.len > 0 && (unsigned char)given.at[0] <= ' ') {
        given.at++;
        given.len--;
    }
    do {
        letter = next_letter(&given);
        if (letter != next_letter(&wanted))
            return false;
    } while (letter != '\0');
    return true;
}

int csv_column(const struct csv *header, const char *names)
{
    while (*names != '\0') {
        size_t len = strcspn(names, "|");

        for (size_t i = 0; i < header->count; i++) {
            if (same_name(header->fields[i], names, len))
                return (int)i;
        }
        names += len + (names[len] == '|');
    }
    return -1;
}

struct str csv_field(struct csv *csv, int column)
{
    if (column < 0 || (size_t)column >= csv->count)
        return (struct str){"", 0};
    return import_clean(csv->import, csv->fields[column]);
}
