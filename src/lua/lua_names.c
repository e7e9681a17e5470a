/*
 * lua_names.c - unknown names: an error at the author's line, with a way out.
 */
#include "lua/lua_names.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

#define WORD 40 /* longer names are not compared */

struct advice {
    const char *name;
    const char *help;
};

/* Names that Lua people expect. */
static const struct advice advice[] = {
    {"_G", "the words of a policy are listed by rubric help words"},
    {"collectgarbage", "memory is collected by itself and limited"},
    {"coroutine", "a policy declares; it has nothing to suspend"},
    {"debug", "errors already name the line"},
    {"dofile", "payer modules are loaded with require, from the bundle"},
    {"getmetatable", "objects of the policy language are used by their methods"},
    {"io", "a policy reads the case through its facts"},
    {"load", "a policy is one file; payer modules are loaded with require"},
    {"loadfile", "payer modules are loaded with require, from the bundle"},
    {"loadstring", "a policy is one file; payer modules are loaded with require"},
    {"os", "the date of the request is the fact \"request.date\""},
    {"package", "payer modules are loaded with require, from the bundle"},
    {"pcall", "an error ends the policy and is reported with its line"},
    {"print", "what a reviewer should read belongs in 'says'"},
    {"rawget", "use t[key]"},
    {"rawset", "use t[key] = value"},
    {"require", "payer modules are loaded with require, from the bundle"},
    {"setmetatable", "a policy needs no metatables; see the words for tests"},
    {"warn", "what a reviewer should read belongs in 'says'"},
    {"xpcall", "an error ends the policy and is reported with its line"},
    {"dump", "compiled code is not available"},
    {"random", "the same case must give the same answer every time"},
    {"randomseed", "the same case must give the same answer every time"},
    {NULL, NULL},
};

/* Pushes the nearest name of the table at index, or nil. Ties go to the name
 * that comes first by bytes, not to the one that a table walk met first. */
static bool push_nearest(lua_State *L, int index, const char *word, size_t len)
{
    int best = len <= 3 ? 1 : len <= 6 ? 2 : 3;
    bool found = false;

    lua_pushnil(L);                        /* nearest            */
    if (len == 0 || len > WORD)
        return false;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {      /* nearest key value  */
        size_t key_len = 0;
        const char *key;
        int far;

        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            continue;
        key = lua_tolstring(L, -1, &key_len);
        if (key_len > WORD)
            continue;
        far = nearest_distance(word, key);
        if (far > best || (found && far == best &&
                           strcmp(key, lua_tostring(L, -2)) > 0))
            continue;
        best = far;
        found = true;
        lua_pushvalue(L, -1);
        lua_replace(L, -3);                /* key key            */
    }
    return found;
}

static const char *find_advice(const char *name)
{
    for (const struct advice *at = advice; at->name != NULL; at++)
        if (strcmp(at->name, name) == 0)
            return at->help;
    return NULL;
}

/* The name that was asked for, made fit for a message. */
static const char *wanted_name(lua_State *L, char *name, size_t size)
{
    size_t len;
    const char *text;

    if (lua_type(L, 2) != LUA_TSTRING) {
        snprintf(name, size, "[%s]", luaL_typename(L, 2));
        return name;
    }
    text = lua_tolstring(L, 2, &len);
    snprintf(name, size, "%.*s%s", (int)(len < WORD ? len : WORD), text,
             len > WORD ? "..." : "");
    return name;
}

int names_missing(lua_State *L)
{
    const char *title = lua_tostring(L, lua_upvalueindex(2));
    const char *dot = *title == '\0' ? "" : ".";
    char name[WORD + 8];
    const char *help;
    size_t len = 0;

    wanted_name(L, name, sizeof name);
    len = strlen(name);
    help = find_advice(name);
    lua_settop(L, 2);
    if (help != NULL)
        return luaL_error(L, "there is no '%s%s%s' in a policy [E-NAME]\n  help: %s",
                          title, dot, name, help);
    lua_pushvalue(L, lua_upvalueindex(1)); /* t name names   */
    if (push_nearest(L, 3, name, len))
        return luaL_error(
            L, "there is no '%s%s%s' in a policy [E-NAME]\n  help: did you mean '%s%s%s'?",
            title, dot, name, title, dot, lua_tostring(L, -1));
    return luaL_error(L, "there is no '%s%s%s' in a policy [E-NAME]", title, dot,
                      name);
}

int names_unwritable(lua_State *L)
{
    const char *title = lua_tostring(L, lua_upvalueindex(2));
    char name[WORD + 8];

    wanted_name(L, name, sizeof name);
    if (*title != '\0')
        return luaL_error(L, "'%s' cannot be changed [E-NAME]", title);
    return luaL_error(L, "'%s' is assigned but was never declared [E-NAME]\n"
                         "  help: write 'local %s = ...'",
                      name, name);
}
