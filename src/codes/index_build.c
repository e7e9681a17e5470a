/*
 * index_build.c - making the packed form of code tables; see index_build.h.
 *
 * Titles are kept as runs of word numbers: the same few thousand words make up
 * all of them, and a number takes two bytes.
 */
#include "codes/index_build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "codes/codes.h"
#include "codes/index.h"
#include "codes/tabular.h"
#include "codes/traits.h"
#include "codes/vector.h"

struct entry {
    code_key key;
    uint32_t system;
    uint32_t release;
    uint32_t arrival;
    day_t from, to;
    uint32_t title;
    uint32_t row;
    uint16_t traits;
    bool billable;
};

struct successor {
    uint32_t system;
    code_key key;
    day_t day;
    code_key to;
};

struct pair {
    code_key one, other;
    day_t from, to;
    uint8_t indicator, setting;
};

struct build {
    struct vector systems, releases, whole; /* index_system, index_release, bool */
    struct vector entries;
    struct vector successors;
    struct vector sets, items, set_codes, units;
    struct vector pairs;
    struct vector titles, words; /* uint16_t, uint32_t */
    struct buf word_text, text;
    struct intern word_map, title_map;
    /* made by build_finish */
    struct vector windows, keys, rows, spans, traits, slots, rows_after;
    struct vector run; /* the spans of the row at hand */
    struct vector pair_codes, pair_firsts, packed_pairs;
};

struct build *build_new(void)
{
    struct build *build = calloc(1, sizeof *build);
    uint32_t zero = 0;
    uint16_t end = 0;

    if (build == NULL)
        return NULL;
    vector_put(&build->words, &zero, sizeof zero); /* word 0 is the end of a title */
    vector_put(&build->words, &zero, sizeof zero);
    vector_put(&build->titles, &end, sizeof end); /* title 0 is empty */
    buf_putc(&build->text, '\0');                 /* text 0 is empty */
    return build;
}

void build_free(struct build *build)
{
    if (build == NULL)
        return;
    struct vector *vectors[] = {
        &build->systems, &build->releases, &build->whole, &build->entries,
        &build->successors, &build->sets, &build->items, &build->set_codes, &build->units,
        &build->pairs,
        &build->titles, &build->words, &build->windows, &build->keys, &build->rows,
        &build->spans, &build->run, &build->traits, &build->slots, &build->rows_after,
        &build->pair_codes, &build->pair_firsts, &build->packed_pairs};

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        vector_free(vectors[i]);
    buf_free(&build->word_text);
    buf_free(&build->text);
    intern_free(&build->word_map);
    intern_free(&build->title_map);
    free(build);
}

static uint32_t put_text(struct build *build, const char *text)
{
    uint32_t at = (uint32_t)build->text.len;

    if (text == NULL || text[0] == '\0')
        return 0;
    buf_put(&build->text, text, strlen(text) + 1);
    return at;
}

uint32_t build_system(struct build *build, const char *name, uint32_t flags)
{
    struct index_system made = {0};
    struct index_system *systems = build->systems.data;

    for (uint32_t i = 0; i < build->systems.count; i++) {
        if (strcmp(systems[i].name, name) == 0) {
            systems[i].flags |= flags;
            return i;
        }
    }
    assert(strlen(name) < sizeof made.name);
    memcpy(made.name, name, strlen(name));
    made.flags = flags;
    vector_put(&build->systems, &made, sizeof made);
    return (uint32_t)build->systems.count - 1;
}

uint32_t build_release(struct build *build, const struct build_release *release)
{
    struct index_release made = {release->from, release->to, release->system,
                                 put_text(build, release->table),
                                 put_text(build, release->label),
                                 put_text(build, release->source), {0}};
    struct index_system *systems = build->systems.data;

    memcpy(made.sha256, release->sha256, sizeof made.sha256);
    vector_put(&build->releases, &made, sizeof made);
    vector_put(&build->whole, &release->whole, sizeof release->whole);
    if (release->whole && release->system < build->systems.count)
        systems[release->system].flags |= SYSTEM_WHOLE;
    return (uint32_t)build->releases.count - 1;
}

