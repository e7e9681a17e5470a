/*
 * lua_place.c - which line of a policy is running.
 */
#include <stdio.h>
#include <string.h>

#include "lua/lua_inside.h"

#define DEEPEST 1000 /* levels looked at: a runaway recursion has 200,000 */

void box_place(lua_State *L, struct place *place)
{
    lua_Debug at;

    *place = (struct place){"", 0};
    for (int level = 0; level < DEEPEST && lua_getstack(L, level, &at); level++) {
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
