/*
 * lua_functions.c - the interpreter in which function criteria are called.
 *
 * In the second run a dummy stands for every word: it can be called, indexed,
 * calculated with and compared, and gives itself. Criteria leave their functions
 * in a table by id; the tree, which the first run made, says which number each
 * has.
 */
#include "lua/lua_functions.h"

#include <lauxlib.h>
#include <string.h>

#include "lua/lua_case.h"
#include "lua/lua_env.h"
#include "lua/lua_inside.h"
#include "lua/lua_safe.h"

#define DUMMY_T "rubric.word"
#define VERDICT_T "rubric.verdict"

static const char by_id_key = 'i';
static const char functions_key = 'f';
static const char dummy_key = 'd'; /* nil once the run is over */
static const char load_key = 'o';

struct verdict {
    enum finding finding; /* why: the first user value */
};

static void push_at(lua_State *L, const char *key)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
}

static void put_at(lua_State *L, const char *key)
{
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* ---- dummies ---------------------------------------------------------------- */

/* Everything a dummy is asked gives the dummy, as long as the policy loads. */
static int dummy_answers(lua_State *L)
{
    push_at(L, &dummy_key);
    if (lua_isnil(L, -1))
        return luaL_error(L, "a function criterion reads the case; the words of the "
                             "language only declare [E-NAME]");
    return 1;
}

static int dummy_compares(lua_State *L)
{
    dummy_answers(L);
    lua_pushboolean(L, 0);
    return 1;
}

static int dummy_is_empty(lua_State *L)
{
    dummy_answers(L);
    lua_pushinteger(L, 0);
    return 1;
}

static int dummy_ignores(lua_State *L)
{
    dummy_answers(L);
    return 0;
}

static const luaL_Reg dummy_events[] = {
    {"__add", dummy_answers},   {"__call", dummy_answers},     {"__concat", dummy_answers},
    {"__div", dummy_answers},   {"__idiv", dummy_answers},     {"__index", dummy_answers},
    {"__le", dummy_compares},   {"__len", dummy_is_empty},     {"__lt", dummy_compares},
    {"__mod", dummy_answers},   {"__mul", dummy_answers},      {"__newindex", dummy_ignores},
    {"__pow", dummy_answers},   {"__sub", dummy_answers},      {"__unm", dummy_answers},
    {NULL, NULL},
};

/* A name that is none of the library's: (environment, name) */
static int word_missing(lua_State *L)
{
    push_at(L, &dummy_key);
    if (!lua_isnil(L, -1))
        return 1;
    return luaL_error(L, "there is no '%s' in a function criterion [E-NAME]",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
}

/* ---- words that do something --------------------------------------------------- */

/* criterion(id){ met = function ... }: upvalue 1 is the id */
static int criterion_body(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TTABLE) {
        lua_pushliteral(L, "met");
        lua_rawget(L, 1);                      /* body met          */
        push_at(L, &by_id_key);                /* body met ids      */
        lua_pushvalue(L, lua_upvalueindex(1)); /* body met ids id   */
        if (lua_isfunction(L, -3))
            lua_pushvalue(L, -3);
        else
            lua_pushboolean(L, 0); /* redeclared without a function   */
        lua_rawset(L, -3);
    }
    return dummy_answers(L);
}

static int word_criterion(lua_State *L)
{
    dummy_answers(L); /* only while the policy loads */
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TSTRING)
        return dummy_answers(L);
    lua_pushcclosure(L, criterion_body, 1);
    return 1;
}

static int make_verdict(lua_State *L, enum finding finding)
{
    struct verdict *verdict;

    lua_settop(L, 1);
    verdict = lua_newuserdatauv(L, sizeof *verdict, 1);
    verdict->finding = finding;
    lua_insert(L, 1);                          /* verdict why       */
    if (lua_type(L, 2) == LUA_TSTRING)
        lua_setiuservalue(L, 1, 1);
    lua_settop(L, 1);
    luaL_setmetatable(L, VERDICT_T);
    return 1;
}

