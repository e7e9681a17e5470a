/*
 * traits.c - side and region from the words of a title; see traits.h.
 */
#include "codes/traits.h"

#include <stdbool.h>
#include <string.h>

/* The beginnings of words, in lower case; a joined region comes first. */
static const struct {
    const char *begins;
    uint16_t traits;
} words[] = {
    {"right", TRAIT_RIGHT},
    {"left", TRAIT_LEFT},
    {"bilateral", TRAIT_BILATERAL},
    {"cervicothoracic", TRAIT_CERVICAL | TRAIT_THORACIC},
    {"thoracolumbar", TRAIT_THORACIC | TRAIT_LUMBAR},
    {"lumbosacral", TRAIT_LUMBAR | TRAIT_SACRAL},
    {"sacrococcygeal", TRAIT_SACRAL},
    {"cervic", TRAIT_CERVICAL},
    {"occipit", TRAIT_CERVICAL},
    {"thoracic", TRAIT_THORACIC},
    {"lumbar", TRAIT_LUMBAR},
    {"lumbago", TRAIT_LUMBAR},
    {"sacral", TRAIT_SACRAL},
    {"sacrum", TRAIT_SACRAL},
    {"sacroil", TRAIT_SACRAL},
    {"sacrospinal", TRAIT_SACRAL},
};

static bool same_letters(const char *text, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != word[i])
            return false;
    }
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint16_t traits_of_word(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t begin = strlen(words[i].begins);
        bool side = i < 3; /* "lefthanded" is no side: the whole word counts */

        if ((side ? len == begin : len >= begin) && same_letters(word, words[i].begins, begin))
            return words[i].traits;
    }
    return 0;
}

static bool holds(const char *title, size_t len, const char *phrase)
{
    size_t phrase_len = strlen(phrase);

    for (size_t i = 0; i + phrase_len <= len; i++) {
        if (same_letters(title + i, phrase, phrase_len))
            return true;
    }
    return false;
}

uint16_t traits_of(const char *title, size_t len)
{
    static const char *const sideless[] = {
        "unspecified side", "unspecified ear",   "unspecified eye",  "unspecified limb",
        "unspecified arm",  "unspecified leg",   "unspecified hand", "unspecified foot",
        "unspecified hip",  "unspecified knee",  "unspecified upper", "unspecified lower",
        "unspecified ankle", "unspecified elbow", "unspecified wrist", "unspecified shoulder",
        "unspecified finger", "unspecified toe", "unspecified breast", "unspecified thigh"};
    uint16_t traits = 0;

    for (size_t i = 0; i < len;) {
        size_t from = i;

        while (i < len && is_letter(title[i]))
            i++;
        if (i > from)
            traits |= traits_of_word(title + from, i - from);
        i += i < len;
    }
    if ((traits & (TRAIT_RIGHT | TRAIT_LEFT)) == (TRAIT_RIGHT | TRAIT_LEFT))
        traits = (uint16_t)((traits & ~(TRAIT_RIGHT | TRAIT_LEFT)) | TRAIT_BILATERAL);
    if ((traits & (TRAIT_RIGHT | TRAIT_LEFT | TRAIT_BILATERAL)) == 0) {
        for (size_t i = 0; i < sizeof sideless / sizeof sideless[0]; i++) {
            if (holds(title, len, sideless[i]))
                traits |= TRAIT_SIDE_UNSPECIFIED;
        }
    }
    if (holds(title, len, "low back"))
        traits |= TRAIT_LUMBAR;
    return traits;
}
