/*
 * lua_place.c - which line of a policy is running.
 */
#include <stdio.h>
#include <string.h>

#include "lua/lua_inside.h"

#define DEEPEST 1000 /* levels looked at: a runaway recursion has 200,000 */

/* While Lua moves its stack, a call's first word is an offset and not a
 * pointer into the arena: then there is nothing that could be read. */
static bool can_be_read(lua_State *L, const lua_Debug *at)
{
    const struct arena *arena = &box_of(L)->arena;
    const char *function;

    memcpy(&function, at->i_ci, sizeof function);
    return function >= arena->base && function < arena->base + arena->size;
}

void box_home(lua_State *L)
{
    struct place *home = &box_of(L)->home;
    lua_Debug at;

    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &at);
    snprintf(home->file, sizeof home->file, "%s",
             *at.source == '@' || *at.source == '=' ? at.source + 1 : "");
    home->line = at.linedefined;
}

void box_place(lua_State *L, struct place *place)
{
    lua_Debug at;

    *place = (struct place){"", 0};
    for (int level = 0; level < DEEPEST && lua_getstack(L, level, &at); level++) {
        if (!can_be_read(L, &at))
            return;
        if (!lua_getinfo(L, "Sl", &at) || at.currentline <= 0)
            continue;
        if (*at.source == '@' || place->line == 0) {
            snprintf(place->file, sizeof place->file, "%s", at.source + 1);
            place->line = at.currentline;
        }
        if (*at.source == '@')
            return;
    }
}
