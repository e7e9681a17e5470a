/*
 * lua_safe.h - library functions as scripts may have them: ordered, without
 * addresses, unable to swallow the end of time. For files src/lua/lua_*.c only.
 */
#ifndef RUBRIC_LUA_SAFE_H
#define RUBRIC_LUA_SAFE_H

#include <lua.h>

/* lua_order.c: tables in a fixed order (S-24). */
int safe_pairs(lua_State *L);
int safe_next(lua_State *L);
int safe_sort(lua_State *L);

/* lua_text.c: text without addresses (S-24). */
int safe_tostring(lua_State *L);
/* Upvalue 1: the original string.format. */
int safe_format(lua_State *L);
/* Pushes the text of the value at index, as tostring() would give it. */
void safe_push_text(lua_State *L, int index);

/* lua_guard.c: errors and metatables under guard (S-21). */
int safe_pcall(lua_State *L);
int safe_xpcall(lua_State *L);
int safe_setmetatable(lua_State *L);
int safe_getinfo(lua_State *L);
int safe_traceback(lua_State *L);

/* lua_trace.c: trace(value, ...) adds one line to the trace of the request (S-46). */
int safe_trace(lua_State *L);

/* Counts one call to the host; raises E-LIMIT-CALLS when there were too many. */
void safe_count_call(lua_State *L);

#endif
