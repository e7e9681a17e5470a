/*
 * lua_box.h - one interpreter in one arena: stoppable anywhere, new in microseconds.
 *
 * A box owns a fixed range of memory in which a whole Lua state lives, the
 * allocator's books included. Its bytes can be saved as an image and copied
 * back: that is a brand-new interpreter. A timer ends what runs in the box, at
 * the next Lua instruction or in the middle of C code; the state is rubbish
 * afterwards and must be restored before it is entered again.
 *
 * A box belongs to the thread that opened it. Everything is mapped by lua_box_open(), so a
 * locked worker makes no system calls beyond timers and madvise. This header
 * is for rooms that may not include lua.h; lua_env.h and lua_safe.h are the
 * other half, for src/lua only.
 */
#ifndef RUBRIC_LUA_BOX_H
#define RUBRIC_LUA_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct lua_State;
struct lua_box;
struct lua_image;
struct embedded_file;

struct lua_box_options {
    size_t arena_size;  /* 0: 32 MiB; also the most that a limit may allow */
    size_t image_space; /* 0: 16 MiB; all images together, page-rounded */
    unsigned slot;      /* 0..7: which fixed address, one per open box */
    const struct embedded_file *prelude; /* kept; what private require finds */
};

struct lua_limits {
    uint64_t time_us;     /* soft end; the hard end comes at 1.25 times it */
    size_t memory;        /* bytes of arena, image included; 0: all of it */
    unsigned host_calls;  /* 0: no limit */
    size_t trace;         /* bytes of traced lines, at most LUA_TRACE_MAX; 0: none */
    bool loading;         /* no request is answered yet: messages say so */
    const char *subject;  /* kept; file named when no line is known */
};

#define LUA_IMAGE_MAX ((size_t)8 << 20) /* copied before each request */
#define LUA_TRACE_MAX ((size_t)1 << 20)
#define LUA_TRACE_LINES 500

/* The limits of sandbox.md: 250 ms, 32 MiB, 20,000 host calls, 64 KiB of trace. */
extern const struct lua_limits lua_limits_default;

/* What ended a run, as far as it was a limit. */
enum lua_stop {
    LUA_STOP_NONE,
    LUA_STOP_TIME,   /* at a Lua instruction; the line is known */
    LUA_STOP_HARD,   /* inside C code */
    LUA_STOP_MEMORY,
    LUA_STOP_CALLS,
    LUA_STOP_OUTPUT /* far too many traced lines */
};

/* The same shape as lua_CFunction; args is argument 1, a light userdata. */
typedef int lua_box_work(struct lua_State *L);

/* Maps arena and image space. The box is owned by the caller. A child made by
 * fork inherits the box and must call lua_box_after_fork() before using it. */
MUST_CHECK bool lua_box_open(struct lua_box **box,
                             const struct lua_box_options *options,
                             struct err *err);
MUST_CHECK bool lua_box_after_fork(struct lua_box *box, struct err *err);
void lua_box_close(struct lua_box *box); /* takes; NULL is fine */

/* Forgets the state and makes a new one with the private environment of the
 * prelude: no policy word exists in it yet. */
MUST_CHECK bool lua_box_fresh(struct lua_box *box, struct err *err);

/* Starts and ends the clock and the budgets of one request; several entries
 * may share them. Between entries nothing is interrupted, but an entry that
 * begins after the end of the time fails at once. */
void lua_box_begin(struct lua_box *box, const struct lua_limits *limits);
void lua_box_end(struct lua_box *box);

/* Calls work in the box. limits NULL: within lua_box_begin(); else the entry
 * has a budget of its own. On failure the state is rubbish: restore it.
 * ERR_LIMIT with E-LIMIT-..., or ERR_POLICY with the code that the message
 * carries at the end of its first line as " [CODE]", else E-LUA. */
MUST_CHECK bool lua_box_enter(struct lua_box *box, lua_box_work *work,
                              void *args, const struct lua_limits *limits,
                              struct err *err);

/* What ended the last entry or request, and where, for the answer. Borrowed. */
enum lua_stop lua_box_stop(const struct lua_box *box);
int lua_box_stop_line(const struct lua_box *box); /* 0 if not known */

/* What scripts traced since lua_box_begin(), and where the end of time came: lines
 * "file:line: text". It goes with the answer and is no part of it. Borrowed until
 * the next lua_box_begin() or lua_box_forget_trace(). */
const char *lua_box_trace(const struct lua_box *box, size_t *len);
/* Zeroes it: it may hold what the case says. */
void lua_box_forget_trace(struct lua_box *box);

/* Collects garbage and keeps the arena's bytes as an image. Fails with
 * E-IMAGES when the image space is full: free one and try again; with E-LIMIT-MEMORY
 * when it would be larger than LUA_IMAGE_MAX. The image is
 * owned by the caller, and by every process forked afterwards. */
MUST_CHECK bool lua_box_save(struct lua_box *box, struct lua_image **image,
                             struct err *err);
/* Makes the arena what it was at lua_box_save(), all of it. */
void lua_box_restore(struct lua_box *box, const struct lua_image *image);
void lua_image_free(struct lua_image *image); /* takes; NULL is fine */
size_t lua_image_size(const struct lua_image *image);

/* False if the arena's books contradict each other: the interpreter was
 * corrupted, and this process must not serve another request. */
bool lua_box_sound(const struct lua_box *box);

uint64_t lua_box_hash(const struct lua_box *box); /* of the bytes in use */

/* For tests: the n-th allocation from now on and all after it fail; 0: none. */
void lua_box_fail_after(struct lua_box *box, unsigned n);
/* For tests: the first signal of the timer is already the hard end. */
void lua_box_abrupt(struct lua_box *box, bool abrupt);

/* Around every piece of C code that a hard end must not cut in two: malloc,
 * stdio, SQLite, a struct buf, any data that outlives the request. Between the
 * two no Lua function may be called. A pending end comes at host_leave(). */
void host_enter(void);
void host_leave(void);

/* How often host_enter() was called in this process: for the test that finds
 * functions without a guard. */
unsigned long host_entered(void);

#endif
