/*
 * sort.c - heapsort: n log n at the worst, no memory.
 */
#include "base/sort.h"

#include <assert.h>
#include <string.h>

#define ITEM_MAX 256

static void swap(char *a, char *b, size_t size)
{
    char hold[ITEM_MAX];

    memcpy(hold, a, size);
    memcpy(a, b, size);
    memcpy(b, hold, size);
}

/* Lets the item at root sink until no child is greater. */
static void sink(char *items, size_t root, size_t count, size_t size, sort_order *order)
{
    for (size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && order(items + child * size, items + (child + 1) * size) < 0)
            child++;
        if (order(items + root * size, items + child * size) >= 0)
            return;
        swap(items + root * size, items + child * size, size);
        root = child;
    }
}

void sort_items(void *items, size_t count, size_t size, sort_order *order)
{
    char *bytes = items;

    assert(size <= ITEM_MAX);
    for (size_t root = count / 2; root-- > 0;)
        sink(bytes, root, count, size, order);
    for (size_t last = count; last-- > 1;) {
        swap(bytes, bytes + last * size, size);
        sink(bytes, 0, last, size, order);
    }
}
