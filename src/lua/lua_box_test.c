/*
 * lua_box_test.c - a box can be entered, stopped anywhere, and made new.
 */
#include "lua/lua_box.h"

#include <lauxlib.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/embedded.h"
#include "lua/lua_env.h"

#define WORDS "return { answer = 42, weeks = function(n) return n * 7 end }"

static const struct embedded_file prelude[] = {
    {"words", WORDS, sizeof WORDS - 1},
    {NULL, NULL, 0},
};

struct script {
    const char *text;
    enum lua_profile profile;
    char result[512]; /* what it returned, as text */
};

/* Runs a policy's text in its own environment. */
static int run_script(lua_State *L)
{
    struct script *script = lua_touserdata(L, 1);
    const char *text;

    lua_env_require(L, "words");
    lua_env_policy(L, script->profile, true);
    lua_env_load(L, "@cms/x.lua", script->text, strlen(script->text));
    lua_call(L, 0, 1);
    text = lua_tostring(L, -1);
    strncpy(script->result, text == NULL ? lua_typename(L, lua_type(L, -1)) : text,
            sizeof script->result - 1);
    return 0;
}

static struct lua_limits patient(void)
{
    struct lua_limits limits = lua_limits_default;

    limits.time_us = 2000000; /* only what tests the clock has less */
    limits.subject = "cms/x.lua";
    return limits;
}

static int open_box(void **state)
{
    struct lua_box_options options = {0, 0, 0, prelude};
    struct lua_box *box;
    struct err err;

    if (!lua_box_open(&box, &options, &err) || !lua_box_fresh(box, &err))
        return -1;
    *state = box;
    return 0;
}

static int close_box(void **state)
{
    lua_box_close(*state);
    return 0;
}

/* Runs a script that must succeed, in a fresh interpreter. */
static const char *good(struct lua_box *box, const char *text)
{
    static struct script script;
    struct lua_limits limits = patient();
    struct err err = {0};

    script = (struct script){text, LUA_PROFILE_STRICT, ""};
    assert_true(lua_box_fresh(box, &err));
    if (!lua_box_enter(box, run_script, &script, &limits, &err))
        fail_msg("%s", err.text);
    return script.result;
}

static void bad_within(struct lua_box *box, const char *text, uint64_t time_us,
                       struct err *err)
{
    struct script script = {text, LUA_PROFILE_STRICT, ""};
    struct lua_limits limits = patient();

    limits.time_us = time_us;
    assert_true(lua_box_fresh(box, err));
    if (lua_box_enter(box, run_script, &script, &limits, err))
        fail_msg("no error from: %s", text);
}

/* Runs a script that must fail; *err says how. */
static void bad(struct lua_box *box, const char *text, struct err *err)
{
    bad_within(box, text, 2000000, err);
}

static void a_script_answers(void **state)
{
    assert_string_equal(good(*state, "return answer + weeks(2)"), "56");
    assert_string_equal(good(*state, "return ('x'):rep(3) .. #'ab'"), "xxx2");
}

static void an_error_names_its_line(void **state)
{
    struct err err = {0};

    bad(*state, "local a\nreturn a.b", &err);
    assert_int_equal(err.kind, ERR_POLICY);
    assert_string_equal(err.code, "E-LUA");
    assert_string_equal(err.text,
                        "cms/x.lua:2: attempt to index a nil value (local 'a')");
    bad(*state, "\nerror({})", &err);
    assert_string_equal(err.text, "cms/x.lua:2: error object of type table");
    bad(*state, "error('plain', 0)", &err);
    assert_string_equal(err.text, "cms/x.lua:1: plain");
    bad(*state, "return 1 +", &err);
    assert_string_equal(err.code, "E-SYNTAX");
    assert_string_equal(err.text,
                        "cms/x.lua:1: unexpected symbol near <eof>");
}

static void an_unknown_name_gets_its_nearest(void **state)
{
    struct err err = {0};

    bad(*state, "\n\nreturn os.time()", &err);
    assert_string_equal(err.code, "E-NAME");
    assert_string_equal(err.text, "cms/x.lua:3: there is no 'os' in a policy");
    assert_string_equal(err.help,
                        "the date of the request is the fact \"request.date\"");
    bad(*state, "return week(2)", &err);
    assert_string_equal(err.help, "did you mean 'weeks'?");
    bad(*state, "total = 1", &err);
    assert_string_equal(err.text,
                        "cms/x.lua:1: 'total' is assigned but was never declared");
    bad(*state, "string.upper = nil", &err);
    assert_string_equal(err.text, "cms/x.lua:1: 'string' cannot be changed");
    bad(*state, "return string.dump(weeks)", &err);
    assert_string_equal(err.text,
                        "cms/x.lua:1: there is no 'string.dump' in a policy");
}

