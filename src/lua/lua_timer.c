/*
 * lua_timer.c - the end of time for a script: first politely, then anywhere.
 *
 * The timer's first signal sets a hook, so that the next Lua instruction
 * raises. Its second one jumps out of whatever runs; the interpreter's bytes
 * are thrown away afterwards, so it does not matter where. Only code between
 * host_enter() and host_leave() is not cut. sandbox.md S-40, S-41.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/lua_inside.h"

#define TIMER_SIGNAL SIGALRM

/* Guards carry no argument, so that no caller can name the wrong box: the one
 * box that is running in this (single-threaded) process is noted here. */
static struct lua_box *volatile current;
static volatile unsigned long entered;

/* Runs in the interpreter, between two instructions. */
static void soft_end(lua_State *L, lua_Debug *at)
{
    (void)at;
    box_raise_stop(L, LUA_STOP_TIME);
}

static struct timespec of_us(uint64_t us)
{
    struct timespec time = {(time_t)(us / 1000000),
                            (long)(us % 1000000) * 1000};

    return time;
}

/* One signal, so long from now. Two a request at most: a timer that repeats
 * could outrun its handler. */
static int arm(struct lua_box *box, uint64_t us)
{
    struct itimerspec spec = {{0, 0}, of_us(us == 0 ? 1 : us)};

    return timer_settime(box->timer, 0, &spec, NULL);
}

static void end_softly(struct lua_box *box)
{
    box->soft = 1;
    arm(box, box->limits.time_us / 4);
    if (box->running)
        lua_sethook(box->L, soft_end, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT,
                    1);
}

static void on_timer(int signal, siginfo_t *info, void *context)
{
    struct lua_box *box = info->si_value.sival_ptr;

    (void)signal;
    (void)context;
    if (info->si_code != SI_TIMER || box == NULL || !box->begun)
        return;
    if (!box->soft && !box->abrupt) {
        end_softly(box);
        return;
    }
    box->soft = 1;
    box->hard = 1;
    if (box->running && box->guards == 0) {
        box->running = 0;
        siglongjmp(box->out, OUT_HARD);
    }
}

bool box_timer_open(struct lua_box *box, struct err *err)
{
    struct sigaction action;
    struct sigevent event;

    memset(&action, 0, sizeof action);
    memset(&event, 0, sizeof event);
    action.sa_sigaction = on_timer;
    /* Not deferred: jumping out of the handler must leave no signal blocked. */
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
    sigemptyset(&action.sa_mask);
    /* To this thread and no other: jumping out is only possible where we run. */
    event.sigev_notify = SIGEV_THREAD_ID;
    event._sigev_un._tid = gettid();
    event.sigev_signo = TIMER_SIGNAL;
    event.sigev_value.sival_ptr = box;
    if (sigaction(TIMER_SIGNAL, &action, NULL) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &box->timer) != 0)
        return err_errno(err, ERR_STORE, "E-TIMER", "the interpreter's timer");
    box->timer_made = true;
    return true;
}

void box_timer_close(struct lua_box *box)
{
    if (box->timer_made)
        timer_delete(box->timer);
    box->timer_made = false;
}

void box_timer_start(struct lua_box *box)
{
    box->soft = 0;
    box->hard = 0;
    box->begun = true;
    if (arm(box, box->limits.time_us) != 0)
        abort(); /* a request without a clock must not run */
}

void box_timer_stop(struct lua_box *box)
{
    struct itimerspec never = {{0, 0}, {0, 0}};

    box->begun = false;
    timer_settime(box->timer, 0, &never, NULL);
}

void box_timer_current(struct lua_box *box)
{
    current = box;
}

void host_enter(void)
{
    entered = entered + 1;
    if (current != NULL)
        current->guards = current->guards + 1;
}

void host_leave(void)
{
    struct lua_box *box = current;

    if (box == NULL)
        return;
    assert(box->guards > 0);
    box->guards = box->guards - 1;
    if (box->guards == 0 && box->hard && box->running) {
        box->running = 0;
        siglongjmp(box->out, OUT_HARD);
    }
}

unsigned long host_entered(void)
{
    return entered;
}
