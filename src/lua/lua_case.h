/*
 * lua_case.h - the case as a function criterion sees it.
 *
 * The script holds a userdata with a generation number and no pointer. It may
 * read what its criterion lists under `reads` and nothing else, and only while
 * its call lasts. For files src/lua/lua_*.c only.
 *
 *   case["pain.score"]      a fact: number, text, days of a duration, date as
 *                           "2026-03-10", list of texts; nil is undocumented
 *   case.procedures         a list: an array of records
 *   record.relief_percent   a field of a record; nil is undocumented
 */
#ifndef RUBRIC_LUA_LUA_CASE_H
#define RUBRIC_LUA_LUA_CASE_H

#include <lua.h>

#include "judge/eval.h"

/* Makes the metatables in a new state. */
void lua_case_open(lua_State *L);

/* Pushes the case for one call. */
void lua_case_push(lua_State *L, struct eval *eval);

/* Ends the call: what the script kept answers no more. */
void lua_case_close(lua_State *L);

#endif