/* met(why) -> verdict */
static int word_met(lua_State *L)
{
    return make_verdict(L, FINDING_MET);
}

/* not_met(why) -> verdict */
static int word_not_met(lua_State *L)
{
    return make_verdict(L, FINDING_NOT_MET);
}

/* undocumented(why) -> verdict */
static int word_undocumented(lua_State *L)
{
    return make_verdict(L, FINDING_UNDOCUMENTED);
}

static void run_source(lua_State *L, const struct lua_source *source, const char *suffix,
                       int env);
static void push_environment(lua_State *L, enum lua_profile profile);

/* require(name) -> what the payer's own module returns */
static int word_require(lua_State *L)
{
    const struct lua_source *module;
    const char *name = luaL_checkstring(L, 1);

    dummy_answers(L);
    push_at(L, &load_key);
    module = lua_load_module(lua_touserdata(L, -1), str_of(name));
    if (module == NULL)
        return luaL_error(L, "no module is called '%s'", name);
    if (module->vouched)
        push_environment(L, LUA_PROFILE_LIBRARY);
    else
        push_at(L, &functions_key); /* the environment, until functions are there */
    run_source(L, module, ".lua", lua_gettop(L));
    return 1;
}

static const luaL_Reg words[] = {
    {"criterion", word_criterion},
    {"met", word_met},
    {"not_met", word_not_met},
    {"require", word_require},
    {"trace", safe_trace},
    {"undocumented", word_undocumented},
    {NULL, NULL},
};

/* ---- loading --------------------------------------------------------------------- */

/* Runs a source in the environment at index env; pushes what it returned. suffix: what
 * the name of a module lacks of a file's. */
static void run_source(lua_State *L, const struct lua_source *source, const char *suffix,
                       int env)
{
    const char *cut = memchr(source->name.at, ' ', source->name.len);
    struct str name = source->name;

    if (cut != NULL) { /* "id file" */
        name.len -= (size_t)(cut + 1 - name.at);
        name.at = cut + 1;
    }
    lua_pushlstring(L, name.at, name.len);
    lua_pushfstring(L, "@%s%s", lua_tostring(L, -1), suffix); /* bare name */
    lua_replace(L, -2);                             /* name           */
    lua_pushvalue(L, env);                          /* name env       */
    lua_env_load(L, lua_tostring(L, -2), source->text.at, source->text.len);
    lua_call(L, 0, 1);                              /* name value     */
    lua_remove(L, -2);                              /* value          */
}

static void open_types(lua_State *L)
{
    luaL_newmetatable(L, DUMMY_T);
    luaL_setfuncs(L, dummy_events, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    luaL_newmetatable(L, VERDICT_T);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    lua_newuserdatauv(L, 0, 0);
    luaL_setmetatable(L, DUMMY_T);
    put_at(L, &dummy_key);
    lua_newtable(L);
    put_at(L, &by_id_key);
}

static void push_environment(lua_State *L, enum lua_profile profile)
{
    luaL_newlib(L, words);                          /* words          */
    lua_createtable(L, 0, 1);                       /* words meta     */
    lua_pushcfunction(L, word_missing);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);                        /* words          */
    lua_env_policy(L, profile, true);               /* env            */
}

struct load_args {
    const struct lua_load *load;
    const struct policy *policy;
};

/* Gives each function the number that the tree knows it by. */
static void number_functions(lua_State *L, const struct policy *policy)
{
    lua_createtable(L, (int)policy->function_count, 0); /* functions     */
    push_at(L, &by_id_key);                             /* functions ids */
    for (size_t i = 0; i < policy->criterion_count; i++) {
        const struct criterion *criterion = &policy->criteria[i];

        if (criterion->met->op != EXPR_FUNCTION)
            continue;
        lua_pushlstring(L, criterion->id.at, criterion->id.len);
        lua_rawget(L, -2);
        if (!lua_isfunction(L, -1))
            luaL_error(L, "the function of criterion '%s' was not found again",
                       criterion->id.at);
        lua_rawseti(L, -3, (lua_Integer)criterion->met->function + 1);
    }
    lua_pop(L, 1);                                      /* functions     */
    put_at(L, &functions_key);
}

