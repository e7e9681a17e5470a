/*
 * codes_words.c - what policies ask beside the state of a code: unit limits,
 * pairs that exclude each other, side, region and chapter, and which tables
 * answered; see codes.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "codes/codes.h"
#include "codes/tables.h"
#include "codes/traits.h"

static const char *const limit_tables[] = {"mue-practitioner", "mue-outpatient", "mue-supplier"};
static const char *const pair_tables[] = {"ncci-practitioner", "ncci-outpatient",
                                          "ncci-supplier"};

/* The newest release of a table that answers for the day, or NULL. */
static const struct index_release *release_on(const struct index *index, const char *table,
                                              day_t day)
{
    uint32_t count;
    const struct index_release *all = index_section(index, SECTION_RELEASES, &count);

    while (count-- > 0) {
        if (day >= all[count].from && day <= all[count].to &&
            strcmp(index_text(index, all[count].table), table) == 0)
            return &all[count];
    }
    return NULL;
}

static code_key procedure_key(struct str code)
{
    int system = CODE_SYSTEM_HCPCS;

    return code_normal(&system, code.at, code.len);
}

enum code_answer codes_limit(const struct codes *codes, enum code_setting setting,
                             struct str code, day_t day, struct code_limit *limit)
{
    const struct index_release *release;
    const struct index_units *units;
    code_key key = procedure_key(code);
    uint32_t count, low = 0, high;

