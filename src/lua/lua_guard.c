/*
 * lua_guard.c - protected calls that no limit can be caught with, and
 * metatables that hold nothing dangerous.
 */
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "lua/lua_inside.h"
#include "lua/lua_safe.h"

/* After a protected call that failed: a limit goes on up, to the one call in
 * lua_box_enter(). */
static void pass_limits(lua_State *L, int status)
{
    struct lua_box *box = box_of(L);

    if (status == LUA_ERRMEM && box->stop == LUA_STOP_NONE)
        box->stop = LUA_STOP_MEMORY;
    if (box->stop != LUA_STOP_NONE)
        box_raise_stop(L, box->stop);
}

/* pcall(f, ...) -> true, results... | false, error */
int safe_pcall(lua_State *L)
{
    int status;

    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);             /* f args... true      */
    lua_insert(L, 1);                  /* true f args...      */
    status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
    if (status == LUA_OK)
        return lua_gettop(L);          /* true results...     */
    pass_limits(L, status);
    lua_pushboolean(L, 0);             /* true error false    */
    lua_insert(L, -2);                 /* true false error    */
    return 2;
}

/* Upvalue 1 is the script's handler; limits are none of its business. */
static int call_handler(lua_State *L)
{
    if (box_of(L)->stop != LUA_STOP_NONE)
        return 1;
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

/* xpcall(f, handler, ...) -> true, results... | false, handler(error) */
int safe_xpcall(lua_State *L)
{
    int status;

    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, call_handler, 1);
    lua_replace(L, 2);                 /* f h args...         */
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);               /* f h args... true f  */
    lua_rotate(L, 3, 2);               /* f h true f args...  */
    status = lua_pcall(L, lua_gettop(L) - 4, LUA_MULTRET, 2);
    if (status == LUA_OK)
        return lua_gettop(L) - 2;      /* true results...     */
    pass_limits(L, status);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

static const char *const refused[] = {"__gc",        "__mode", "__close",
                                      "__metatable", "__name", NULL};

/* setmetatable(table, fields): the fields are copied, so that nothing can be
 * added to the metatable afterwards. */
int safe_setmetatable(lua_State *L)
{
    int type = lua_type(L, 2);

    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "this object is sealed [E-SEALED]");
    lua_settop(L, 2);
    if (type == LUA_TTABLE) {
        lua_newtable(L);               /* t fields meta       */
        lua_pushnil(L);
        while (lua_next(L, 2) != 0) {  /* t fields meta k v   */
            lua_pushvalue(L, -2);
            lua_insert(L, -2);         /* t fields meta k k v */
            lua_rawset(L, 3);          /* t fields meta k     */
        }
        for (int i = 0; refused[i] != NULL; i++) {
            lua_pushstring(L, refused[i]);
            if (lua_rawget(L, 3) != LUA_TNIL)
                return luaL_error(L, "a metatable may not have '%s' [E-SEALED]",
                                  refused[i]);
            lua_pop(L, 1);
        }
    }
    lua_setmetatable(L, 1);            /* t fields?           */
    lua_settop(L, 1);
    return 1;
}

/* debug.getinfo(level [, what]) -> {source, short_src, currentline, what,
 * linedefined} | nil. Numbers only: no function and no other thread. */
int safe_getinfo(lua_State *L)
{
    lua_Integer level = luaL_checkinteger(L, 1);
    lua_Debug at;

    if (level < 0 || level > 1000 || !lua_getstack(L, (int)level, &at)) {
        lua_pushnil(L);
        return 1;
    }
    lua_getinfo(L, "Sl", &at);
    lua_createtable(L, 0, 5);
    lua_pushlstring(L, at.source, at.srclen);
    lua_setfield(L, -2, "source");
    lua_pushstring(L, at.short_src);
    lua_setfield(L, -2, "short_src");
    lua_pushstring(L, at.what);
    lua_setfield(L, -2, "what");
    lua_pushinteger(L, at.currentline);
    lua_setfield(L, -2, "currentline");
    lua_pushinteger(L, at.linedefined);
    lua_setfield(L, -2, "linedefined");
    return 1;
}

/* debug.traceback([message]) -> message: no stack, it would name the prelude. */
int safe_traceback(lua_State *L)
{
    lua_settop(L, 1);
    return 1;
}

void safe_count_call(lua_State *L)
{
    struct lua_box *box = box_of(L);

    if (box->limits.host_calls == 0)
        return;
    if (box->calls_left == 0)
        box_raise_stop(L, LUA_STOP_CALLS);
    box->calls_left--;
}
