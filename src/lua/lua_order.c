/*
 * lua_order.c - tables walked and sorted the same way in every run.
 *
 * pairs visits 1..n, then the other keys: numbers by value, then strings by
 * bytes. Any other key is an error, since nothing could order it that lasts
 * from one build to the next. The sort is a merge sort: stable, and the same
 * comparisons each time.
 */
#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

#include "lua/lua_safe.h"

/* How many of t[1], t[2], ... are there before the first nil. */
static lua_Integer sequence_length(lua_State *L, int table)
{
    lua_Integer n = 0;

    while (lua_rawgeti(L, table, n + 1) != LUA_TNIL) {
        lua_pop(L, 1);
        n++;
    }
    lua_pop(L, 1);
    return n;
}

static bool in_sequence(lua_State *L, int key, lua_Integer n)
{
    lua_Integer i;

    if (!lua_isinteger(L, key))
        return false;
    i = lua_tointeger(L, key);
    return i >= 1 && i <= n;
}

/* Numbers before strings; both by value. */
static bool key_before(lua_State *L, int a, int b)
{
    int type_a = lua_type(L, a);
    size_t len_a, len_b;
    const char *text_a, *text_b;
    int order;

    if (type_a != lua_type(L, b))
        return type_a == LUA_TNUMBER;
    if (type_a == LUA_TNUMBER)
        return lua_compare(L, a, b, LUA_OPLT);
    text_a = lua_tolstring(L, a, &len_a);
    text_b = lua_tolstring(L, b, &len_b);
    order = memcmp(text_a, text_b, len_a < len_b ? len_a : len_b);
    return order < 0 || (order == 0 && len_a < len_b);
}

static void check_key(lua_State *L, int key)
{
    int type = lua_type(L, key);

    if (type != LUA_TNUMBER && type != LUA_TSTRING)
        luaL_error(L, "a table with a %s as a key has no order to walk in",
                   lua_typename(L, type));
}

/* Merges the runs [from, half) and [half, to) of table src into table dst. */
static void merge_runs(lua_State *L, int src, int dst, lua_Integer from,
                       lua_Integer half, lua_Integer to,
                       bool (*before)(lua_State *L, int a, int b))
{
    lua_Integer a = from;
    lua_Integer b = half;

    for (lua_Integer out = from; out < to; out++) {
        bool take_b = a >= half;

        if (!take_b && b < to) {
            lua_rawgeti(L, src, b);
            lua_rawgeti(L, src, a);
            take_b = before(L, lua_gettop(L) - 1, lua_gettop(L));
            lua_pop(L, 2);
        }
        lua_rawgeti(L, src, take_b ? b++ : a++);
        lua_rawseti(L, dst, out);
    }
}

/* Sorts list[1..n] on top of the stack; the sorted table replaces it. */
static void merge_sort(lua_State *L, lua_Integer n,
                       bool (*before)(lua_State *L, int a, int b))
{
    int src = lua_gettop(L);
    int dst = src + 1;

    lua_createtable(L, (int)n, 0);     /* list other          */
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer from = 1; from <= n; from += 2 * width) {
            lua_Integer half = from + width < n + 1 ? from + width : n + 1;
            lua_Integer to = half + width < n + 1 ? half + width : n + 1;

            merge_runs(L, src, dst, from, half, to, before);
        }
        lua_insert(L, src);            /* other list: swapped */
    }
    lua_pop(L, 1);                     /* list                */
}

/* Pushes a list of the keys outside 1..n, in order; returns how many. */
static lua_Integer push_other_keys(lua_State *L, int table, lua_Integer n)
{
    lua_Integer count = 0;

    lua_newtable(L);                   /* keys                */
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {  /* keys k v            */
        lua_pop(L, 1);
        if (in_sequence(L, -1, n))
            continue;
        check_key(L, -1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, ++count);   /* keys k              */
    }
    if (count > 1)
        merge_sort(L, count, key_before);
    return count;
}

/* Upvalues: table, n, position, keys (nil: none), count. */
static int step(lua_State *L)
{
    lua_Integer n = lua_tointeger(L, lua_upvalueindex(2));
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3)) + 1;
    lua_Integer last = n + lua_tointeger(L, lua_upvalueindex(5));

    for (; at <= last; at++) {
        lua_settop(L, 0);
        if (at <= n)
            lua_pushinteger(L, at);
        else
            lua_rawgeti(L, lua_upvalueindex(4), at - n);
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
            continue; /* removed while walking */
        lua_pushinteger(L, at);
        lua_replace(L, lua_upvalueindex(3));
        return 2;
    }
    lua_pushnil(L);
    return 1;
}

/* pairs(table) -> iterator, table, nil; __pairs is honoured. */
int safe_pairs(lua_State *L)
{
    lua_Integer n;
    lua_Integer count;

    luaL_checkany(L, 1);
    lua_settop(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_insert(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    n = sequence_length(L, 1);
    lua_pushvalue(L, 1);               /* t t                 */
    lua_pushinteger(L, n);             /* t t n               */
    lua_pushinteger(L, 0);             /* t t n 0             */
    count = push_other_keys(L, 1, n);  /* t t n 0 keys        */
    lua_pushinteger(L, count);         /* t t n 0 keys count  */
    lua_pushcclosure(L, step, 5);      /* t step              */
    lua_insert(L, 1);                  /* step t              */
    lua_pushnil(L);
    return 3;
}

/* Leaves on top the smallest key after the one at index 2 (nil: the smallest
 * of all) that is not in 1..n; nil if there is none. */
static void push_least_after(lua_State *L, lua_Integer n, bool after_sequence)
{
    lua_pushnil(L);                    /* t k best            */
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {      /* t k best key v      */
        lua_pop(L, 1);
        if (in_sequence(L, -1, n))
            continue;
        check_key(L, -1);
        if (!after_sequence && !key_before(L, 2, lua_gettop(L)))
            continue;
        if (lua_isnil(L, 3) || key_before(L, lua_gettop(L), 3)) {
            lua_pushvalue(L, -1);
            lua_replace(L, 3);
        }
    }
}

/* next(table [, key]) -> key, value | nil, in the order of pairs. */
int safe_next(lua_State *L)
{
    lua_Integer n;
    bool sequence;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    n = sequence_length(L, 1);
    sequence = lua_isnil(L, 2) || in_sequence(L, 2, n);
    if (sequence && lua_tointeger(L, 2) < n) {
        lua_pushinteger(L, lua_tointeger(L, 2) + 1);
    } else {
        if (!lua_isnil(L, 2))
            check_key(L, 2);
        push_least_after(L, n, sequence);
    }
    if (lua_isnil(L, -1))
        return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

static bool less(lua_State *L, int a, int b)
{
    return lua_compare(L, a, b, LUA_OPLT);
}

/* The script's own comparison, at stack index 2. */
static bool less_by_function(lua_State *L, int a, int b)
{
    bool result;

    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    result = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return result;
}

/* table.sort(list [, less]): stable; the list changes only at the end. */
int safe_sort(lua_State *L)
{
    lua_Integer n;
    bool by_function;

    luaL_checktype(L, 1, LUA_TTABLE);
    n = luaL_len(L, 1);
    luaL_argcheck(L, n < 1 << 26, 1, "array too big");
    by_function = !lua_isnoneornil(L, 2);
    if (by_function)
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    if (n < 2)
        return 0;
    lua_createtable(L, (int)n, 0);     /* t less copy         */
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, 1, i);
        lua_rawseti(L, 3, i);
    }
    merge_sort(L, n, by_function ? less_by_function : less);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, 3, i);
        lua_seti(L, 1, i);
    }
    return 0;
}