/* The number of a word; 0 when no more fit in two bytes. */
static uint16_t put_word(struct build *build, const char *word, size_t len)
{
    uint32_t *known = intern_at(&build->word_map, word, len);
    uint32_t end;

    if (known == NULL)
        return 0;
    if (*known == 0 && build->words.count < UINT16_MAX) {
        buf_put(&build->word_text, word, len);
        end = (uint32_t)build->word_text.len;
        vector_put(&build->words, &end, sizeof end);
        *known = (uint32_t)build->words.count - 2;
    }
    return (uint16_t)*known;
}

static uint32_t put_title(struct build *build, const char *title, size_t len)
{
    uint32_t *known = intern_at(&build->title_map, title, len);
    uint32_t at = (uint32_t)build->titles.count;
    uint16_t number;

    if (len == 0 || known == NULL)
        return 0;
    if (*known != 0)
        return *known;
    *known = at;
    for (size_t i = 0; i < len;) {
        size_t from = i;

        while (i < len && title[i] != ' ')
            i++;
        if (i > from) {
            number = put_word(build, title + from, i - from);
            if (number == 0) /* the 65,535th word: such a title ends early */
                break;
            vector_put(&build->titles, &number, sizeof number);
        }
        i += i < len;
    }
    number = 0;
    vector_put(&build->titles, &number, sizeof number);
    return at;
}

void build_code(struct build *build, uint32_t release, const struct build_code *code)
{
    const struct index_release *of = (const struct index_release *)build->releases.data + release;
    struct entry entry = {0};

    assert(release < build->releases.count && of->system != INDEX_NONE);
    entry.key = code->key;
    entry.system = of->system;
    entry.release = release;
    entry.arrival = (uint32_t)build->entries.count;
    entry.from = code->from;
    entry.to = code->to;
    entry.billable = code->billable;
    entry.title = put_title(build, code->title, code->title_len);
    if (of->system == CODE_SYSTEM_ICD10CM)
        entry.traits = traits_of(code->title, code->title_len);
    vector_put(&build->entries, &entry, sizeof entry);
}

void build_successor(struct build *build, uint32_t system, code_key key, day_t day,
                     code_key successor)
{
    struct successor made = {system, key, day, successor};

    vector_put(&build->successors, &made, sizeof made);
}

void build_set(struct build *build, uint32_t release, const char *name, const char *title,
               const char *note)
{
    uint32_t first = (uint32_t)build->items.count, code = (uint32_t)build->set_codes.count;
    struct index_set made = {put_text(build, name), put_text(build, title), put_text(build, note),
                             release, first, first, code, code};

    vector_put(&build->sets, &made, sizeof made);
}

void build_set_item(struct build *build, uint32_t system, uint32_t op, code_key from,
                    code_key to)
{
    struct index_item made = {system, op, from, to};
    struct index_set *sets = build->sets.data;

    assert(build->sets.count > 0);
    if (op == CODESET_CODE && (from & 0xFF) == 0 && system <= 0xFF) {
        from |= system;
        vector_put(&build->set_codes, &from, sizeof from);
        sets[build->sets.count - 1].code_end = (uint32_t)build->set_codes.count;
        return;
    }
    vector_put(&build->items, &made, sizeof made);
    sets[build->sets.count - 1].end = (uint32_t)build->items.count;
}

void build_units(struct build *build, uint32_t release, int setting, code_key key,
                 uint32_t limit, int indicator)
{
    const struct index_release *of = (const struct index_release *)build->releases.data + release;
    struct index_units made = {key, of->from, of->to, limit, (uint16_t)release,
                               (uint8_t)setting, (uint8_t)indicator};

    vector_put(&build->units, &made, sizeof made);
}

void build_pair(struct build *build, int setting, code_key one, code_key other, day_t from,
                day_t to, int indicator)
{
    struct pair made = {one, other, from, to, (uint8_t)indicator, (uint8_t)setting};

    vector_put(&build->pairs, &made, sizeof made);
}

/* ---- rows ---------------------------------------------------------------- */

