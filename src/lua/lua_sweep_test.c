/*
 * lua_sweep_test.c - loading the prelude and a shipped policy with the n-th
 * allocation failing, each of the first hundred, then in steps: always an ordinary error, and the
 * next load, in the restored interpreter, gives the same tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/embedded.h"
#include "lua/lua_box.h"
#include "lua/lua_policy.h"

#define POLICY "cms/epidural-injections.lua"
#define TREE_MAX ((size_t)1 << 20)

struct hall {
    struct lua_box *box;
    struct lua_image *image;
    char *text; /* of the policy */
    size_t len;
    char *memory; /* TREE_MAX: the tree, and another */
};

static int open_hall(void **state)
{
    static struct hall hall;
    struct lua_box_options options = {.prelude = embedded_prelude};
    FILE *file = fopen("policies/" POLICY, "r");
    struct err err;

    if (file == NULL)
        return -1;
    hall.text = calloc(1, 512u << 10);
    hall.memory = calloc(2, TREE_MAX);
    hall.len = fread(hall.text, 1, (512u << 10) - 1, file);
    fclose(file);
    if (!lua_box_open(&hall.box, &options, &err) || !lua_policy_boot(hall.box, NULL, &err) ||
        !lua_box_save(hall.box, &hall.image, &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    *state = &hall;
    return 0;
}

static int close_hall(void **state)
{
    struct hall *hall = *state;

    lua_box_close(hall->box);
    free(hall->text);
    free(hall->memory);
    return 0;
}

static bool load(struct hall *hall, unsigned fail_after, struct buf *out,
                 enum lua_loaded *loaded, struct err *err)
{
    struct lua_source source = {str_of(POLICY), {hall->text, hall->len}};
    struct lua_load load = {.files = &source, .file_count = 1};
    bool ok;

    lua_box_restore(hall->box, hall->image);
    lua_box_fail_after(hall->box, fail_after);
    ok = lua_policy_load(hall->box, &load, out, loaded, err);
    lua_box_fail_after(hall->box, 0);
    return ok;
}

static void a_policy_loads_whole_or_not_at_all(void **state)
{
    struct hall *hall = *state;
    struct buf tree = buf_fixed(hall->memory, TREE_MAX);
    struct buf again = buf_fixed(hall->memory + TREE_MAX, TREE_MAX);
    enum lua_loaded loaded = LUA_REJECTED;
    struct err err = {0};
    unsigned tried = 0;

    if (!load(hall, 0, &tree, &loaded, &err))
        fail_msg("%s", err.text);
    assert_int_equal(loaded, LUA_LOADED);
    for (unsigned n = 1;; n = n < 100 ? n + 1 : n + n / 30, tried++) {
        if (load(hall, n, &again, &loaded, &err))
            break;
        if (strcmp(err.code, "E-LIMIT-MEMORY") != 0)
            fail_msg("allocation %u: %s %s", n, err.code, err.text);
        if (tried % 10 != 0)
            continue;
        if (!load(hall, 0, &again, &loaded, &err))
            fail_msg("after allocation %u: %s", n, err.text);
        assert_int_equal(loaded, LUA_LOADED);
        assert_int_equal(again.len, tree.len);
        assert_memory_equal(again.data, tree.data, tree.len);
    }
    assert_int_equal(loaded, LUA_LOADED);
    assert_true(tried > 150);
}

static void the_prelude_boots_whole_or_not_at_all(void **state)
{
    struct hall *hall = *state;
    struct lua_box_options options = {.prelude = embedded_prelude, .slot = 1};
    struct lua_box *box;
    struct err err = {0};
    bool booted = false;
    unsigned tried = 0;

    (void)hall;
    assert_true(lua_box_open(&box, &options, &err));
    for (unsigned n = 1; !booted; n = n < 200 ? n + 1 : n + n / 20, tried++) {
        lua_box_fail_after(box, n);
        booted = lua_policy_boot(box, NULL, &err);
        if (!booted && strcmp(err.code, "E-LIMIT-MEMORY") != 0)
            assert_string_equal(err.code, "E-MEMORY");
    }
    lua_box_fail_after(box, 0);
    assert_true(tried > 200);
    lua_box_close(box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_loads_whole_or_not_at_all),
        cmocka_unit_test(the_prelude_boots_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, open_hall, close_hall);
}
