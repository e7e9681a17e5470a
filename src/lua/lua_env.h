/*
 * lua_env.h - what a chunk can name: everything for the prelude, a short
 * sealed list for a policy. For files src/lua/lua_*.c only.
 *
 * The private environment is for the prelude and other embedded Lua. It holds
 * assert error getmetatable ipairs next pairs pcall rawequal rawget rawlen
 * rawset require select setmetatable tonumber tostring type xpcall, string
 * table math utf8 lpeg, debug.getinfo and debug.traceback in a harmless form.
 * It has no io, os, load, coroutine. pairs is ordered (next is Lua's own: it
 * is quick and takes any key, but its order must not reach output), tostring
 * gives no address, pcall lets the end of time pass, table.sort is stable.
 *
 * A policy's environment is made by lua_env_policy() from the words that the
 * prelude gives. It cannot be written, and reading a name that is not there is
 * an error that names the nearest one. sandbox.md S-20 to S-26.
 */
#ifndef RUBRIC_LUA_ENV_H
#define RUBRIC_LUA_ENV_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

enum lua_profile {
    LUA_PROFILE_STRICT, /* every policy */
    LUA_PROFILE_LIBRARY /* vouched payer libraries: + pcall xpcall setmetatable */
};

#define LUA_SOURCE_MAX ((size_t)512 << 10)

/* Fills a new state; only lua_box_fresh() calls it. */
void lua_env_open(lua_State *L);

/* Pushes the private environment, where host functions may be added before the
 * prelude is loaded. */
void lua_env_private(lua_State *L);

/* Pushes a new table of the plain names of a profile: base functions, and
 * sealed copies of the libraries. For a prelude that makes the environment. */
void lua_env_library(lua_State *L, enum lua_profile profile, bool lpeg);

/* Replaces the table of words on top of the stack by a sealed environment that
 * holds them and the names of the profile. Words win over library names. The
 * table is read now: words added later are not seen. If it has a metatable with
 * a function as __index or __newindex, that function is asked about unknown
 * names (table, name) or assignments (table, name, value) instead of our own
 * error; it must not return the table. Raises on memory only. */
void lua_env_policy(lua_State *L, enum lua_profile profile, bool lpeg);

/* Replaces the environment on top of the stack by the compiled chunk, which
 * will see it as _ENV. Text only. name as Lua wants it: "@cms/x.lua" for a
 * policy, "=prelude/words" for embedded text. Raises "file:line: what [E-SYNTAX]". */
void lua_env_load(lua_State *L, const char *name, const char *text, size_t len);
/* The same with another limit than that of a policy, in bytes. */
void lua_env_load_upto(lua_State *L, const char *name, const char *text, size_t len, size_t most);

/* Runs the embedded chunk of that name in the private environment, once, and
 * pushes what it returned. This is what `require` does there: "words" and
 * "prelude.words" mean the embedded file words.lua. */
void lua_env_require(lua_State *L, const char *name);

#endif