static int by_system_release(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->system != b->system)
        return a->system < b->system ? -1 : 1;
    if (a->release != b->release)
        return a->release < b->release ? -1 : 1;
    return a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

static int by_row_release(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->release != b->release)
        return a->release < b->release ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

static int by_key(const void *left, const void *right)
{
    code_key a = *(const code_key *)left, b = *(const code_key *)right;

    return a < b ? -1 : a > b;
}

static void order_by_text(struct vector *keys, size_t first)
{
    code_key *key = keys->data;
    size_t count = keys->count - first;
    size_t kept = 0;

    if (count == 0)
        return;
    key += first;
    if (count > 1)
        qsort(key, count, sizeof *key, by_key);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || key[kept - 1] != key[i])
            key[kept++] = key[i];
    }
    keys->count = first + kept;
}

/* Appends the rows of one system, whose entries are entry[0..count). */
static bool add_rows(struct build *build, const struct entry *entry, size_t count,
                     bool tabular, struct err *err)
{
    struct vector keys = {0}, lists = {0};
    code_key *order = NULL;
    size_t ordered = 0;
    bool done = true;

    for (size_t i = 0; i < count; i++)
        vector_put(tabular ? &keys : &build->keys, &entry[i].key, sizeof(code_key));
    if (!tabular) {
        order_by_text(&build->keys, build->keys.count - count);
        return true;
    }
    for (size_t i = 0; i < count;) {
        struct tabular_list list = {(const code_key *)keys.data + i, 0};
        uint32_t release = entry[i].release;

        for (; i < count && entry[i].release == release; i++)
            list.count++;
        vector_put(&lists, &list, sizeof list);
    }
    if (!keys.failed && !lists.failed)
        done = tabular_merge(lists.data, lists.count, &order, &ordered, err);
    for (size_t i = 0; done && i < ordered; i++)
        vector_put(&build->keys, &order[i], sizeof order[i]);
    build->keys.failed |= keys.failed || lists.failed;
    free(order);
    vector_free(&keys);
    vector_free(&lists);
    return done;
}

static bool make_rows(struct build *build, struct err *err)
{
    struct entry *entry = build->entries.data;
    struct index_system *system = build->systems.data;
    size_t at = 0, count = build->entries.count;

    if (count > 1)
        qsort(entry, count, sizeof *entry, by_system_release);
    for (uint32_t i = 0; i < build->systems.count; i++) {
        size_t from = at;

        system[i].row_first = (uint32_t)build->keys.count;
        while (at < count && entry[at].system == i)
            at++;
        if (at > from &&
            !add_rows(build, entry + from, at - from, (system[i].flags & SYSTEM_TABULAR) != 0,
                      err))
            return false;
        system[i].row_end = (uint32_t)build->keys.count;
    }
    return true;
}

static void make_slots(struct build *build)
{
    const struct index_system *system = build->systems.data;
    const code_key *key = build->keys.data;
    uint32_t row_bits = index_row_bits((uint32_t)build->keys.count);
    uint32_t room = 16;
    uint32_t *slots;

    while (room < build->keys.count * 2)
        room *= 2;
    slots = vector_add(&build->slots, room, sizeof *slots);
    if (slots == NULL)
        return;
    for (uint32_t i = 0; i < build->systems.count; i++) {
        for (uint32_t row = system[i].row_first; row < system[i].row_end; row++) {
            uint64_t mixed = index_mixed(i, key[row]);
            uint32_t at = index_slot(mixed, room - 1);

            while (slots[at] != 0)
                at = (at + 1) & (room - 1);
            slots[at] = (row + 1) | ((uint32_t)mixed & ~row_bits);
        }
    }
}

static uint32_t row_of(const struct build *build, uint32_t system, code_key key)
{
    const uint32_t *slots = build->slots.data;
    const code_key *keys = build->keys.data;
    const struct index_system *of = (const struct index_system *)build->systems.data + system;
    uint32_t mask = (uint32_t)build->slots.count - 1;
    uint32_t row_bits = index_row_bits((uint32_t)build->keys.count);

    for (uint32_t at = index_slot(index_mixed(system, key), mask); slots[at] != 0;
         at = (at + 1) & mask) {
        uint32_t row = (slots[at] & row_bits) - 1;

        if (keys[row] == key && row >= of->row_first && row < of->row_end)
            return row;
    }
    return INDEX_NONE;
}

