/*
 * lua_env.c - the private environment of the prelude, the sealed one of a
 * policy. What is not put in here by name does not exist.
 */
#include "lua/lua_env.h"

#include <assert.h>
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "base/embedded.h"
#include "lua/lua_inside.h"
#include "lua/lua_names.h"
#include "lua/lua_safe.h"

#define LPEG_MOST 16777216.0 /* characters or repetitions that a number may stand for */

int luaopen_lpeg(lua_State *L); /* LPeg has no header of its own */

/* Keys in the registry: the addresses of these. */
static const char private_key;
static const char loaded_key;

static const char *const base_names[] = {
    "assert",   "error",  "getmetatable", "ipairs", "next",         "rawequal",
    "rawget",   "rawlen", "rawset",       "select", "setmetatable", "tonumber",
    "type",     "_VERSION", NULL};
static const char *const string_names[] = {
    "byte", "char", "find", "gmatch", "gsub", "len",     "lower",    "match",
    "pack", "packsize", "rep", "reverse", "sub", "unpack", "upper", NULL};
static const char *const table_names[] = {"concat", "insert", "move", "pack",
                                          "remove", "unpack", NULL};
static const char *const math_names[] = {
    "abs", "acos", "asin", "atan",  "ceil", "cos", "deg",  "exp", "floor",
    "fmod", "huge", "log", "max", "maxinteger", "min", "mininteger", "modf",
    "pi",  "rad",  "sin",  "sqrt",  "tan",  "tointeger", "type", "ult", NULL};
static const char *const utf8_names[] = {"char", "charpattern", "codepoint",
                                         "codes", "len", "offset", NULL};

static const luaL_Reg safe_base[] = {
    {"pairs", safe_pairs},   {"pcall", safe_pcall}, {"tostring", safe_tostring},
    {"xpcall", safe_xpcall}, {NULL, NULL},
};

/* What a policy sees of the base library, and what a vouched library adds. */
static const char *const strict_names[] = {
    "assert", "error",    "ipairs",   "pairs", "rawequal", "rawlen",
    "select", "tonumber", "tostring", "type",  "_VERSION", NULL};
static const char *const library_names[] = {"pcall", "xpcall", NULL};
static const char *const sealed_names[] = {"math", "string", "table", "utf8",
                                           NULL};

/* Copies the named fields of the table on top into the one below it and pops
 * the source. */
static void pick(lua_State *L, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (lua_getfield(L, -1, *names) == LUA_TNIL)
            lua_pop(L, 1);
        else
            lua_setfield(L, -3, *names);
    }
    lua_pop(L, 1);
}

/* Opens a library of Lua's own and leaves a table with its named functions. */
static void open_picked(lua_State *L, lua_CFunction open, const char *const *names)
{
    lua_newtable(L);                   /* picked              */
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);                 /* picked library      */
    pick(L, names);                    /* picked              */
}

static void open_string(lua_State *L)
{
    lua_newtable(L);                   /* string              */
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);                 /* string library      */
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, safe_format, 1);
    lua_setfield(L, -3, "format");
    pick(L, string_names);             /* string              */

    /* Methods of strings come from a table that no script can reach. */
    lua_pushliteral(L, "");            /* string ""           */
    lua_getmetatable(L, -1);           /* string "" meta      */
    lua_newtable(L);                   /* string "" meta methods */
    lua_pushvalue(L, -4);
    lua_pushnil(L);                    /* ... methods string nil */
    while (lua_next(L, -2) != 0) {     /* ... methods string k v */
        lua_pushvalue(L, -2);
        lua_insert(L, -2);             /* ... methods string k k v */
        lua_rawset(L, -5);             /* ... methods string k */
    }
    lua_pop(L, 1);                     /* string "" meta methods */
    lua_setfield(L, -2, "__index");    /* string "" meta      */
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);                     /* string              */
}

/* LPeg counts the nodes of a pattern in an int, and takes a number for a pattern of
 * so many: what would overflow is refused before it counts. Upvalue: its function. */
static int bounded_lpeg(lua_State *L)
{
    int top = lua_gettop(L);

    for (int i = 1; i <= top; i++) {
        lua_Number n = lua_type(L, i) == LUA_TNUMBER ? lua_tonumber(L, i) : 0;

        if (!(n < LPEG_MOST && n > -LPEG_MOST))
            return luaL_error(L, "a pattern cannot be so long");
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, top, LUA_MULTRET);
    return lua_gettop(L);
}

/* pattern ^ n: as many patterns of that size. */
static int bounded_power(lua_State *L)
{
    lua_Number n = lua_tonumber(L, 2);
    lua_Number most = LPEG_MOST * 64 / ((lua_Number)lua_rawlen(L, 1) + 1);

    if (!(n < most && n > -most))
        return luaL_error(L, "a pattern cannot be repeated so often");
    return bounded_lpeg(L);
}

