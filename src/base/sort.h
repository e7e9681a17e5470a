/*
 * sort.h - sorting in place, without memory and without a system call.
 *
 * The C library's qsort() may call malloc(), which a locked worker must not.
 * The order must be total: equal items may change places.
 */
#ifndef RUBRIC_BASE_SORT_H
#define RUBRIC_BASE_SORT_H

#include <stddef.h>

typedef int sort_order(const void *a, const void *b);

/* Items of at most 256 bytes each. */
void sort_items(void *items, size_t count, size_t size, sort_order *order);

#endif
