/*
 * codes_find.c - walking the tables: the children of a code, and titles by
 * their words; see codes.h.
 */
#include <string.h>

#include "codes/codes.h"
#include "codes/tables.h"

void codes_children(const struct codes *codes, const struct code_entry *entry, day_t day,
                    codeset_visitor *visit, void *context)
{
    const struct index *index = entry->starter ? &codes->starter : &codes->home;
    struct code_entry child;
    uint32_t end;

    if (entry->row >= index->rows)
        return;
    end = index_end(index, entry->row);
    for (uint32_t row = entry->row + 1; row < end; row = index_end(index, row)) {
        (void)tables_state(codes, index, entry->system, row, day, &child);
        if ((child.status == CODE_BILLABLE || child.status == CODE_HEADER) &&
            !visit(context, &child))
            return;
    }
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True if a word of the text begins with the word, letters of any case. */
static bool holds_word(const char *text, const char *word)
{
    bool begin = true;

    for (; *text != '\0'; text++) {
        size_t i = 0;

        while (begin && word[i] != '\0' && small(text[i]) == small(word[i]))
            i++;
        if (begin && word[i] == '\0')
            return true;
        begin = *text == ' ' || *text == '(' || *text == '-' || *text == '/' || *text == '[';
    }
    return false;
}

static bool search_index(const struct codes *codes, const struct index *index,
                         const char *const *words, size_t count, day_t day,
                         codeset_visitor *visit, void *context)
{
    char title[2048];
    struct code_entry entry;

    for (uint32_t system = 0; system < index->system_count; system++) {
        for (uint32_t row = index->systems[system].row_first;
             row < index->systems[system].row_end; row++) {
            bool all = true;
            uint32_t known;

            if (tables_choose(codes, (int)system, index->row[row].key, &known) != index ||
                known != row)
                continue;
            (void)tables_state(codes, index, (int)system, row, day, &entry);
            index_title(index, entry.title, title, sizeof title);
            for (size_t i = 0; i < count && all; i++)
                all = holds_word(title, words[i]);
            if (all && !visit(context, &entry))
                return false;
        }
    }
    return true;
}

void codes_search(const struct codes *codes, const char *const *words, size_t count, day_t day,
                  codeset_visitor *visit, void *context)
{
    if (!codes->has_home ||
        search_index(codes, &codes->home, words, count, day, visit, context))
        (void)search_index(codes, &codes->starter, words, count, day, visit, context);
}