/* Puts that bound before the functions of the table on top. */
static void bound_functions(lua_State *L)
{
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {     /* table k f           */
        const char *name = lua_tostring(L, -2);
        bool power = strcmp(name, "__pow") == 0;

        if (!lua_isfunction(L, -1) || strcmp(name, "match") == 0 || strcmp(name, "__gc") == 0) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushcclosure(L, power ? bounded_power : bounded_lpeg, 1);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);             /* table k k bounded   */
        lua_rawset(L, -4);             /* table k             */
    }
}

/* LPeg's library is also the method table of its patterns: what must not be
 * called is removed from it, and the patterns' metatable is sealed. */
static void open_lpeg(lua_State *L)
{
    static const char *const removed[] = {"setmaxstack", "pcode", "ptree", NULL};

    lua_pushcfunction(L, luaopen_lpeg);
    lua_call(L, 0, 1);                 /* lpeg                */
    for (int i = 0; removed[i] != NULL; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, removed[i]);
    }
    bound_functions(L);
    luaL_getmetatable(L, "lpeg-pattern");
    assert(lua_istable(L, -1));
    bound_functions(L);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

static int require_embedded(lua_State *L)
{
    lua_env_require(L, luaL_checkstring(L, 1));
    return 1;
}

static const luaL_Reg debug_functions[] = {
    {"getinfo", safe_getinfo},
    {"traceback", safe_traceback},
    {NULL, NULL},
};

void lua_env_open(lua_State *L)
{
    open_picked(L, luaopen_base, base_names);   /* private     */
    luaL_setfuncs(L, safe_base, 0);
    open_string(L);
    lua_setfield(L, -2, "string");
    open_picked(L, luaopen_table, table_names); /* private table */
    lua_pushcfunction(L, safe_sort);
    lua_setfield(L, -2, "sort");
    lua_setfield(L, -2, "table");
    open_picked(L, luaopen_math, math_names);
    lua_setfield(L, -2, "math");
    open_picked(L, luaopen_utf8, utf8_names);
    lua_setfield(L, -2, "utf8");
    open_lpeg(L);
    lua_setfield(L, -2, "lpeg");
    luaL_newlib(L, debug_functions);
    lua_setfield(L, -2, "debug");
    lua_pushcfunction(L, require_embedded);
    lua_setfield(L, -2, "require");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &private_key); /* -      */
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &loaded_key);

    /* What the openers left behind is not for anybody. */
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}

void lua_env_private(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &private_key);
}

/* Gives the table at index the two metamethods that refuse: reading what is
 * not there, writing anything. title "" means the environment itself. */
static void set_refusal(lua_State *L, int names, const char *title,
                        const char *event, lua_CFunction refuse)
{
    lua_pushvalue(L, names);
    lua_pushstring(L, title);
    lua_pushcclosure(L, refuse, 2);
    lua_setfield(L, -2, event);
}

/* Gives the metatable on top a function of its own for an event, taken from
 * the metatable of the table at words, or else the refusal. */
static void set_event(lua_State *L, int words, int names, const char *title,
                      const char *event, lua_CFunction refuse)
{
    int type = words == 0 ? LUA_TNIL : luaL_getmetafield(L, words, event);

    if (type == LUA_TFUNCTION) {
        lua_setfield(L, -2, event);
        return;
    }
    if (type != LUA_TNIL)
        lua_pop(L, 1);
    set_refusal(L, names, title, event, refuse);
}

/* Replaces the table of names on top by an empty one that shows its fields,
 * refuses all others, and cannot be written or opened. */
static void seal(lua_State *L, const char *title, int words)
{
    int names = lua_gettop(L);

    lua_createtable(L, 0, 2);                     /* names meta        */
    set_event(L, words, names, title, "__index", names_missing);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, names);                   /* names             */
    lua_newtable(L);                              /* names proxy       */
    lua_createtable(L, 0, 3);                     /* names proxy meta  */
    lua_pushvalue(L, names);
    lua_setfield(L, -2, "__index");
    set_event(L, words, names, title, "__newindex", names_unwritable);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);                      /* names proxy       */
    lua_remove(L, names);                         /* proxy             */
}

/* Copies all fields of the table on top into the one at index; pops it. */
static void copy_into(lua_State *L, int index)
{
    int from = lua_gettop(L);

    lua_pushnil(L);
    while (lua_next(L, from) != 0) {   /* ... from k v        */
        lua_pushvalue(L, -2);
        lua_insert(L, -2);             /* ... from k k v      */
        lua_rawset(L, index);
    }
    lua_pop(L, 1);
}

/* Puts a sealed copy of one library of the private environment into names. */
static void put_sealed(lua_State *L, int private, int names, const char *library)
{
    lua_newtable(L);
    lua_getfield(L, private, library);
    copy_into(L, lua_gettop(L) - 1);
    seal(L, library, 0);
    lua_setfield(L, names, library);
}

