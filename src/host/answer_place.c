/*
 * answer_place.c - which value of an answer stands at a byte, in words.
 *
 * The bytes before it are our own writing: brackets outside of texts pair up, and
 * a text before a colon is a member's name. Depth beyond what a path shows is
 * only counted.
 */
#include "host/answer_place.h"

#include <stdbool.h>
#include <string.h>

#define SHOWN 3 /* steps of a path */
#define NAME_SHOWN 40

struct step {
    bool array;
    size_t index;
    const char *name; /* NULL: between members */
    size_t name_len;
};

/* Past the text that begins at the quote; at if it does not end before. */
static size_t past_text(const char *json, size_t from, size_t at)
{
    for (size_t i = from + 1; i < at; i++) {
        if (json[i] == '\\')
            i++;
        else if (json[i] == '"')
            return i + 1;
    }
    return at;
}

static void put_steps(const struct step *steps, size_t depth, struct buf *path)
{
    for (size_t i = 0; i < depth && i < SHOWN; i++) {
        if (steps[i].array) {
            buf_printf(path, "[%zu]", steps[i].index);
        } else if (steps[i].name != NULL && steps[i].name_len <= NAME_SHOWN) {
            buf_puts(path, path->len == 0 ? "" : ".");
            buf_put(path, steps[i].name, steps[i].name_len);
        }
    }
}

void answer_place(const char *json, size_t at, struct buf *path)
{
    struct step steps[SHOWN], *step;
    size_t depth = 0, start;

    for (size_t i = 0; i < at; i++) {
        step = depth > 0 && depth <= SHOWN ? &steps[depth - 1] : NULL;
        switch (json[i]) {
        case '{':
        case '[':
            if (depth++ < SHOWN)
                steps[depth - 1] = (struct step){.array = json[i] == '['};
            break;
        case '}':
        case ']':
            depth -= depth > 0;
            break;
        case ',':
            if (step != NULL) {
                step->index++;
                step->name = NULL;
            }
            break;
        case '"':
            start = i + 1;
            i = past_text(json, i, at) - 1;
            if (step != NULL && !step->array && step->name == NULL && i + 1 < at) {
                step->name = json + start;
                step->name_len = i - start;
            }
            break;
        default:
            break;
        }
    }
    put_steps(steps, depth, path);
}
