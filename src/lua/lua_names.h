/*
 * lua_names.h - what to say when a policy names something that is not there.
 */
#ifndef RUBRIC_LUA_NAMES_H
#define RUBRIC_LUA_NAMES_H

#include <lua.h>

/* The metamethods of sealed tables. Upvalue 1: the table of names there are;
 * upvalue 2: what the table is called, "" for the environment itself. */
int names_missing(lua_State *L);   /* __index */
int names_unwritable(lua_State *L); /* __newindex */

#endif
