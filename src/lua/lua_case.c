/*
 * lua_case.c - the case as a function criterion sees it; see lua_case.h.
 */
#include "lua/lua_case.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "lua/lua_box.h"
#include "lua/lua_safe.h"

#define CASE_T "rubric.case"
#define RECORD_T "rubric.record"

/* Both userdata; a case has no list. */
struct handle {
    lua_Integer generation;
    size_t list;
    size_t record;
};

static const char eval_key = 'e';
static const char generation_key = 'g';

static lua_Integer generation_of(lua_State *L)
{
    lua_Integer generation;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &generation_key);
    generation = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return generation;
}

/* The request that the handle speaks of; raises if its call is over. */
static struct eval *eval_of(lua_State *L, const struct handle *handle)
{
    struct eval *eval;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &eval_key);
    eval = lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (eval == NULL || handle->generation != generation_of(L))
        luaL_error(L, "this case is closed [E-RESULT]");
    return eval;
}

static struct handle *push_handle(lua_State *L, const char *type)
{
    struct handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);

    memset(handle, 0, sizeof *handle);
    handle->generation = generation_of(L);
    luaL_setmetatable(L, type);
    return handle;
}

/* A number where it is exact, nil where the record leaves it open. */
static void push_number(lua_State *L, double least, double most)
{
    if (least != most || !isfinite(least))
        lua_pushnil(L);
    else if (least == floor(least) && fabs(least) < 9e15)
        lua_pushinteger(L, (lua_Integer)least);
    else
        lua_pushnumber(L, least);
}

static void push_one(lua_State *L, const struct value *value)
{
    double least, most;
    char day[CIVIL_TEXT];

    switch (value->kind) {
    case KIND_NUMBER:
        push_number(L, value->lo, value->hi);
        break;
    case KIND_DURATION:
        value_days(value, &least, &most);
        push_number(L, least, most);
        break;
    case KIND_DATE:
        if (value->from.first != value->from.last) {
            lua_pushnil(L);
            break;
        }
        civil_format(value->from.first, day);
        lua_pushstring(L, day);
        break;
    case KIND_CHOICE:
    case KIND_TEXT:
    case KIND_CODE:
        lua_pushlstring(L, value->text.at, value->text.len);
        break;
    case KIND_NONE:
        lua_pushnil(L);
        break;
    }
}

static void push_value(lua_State *L, const struct value *value)
{
    if (value->conflict) {
        lua_pushnil(L);
    } else if (value->all_count <= 1) {
        push_one(L, value);
    } else {
        lua_createtable(L, (int)value->all_count, 0);
        for (size_t i = 0; i < value->all_count; i++) {
            push_one(L, &value->all[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    }
}

static const struct fact *listed_fact(const struct criterion *criterion, struct str name)
{
    for (size_t i = 0; i < criterion->reads_fact_count; i++)
        if (str_equal(criterion->reads_facts[i]->path, name))
            return criterion->reads_facts[i];
    return NULL;
}

static const struct list *listed_list(const struct criterion *criterion, struct str name)
{
    for (size_t i = 0; i < criterion->reads_list_count; i++)
        if (str_equal(criterion->reads_lists[i]->name, name))
            return criterion->reads_lists[i];
    return NULL;
}

static void push_fact(lua_State *L, struct eval *eval, const struct fact *fact)
{
    const struct value *value;

    host_enter();
    value = eval_fact(eval, fact);
    eval_gather(eval, value);
    host_leave();
    push_value(L, value);
}

/* The records that nobody has to doubt, as an array of handles. */
static void push_list(lua_State *L, struct eval *eval, const struct list *list)
{
    const struct record_list *records;
    lua_Integer n = 0;

    host_enter();
    records = eval_list(eval, list);
    host_leave();
    lua_newtable(L);
    for (size_t i = 0; i < records->count; i++) {
        const struct record *record = &records->items[i];
        struct handle *handle;

        if (record->doubtful || (record->suggested && !eval->accept_extracted))
            continue;
        handle = push_handle(L, RECORD_T);
        handle->list = list->index;
        handle->record = i;
        lua_rawseti(L, -2, ++n);
    }
}

/* case[name] -> a fact or a list that the criterion reads */
static int case_index(lua_State *L)
{
    struct handle *handle = luaL_checkudata(L, 1, CASE_T);
    struct eval *eval = eval_of(L, handle);
    struct str name = {NULL, 0};
    const struct fact *fact;
    const struct list *list;

    safe_count_call(L);
    name.at = luaL_checklstring(L, 2, &name.len);
    fact = listed_fact(eval->criterion, name);
    list = listed_list(eval->criterion, name);
    if (fact != NULL)
        push_fact(L, eval, fact);
    else if (list != NULL)
        push_list(L, eval, list);
    else
        return luaL_error(L, "the function reads '%s', which 'reads' does not list [E-READS]",
                          name.at);
    return 1;
}

/* record[name] -> one field */
static int record_index(lua_State *L)
{
    struct handle *handle = luaL_checkudata(L, 1, RECORD_T);
    struct eval *eval = eval_of(L, handle);
    const struct list *list = &eval->policy->lists[handle->list];
    struct str name = {NULL, 0};
    const struct value *value;
    int field;

    safe_count_call(L);
    name.at = luaL_checklstring(L, 2, &name.len);
    field = list_field(list, name);
    if (field < 0)
        return luaL_error(L, "the list '%s' has no field '%s' [E-READS]", list->name.at, name.at);
    host_enter();
    value = eval_field(eval, list, &eval_list(eval, list)->items[handle->record], (size_t)field);
    eval_gather(eval, value);
    host_leave();
    push_value(L, value);
    return 1;
}

static int not_writable(lua_State *L)
{
    return luaL_error(L, "a case cannot be changed [E-RESULT]");
}

static const luaL_Reg case_events[] = {
    {"__index", case_index},
    {"__newindex", not_writable},
    {NULL, NULL},
};

static const luaL_Reg record_events[] = {
    {"__index", record_index},
    {"__newindex", not_writable},
    {NULL, NULL},
};

static void open_type(lua_State *L, const char *type, const luaL_Reg *events)
{
    luaL_newmetatable(L, type);            /* meta       */
    luaL_setfuncs(L, events, 0);
    lua_pushboolean(L, 0);                 /* meta false */
    lua_setfield(L, -2, "__metatable");    /* meta       */
    lua_pop(L, 1);                         /* -          */
}

void lua_case_open(lua_State *L)
{
    open_type(L, CASE_T, case_events);
    open_type(L, RECORD_T, record_events);
    lua_case_close(L);
}

void lua_case_push(lua_State *L, struct eval *eval)
{
    lua_pushlightuserdata(L, eval);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &eval_key);
    push_handle(L, CASE_T);
}

void lua_case_close(lua_State *L)
{
    lua_Integer generation = generation_of(L);

    lua_pushinteger(L, generation + 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &generation_key);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &eval_key);
}
