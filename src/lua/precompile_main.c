/*
 * precompile_main.c - a tool of the build: the prelude as bytecode, as C.
 *
 * Reads the embedded texts, compiles each with the Lua that the program will
 * carry, and prints a table of arrays and the hash of the texts (embedded.h). Loading them
 * takes a tenth of the time of compiling the texts anew. Only our own prelude is
 * ever loaded as bytecode, and only from here: policies are text (sandbox.md
 * S-23). Line numbers stay in, for errors.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/embedded.h"
#include "base/sha256.h"

struct writer {
    size_t len;
};

static int put_bytes(lua_State *L, const void *bytes, size_t len, void *context)
{
    struct writer *writer = context;
    const unsigned char *at = bytes;

    (void)L;
    for (size_t i = 0; i < len; i++)
        printf("%s%u,", writer->len++ % 20 == 0 ? "\n    " : "", at[i]);
    return 0;
}

static int compile(lua_State *L, const struct embedded_file *file, size_t number)
{
    struct writer writer = {0};
    const char *name = lua_pushfstring(L, "=prelude/%s", file->name);

    if (luaL_loadbufferx(L, file->text, file->len, name, "t") != LUA_OK) {
        fprintf(stderr, "precompile: %s\n", lua_tostring(L, -1));
        return 1;
    }
    printf("\nstatic const unsigned char code_%zu[] = {", number);
    if (lua_dump(L, put_bytes, &writer, 0) != 0)
        return 1;
    printf("};\n");
    lua_settop(L, 0);
    return 0;
}

static int put_hash(void)
{
    struct buf json = BUF_INIT;
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    embedded_json(embedded_prelude, &json);
    if (json.failed)
        return 1;
    sha256_of(json.data, json.len, digest);
    sha256_hex(digest, hex);
    buf_free(&json);
    printf("\nconst char embedded_prelude_sha256[65] = \"%s\";\n", hex);
    return 0;
}

int main(void)
{
    lua_State *L = luaL_newstate();
    size_t count = 0;

    if (L == NULL)
        return 1;
    printf("/* Written by precompile_main.c. */\n#include \"base/embedded.h\"\n");
    for (; embedded_prelude[count].name != NULL; count++)
        if (compile(L, &embedded_prelude[count], count) != 0)
            return 1;
    printf("\nconst struct embedded_code embedded_code[] = {\n");
    for (size_t i = 0; i < count; i++)
        printf("    {\"%s\", code_%zu, sizeof code_%zu},\n", embedded_prelude[i].name, i, i);
    printf("    {0, 0, 0},\n};\n");
    lua_close(L);
    return put_hash() != 0 || fflush(stdout) != 0;
}
