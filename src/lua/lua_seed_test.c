/*
 * lua_seed_test.c - the interpreter that is linked is the one that was meant:
 * its version, and the same order of a table in two processes.
 */
#include <lauxlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lua/lua_box.h"
#include "lua/lua_env.h"

#define KEYS 200

static const char *self; /* this program */

/* Writes the keys of a table in the order of Lua's own traversal. */
static int write_order(lua_State *L)
{
    struct buf *out = lua_touserdata(L, 1);

    lua_newtable(L);
    for (int i = 0; i < KEYS; i++) {
        lua_pushfstring(L, "key %d", i);
        lua_pushboolean(L, 1);
        lua_rawset(L, 2);
    }
    lua_pushnil(L);
    while (lua_next(L, 2) != 0) {
        buf_puts(out, lua_tostring(L, -2));
        buf_putc(out, ';');
        lua_pop(L, 1);
    }
    return 0;
}

static const char *order_here(struct buf *out)
{
    struct lua_box_options options = {0};
    struct lua_box *box;
    struct err err;

    if (!lua_box_open(&box, &options, &err) || !lua_box_fresh(box, &err) ||
        !lua_box_enter(box, write_order, out, &lua_limits_default, &err))
        exit(1);
    lua_box_close(box);
    return buf_cstr(out);
}

static void two_processes_walk_alike(void **state)
{
    static char other[KEYS * 16];
    struct buf out = BUF_INIT;

    (void)state;
#ifdef RUBRIC_LUA_SYSTEM
    skip(); /* the distribution's seed is random: pairs is ordered all the same */
#endif
    for (int run = 0; run < 3; run++) {
        char command[512];
        FILE *child;
        size_t len;

        snprintf(command, sizeof command, "'%s' --order", self);
        child = popen(command, "r");

        assert_non_null(child);
        len = fread(other, 1, sizeof other - 1, child);
        other[len] = '\0';
        assert_int_equal(pclose(child), 0);
        buf_reset(&out);
        assert_string_equal(order_here(&out), other);
    }
    assert_int_equal(strlen(other), out.len);
    buf_free(&out);
}

static void the_version_is_the_pinned_one(void **state)
{
    (void)state;
#ifdef RUBRIC_LUA_SYSTEM
    skip();
#endif
    assert_string_equal(LUA_RELEASE, "Lua 5.4.9");
    assert_true(LUA_VERSION_NUM == 504);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_processes_walk_alike),
        cmocka_unit_test(the_version_is_the_pinned_one),
    };
    struct buf out = BUF_INIT;

    if (argc > 1 && strcmp(argv[1], "--order") == 0) {
        fputs(order_here(&out), stdout);
        buf_free(&out);
        return 0;
    }
    self = argv[0];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
