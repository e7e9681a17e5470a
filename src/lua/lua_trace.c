/*
 * lua_trace.c - lines that a script leaves for its author, within a budget.
 *
 * They lie outside the arena and are no part of an answer: whoever asked for the
 * review may see them on standard error. What is over the budget is cut, with a
 * mark; a script that goes on to four times as much is stopped. sandbox.md S-46.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/escape.h"
#include "lua/lua_inside.h"
#include "lua/lua_safe.h"

#define ROW 1024 /* the longest that one line may be */

bool box_trace_open(struct lua_box *box, struct err *err)
{
    void *trace = mmap(NULL, LUA_TRACE_MAX, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (trace == MAP_FAILED)
        return err_errno(err, ERR_MEMORY, "E-MEMORY", "the room for traced lines");
    box->trace = trace;
    return true;
}

void box_trace_close(struct lua_box *box)
{
    if (box->trace != NULL)
        munmap(box->trace, LUA_TRACE_MAX);
    box->trace = NULL;
}

const char *lua_box_trace(const struct lua_box *box, size_t *len)
{
    *len = box->trace_len;
    return box->trace;
}

void lua_box_forget_trace(struct lua_box *box)
{
    memset(box->trace, 0, box->trace_len);
    box->trace_len = 0;
    box->trace_asked = 0;
    box->trace_lines = 0;
}

/* One call is one line of text: what is no text of one line becomes '?'. */
static void clean(char *row, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t step = utf8_decode(row + at, len - at, &point);

        if (step == 1 && ((unsigned char)row[at] >= 0x80 || (unsigned char)row[at] < ' '))
            row[at] = '?';
        at += step;
    }
}

/* Keeps as much of a line as there is room for; the room ends with a mark. */
static void keep(struct lua_box *box, const char *row, size_t len)
{
    static const char mark[] = "... cut: there is more\n";
    size_t room = box->limits.trace < LUA_TRACE_MAX ? box->limits.trace : LUA_TRACE_MAX;
    bool was_cut = box->trace_asked > room || box->trace_lines > LUA_TRACE_LINES;

    box->trace_asked += len + 1;
    box->trace_lines++;
    if (was_cut || room < sizeof mark)
        return;
    if (box->trace_asked + sizeof mark - 1 > room || box->trace_lines > LUA_TRACE_LINES) {
        box->trace_asked = box->trace_asked > room ? box->trace_asked : room + 1;
        row = mark;
        len = sizeof mark - 2;
    }
    memcpy(box->trace + box->trace_len, row, len);
    box->trace[box->trace_len + len] = '\n';
    box->trace_len += len + 1;
}

static bool far_too_much(const struct lua_box *box)
{
    size_t room = box->limits.trace;

    return (room > 0 && box->trace_asked > 4 * room) || box->trace_lines > 4 * LUA_TRACE_LINES;
}

/* Appends a text, as much of it as a row holds. */
static size_t append(char *row, size_t len, const char *text, size_t text_len)
{
    if (text_len > ROW - len)
        text_len = ROW - len;
    memcpy(row + len, text, text_len);
    return len + text_len;
}

int safe_trace(lua_State *L)
{
    struct lua_box *box = box_of(L);
    struct place place;
    char row[ROW];
    int top = lua_gettop(L);
    size_t len;

    box_place(L, &place);
    len = (size_t)snprintf(row, sizeof row, "%s:%d:", place.file, place.line);
    for (int i = 1; i <= top; i++) {
        const char *text;
        size_t text_len;

        safe_push_text(L, i);
        text = lua_tolstring(L, -1, &text_len);
        len = append(row, len, " ", 1);
        len = append(row, len, text, text_len);
        lua_pop(L, 1);
    }
    host_enter();
    clean(row, len);
    keep(box, row, len);
    host_leave();
    if (far_too_much(box))
        box_raise_stop(L, LUA_STOP_OUTPUT);
    return 0;
}

void box_trace_stop(struct lua_box *box)
{
    char row[ROW];
    int len;

    if (box->home.line == 0 || box->limits.trace == 0)
        return;
    if (box->stop == LUA_STOP_TIME && box->place.line > 0)
        len = snprintf(row, sizeof row, "%s:%d: stopped here", box->place.file, box->place.line);
    else
        len = snprintf(row, sizeof row, "%s: stopped inside a library call", box->home.file);
    keep(box, row, (size_t)len);
}
