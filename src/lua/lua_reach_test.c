/*
 * lua_reach_test.c - the names that a policy can reach are the committed ones.
 *
 * Walks everything that can be reached from a policy's environment by indexing,
 * methods of strings and patterns included, and compares it with
 * tests/sandbox/reachable.txt, line by line. A new name is a reviewed change:
 * WRITE=1 in the environment writes the list anew.
 */
#include <lauxlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/embedded.h"
#include "lua/lua_box.h"
#include "lua/lua_env.h"
#include "lua/lua_policy.h"

#define LIST "tests/sandbox/reachable.txt"
#define LINES_MAX 1000
#define ROW_MAX 256
#define PATH_ROOM 128

struct walk {
    char lines[LINES_MAX][ROW_MAX];
    size_t count;
};

static struct walk walk;

/* The distribution's older LPeg has one name less, and another that differs. */
static bool differs_by_release(const char *line)
{
#ifdef RUBRIC_LUA_SYSTEM
    return strstr(line, ".utfR ") != NULL || strstr(line, ".version ") != NULL;
#else
    (void)line;
    return false;
#endif
}

static void note(const char *profile, const char *path, const char *kind)
{
    if (walk.count == LINES_MAX)
        fail_msg("more than %d names", LINES_MAX);
    snprintf(walk.lines[walk.count], ROW_MAX, "%s %s %s", profile, path, kind);
    walk.count += !differs_by_release(walk.lines[walk.count]);
}

static const char *kind_of(lua_State *L, int index)
{
    if (lua_iscfunction(L, index))
        return "C";
    return luaL_typename(L, index);
}

/* Walks the table at the top of the stack; a sealed one through its __index.
 * visited is the table at stack index 1. */
static void walk_table(lua_State *L, const char *profile, const char *path, int depth)
{
    int table = lua_gettop(L);

    luaL_checkstack(L, 12, NULL);
    lua_pushvalue(L, table);
    if (depth > 8 || lua_rawget(L, 1) != LUA_TNIL) {
        lua_settop(L, table);
        return;
    }
    lua_pushvalue(L, table);
    lua_pushboolean(L, 1);
    lua_rawset(L, 1);
    lua_settop(L, table);
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        char name[PATH_ROOM];

        lua_pushvalue(L, -2);
        snprintf(name, sizeof name, "%.60s%s%.60s", path, *path == '\0' ? "" : ".",
                 lua_tostring(L, -1));
        lua_pop(L, 1);
        note(profile, name, kind_of(L, -1));
        if (lua_istable(L, -1))
            walk_table(L, profile, name, depth + 1);
        lua_pop(L, 1);
    }
    if (luaL_getmetafield(L, table, "__index") == LUA_TTABLE)
        walk_table(L, profile, path, depth + 1);
    lua_settop(L, table);
}

/* What the value at the top answers to as methods. */
static void walk_methods(lua_State *L, const char *profile, const char *path)
{
    int value = lua_gettop(L);

    if (luaL_getmetafield(L, value, "__index") == LUA_TTABLE)
        walk_table(L, profile, path, 0);
    lua_settop(L, value);
}

static int walk_profiles(lua_State *L)
{
    for (int profile = 0; profile < 2; profile++) {
        const char *name = profile == 0 ? "strict" : "library";

        lua_settop(L, 0);
        lua_newtable(L);                              /* visited      */
        lua_newtable(L);
        lua_env_policy(L, profile == 0 ? LUA_PROFILE_STRICT : LUA_PROFILE_LIBRARY,
                       true);                         /* visited env  */
        walk_table(L, name, "", 0);
        lua_pushliteral(L, "");
        walk_methods(L, name, "(string)");
        lua_getfield(L, 2, "lpeg");
        lua_getfield(L, -1, "P");
        lua_pushinteger(L, 1);
        lua_call(L, 1, 1);
        walk_methods(L, name, "(pattern)");
    }
    return 0;
}

/* The prelude's object is the registry's table that has "words". */
static int walk_words(lua_State *L)
{
    lua_settop(L, 0);
    lua_newtable(L);                                  /* visited      */
    lua_pushnil(L);
    while (lua_next(L, LUA_REGISTRYINDEX) != 0) {     /* visited k v  */
        if (lua_type(L, -2) == LUA_TLIGHTUSERDATA && lua_istable(L, -1) &&
            luaL_getmetafield(L, -1, "__name") == LUA_TNIL) {
            lua_pushliteral(L, "words");
            if (lua_rawget(L, -2) == LUA_TTABLE)
                walk_table(L, "words", "", 0);
            lua_settop(L, 3);
        }
        lua_settop(L, 2);
    }
    return 0;
}

static int order(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void write_list(void)
{
    FILE *file = fopen(LIST, "w");

    assert_non_null(file);
    for (size_t i = 0; i < walk.count; i++)
        fprintf(file, "%s\n", walk.lines[i]);
    fclose(file);
}

/* Both are sorted; the first difference is named. */
static void compare_list(void)
{
    char line[ROW_MAX + 2];
    FILE *file = fopen(LIST, "r");
    size_t i = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (differs_by_release(line))
            continue;
        if (i == walk.count || strcmp(line, walk.lines[i]) != 0)
            fail_msg("the list has '%s', a policy can reach '%s'", line,
                     i < walk.count ? walk.lines[i] : "nothing more");
        i++;
    }
    fclose(file);
    if (i < walk.count)
        fail_msg("a policy can also reach '%s'", walk.lines[i]);
}

static void a_policy_reaches_only_the_committed_names(void **state)
{
    struct lua_box_options options = {0, 0, 0, embedded_prelude};
    struct lua_box *box;
    struct err err = {0};

    (void)state;
    assert_true(lua_box_open(&box, &options, &err));
    if (!lua_policy_boot(box, NULL, &err))
        fail_msg("%s", err.text);
    if (!lua_box_enter(box, walk_words, NULL, &lua_limits_default, &err) ||
        !lua_box_enter(box, walk_profiles, NULL, &lua_limits_default, &err))
        fail_msg("%s", err.text);
    lua_box_close(box);
    qsort(walk.lines, walk.count, ROW_MAX, order);
    assert_true(walk.count > 200);
    if (getenv("WRITE") != NULL)
        write_list();
    compare_list();
}

/* Absent from the whole environment, whatever a distribution's packaging did. */
static void what_opens_sandboxes_is_absent(void **state)
{
    static const char *const absent[] = {
        "os", "io", "debug", "package", "load", "loadfile", "dofile",
        "loadstring", "collectgarbage", "coroutine", "warn", "print", "getmetatable",
        "rawget", "rawset", "_G", "string.dump", "math.random", "math.randomseed",
        "lpeg.setmaxstack", "(pattern).setmaxstack", "(pattern).__gc", "(string).dump"};

    (void)state;
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        for (size_t j = 0; j < walk.count; j++) {
            const char *path = strchr(walk.lines[j], ' ') + 1;
            size_t len = strlen(absent[i]);

            if (strncmp(path, absent[i], len) == 0 && (path[len] == ' ' || path[len] == '.'))
                fail_msg("'%s' is there", absent[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_reaches_only_the_committed_names),
        cmocka_unit_test(what_opens_sandboxes_is_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
