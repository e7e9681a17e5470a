/*
 * walls.h - each wall around a worker, tried on this machine.
 *
 * For `rubric doctor`: nothing is concluded from a version number; a child
 * process locks itself as a worker does and then does what it must not.
 */
#ifndef RUBRIC_HOST_WALLS_H
#define RUBRIC_HOST_WALLS_H

#include <stdbool.h>
#include <stddef.h>

enum wall_state {
    WALL_HOLDS,
    WALL_ABSENT, /* the kernel does not offer it; another wall stands behind */
    WALL_FAILS
};

struct wall {
    const char *id;   /* stable, for --json */
    const char *what; /* what must not succeed, one line */
    bool needed;      /* without it no worker should be started */
};

struct wall_result {
    enum wall_state state;
    char detail[160]; /* what was seen; may be "" */
};

size_t wall_count(void);
const struct wall *wall_at(size_t index);
/* Takes up to a second. */
struct wall_result wall_try(size_t index);

#endif