    release = codes->has_home ? release_on(&codes->home, limit_tables[setting], day) : NULL;
    if (release == NULL)
        return CODE_NO_TABLE;
    units = index_section(&codes->home, SECTION_UNITS, &count);
    high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (units[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && units[low].key == key; low++) {
        if (units[low].setting != (uint8_t)setting || day < units[low].from ||
            day > units[low].to)
            continue;
        *limit = (struct code_limit){units[low].limit, units[low].indicator,
                                     limit_tables[setting],
                                     index_text(&codes->home, release->label)};
        return CODE_YES;
    }
    return CODE_NO;
}

/* The place of a code in PAIR_CODES, or INDEX_NONE. */
static uint32_t pair_place(const struct index *index, code_key key)
{
    uint32_t low = 0, high, count;
    const code_key *all = index_section(index, SECTION_PAIR_CODES, &count);

    high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (all[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && all[low] == key ? low : INDEX_NONE;
}

/* The pair with column 1 at place one and column 2 at place other. */
static const struct index_pair *pair_on(const struct index *index, enum code_setting setting,
                                        uint32_t one, uint32_t other, day_t day)
{
    uint32_t firsts_count, count;
    const uint32_t *firsts = index_section(index, SECTION_PAIR_FIRSTS, &firsts_count);
    const struct index_pair *all = index_section(index, SECTION_PAIRS, &count);
    uint32_t low, high, end;
    int64_t from_epoch = (int64_t)day - PAIR_EPOCH;

    if (one + 1 >= firsts_count)
        return NULL;
    low = firsts[one];
    end = high = firsts[one + 1];
    if (low > high || high > count)
        return NULL;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (all[middle].other < other)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < end && all[low].other == other; low++) {
        if (all[low].setting == (uint8_t)setting && from_epoch >= all[low].from &&
            (all[low].to == PAIR_OPEN || from_epoch <= all[low].to))
            return &all[low];
    }
    return NULL;
}

enum code_answer codes_pair(const struct codes *codes, enum code_setting setting,
                            struct str one, struct str other, day_t day, struct code_pair *pair)
{
    const struct index_release *release;
    const struct index_pair *found = NULL;
    uint32_t places[2];

    release = codes->has_home ? release_on(&codes->home, pair_tables[setting], day) : NULL;
    if (release == NULL)
        return CODE_NO_TABLE;
    places[0] = pair_place(&codes->home, procedure_key(one));
    places[1] = pair_place(&codes->home, procedure_key(other));
    if (places[0] == INDEX_NONE || places[1] == INDEX_NONE)
        return CODE_NO;
    for (int order = 0; order < 2 && found == NULL; order++) {
        found = pair_on(&codes->home, setting, places[order], places[1 - order], day);
        if (found != NULL)
            *pair = (struct code_pair){order == 1, found->indicator, pair_tables[setting],
                                       index_text(&codes->home, release->label)};
    }
    return found == NULL ? CODE_NO : CODE_YES;
}

const char *code_laterality(const struct code_entry *entry)
{
    if (entry->system != CODE_SYSTEM_ICD10CM)
        return NULL;
    if (entry->traits & TRAIT_BILATERAL)
        return "bilateral";
    if (entry->traits & TRAIT_RIGHT)
        return "right";
    if (entry->traits & TRAIT_LEFT)
        return "left";
    return entry->traits & TRAIT_SIDE_UNSPECIFIED ? "unspecified" : NULL;
}

/* Cervix and foetal presentation are no part of the spine. */
static bool has_spine(code_key key)
{
    char letter = (char)(key >> 56);

    return strchr("CDGMQSTBZ", letter) != NULL;
}

const char *code_region(const struct code_entry *entry, const char **second)
{
    static const struct {
        uint16_t traits;
        const char *upper, *lower;
    } regions[] = {
        {TRAIT_CERVICAL | TRAIT_THORACIC, "cervical", "thoracic"},
        {TRAIT_THORACIC | TRAIT_LUMBAR, "thoracic", "lumbar"},
        {TRAIT_LUMBAR | TRAIT_SACRAL, "lumbosacral", NULL},
        {TRAIT_CERVICAL, "cervical", NULL},
        {TRAIT_THORACIC, "thoracic", NULL},
        {TRAIT_LUMBAR, "lumbar", NULL},
        {TRAIT_SACRAL, "lumbosacral", NULL},
    };

    *second = NULL;
    if (entry->system != CODE_SYSTEM_ICD10CM || entry->key == 0 || !has_spine(entry->key))
        return NULL;
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        if ((entry->traits & TRAIT_REGIONS) == regions[i].traits) {
            *second = regions[i].lower;
            return regions[i].upper;
        }
    }
    return NULL;
}

/* ---- which tables ---------------------------------------------------------- */

struct used {
    const char *table;
    const struct index *index;
    const struct index_release *release; /* NULL: the starter */
};

static void put_used(const struct codes *codes, const struct used *used, struct buf *out)
{
    char hex[SHA256_HEX], value[256];

    sha256_hex(used->release == NULL ? codes->starter.header->sha256 : used->release->sha256,
               hex);
    snprintf(value, sizeof value, "%s sha256:%s",
             used->release == NULL ? "starter" : index_text(used->index, used->release->label),
             hex);
    buf_put_json(out, used->table, strlen(used->table));
    buf_putc(out, ':');
    buf_put_json(out, value, strlen(value));
}

static bool system_used(const struct codes *codes, int system, day_t day, struct used *used)
{
    const char *name = codes_system_name(codes, system);

    *used = (struct used){name, &codes->starter, NULL};
    if (codes->has_home) {
        used->release = release_on(&codes->home, name, day);
        if (used->release != NULL || tables_whole(&codes->home, system))
            used->index = &codes->home;
    }
    return used->release != NULL ||
           (system < CODE_SYSTEM_OWN && used->index == &codes->starter);
}

static void insert_used(struct used *all, size_t *count, struct used one)
{
    size_t at = (*count)++;

    for (; at > 0 && strcmp(all[at - 1].table, one.table) > 0; at--)
        all[at] = all[at - 1];
    all[at] = one;
}

void codes_tables_json(const struct codes *codes, day_t day, uint32_t used, struct buf *out)
{
    struct used all[30 + 6], one;
    int systems = codes->has_home ? (int)codes->home.system_count : CODE_SYSTEM_OWN;
    size_t count = 0;

    for (int i = 0; i < systems && i < 30; i++) {
        if ((used >> i & 1) != 0 && system_used(codes, i, day, &one))
            insert_used(all, &count, one);
    }
    for (int i = 0; codes->has_home && i < 6; i++) {
        const char *table = i < 3 ? limit_tables[i] : pair_tables[i - 3];

        one = (struct used){table, &codes->home, release_on(&codes->home, table, day)};
        if ((used & (i < 3 ? CODES_LIMITS : CODES_PAIRS)) != 0 && one.release != NULL)
            insert_used(all, &count, one);
    }
    buf_putc(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_putc(out, ',');
        put_used(codes, &all[i], out);
    }
    buf_putc(out, '}');
}

const void *codes_image(const struct codes *codes, bool starter, size_t *len)
{
    const struct index *index = starter ? &codes->starter : &codes->home;

    *len = 0;
    if (!starter && !codes->has_home)
        return NULL;
    *len = index->size;
    return index->header;
}
