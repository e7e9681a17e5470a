/*
 * index.c - reading the packed form of code tables; see index.h.
 */
#include "codes/index.h"

#include <assert.h>
#include <string.h>

#include "base/sha256.h"

static const size_t element_size[SECTION_COUNT] = {
    [SECTION_SYSTEMS] = sizeof(struct index_system),
    [SECTION_RELEASES] = sizeof(struct index_release),
    [SECTION_WINDOWS] = sizeof(struct index_window),
    [SECTION_SLOTS] = sizeof(uint32_t),
    [SECTION_ROWS] = sizeof(struct index_row),
    [SECTION_SPANS] = sizeof(struct index_span),
    [SECTION_TRAITS] = sizeof(uint16_t),
    [SECTION_SUCCESSORS] = sizeof(struct index_successor),
    [SECTION_TITLES] = sizeof(uint16_t),
    [SECTION_WORDS] = sizeof(uint32_t),
    [SECTION_WORD_TEXT] = 1,
    [SECTION_TEXT] = 1,
    [SECTION_SETS] = sizeof(struct index_set),
    [SECTION_SET_ITEMS] = sizeof(struct index_item),
    [SECTION_SET_CODES] = sizeof(code_key),
    [SECTION_UNITS] = sizeof(struct index_units),
    [SECTION_PAIR_CODES] = sizeof(code_key),
    [SECTION_PAIR_FIRSTS] = sizeof(uint32_t),
    [SECTION_PAIRS] = sizeof(struct index_pair),
};

static bool damaged(struct err *err, const char *what)
{
    err_set(err, ERR_INPUT, "codes-index", "the index of the code tables is damaged: %s", what);
    return err_help(err, "delete the file codes-*.idx in the home folder; it is made again");
}

static bool sections_fit(const struct index_header *header, struct err *err)
{
    for (int i = 0; i < SECTION_COUNT; i++) {
        uint64_t offset = header->section[i].offset;
        uint64_t count = header->section[i].count;

        if (offset % 8 != 0 || offset < sizeof *header || offset > header->size ||
            count > UINT32_MAX || count > (header->size - offset) / element_size[i])
            return damaged(err, "a section lies outside the file");
    }
    return true;
}

/* Relations between the sections that the readers below rely on. */
static bool sections_agree(const struct index *index, struct err *err)
{
    uint32_t count, rows, traits;
    const struct index_system *system = index_section(index, SECTION_SYSTEMS, &count);

    (void)index_section(index, SECTION_ROWS, &rows);
    for (uint32_t i = 0; i < count; i++) {
        if (system[i].row_first > system[i].row_end || system[i].row_end > rows ||
            memchr(system[i].name, '\0', sizeof system[i].name) == NULL)
            return damaged(err, "a system has rows that are not there");
    }
    (void)index_section(index, SECTION_TRAITS, &traits);
    if (traits != rows)
        return damaged(err, "the traits do not match the codes");
    return true;
}

bool index_over(const void *bytes, size_t size, struct index *index, struct err *err)
{
    const struct index_header *header = bytes;
    uint32_t slots;

    assert(((uintptr_t)bytes & 7) == 0);
    if (size < sizeof *header || memcmp(header->magic, INDEX_MAGIC, 8) != 0)
        return damaged(err, "it does not begin as one");
    if (header->endian != INDEX_ENDIAN || header->version != INDEX_VERSION)
        return damaged(err, "it was written by another version");
    if (header->size != size)
        return damaged(err, "it is not as long as it says");
    if (!sections_fit(header, err))
        return false;
    *index = (struct index){.header = header, .bytes = bytes, .size = size};
    if (!sections_agree(index, err))
        return false;
    index->slots = index_section(index, SECTION_SLOTS, &slots);
    if (slots < 16 || (slots & (slots - 1)) != 0)
        return damaged(err, "its hash has no power of two");
    index->slot_mask = slots - 1;
    index->row = index_section(index, SECTION_ROWS, &index->rows);
    index->row_bits = index_row_bits(index->rows);
    index->spans = index_section(index, SECTION_SPANS, &index->span_count);
    index->systems = index_section(index, SECTION_SYSTEMS, &index->system_count);
    index->windows = index_section(index, SECTION_WINDOWS, &index->window_count);
    index->traits = index_section(index, SECTION_TRAITS, NULL);
    index->releases = index_section(index, SECTION_RELEASES, &index->release_count);
    index->text = index_section(index, SECTION_TEXT, &index->text_len);
    if (index->text_len > 0 && index->text[index->text_len - 1] != '\0')
        index->text_len = 0;
    return true;
}

bool index_whole(const struct index *index, struct err *err)
{
    uint8_t digest[SHA256_BYTES];

    sha256_of(index->bytes + sizeof *index->header, index->size - sizeof *index->header, digest);
    return memcmp(digest, index->header->sha256, sizeof digest) == 0 ||
           damaged(err, "its content does not match its hash");
}

const void *index_section(const struct index *index, enum index_section section,
                          uint32_t *count)
{
    assert(section < SECTION_COUNT);
    if (count != NULL)
        *count = (uint32_t)index->header->section[section].count;
    return index->bytes + index->header->section[section].offset;
}

uint32_t index_parent(const struct index *index, uint32_t system, uint32_t row)
{
    code_key key = index->row[row].key;

    for (size_t len = code_key_len(key) - 1; len >= 1; len--) {
        uint32_t parent = index_row(index, system, code_key_cut(key, len));

        if (parent != INDEX_NONE)
            return parent;
    }
    return INDEX_NONE;
}

size_t index_title(const struct index *index, uint32_t title, char *text, size_t size)
{
    uint32_t titles, words, bytes;
    const uint16_t *run = index_section(index, SECTION_TITLES, &titles);
    const uint32_t *word = index_section(index, SECTION_WORDS, &words);
    const char *word_text = index_section(index, SECTION_WORD_TEXT, &bytes);
    size_t len = 0;

    for (; title < titles && run[title] != 0; title++) {
        uint32_t number = run[title];
        uint32_t from, to;

        if (number + 1 >= words)
            break;
        from = word[number];
        to = word[number + 1];
        if (from > to || to > bytes)
            break;
        if (len > 0) {
            if (len < size)
                text[len] = ' ';
            len++;
        }
        for (; from < to; from++, len++) {
            if (len < size)
                text[len] = word_text[from];
        }
    }
    if (size > 0)
        text[len < size ? len : size - 1] = '\0';
    return len;
}