static int load_functions(lua_State *L)
{
    const struct load_args *args = lua_touserdata(L, 1);

    luaL_checkstack(L, 20, NULL);
    open_types(L);
    lua_case_open(L);
    lua_pushlightuserdata(L, (void *)(uintptr_t)args->load);
    put_at(L, &load_key);
    push_environment(L, LUA_PROFILE_STRICT);        /* args env       */
    lua_pushvalue(L, -1);
    put_at(L, &functions_key);
    for (size_t i = 0; i < args->load->file_count; i++) {
        run_source(L, &args->load->files[i], "", 2);
        lua_settop(L, 2);
    }
    number_functions(L, args->policy);
    lua_pushnil(L);
    put_at(L, &dummy_key);
    lua_pushnil(L);
    put_at(L, &by_id_key);
    lua_pushnil(L);
    put_at(L, &load_key);
    lua_settop(L, 0);
    return 0;
}

bool lua_functions_load(struct lua_box *box, const struct lua_load *load,
                        const struct policy *policy, struct err *err)
{
    struct load_args args = {load, policy};
    struct lua_limits limits = lua_limits_default;

    limits.time_us = load->time_us > 0 ? load->time_us : 2000000;
    limits.loading = true;
    limits.subject = policy->file.at;
    return lua_box_fresh(box, err) && lua_box_enter(box, load_functions, &args, &limits, err);
}

/* ---- calling ---------------------------------------------------------------------- */

struct call_args {
    struct eval *eval;
    size_t index;
    struct function_word *word;
};

/* Copies the reason out, cut at a whole character. */
static void take_why(lua_State *L, struct call_args *args)
{
    size_t len;
    const char *text;

    if (lua_getiuservalue(L, -1, 1) != LUA_TSTRING)
        return;
    text = lua_tolstring(L, -1, &len);
    host_enter();
    if (len > 1024)
        for (len = 1024; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80; len--)
            ;
    args->word->why.at = pool_copy(args->eval->pool, text, len);
    args->word->why.len = args->word->why.at == NULL ? 0 : len;
    host_leave();
}

/* A function that has answered runs no more: it is named by its first line. */
static int wrong_answer(lua_State *L, size_t index)
{
    const char *given = luaL_typename(L, -1);
    lua_Debug at;

    push_at(L, &functions_key);                 /* functions          */
    lua_rawgeti(L, -1, (lua_Integer)index + 1); /* functions function */
    lua_getinfo(L, ">S", &at);                  /* functions          */
    return luaL_error(L,
                      "%s:%d: a function criterion answers met(why), not_met(why) or "
                      "undocumented(why), not %s [E-RESULT]",
                      at.short_src, at.linedefined, given);
}

static int call_function(lua_State *L)
{
    struct call_args *args = lua_touserdata(L, 1);
    const struct verdict *verdict;

    luaL_checkstack(L, 20, NULL);
    push_at(L, &functions_key);
    lua_rawgeti(L, -1, (lua_Integer)args->index + 1);
    box_home(L);
    lua_case_push(L, args->eval);
    lua_call(L, 1, 1);
    lua_case_close(L);
    verdict = luaL_testudata(L, -1, VERDICT_T);
    if (verdict == NULL)
        return wrong_answer(L, args->index);
    args->word->finding = verdict->finding;
    take_why(L, args);
    lua_settop(L, 0);
    return 0;
}

bool lua_functions_call(struct lua_box *box, struct eval *eval, size_t index,
                        struct function_word *word, struct err *err)
{
    struct call_args args = {eval, index, word};

    return lua_box_enter(box, call_function, &args, NULL, err);
}
