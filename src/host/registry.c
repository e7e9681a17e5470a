/*
 * registry.c - which policy serves which payer, plan, state and day.
 */
#include "host/registry.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "host/limits.h"

static bool day_member(yyjson_val *object, const char *name, bool *has, day_t *day)
{
    struct str text = json_member(object, name);

    *has = text.at != NULL;
    return !*has || civil_parse_day(text.at, text.len, day);
}

static bool read_entry(yyjson_val *json, struct registry_entry *entry)
{
    entry->json = json;
    entry->policy = json_member(json, "policy");
    entry->file = json_member(json, "file");
    entry->payer = json_member(json, "payer");
    return entry->policy.len > 0 && entry->file.len > 0 &&
           day_member(json, "from", &entry->has_from, &entry->from) &&
           day_member(json, "to", &entry->has_to, &entry->to);
}

static bool same_name(struct str a, struct str b)
{
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

/* ---- from names to entries ------------------------------------------------------ */

struct registry_slot {
    struct str key;
    uint32_t first, last; /* links, from 1; 0: none */
};

struct registry_link {
    uint32_t entry;
    uint32_t next; /* from 1; 0: the last */
};

/* The slot of the key, or the empty one where it would be. */
static struct registry_slot *map_slot(const struct registry_map *map, struct str key)
{
    uint32_t hash = 2166136261u;
    size_t at;

    for (size_t i = 0; i < key.len; i++) {
        unsigned char byte = (unsigned char)key.at[i];

        if (byte >= 'A' && byte <= 'Z')
            byte = (unsigned char)(byte + 32);
        hash = (hash ^ byte) * 16777619u;
    }
    for (at = hash & map->mask; map->slots[at].first != 0; at = (at + 1) & map->mask)
        if (same_name(map->slots[at].key, key))
            break;
    return &map->slots[at];
}

static bool map_open(struct registry_map *map, struct pool *pool, size_t keys)
{
    size_t room = 16;

    while (room < 2 * keys)
        room *= 2;
    map->mask = room - 1;
    map->slots = pool_array(pool, room, sizeof *map->slots);
    map->links = pool_array(pool, keys + 1, sizeof *map->links);
    return map->slots != NULL && map->links != NULL;
}

static void map_add(struct registry_map *map, struct str key, size_t entry)
{
    struct registry_slot *slot = map_slot(map, key);
    uint32_t link = (uint32_t)++map->link_count;

    map->links[link - 1] = (struct registry_link){(uint32_t)entry, 0};
    slot->key = key;
    if (slot->first == 0)
        slot->first = link;
    else
        map->links[slot->last - 1].next = link;
    slot->last = link;
}

/* The names of the payer of that id; NULL: it has none but its id. */
static yyjson_val *names_of(const struct registry_map *payers, yyjson_val *const *by_number,
                            struct str id)
{
    uint32_t link = id.at == NULL ? 0 : map_slot(payers, id)->first;

    for (; link != 0; link = payers->links[link - 1].next) {
        yyjson_val *payer = by_number[payers->links[link - 1].entry];

        if (str_equal(json_member(payer, "id"), id))
            return yyjson_obj_get(payer, "names");
    }
    return NULL;
}

static void add_payer(struct registry *registry, size_t entry, struct str id, yyjson_val *names)
{
    yyjson_arr_iter iter;
    yyjson_val *item;

    map_add(&registry->by_payer, id, entry);
    yyjson_arr_iter_init(names, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL)
        if (yyjson_is_str(item) && !same_name(json_text(item), id))
            map_add(&registry->by_payer, json_text(item), entry);
}

/* All payers by id, to find their names. */
static bool read_payers(struct pool *pool, struct registry *registry,
                        struct registry_map *payers, yyjson_val ***by_number)
{
    size_t count = yyjson_arr_size(registry->payers), number = 0;
    yyjson_arr_iter iter;
    yyjson_val *item;

    *by_number = pool_array(pool, count + 1, sizeof **by_number);
    if (*by_number == NULL || !map_open(payers, pool, count))
        return false;
    yyjson_arr_iter_init(registry->payers, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        (*by_number)[number] = item;
        map_add(payers, json_member(item, "id"), number++);
    }
    return true;
}

static bool index_entries(struct pool *pool, struct registry *registry)
{
    struct registry_map payers = {.link_count = 0};
    yyjson_val **by_number;
    uint32_t *any = pool_array(pool, registry->count + 1, sizeof *any);
    size_t keys = 0;

    if (any == NULL || !read_payers(pool, registry, &payers, &by_number))
        return false;
    for (size_t i = 0; i < registry->count; i++)
        keys += 1 + yyjson_arr_size(names_of(&payers, by_number, registry->entries[i].payer));
    if (!map_open(&registry->by_payer, pool, keys) ||
        !map_open(&registry->by_policy, pool, registry->count))
        return false;
    registry->any_payer = any;
    for (size_t i = 0; i < registry->count; i++) {
        struct str payer = registry->entries[i].payer;

        map_add(&registry->by_policy, registry->entries[i].policy, i);
        if (payer.at == NULL)
            any[registry->any_count++] = (uint32_t)i;
        else
            add_payer(registry, i, payer, names_of(&payers, by_number, payer));
    }
    return true;
}

void registry_begin(const struct registry *registry, const struct registry_question *question,
                    struct registry_walk *walk)
{
    walk->any = question->policy.at != NULL ? registry->any_count : 0;
    walk->link = 0;
    if (question->policy.at != NULL)
        walk->link = map_slot(&registry->by_policy, question->policy)->first;
    else if (question->payor.at != NULL)
        walk->link = map_slot(&registry->by_payer, question->payor)->first;
}

size_t registry_next(const struct registry *registry, struct registry_walk *walk,
                     const struct registry_question *question)
{
    const struct registry_map *map =
        question->policy.at != NULL ? &registry->by_policy : &registry->by_payer;
    size_t named = walk->link == 0 ? SIZE_MAX : map->links[walk->link - 1].entry;
    size_t any = walk->any == registry->any_count ? SIZE_MAX : registry->any_payer[walk->any];

    if (any < named) {
        walk->any++;
        return any;
    }
    if (walk->link != 0)
        walk->link = map->links[walk->link - 1].next;
    return named;
}

/* ---- reading -------------------------------------------------------------------- */

struct registry *registry_read(struct pool *pool, const char *json, size_t len, struct err *err)
{
    yyjson_val *root = yyjson_doc_get_root(json_read(pool, json, len));
    yyjson_val *array = yyjson_obj_get(root, "entries");
    struct registry *registry = POOL_NEW(pool, struct registry);
    struct registry_entry *entries =
        pool_array(pool, yyjson_arr_size(array), sizeof *entries);
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (registry == NULL || entries == NULL ||
        !str_equal(json_member(root, "schema"), str_of("rubric-registry/1"))) {
        err_set(err, ERR_POLICY, "E-REGISTRY", "the registry of policies cannot be read");
        return NULL;
    }
    registry->payers = yyjson_obj_get(root, "payers");
    registry->clocks = yyjson_obj_get(root, "clocks");
    registry->case_mib = limits_case_mib(root);
    registry->entries = entries;
    yyjson_arr_iter_init(array, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL) {
        if (!read_entry(item, &entries[registry->count])) {
            err_set(err, ERR_POLICY, "E-REGISTRY", "entry %zu of the registry is not whole",
                    registry->count + 1);
            return NULL;
        }
        registry->count++;
    }
    if (!index_entries(pool, registry)) {
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the registry");
        return NULL;
    }
    return registry;
}

/* True if the array is empty, and so asks nothing, or holds the word. */
static bool allows(yyjson_val *array, struct str word)
{
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (yyjson_arr_size(array) == 0)
        return true;
    if (word.at == NULL)
        return false;
    yyjson_arr_iter_init(array, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL)
        if (same_name(json_text(item), word))
            return true;
    return false;
}

/* True if the entry is for every place of service, or one line is at one of its. */
static bool at_place(yyjson_val *places, yyjson_val *lines)
{
    yyjson_arr_iter iter;
    yyjson_val *line;

    if (yyjson_arr_size(places) == 0)
        return true;
    yyjson_arr_iter_init(lines, &iter);
    while ((line = yyjson_arr_iter_next(&iter)) != NULL)
        if (allows(places, json_member(line, "placeOfService")))
            return true;
    return false;
}

bool registry_payer_is(const struct registry *registry, struct str payer, struct str name)
{
    yyjson_arr_iter iter;
    yyjson_val *item;

    if (name.at == NULL)
        return false;
    if (same_name(payer, name))
        return true;
    yyjson_arr_iter_init(registry->payers, &iter);
    while ((item = yyjson_arr_iter_next(&iter)) != NULL)
        if (str_equal(json_member(item, "id"), payer))
            return yyjson_arr_size(yyjson_obj_get(item, "names")) > 0 &&
                   allows(yyjson_obj_get(item, "names"), name);
    return false;
}

enum registry_fit registry_fits(const struct registry *registry,
                                const struct registry_entry *entry,
                                const struct registry_question *question)
{
    bool payer = entry->payer.at == NULL ||
                 registry_payer_is(registry, entry->payer, question->payor);

    if (question->policy.at != NULL) {
        /* Somebody named the policy: whose case it is no longer matters. */
        if (!str_equal(entry->policy, question->policy))
            return REGISTRY_NO;
    } else if (!payer || !allows(yyjson_obj_get(entry->json, "plans"), question->plan) ||
               !allows(yyjson_obj_get(entry->json, "states"), question->state) ||
               !allows(yyjson_obj_get(entry->json, "lines_of_business"),
                       question->line_of_business) ||
               !at_place(yyjson_obj_get(entry->json, "places"), question->lines)) {
        return REGISTRY_NO;
    }
    if ((entry->has_from && question->on < entry->from) ||
        (entry->has_to && question->on > entry->to))
        return REGISTRY_OTHER_DAY;
    return REGISTRY_YES;
}
