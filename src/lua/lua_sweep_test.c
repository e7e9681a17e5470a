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
#define MODULES_MAX 8
#define TREE_MAX ((size_t)1 << 20)

struct hall {
    struct lua_box *box;
    struct lua_image *image;
    struct lua_source policy;
    struct lua_source modules[MODULES_MAX]; /* that it requires */
    size_t module_count;
    char *memory; /* TREE_MAX: the tree, and another */
};

/* A file below policies/, under a name of its own. */
static struct lua_source read_source(const char *name, const char *suffix)
{
    char path[512];
    char *text = calloc(1, 512u << 10);
    struct lua_source source = {.name = str_of(strdup(name))};
    FILE *file;

    snprintf(path, sizeof path, "policies/%s%s", name, suffix);
    file = fopen(path, "r");
    if (file == NULL)
        fail_msg("no file '%s'", path);
    source.text.at = text;
    source.text.len = fread(text, 1, (512u << 10) - 1, file);
    fclose(file);
    return source;
}

static void free_source(struct lua_source *source)
{
    free((void *)(uintptr_t)source->name.at);
    free((void *)(uintptr_t)source->text.at);
}

static bool load(struct hall *hall, unsigned fail_after, struct buf *out,
                 enum lua_loaded *loaded, struct err *err)
{
    struct lua_load load = {.files = &hall->policy, .file_count = 1,
                            .modules = hall->modules, .module_count = hall->module_count};
    bool ok;

    lua_box_restore(hall->box, hall->image);
    lua_box_fail_after(hall->box, fail_after);
    ok = lua_policy_load(hall->box, &load, out, loaded, err);
    lua_box_fail_after(hall->box, 0);
    return ok;
}

/* Loads it until nothing is lacking any more. */
static bool find_modules(struct hall *hall, struct err *err)
{
    struct buf out = buf_fixed(hall->memory, TREE_MAX);
    enum lua_loaded loaded = LUA_NEEDS_MODULE;

    while (loaded == LUA_NEEDS_MODULE && hall->module_count < MODULES_MAX) {
        if (!load(hall, 0, &out, &loaded, err))
            return false;
        if (loaded == LUA_NEEDS_MODULE)
            hall->modules[hall->module_count++] = read_source(buf_cstr(&out), ".lua");
    }
    return true;
}

static int open_hall(void **state)
{
    static struct hall hall;
    struct lua_box_options options = {.prelude = embedded_prelude};
    struct err err;

    hall.policy = read_source(POLICY, "");
    hall.memory = calloc(2, TREE_MAX);
    if (!lua_box_open(&hall.box, &options, &err) || !lua_policy_boot(hall.box, NULL, &err) ||
        !lua_box_save(hall.box, &hall.image, &err) || !find_modules(&hall, &err)) {
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
    free_source(&hall->policy);
    for (size_t i = 0; i < hall->module_count; i++)
        free_source(&hall->modules[i]);
    free(hall->memory);
    return 0;
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

    if (getenv("RUNNER") != NULL) {
        puts("ok 1 - a sweep # SKIP under a checker a policy does not load in its time\n1..1");
        return 0;
    }
    return cmocka_run_group_tests(tests, open_hall, close_hall);
}
