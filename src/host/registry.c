/*
 * registry.c - which policy serves which payer, plan, state and day.
 */
#include "host/registry.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"

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
    return registry;
}

static bool same_name(struct str a, struct str b)
{
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
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
                       question->line_of_business)) {
        return REGISTRY_NO;
    }
    if ((entry->has_from && question->on < entry->from) ||
        (entry->has_to && question->on > entry->to))
        return REGISTRY_OTHER_DAY;
    return REGISTRY_YES;
}
