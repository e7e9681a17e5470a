/*
 * lua_try_fuzz.c - any text as a policy: it ends as an answer or an error, and
 * the restored arena has the bytes it had before.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "lua/lua_box.h"
#include "lua/lua_try.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
    struct lua_box *box;
    struct lua_image *image;
    uint64_t hash;
};

static void check(int ok)
{
    if (!ok)
        abort();
}

static struct bench open_bench(void)
{
    struct lua_box_options options = {.arena_size = 4u << 20};
    struct bench bench;
    struct err err;

    check(lua_box_open(&bench.box, &options, &err));
    check(lua_box_fresh(bench.box, &err));
    check(lua_box_save(bench.box, &bench.image, &err));
    lua_box_restore(bench.box, bench.image);
    bench.hash = lua_box_hash(bench.box);
    return bench;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct lua_limits limits = {
        .time_us = 20000, .host_calls = 100, .trace = 1024, .subject = "x.lua"};
    struct buf result = BUF_INIT;
    struct err err = {0};

    if (bench.box == NULL)
        bench = open_bench();
    if (!lua_try(bench.box, "x.lua", (const char *)data, size, size % 2 == 0, &limits,
                 &result, &err)) {
        check(err.kind == ERR_LIMIT || err.kind == ERR_POLICY);
        check(*err.text != '\0' && utf8_valid(err.text, strlen(err.text)));
    }
    buf_free(&result);
    lua_box_restore(bench.box, bench.image);
    check(lua_box_sound(bench.box) && lua_box_hash(bench.box) == bench.hash);
    return 0;
}
