/*
 * lua_abort_test.c - cut a script anywhere, as often as you like: the restored
 * interpreter answers the same, and its arena has the same bytes.
 *
 * ROUNDS in the environment sets how many cuts; 20,000 is the claim of
 * docs/security.md, and what the long tests run.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lua/lua_box.h"
#include "lua/lua_try.h"

#define ROUNDS 1500
#define LEAST_US 20
#define MOST_US 20000

/* Uses everything it can, and never ends. */
static const char busy[] =
    "local P, C, Ct, V = lpeg.P, lpeg.C, lpeg.Ct, lpeg.V\n"
    "local word = Ct((C(lpeg.R('az') ^ 1) + 1) ^ 0)\n"
    "local tree = P { 'E', E = '(' * V 'E' ^ 0 * ')' + lpeg.Cmt(1, function(_, i) return i end) }\n"
    "local n, keep = 0, {}\n"
    "while true do\n"
    "  n = n + 1\n"
    "  local t = {}\n"
    "  for i = 1, 40 do t[i] = ('%05d %s'):format(i * n, tostring(i)) end\n"
    "  table.sort(t, function(a, b) return a > b end)\n"
    "  local s = table.concat(t, ';')\n"
    "  for a, b in s:gmatch('(%d+) (%d+)') do t[a] = b end\n"
    "  for k, v in pairs(t) do keep[#keep % 500 + 1] = { k, v } end\n"
    "  s = s:gsub('%d', { ['1'] = 'one', ['2'] = 'two' }):upper():reverse()\n"
    "  word:match(s) tree:match('((a)(b(c)))')\n"
    "  local u = utf8.char(0x20AC, n % 0xD7FF + 1)\n"
    "  keep[u] = string.pack('<I4s2d', n, u, n / 3)\n"
    "  keep[u] = select('#', string.unpack('<I4s2d', keep[u]))\n"
    "  ;(function(...) return select('#', ...) end)(table.unpack(t, 1, 40))\n"
    "  keep[u] = nil\n"
    "  local ok = pcall(error, { n })\n"
    "  local o = setmetatable({}, { __index = function(_, k) return k end })\n"
    "  t[1] = o.x .. math.floor(n / 2) .. s:rep(n % 50)\n"
    "end\n";

static const char fixed[] =
    "local t = {}\n"
    "for i = 1, 50 do t[i] = ('%d'):format(i * i % 17) .. lpeg.match(lpeg.C(1), 'x') end\n"
    "table.sort(t)\n"
    "local o = setmetatable({}, { __index = function(_, k) return k .. '!' end })\n"
    "return table.concat(t, ',') .. o.done .. ('abc'):upper()\n";

struct hall {
    struct lua_box *box;
    struct lua_image *image;
    uint64_t restored; /* hash of the arena after a restore */
    uint64_t answered; /* and after the fixed script has run; 0: not yet known.
                          Addresses of our own C stack are in it. */
    char answer[1024];
};

static bool run(struct hall *hall, const char *text, uint64_t time_us, char *answer,
                struct err *err)
{
    struct lua_limits limits = lua_limits_default;
    char memory[1024] = "";
    struct buf result = buf_fixed(memory, sizeof memory - 1);

    limits.time_us = time_us;
    limits.subject = "busy.lua";
    if (!lua_try(hall->box, "busy.lua", text, strlen(text), true, &limits, &result,
                 err))
        return false;
    snprintf(answer, sizeof memory, "%s", memory);
    return true;
}

static int open_hall(void **state)
{
    static struct hall hall;
    struct lua_box_options options = {0};
    struct err err;

    if (!lua_box_open(&hall.box, &options, &err) || !lua_box_fresh(hall.box, &err) ||
        !lua_box_save(hall.box, &hall.image, &err))
        return -1;
    lua_box_restore(hall.box, hall.image);
    hall.restored = lua_box_hash(hall.box);
    if (!run(&hall, fixed, 2000000, hall.answer, &err)) {
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
    return 0;
}

/* A small generator of our own: the same cuts in every run of the test. */
static double next_fraction(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / (double)(1ull << 53);
}

static void check_as_new(struct hall *hall, int round)
{
    char answer[1024] = "";
    struct err err;

    lua_box_restore(hall->box, hall->image);
    if (!lua_box_sound(hall->box) || lua_box_hash(hall->box) != hall->restored)
        fail_msg("round %d: the arena differs after the restore", round);
    if (!run(hall, fixed, 2000000, answer, &err))
        fail_msg("round %d: %s", round, err.text);
    if (strcmp(answer, hall->answer) != 0)
        fail_msg("round %d: another answer: %s", round, answer);
    if (hall->answered == 0)
        hall->answered = lua_box_hash(hall->box);
    if (lua_box_hash(hall->box) != hall->answered)
        fail_msg("round %d: the arena differs after the answer", round);
}

static void cuts_anywhere_leave_nothing(void **state)
{
    const char *wish = getenv("ROUNDS");
    bool checked = getenv("RUNNER") != NULL; /* fifty times as slow */
    int rounds = wish != NULL ? atoi(wish) : checked ? ROUNDS / 10 : ROUNDS;
    struct hall *hall = *state;
    uint64_t seed = 20260301;
    int hard = 0;

    hall->answered = 0;
    check_as_new(hall, -1);
    for (int round = 0; round < rounds; round++) {
        double spread = log((double)MOST_US / LEAST_US);
        uint64_t time_us =
            (uint64_t)(LEAST_US * exp(spread * next_fraction(&seed)));
        struct err err = {0};
        char answer[1024];

        lua_box_restore(hall->box, hall->image);
        lua_box_abrupt(hall->box, round % 3 != 0);
        if (run(hall, busy, time_us, answer, &err))
            fail_msg("round %d: an endless script ended", round);
        lua_box_abrupt(hall->box, false);
        if (strcmp(err.code, "E-LIMIT-TIME") != 0)
            fail_msg("round %d: %s %s", round, err.code, err.text);
        hard += lua_box_stop(hall->box) == LUA_STOP_HARD;
        check_as_new(hall, round);
    }
    print_message("# %d cuts, %d of them in the middle of something\n", rounds, hard);
    assert_true(hard > rounds / 3);
}

/* The same with memory: every point at which it can run out, then stop. */
static void want_of_memory_leaves_nothing(void **state)
{
    struct hall *hall = *state;
    uint64_t time_us = getenv("RUNNER") != NULL ? 200000000 : 2000000;
    unsigned n = 1;

    hall->answered = 0;
    check_as_new(hall, -1);
    for (; n < 4000; n = n < 1500 ? n + 1 : n + 37) {
        struct err err = {0};
        char answer[1024];

        lua_box_restore(hall->box, hall->image);
        lua_box_fail_after(hall->box, n);
        if (run(hall, busy, time_us, answer, &err))
            fail_msg("allocation %u: an endless script ended", n);
        lua_box_fail_after(hall->box, 0);
        if (strcmp(err.code, "E-LIMIT-MEMORY") != 0)
            fail_msg("allocation %u: %s %s", n, err.code, err.text);
        if (n % 50 == 0)
            check_as_new(hall, (int)n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_anywhere_leave_nothing),
        cmocka_unit_test(want_of_memory_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, open_hall, close_hall);
}
