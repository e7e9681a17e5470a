/*
 * lua_text.c - values as text, without addresses.
 *
 * An address in a text would differ from run to run, and tell a script where
 * things lie.
 */
#include <lauxlib.h>
#include <string.h>

#include "lua/lua_safe.h"

void safe_push_text(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, "not enough room to make a text");
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1))
            luaL_error(L, "'__tostring' must return a string");
        return;
    }
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
    case LUA_TNUMBER:
    case LUA_TBOOLEAN:
    case LUA_TNIL:
        luaL_tolstring(L, index, NULL);
        break;
    default:
        lua_pushstring(L, luaL_typename(L, index));
        break;
    }
}

/* tostring(value) -> string; a table, function or userdata gives its type. */
int safe_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    safe_push_text(L, 1);
    return 1;
}

/* The conversion letter of the specification that starts behind a '%'. */
static char conversion(const char *spec, const char *end)
{
    while (spec < end && strchr("-+ #0123456789.", *spec) != NULL && *spec != '\0')
        spec++;
    return spec < end ? *spec : '\0';
}

/* string.format(format, ...) -> string; %s writes no address, %p is refused. */
int safe_format(lua_State *L)
{
    size_t len;
    const char *at = luaL_checklstring(L, 1, &len);
    const char *end = at + len;
    int top = lua_gettop(L);
    int arg = 1;

    while (at < end) {
        if (*at++ != '%')
            continue;
        if (at < end && *at == '%') {
            at++;
            continue;
        }
        arg++;
        if (conversion(at, end) == 'p')
            return luaL_error(L, "'%%p' gives addresses, which are not told");
        if (conversion(at, end) == 's' && arg <= top &&
            lua_type(L, arg) != LUA_TSTRING) {
            safe_push_text(L, arg);
            lua_replace(L, arg);
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, top, 1);
    return 1;
}