static void time_ends_a_loop_at_its_line(void **state)
{
    struct err err = {0};

    bad_within(*state, "local n = 0\nwhile true do n = n + 1 end", 20000, &err);
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_string_equal(err.code, "E-LIMIT-TIME");
    assert_string_equal(
        err.text,
        "cms/x.lua:2: stopped: 20 ms were not enough (limit time_ms = 20)");
    assert_int_equal(lua_box_stop(*state), LUA_STOP_TIME);
    assert_int_equal(lua_box_stop_line(*state), 2);
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void time_ends_a_library_call(void **state)
{
    struct err err = {0};
    double start = seconds();

    if (getenv("RUNNER") != NULL)
        skip(); /* under a checker a signal waits for the end of the call */
    bad_within(*state,
               "local s = ('a'):rep(40000)\nreturn s:find(('.-'):rep(20) .. 'b')",
               20000, &err);
    assert_string_equal(err.code, "E-LIMIT-TIME");
    assert_string_equal(err.text, "cms/x.lua: stopped inside a library call: "
                                  "20 ms were not enough (limit time_ms = 20)");
    assert_int_equal(lua_box_stop(*state), LUA_STOP_HARD);
    assert_true(seconds() - start < 1);
}

static void memory_ends_a_hoarder(void **state)
{
    struct err err = {0};
    struct lua_limits limits = patient();
    struct script script = {
        "local t = {}\nfor i = 1, 1e9 do\n t[i] = ('x'):rep(i) end",
        LUA_PROFILE_STRICT, ""};

    limits.time_us = 5000000;
    limits.memory = 4u << 20;
    assert_true(lua_box_fresh(*state, &err));
    assert_false(lua_box_enter(*state, run_script, &script, &limits, &err));
    assert_string_equal(err.code, "E-LIMIT-MEMORY");
    assert_string_equal(err.text, "cms/x.lua:3: stopped: more than 4 MiB of memory "
                                  "(limit memory_mib = 4)");
}

static void nothing_catches_a_limit(void **state)
{
    static const char *const texts[] = {
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() end) end",
        "return xpcall(function() while true do end end, function() while true do end end)",
        "local ok = pcall(string.rep, 'x', 1 << 28)\nreturn tostring(ok)",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct script script = {texts[i], LUA_PROFILE_LIBRARY, ""};
        struct lua_limits limits = patient();
        struct err err = {0};

        limits.time_us = 20000;
        assert_true(lua_box_fresh(*state, &err));
        assert_false(lua_box_enter(*state, run_script, &script, &limits, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
}

static void a_restored_box_is_as_before(void **state)
{
    struct script script = {"local t = {}\nfor i = 1, 5000 do t[i] = {i} end\n"
                            "return #t", LUA_PROFILE_STRICT, ""};
    struct lua_limits limits = patient();
    struct lua_image *image;
    struct err err = {0};
    uint64_t before;

    assert_true(lua_box_fresh(*state, &err));
    assert_true(lua_box_save(*state, &image, &err));
    lua_box_restore(*state, image);
    before = lua_box_hash(*state);
    for (int i = 0; i < 100; i++) {
        assert_true(lua_box_enter(*state, run_script, &script, &limits, &err));
        assert_string_equal(script.result, "5000");
        assert_true(lua_box_hash(*state) != before);
        lua_box_restore(*state, image);
        assert_true(lua_box_sound(*state));
        assert_true(lua_box_hash(*state) == before);
    }
    lua_image_free(image);
}

static int work_under_guard(lua_State *L)
{
    volatile int *steps = lua_touserdata(L, 1);
    double start = seconds();

    host_enter();
    while (seconds() - start < 0.05)
        *steps = 1;
    *steps = 2;
    host_leave();
    *steps = 3; /* the end comes at host_leave() */
    return 0;
}

static void a_guarded_call_is_not_cut(void **state)
{
    struct lua_limits limits = patient();
    struct err err = {0};
    volatile int steps = 0;

    if (getenv("RUNNER") != NULL)
        skip(); /* for the same reason */
    limits.time_us = 20000;
    assert_true(lua_box_fresh(*state, &err));
    assert_false(lua_box_enter(*state, work_under_guard, (void *)(uintptr_t)&steps,
                               &limits, &err));
    assert_string_equal(err.code, "E-LIMIT-TIME");
    assert_int_equal(steps, 2);
}

static _Atomic bool idle_on;

static void *idle(void *nothing)
{
    while (idle_on)
        usleep(100);
    return nothing;
}

/* The kernel may hand a signal of the process to any thread; the timer's must
 * come to the one whose stack it cuts. */
static void another_thread_is_never_cut(void **state)
{
    pthread_t threads[4];

    idle_on = true;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, idle, NULL), 0);
    for (int i = 0; i < 50; i++) {
        struct err err = {0};

        bad_within(*state,
                   "local s = ('a'):rep(40000)\nreturn s:find(('.-'):rep(20) .. 'b')",
                   1000, &err);
        assert_string_equal(err.code, "E-LIMIT-TIME");
    }
    idle_on = false;
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void every_failed_allocation_is_an_error(void **state)
{
    struct err err = {0};
    struct lua_image *image;
    bool worked = false;
    unsigned n;

    assert_true(lua_box_fresh(*state, &err));
    assert_true(lua_box_save(*state, &image, &err));
    for (n = 1; !worked && n < 20000; n++) {
        struct script script = {"local t = {}\nfor i = 1, 50 do t[i] = tostring(i) .. 'x' end\n"
                                "table.sort(t)\nreturn table.concat(t)",
                                LUA_PROFILE_STRICT, ""};
        struct lua_limits limits = patient();

        lua_box_restore(*state, image);
        lua_box_fail_after(*state, n);
        worked = lua_box_enter(*state, run_script, &script, &limits, &err);
        if (!worked)
            assert_string_equal(err.code, "E-LIMIT-MEMORY");
    }
    lua_box_fail_after(*state, 0);
    assert_true(n > 100 && n < 20000);
    lua_image_free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_answers),
        cmocka_unit_test(an_error_names_its_line),
        cmocka_unit_test(an_unknown_name_gets_its_nearest),
        cmocka_unit_test(time_ends_a_loop_at_its_line),
        cmocka_unit_test(time_ends_a_library_call),
        cmocka_unit_test(memory_ends_a_hoarder),
        cmocka_unit_test(nothing_catches_a_limit),
        cmocka_unit_test(a_restored_box_is_as_before),
        cmocka_unit_test(a_guarded_call_is_not_cut),
        cmocka_unit_test(another_thread_is_never_cut),
        cmocka_unit_test(every_failed_allocation_is_an_error),
    };

    return cmocka_run_group_tests(tests, open_box, close_box);
}
