/*
 * lockdown.h - giving up every right but to compute and answer.
 *
 * Called once in a worker, after all memory is mapped and all tables are open,
 * before the first byte of a policy or case. There is no way back. What is
 * still allowed afterwards: read and write on what is open, the interpreter's
 * timer, madvise, the clock, and the end. Everything else is SIGSYS.
 * sandbox.md S-10, S-11.
 */
#ifndef RUBRIC_HOST_LOCKDOWN_H
#define RUBRIC_HOST_LOCKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct lockdown_options {
    const int *keep; /* descriptors that stay open, besides none */
    size_t keep_count;
    size_t memory_margin; /* address space beyond what is mapped; 0: 16 MiB */
    bool no_landlock;     /* the operator accepts a kernel without Landlock */
    int parent;           /* process that must still be the parent; 0: any */
};

/* Early: no new privileges, no core, dies with its parent. Cheap. */
MUST_CHECK bool lockdown_begin(const struct lockdown_options *options,
                               struct err *err);
/* Grows the heap by so many bytes now, since it cannot grow later, and keeps
 * malloc from calls that would be the end: it answers NULL instead. */
void lockdown_heap(size_t reserve);
/* Everything else. On failure the process must end: it may be half locked. */
MUST_CHECK bool lockdown_finish(const struct lockdown_options *options,
                                struct err *err);

/* The single walls, for lockdown_finish() and for `rubric doctor`. */
MUST_CHECK bool lockdown_close_others(const int *keep, size_t count,
                                      struct err *err);
MUST_CHECK bool lockdown_limits(const struct lockdown_options *options,
                                struct err *err);
MUST_CHECK bool lockdown_landlock(struct err *err);
MUST_CHECK bool lockdown_seccomp(struct err *err);

/* The Landlock version that the kernel offers; 0: none. */
int lockdown_landlock_abi(void);

/* True in builds with a sanitizer, which needs calls that a worker may not
 * make: there the address space is not limited and seccomp is left out. */
bool lockdown_is_checked_build(void);

#endif
