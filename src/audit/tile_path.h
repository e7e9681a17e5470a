/*
 * tile_path.h - where a tile lies: "tile/1/x001/x234/067.p/8".
 */
#ifndef RUBRIC_AUDIT_TILE_PATH_H
#define RUBRIC_AUDIT_TILE_PATH_H

#include <stdint.h>

#define TILE_PATH 96
#define TILE_ENTRIES (-1) /* for level: an entry bundle */

/* width is 1 to 256; a full tile has no ".p/" part. */
void tile_path(char path[TILE_PATH], int level, uint64_t index, unsigned width);

#endif