void lua_env_library(lua_State *L, enum lua_profile profile, bool lpeg)
{
    int private = lua_gettop(L) + 1;
    int names = private + 1;

    luaL_checkstack(L, 12, NULL);
    lua_env_private(L);                /* private             */
    lua_newtable(L);                   /* private names       */
    lua_pushvalue(L, private);
    pick(L, strict_names);
    lua_pushcfunction(L, safe_next);
    lua_setfield(L, names, "next");
    if (profile == LUA_PROFILE_LIBRARY) {
        lua_pushvalue(L, private);
        pick(L, library_names);
        lua_pushcfunction(L, safe_setmetatable);
        lua_setfield(L, names, "setmetatable");
    }
    for (int i = 0; sealed_names[i] != NULL; i++)
        put_sealed(L, private, names, sealed_names[i]);
    if (lpeg)
        put_sealed(L, private, names, "lpeg");
    lua_remove(L, private);            /* names               */
}

void lua_env_policy(lua_State *L, enum lua_profile profile, bool lpeg)
{
    int words = lua_gettop(L);

    luaL_checktype(L, words, LUA_TTABLE);
    lua_env_library(L, profile, lpeg); /* words names         */
    lua_pushvalue(L, words);
    copy_into(L, words + 1);
    seal(L, "", words);                /* words env           */
    lua_replace(L, words);             /* env                 */
}

/* "[string]:3: '=' expected near 'x'" with our code behind it. */
static void raise_syntax(lua_State *L, int status)
{
    if (status == LUA_ERRMEM)
        box_raise_stop(L, LUA_STOP_MEMORY);
    if (box_of(L)->stop != LUA_STOP_NONE)
        box_raise_stop(L, box_of(L)->stop);
    lua_pushliteral(L, " [E-SYNTAX]");
    lua_concat(L, 2);
    lua_error(L);
}

void lua_env_load(lua_State *L, const char *name, const char *text, size_t len)
{
    lua_env_load_upto(L, name, text, len, LUA_SOURCE_MAX);
}

void lua_env_load_upto(lua_State *L, const char *name, const char *text, size_t len, size_t most)
{
    int status;

    if (len > most)
        luaL_error(L, "%s: the source is larger than %d KiB [E-SYNTAX]", name + 1,
                   (int)(most >> 10));
    status = luaL_loadbufferx(L, text, len, name, "t"); /* env chunk */
    if (status != LUA_OK)
        raise_syntax(L, status);
    lua_insert(L, -2);                 /* chunk env           */
    lua_setupvalue(L, -2, 1);          /* chunk               */
}

/* The part of a file or module name that is compared: "src/prelude/a/b.lua",
 * "prelude.a.b" and "a/b" are all "a/b". */
static void module_key(const char *name, char *key, size_t size)
{
    static const char *const leading[] = {"src/", "src.", "prelude/", "prelude.",
                                          NULL};
    size_t len;

    for (int i = 0; leading[i] != NULL; i++)
        if (strncmp(name, leading[i], strlen(leading[i])) == 0)
            name += strlen(leading[i]);
    len = strlen(name);
    if (len > 4 && strcmp(name + len - 4, ".lua") == 0)
        len -= 4;
    if (len >= size)
        len = size - 1;
    for (size_t i = 0; i < len; i++)
        key[i] = name[i] == '.' ? '/' : name[i];
    key[len] = '\0';
}

static const struct embedded_file *find_embedded(lua_State *L, const char *key)
{
    const struct embedded_file *at = box_of(L)->prelude;
    char other[128];

    for (; at != NULL && at->name != NULL; at++) {
        module_key(at->name, other, sizeof other);
        if (strcmp(key, other) == 0)
            return at;
    }
    return NULL;
}

void lua_env_require(lua_State *L, const char *name)
{
    char key[128];
    const struct embedded_file *file;

    if (strcmp(name, "lpeg") == 0) {
        lua_env_private(L);
        lua_getfield(L, -1, "lpeg");
        lua_remove(L, -2);
        return;
    }
    luaL_checkstack(L, 8, NULL);
    module_key(name, key, sizeof key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &loaded_key); /* loaded           */
    if (lua_getfield(L, -1, key) != LUA_TNIL) {     /* loaded module    */
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    file = find_embedded(L, key);
    if (file == NULL)
        luaL_error(L, "module '%s' is not embedded", name);
    lua_pushfstring(L, "=prelude/%s", key);         /* loaded chunkname */
    lua_env_private(L);
    lua_env_load(L, lua_tostring(L, -2), file->text, file->len);
    lua_pushstring(L, name);                        /* loaded chunkname chunk name */
    lua_call(L, 1, 1);                              /* loaded chunkname result */
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, -4, key);                       /* loaded chunkname result */
    lua_replace(L, -3);                             /* result chunkname */
    lua_pop(L, 1);                                  /* result           */
}
