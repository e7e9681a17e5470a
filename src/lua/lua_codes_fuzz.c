/*
 * lua_codes_fuzz.c - any text as a code expression: its items as JSON, or an
 * error that names what is wrong; and the interpreter is as it was before.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "base/embedded.h"
#include "base/escape.h"
#include "lua/lua_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
    struct lua_box *box;
    struct lua_image *image;
    uint64_t hash;
    unsigned runs;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct bench open_bench(void)
{
    struct lua_box_options options = {.prelude = embedded_prelude};
    struct bench bench = {.runs = 0};
    struct err err;

    require(lua_box_open(&bench.box, &options, &err));
    require(lua_policy_boot(bench.box, NULL, &err));
    require(lua_box_save(bench.box, &bench.image, &err));
    lua_box_restore(bench.box, bench.image);
    bench.hash = lua_box_hash(bench.box);
    return bench;
}

/* Every item names a system, an operation and where it begins. */
static void look(const struct buf *items)
{
    yyjson_doc *doc = yyjson_read(items->data, items->len, 0);
    size_t i, count;
    yyjson_val *item;

    require(yyjson_is_arr(yyjson_doc_get_root(doc)));
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, item) {
        require(yyjson_is_str(yyjson_obj_get(item, "op")));
        require(yyjson_get_len(yyjson_obj_get(item, "from")) > 0);
        require(yyjson_is_bool(yyjson_obj_get(item, "minus")));
    }
    yyjson_doc_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct buf items = BUF_INIT;
    struct err err = {0};

    if (bench.box == NULL)
        bench = open_bench();
    if (lua_codes_parse(bench.box, (struct str){(const char *)data, size}, &items, &err))
        look(&items);
    else
        require(err.text[0] != '\0' && utf8_valid(err.text, strlen(err.text)));
    buf_free(&items);
    lua_box_restore(bench.box, bench.image);
    require(lua_box_sound(bench.box));
    if (bench.runs++ % 64 == 0) /* a megabyte is read for it */
        require(lua_box_hash(bench.box) == bench.hash);
    return 0;
}
