/*
 * tile_path.c - where a tile lies; see tile_path.h.
 */
#include "audit/tile_path.h"

#include <stdio.h>
#include <string.h>

void tile_path(char path[TILE_PATH], int level, uint64_t index, unsigned width)
{
    unsigned group[8];
    int groups = 0;
    size_t at;

    if (level == TILE_ENTRIES)
        at = (size_t)snprintf(path, TILE_PATH, "tile/entries");
    else
        at = (size_t)snprintf(path, TILE_PATH, "tile/%d", level);
    do {
        group[groups++] = (unsigned)(index % 1000);
        index /= 1000;
    } while (index > 0 && groups < 8);
    while (groups-- > 0)
        at += (size_t)snprintf(path + at, TILE_PATH - at, "/%s%03u", groups > 0 ? "x" : "",
                               group[groups]);
    if (width < 256)
        snprintf(path + at, TILE_PATH - at, ".p/%u", width);
}
