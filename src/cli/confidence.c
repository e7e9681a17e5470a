/*
 * confidence.c - how surely a rule is known, in words.
 */
#include "cli/confidence.h"

#include <string.h>

#include "cli/json_view.h"

static const char tags[] = CONFIDENCES;

static const char *const words[] = {"read in the payer's own text",
                                    "read in an abstract of it", "recalled, not read",
                                    "our own definition"};

static const char *place_of(struct str tag)
{
    return tag.len == 1 ? memchr(tags, tag.at[0], sizeof tags - 1) : NULL;
}

const char *confidence_words(struct str tag)
{
    const char *at = place_of(tag);

    return at == NULL ? NULL : words[at - tags];
}

void confidence_say(struct page *page, yyjson_val *object)
{
    struct str tag = view_text(object, "confidence");

    if (confidence_words(tag) != NULL)
        page_say(page, " [%c]", tag.at[0]);
}

bool confidence_say_all(struct page *page, yyjson_val *objects, bool counts)
{
    bool said = false;

    for (const char *tag = tags; *tag != '\0'; tag++) {
        size_t i, count, carrying = 0;
        yyjson_val *object;

        yyjson_arr_foreach(objects, i, count, object) {
            struct str own = view_text(object, "confidence");

            carrying += own.len == 1 && own.at[0] == *tag;
        }
        if (carrying == 0)
            continue;
        page_say(page, "%s[%c] %s", said ? "; " : "", *tag, words[tag - tags]);
        if (counts)
            page_say(page, ": %zu", carrying);
        said = true;
    }
    return said;
}
