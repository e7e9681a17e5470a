/*
 * traits.c - side and region from the words of a title; see traits.h.
 */
#include "codes/traits.h"

#include <stdbool.h>
#include <string.h>

/* The beginnings of words, in lower case; a joined region comes first. */
static const struct {
    const char *begins;
    uint8_t len;
    uint16_t traits;
} words[] = {
    {"right", 5, TRAIT_RIGHT},
    {"left", 4, TRAIT_LEFT},
    {"bilateral", 9, TRAIT_BILATERAL},
    {"cervicothoracic", 15, TRAIT_CERVICAL | TRAIT_THORACIC},
    {"thoracolumbar", 13, TRAIT_THORACIC | TRAIT_LUMBAR},
    {"lumbosacral", 11, TRAIT_LUMBAR | TRAIT_SACRAL},
    {"sacrococcygeal", 14, TRAIT_SACRAL},
    {"cervic", 6, TRAIT_CERVICAL},
    {"occipit", 7, TRAIT_CERVICAL},
    {"thoracic", 8, TRAIT_THORACIC},
    {"lumbar", 6, TRAIT_LUMBAR},
    {"lumbago", 7, TRAIT_LUMBAR},
    {"sacral", 6, TRAIT_SACRAL},
    {"sacrum", 6, TRAIT_SACRAL},
    {"sacroil", 7, TRAIT_SACRAL},
    {"sacrospinal", 11, TRAIT_SACRAL},
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
    if (len < 4 || strchr("rlbctosRLBCTOS", word[0]) == NULL)
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t begin = words[i].len;
        bool side = i < 3; /* "lefthanded" is no side: the whole word counts */

        if ((side ? len == begin : len >= begin) && same_letters(word, words[i].begins, begin))
            return words[i].traits;
    }
    return 0;
}

/* The parts of the body that have two sides: "unspecified knee" names none. */
static const char *const paired[] = {"side", "ear", "eye", "limb", "arm", "leg", "hand", "foot",
                                     "hip", "knee", "upper", "lower", "ankle", "elbow", "wrist",
                                     "shoulder", "finger", "toe", "breast", "thigh"};

static bool is_word(const char *word, size_t len, const char *wanted)
{
    return strlen(wanted) == len && same_letters(word, wanted, len);
}

static bool is_paired(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof paired / sizeof paired[0]; i++) {
        if (is_word(word, len, paired[i]))
            return true;
    }
    return false;
}

uint16_t traits_of(const char *title, size_t len)
{
    const uint16_t sides = TRAIT_RIGHT | TRAIT_LEFT;
    bool unspecified = false, low = false; /* the word before */
    uint16_t traits = 0;

    for (size_t i = 0; i < len;) {
        const char *word = title + i;
        size_t from = i;

        while (i < len && is_letter(title[i]))
            i++;
        if (i > from) {
            traits |= traits_of_word(word, i - from);
            if (unspecified && is_paired(word, i - from))
                traits |= TRAIT_SIDE_UNSPECIFIED;
            if (low && is_word(word, i - from, "back"))
                traits |= TRAIT_LUMBAR;
            unspecified = i - from == 11 && is_word(word, 11, "unspecified");
            low = i - from == 3 && is_word(word, 3, "low");
        }
        i += i < len;
    }
    if ((traits & sides) == sides)
        traits = (uint16_t)((traits & ~sides) | TRAIT_BILATERAL);
    if ((traits & (sides | TRAIT_BILATERAL)) != 0)
        traits &= (uint16_t)~TRAIT_SIDE_UNSPECIFIED;
    return traits;
}
