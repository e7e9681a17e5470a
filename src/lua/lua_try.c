/*
 * lua_try.c - running a text without words.
 */
#include "lua/lua_try.h"

#include <lauxlib.h>

#include "lua/lua_env.h"
#include "lua/lua_safe.h"

struct trial {
    const char *name;
    const char *text;
    size_t len;
    bool vouched;
    struct buf *result;
};

/* Runs the text and appends what it returned. */
static int try_text(lua_State *L)
{
    struct trial *trial = lua_touserdata(L, 1);
    const char *text;
    size_t len;

    lua_pushfstring(L, "@%s", trial->name);
    lua_newtable(L);
    lua_env_policy(L, trial->vouched ? LUA_PROFILE_LIBRARY : LUA_PROFILE_STRICT,
                   true);
    lua_env_load(L, lua_tostring(L, 2), trial->text, trial->len);
    lua_call(L, 0, 1);
    safe_push_text(L, -1);
    text = lua_tolstring(L, -1, &len);
    host_enter();
    buf_put(trial->result, text, len);
    host_leave();
    return 0;
}

bool lua_try(struct lua_box *box, const char *name, const char *text, size_t len,
             bool vouched, const struct lua_limits *limits, struct buf *result,
             struct err *err)
{
    struct trial trial = {name, text, len, vouched, result};
    size_t before = result->len;

    if (lua_box_enter(box, try_text, &trial, limits, err))
        return true;
    result->len = before;
    return false;
}
