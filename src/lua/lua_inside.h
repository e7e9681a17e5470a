/*
 * lua_inside.h - what a box is made of; for the files lua_*.c that build it.
 *
 * Whatever a script must not be able to change lies here, outside the arena:
 * the clock, the reason of an end, the budgets.
 */
#ifndef RUBRIC_LUA_INSIDE_H
#define RUBRIC_LUA_INSIDE_H

#include <lua.h>
#include <setjmp.h>
#include <signal.h>
#include <time.h>

#include "base/err.h"
#include "lua/lua_arena.h"
#include "lua/lua_box.h"

struct place {
    char file[256]; /* "" if not known */
    int line;
};

struct lua_box {
    struct arena arena;
    struct image_store images;
    const struct embedded_file *prelude;
    struct lua_State *L; /* lies in the arena; NULL before the first fresh */

    /* The timer; the first group is shared with its signal handler. */
    volatile sig_atomic_t running; /* inside lua_box_enter() */
    volatile sig_atomic_t guards;  /* host_enter() not yet left */
    volatile sig_atomic_t soft;    /* the soft end has come */
    volatile sig_atomic_t hard;    /* the hard end has come */
    sigjmp_buf out;                /* where a hard end lands */
    timer_t timer;
    bool timer_made;
    volatile sig_atomic_t begun; /* the clock runs: between begin and end */

    struct lua_limits limits; /* of what runs now */
    unsigned calls_left;
    enum lua_stop stop;
    struct place place;  /* where a limit was hit or an error raised */
    struct place home;   /* the function that was called: where a stop is named */
    bool abrupt;         /* tests: no soft end */
    unsigned fail_after; /* tests: allocations until they fail; 0: never */

    /* What scripts traced; asked counts what was not kept too. */
    char *trace; /* LUA_TRACE_MAX */
    size_t trace_len;
    size_t trace_asked;
    unsigned trace_lines;

    /* The message of a failed entry, copied out of the arena. */
    bool failed;
    char message[2048];
};

/* Values of siglongjmp: why the entry was left. */
#define OUT_HARD 1
#define OUT_PANIC 2

/* lua_timer.c */
MUST_CHECK bool box_timer_open(struct lua_box *box, struct err *err);
void box_timer_close(struct lua_box *box);
void box_timer_start(struct lua_box *box);
void box_timer_stop(struct lua_box *box);
/* Makes box the one whose guards host_enter() raises; NULL: none. */
void box_timer_current(struct lua_box *box);

/* lua_place.c */
/* The innermost line of a policy on the stack of L, else the innermost line
 * at all, else nothing. Reads only: it never raises and never allocates. */
void box_place(lua_State *L, struct place *place);

/* Notes the function on top of the stack, and leaves it there: the end of time is
 * named by its first line, since no two runs are cut at the same instruction. */
void box_home(lua_State *L);

/* lua_trace.c */
MUST_CHECK bool box_trace_open(struct lua_box *box, struct err *err);
void box_trace_close(struct lua_box *box);
/* Adds a line for where time ended, if there is room. */
void box_trace_stop(struct lua_box *box);

/* lua_box.c */
struct lua_box *box_of(lua_State *L);
/* Notes that a limit was hit and raises; the first reason stays. */
_Noreturn void box_raise_stop(lua_State *L, enum lua_stop stop);

#endif
