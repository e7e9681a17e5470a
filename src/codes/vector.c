/*
 * vector.c - growing arrays and interned texts; see vector.h.
 */
#include "codes/vector.h"

#include <stdlib.h>
#include <string.h>

void *vector_add(struct vector *vector, size_t count, size_t size)
{
    char *at;

    if (vector->failed)
        return NULL;
    if (vector->data == NULL || count > vector->room - vector->count) {
        size_t room = vector->room < 16 ? 16 : vector->room;
        void *data;

        while (room - vector->count < count && room < SIZE_MAX / 4)
            room *= 2;
        data = room < SIZE_MAX / 4 / size ? realloc(vector->data, room * size) : NULL;
        if (data == NULL) {
            vector->failed = true;
            return NULL;
        }
        vector->data = data;
        vector->room = room;
    }
    at = (char *)vector->data + vector->count * size;
    vector->count += count;
    memset(at, 0, count * size);
    return at;
}

void vector_put(struct vector *vector, const void *element, size_t size)
{
    void *at = vector_add(vector, 1, size);

    if (at != NULL)
        memcpy(at, element, size);
}

void vector_free(struct vector *vector)
{
    free(vector->data);
    *vector = (struct vector){0};
}

struct intern_slot {
    uint64_t hash;
    const char *text;
    uint32_t len;
    uint32_t number;
};

struct intern_chunk {
    struct intern_chunk *next;
    char text[];
};

#define CHUNK_SIZE 65536

static uint64_t hash_text(const char *text, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

static const char *keep_text(struct intern *intern, const char *text, size_t len)
{
    char *kept;

    if (len > intern->text_left) {
        size_t size = len > CHUNK_SIZE ? len : CHUNK_SIZE;
        struct intern_chunk *chunk = malloc(sizeof *chunk + size);

        if (chunk == NULL)
            return NULL;
        chunk->next = intern->chunks;
        intern->chunks = chunk;
        intern->text = chunk->text;
        intern->text_left = size;
    }
    kept = intern->text;
    memcpy(kept, text, len);
    intern->text += len;
    intern->text_left -= len;
    return kept;
}

static bool grow(struct intern *intern)
{
    size_t room = intern->room == 0 ? 256 : intern->room * 2;
    struct intern_slot *slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        return false;
    for (size_t i = 0; i < intern->room; i++) {
        size_t at = (size_t)intern->slots[i].hash & (room - 1);

        if (intern->slots[i].text == NULL)
            continue;
        while (slots[at].text != NULL)
            at = (at + 1) & (room - 1);
        slots[at] = intern->slots[i];
    }
    free(intern->slots);
    intern->slots = slots;
    intern->room = room;
    return true;
}

uint32_t *intern_at(struct intern *intern, const char *text, size_t len)
{
    uint64_t hash = hash_text(text, len);
    struct intern_slot *slot;
    size_t at;

    if (intern->failed || (intern->count * 2 >= intern->room && !grow(intern))) {
        intern->failed = true;
        return NULL;
    }
    at = (size_t)hash & (intern->room - 1);
    for (;; at = (at + 1) & (intern->room - 1)) {
        slot = &intern->slots[at];
        if (slot->text == NULL)
            break;
        if (slot->hash == hash && slot->len == len && memcmp(slot->text, text, len) == 0)
            return &slot->number;
    }
    slot->text = keep_text(intern, text, len);
    if (slot->text == NULL) {
        intern->failed = true;
        return NULL;
    }
    slot->hash = hash;
    slot->len = (uint32_t)len;
    intern->count++;
    return &slot->number;
}

void intern_free(struct intern *intern)
{
    while (intern->chunks != NULL) {
        struct intern_chunk *next = intern->chunks->next;

        free(intern->chunks);
        intern->chunks = next;
    }
    free(intern->slots);
    *intern = (struct intern){0};
}