/* ---- spans --------------------------------------------------------------- */

static void put_span(struct build *build, const struct entry *entry, day_t from, day_t to)
{
    struct index_span span = {from, to, entry->title, (uint16_t)entry->release,
                              entry->billable ? SPAN_BILLABLE : 0};
    struct index_span *last = (struct index_span *)build->run.data;

    if (from > to)
        return;
    if (build->run.count > 0) {
        last += build->run.count - 1;
        if ((int64_t)last->to + 1 == from && last->title == span.title &&
            last->flags == span.flags) {
            last->to = to;
            return;
        }
    }
    vector_put(&build->run, &span, sizeof span);
}

/* The spans of one row of a system without dates of its own: the windows of
 * the releases that list it. */
static void spans_by_window(struct build *build, const struct entry *entry, size_t count)
{
    const struct index_release *release = build->releases.data;

    for (size_t i = 0; i < count; i++)
        put_span(build, &entry[i], release[entry[i].release].from,
                 release[entry[i].release].to);
}

/* The spans of one row of a dated system: as the newest release that lists the
 * code says; cut off where a newer whole release no longer lists it. */
static void spans_by_date(struct build *build, const struct entry *entry, size_t count)
{
    const struct index_release *release = build->releases.data;
    const bool *whole = build->whole.data;
    uint32_t newest = entry[count - 1].release;
    day_t end = DAY_MAX;

    for (uint32_t i = newest + 1; i < build->releases.count; i++) {
        if (release[i].system == entry[0].system && whole[i]) {
            end = release[i].from - 1;
            break;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (entry[i].release == newest)
            put_span(build, &entry[i], entry[i].from, entry[i].to < end ? entry[i].to : end);
    }
}

/* Writes the row whose spans are at hand: the newest into it, the rest aside. */
static void put_row(struct build *build, uint32_t at, code_key key)
{
    static const struct index_span never = {1, 0, 0, 0, 0};
    const struct index_span *span = build->run.data;
    struct index_row row = {key, 0, (uint32_t)build->spans.count, never};

    for (size_t i = 0; i + 1 < build->run.count; i++)
        vector_put(&build->spans, &span[i], sizeof *span);
    if (build->run.count > 0)
        row.now = span[build->run.count - 1];
    row.end = at + 1;
    vector_put(&build->rows, &row, sizeof row);
    build->rows.failed |= build->run.failed;
    build->run.count = 0;
}

static void make_spans(struct build *build)
{
    const struct index_system *system = build->systems.data;
    const code_key *keys = build->keys.data;
    struct entry *entry = build->entries.data;
    size_t count = build->entries.count;
    size_t at = 0;

    for (size_t i = 0; i < count; i++)
        entry[i].row = row_of(build, entry[i].system, entry[i].key);
    if (count > 1)
        qsort(entry, count, sizeof *entry, by_row_release);
    for (uint32_t row = 0; row < build->keys.count; row++) {
        size_t from = at;

        while (at < count && entry[at].row == row)
            at++;
        assert(at > from);
        if (system[entry[from].system].flags & SYSTEM_DATED)
            spans_by_date(build, entry + from, at - from);
        else
            spans_by_window(build, entry + from, at - from);
        put_row(build, row, keys[row]);
        vector_put(&build->traits, &entry[at - 1].traits, sizeof entry[0].traits);
    }
}

static void make_windows(struct build *build)
{
    struct index_system *system = build->systems.data;
    const struct index_release *release = build->releases.data;
    const bool *whole = build->whole.data;

    for (uint32_t i = 0; i < build->systems.count; i++) {
        system[i].window_first = (uint32_t)build->windows.count;
        for (uint32_t at = 0; at < build->releases.count; at++) {
            struct index_window window = {release[at].from, release[at].to, at};

            if (release[at].system == i && whole[at])
                vector_put(&build->windows, &window, sizeof window);
        }
        system[i].window_end = (uint32_t)build->windows.count;
    }
}

static void make_ends(struct build *build)
{
    const struct index_system *system = build->systems.data;
    struct index_row *rows = build->rows.data;
    struct vector ends = {0};
    uint32_t *end = vector_add(&ends, build->keys.count, sizeof *end);

    for (uint32_t i = 0; end != NULL && !build->rows.failed && i < build->systems.count; i++) {
        uint32_t first = system[i].row_first;

        if (first == system[i].row_end)
            continue;
        tabular_ends((const code_key *)build->keys.data + first, system[i].row_end - first,
                     end + first);
        for (uint32_t row = first; row < system[i].row_end; row++)
            rows[row].end = end[row] + first;
    }
    build->rows.failed |= ends.failed;
    vector_free(&ends);
}

static int by_successor_row(const void *left, const void *right)
{
    const struct index_successor *a = left, *b = right;

    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return a->day < b->day ? -1 : a->day > b->day;
}

static void make_successors(struct build *build)
{
    const struct successor *from = build->successors.data;

    for (size_t i = 0; i < build->successors.count; i++) {
        struct index_successor made = {row_of(build, from[i].system, from[i].key), from[i].day,
                                       from[i].to};

        if (made.row != INDEX_NONE)
            vector_put(&build->rows_after, &made, sizeof made);
    }
    if (build->rows_after.count > 1)
        qsort(build->rows_after.data, build->rows_after.count,
              sizeof(struct index_successor), by_successor_row);
}

/* ---- limits and pairs ------------------------------------------------------ */

static int by_units(const void *left, const void *right)
{
    const struct index_units *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->setting != b->setting)
        return a->setting < b->setting ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* Sorts the limits and joins those that a later quarter repeats. */
static void make_units(struct build *build)
{
    struct index_units *units = build->units.data;
    size_t kept = 0;

    if (build->units.count > 1)
        qsort(units, build->units.count, sizeof *units, by_units);
    for (size_t i = 0; i < build->units.count; i++) {
        struct index_units *last = kept == 0 ? NULL : &units[kept - 1];

        if (last != NULL && last->key == units[i].key && last->setting == units[i].setting &&
            last->limit == units[i].limit && last->indicator == units[i].indicator &&
            (int64_t)last->to + 1 == units[i].from)
            last->to = units[i].to;
        else
            units[kept++] = units[i];
    }
    build->units.count = kept;
}

static int by_pair(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;

    if (a->one != b->one)
        return a->one < b->one ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    if (a->setting != b->setting)
        return a->setting < b->setting ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

static uint16_t pair_day(day_t day)
{
    if (day <= PAIR_EPOCH)
        return 0;
    return day - PAIR_EPOCH >= PAIR_OPEN ? PAIR_OPEN : (uint16_t)(day - PAIR_EPOCH);
}

static void make_pairs(struct build *build)
{
    struct pair *pair = build->pairs.data;
    size_t count = build->pairs.count, at = 0;
    const code_key *codes;

    if (count > 1)
        qsort(pair, count, sizeof *pair, by_pair);
    for (size_t i = 0; i < count; i++) {
        vector_put(&build->pair_codes, &pair[i].one, sizeof pair[i].one);
        vector_put(&build->pair_codes, &pair[i].other, sizeof pair[i].other);
    }
    if (build->pair_codes.failed)
        return;
    order_by_text(&build->pair_codes, 0);
    codes = build->pair_codes.data;
    for (uint32_t one = 0; one <= build->pair_codes.count; one++) {
        uint32_t first = (uint32_t)build->packed_pairs.count;

        vector_put(&build->pair_firsts, &first, sizeof first);
        for (; one < build->pair_codes.count && at < count && pair[at].one == codes[one]; at++) {
            const code_key *other = bsearch(&pair[at].other, codes, build->pair_codes.count,
                                            sizeof *codes, by_key);
            struct index_pair made = {(uint16_t)(other - codes), pair_day(pair[at].from),
                                      pair_day(pair[at].to), pair[at].indicator,
                                      pair[at].setting};

            vector_put(&build->packed_pairs, &made, sizeof made);
        }
    }
}

/* ---- writing --------------------------------------------------------------- */

static void put_section(struct buf *out, enum index_section section, const void *data,
                        size_t count, size_t size)
{
    static const char zeros[8];
    struct index_header *header;

    buf_put(out, zeros, (8 - out->len % 8) % 8);
    if (out->failed)
        return;
    header = (struct index_header *)(void *)out->data;
    header->section[section].offset = out->len;
    header->section[section].count = count;
    buf_put(out, data, count * size);
}

static void put_vector(struct buf *out, enum index_section section, const struct vector *vector,
                       size_t size)
{
    out->failed |= vector->failed;
    put_section(out, section, vector->data, vector->count, size);
}

static void put_sections(struct build *build, struct buf *out)
{
    put_vector(out, SECTION_SYSTEMS, &build->systems, sizeof(struct index_system));
    put_vector(out, SECTION_RELEASES, &build->releases, sizeof(struct index_release));
    put_vector(out, SECTION_WINDOWS, &build->windows, sizeof(struct index_window));
    put_vector(out, SECTION_SLOTS, &build->slots, sizeof(uint32_t));
    put_vector(out, SECTION_ROWS, &build->rows, sizeof(struct index_row));
    put_vector(out, SECTION_SPANS, &build->spans, sizeof(struct index_span));
    put_vector(out, SECTION_TRAITS, &build->traits, sizeof(uint16_t));
    put_vector(out, SECTION_SUCCESSORS, &build->rows_after, sizeof(struct index_successor));
    put_vector(out, SECTION_TITLES, &build->titles, sizeof(uint16_t));
    put_vector(out, SECTION_WORDS, &build->words, sizeof(uint32_t));
    put_section(out, SECTION_WORD_TEXT, build->word_text.data, build->word_text.len, 1);
    put_section(out, SECTION_TEXT, build->text.data, build->text.len, 1);
    put_vector(out, SECTION_SETS, &build->sets, sizeof(struct index_set));
    put_vector(out, SECTION_SET_ITEMS, &build->items, sizeof(struct index_item));
    put_vector(out, SECTION_SET_CODES, &build->set_codes, sizeof(code_key));
    put_vector(out, SECTION_UNITS, &build->units, sizeof(struct index_units));
    put_vector(out, SECTION_PAIR_CODES, &build->pair_codes, sizeof(code_key));
    put_vector(out, SECTION_PAIR_FIRSTS, &build->pair_firsts, sizeof(uint32_t));
    put_vector(out, SECTION_PAIRS, &build->packed_pairs, sizeof(struct index_pair));
}

static bool make_all(struct build *build, struct err *err)
{
    if (!make_rows(build, err))
        return false;
    make_slots(build);
    if (build->slots.failed || build->keys.failed || build->entries.failed ||
        build->systems.failed || build->releases.failed || build->successors.failed ||
        build->pairs.failed || build->whole.failed || build->word_map.failed ||
        build->title_map.failed || build->word_text.failed || build->text.failed)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the code tables");
    make_spans(build);
    make_ends(build);
    make_windows(build);
    make_successors(build);
    make_units(build);
    make_pairs(build);
    if (build->pair_codes.count > UINT16_MAX || build->releases.count > UINT16_MAX)
        return err_set(err, ERR_INPUT, "codes-index", "more than 65,535 codes in procedure pairs");
    return true;
}

bool build_finish(struct build *build, struct buf *out, struct err *err)
{
    struct index_header header = {0};
    struct index_header *written;

    assert(out->len == 0);
    if (!make_all(build, err))
        return false;
    memcpy(header.magic, INDEX_MAGIC, sizeof header.magic);
    header.endian = INDEX_ENDIAN;
    header.version = INDEX_VERSION;
    buf_put(out, &header, sizeof header);
    put_sections(build, out);
    if (out->failed)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the code tables");
    written = (struct index_header *)(void *)out->data;
    written->size = out->len;
    sha256_of(out->data + sizeof header, out->len - sizeof header, written->sha256);
    return true;
}
