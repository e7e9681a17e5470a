/*
 * vector.h - growing arrays and interned texts for building tables.
 *
 * As with buf.h, a vector that could not grow turns `failed` and ignores what
 * follows: a long build checks once. The element size is given at each call and
 * must stay the same for one vector.
 */
#ifndef RUBRIC_CODES_VECTOR_H
#define RUBRIC_CODES_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vector {
    void *data;
    size_t count;
    size_t room;
    bool failed;
};

void vector_put(struct vector *vector, const void *element, size_t size);
/* Adds count zeroed elements and returns the first; NULL when there is no
 * memory. Borrowed until the next call. */
void *vector_add(struct vector *vector, size_t count, size_t size);
void vector_free(struct vector *vector);

/* A map from texts to numbers that are not 0. */
struct intern {
    struct intern_slot *slots;
    size_t room; /* a power of two */
    size_t count;
    char *text; /* the chunk that copies are carved from */
    size_t text_left;
    struct intern_chunk *chunks;
    bool failed;
};

/* The number of a text, 0 when it is new: the caller sets it. NULL without
 * memory. Borrowed until the next call; the text is copied. */
uint32_t *intern_at(struct intern *intern, const char *text, size_t len);
void intern_free(struct intern *intern);

#endif
