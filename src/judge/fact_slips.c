/*
 * fact_slips.c - answers whose name was probably meant to be another.
 */
#include "judge/fact_names.h"

#include "base/buf.h"
#include "base/nearest.h"

#define NAME_MAX_LEN 63
#define DISTANCE_MAX 2

static bool in_catalogue(struct str name)
{
    for (size_t i = 0; fact_names[i] != NULL; i++)
        if (str_is(name, fact_names[i]))
            return true;
    return false;
}

/* The fact that the name was probably meant to be, or NULL. */
static const char *meant(struct str name)
{
    char word[NAME_MAX_LEN + 1];
    struct nearest nearest = {word, NULL, 0};

    if (name.len > NAME_MAX_LEN || name.len < 4)
        return NULL;
    memcpy(word, name.at, name.len);
    word[name.len] = '\0';
    for (size_t i = 0; fact_names[i] != NULL; i++)
        nearest_offer(&nearest, fact_names[i]);
    return nearest.distance <= DISTANCE_MAX ? nearest.best : NULL;
}

void fact_names_slips(struct buf *out, const struct casefile *file, const struct policy *policy)
{
    const char *comma = "";
    size_t i, count;
    yyjson_val *key, *value;

    buf_putc(out, '[');
    yyjson_obj_foreach(file->answers_value, i, count, key, value) {
        struct str name = case_text(key);
        const char *nearest;

        if (in_catalogue(name) || (policy != NULL && policy_fact(policy, name) != NULL))
            continue;
        nearest = meant(name);
        if (nearest == NULL)
            continue;
        buf_puts(out, comma);
        buf_puts(out, "{\"answer\":");
        buf_put_json(out, name.at, name.len);
        buf_puts(out, ",\"nearest\":");
        buf_put_json(out, nearest, strlen(nearest));
        buf_putc(out, '}');
        comma = ",";
    }
    buf_putc(out, ']');
}
