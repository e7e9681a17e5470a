/*
 * lua_policy.c - runs policies and the registry through the prelude.
 *
 * The prelude (src/prelude/prelude.lua) is one object in the registry of the
 * state. What it answers comes out as one string, a tree or a list of slips,
 * which is copied raw: no value of a policy is ever looked into here.
 */
#include "lua/lua_policy.h"

#include <assert.h>
#include <lauxlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/escape.h"
#include "base/json.h"
#include "lua/lua_env.h"
#include "lua/lua_inside.h"
#include "lua/lua_safe.h"

#define WANTED_MAX 200
#define REGISTRY_MAX ((size_t)16 << 20)
#define REGISTRY_STEP ((size_t)64 << 10) /* as much text as one time limit is for */

/* What one load is about; args of every entry below. */
struct loading {
    const struct lua_load *load;
    const struct lua_source *source; /* of the registry */
    struct str text;                 /* of a code expression */
    struct buf *out;
    enum lua_loaded loaded;
    char wanted[WANTED_MAX]; /* a base or module that the bundle lacks */
    enum lua_loaded wants;
    bool failed; /* a code expression that is none */
};

static const char prelude_key = 'p';
static const char loading_key = 'l';

static void push_key(lua_State *L, const char *key)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
}

static struct loading *loading_of(lua_State *L)
{
    struct loading *loading;

    push_key(L, &loading_key);                  /* light */
    loading = lua_touserdata(L, -1);
    lua_pop(L, 1);                              /* -     */
    if (loading == NULL)
        luaL_error(L, "nothing is being loaded");
    return loading;
}

static void set_loading(lua_State *L, struct loading *loading)
{
    lua_pushlightuserdata(L, loading);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &loading_key);
}

/* ---- what the prelude may call --------------------------------------------- */

/* here(level) -> source, line of a running Lua function, or nothing */
static int host_here(lua_State *L)
{
    int level = (int)luaL_checkinteger(L, 1);
    lua_Debug info;

    if (level < 0 || lua_getstack(L, level, &info) == 0 || lua_getinfo(L, "Sl", &info) == 0)
        return 0;
    lua_pushstring(L, info.source);
    lua_pushinteger(L, info.currentline);
    return 2;
}

/* (file, text, env) -> what the chunk returns */
static int compile_and_run(lua_State *L)
{
    size_t len;
    const char *text = luaL_checklstring(L, 2, &len);
    const char *name = lua_pushfstring(L, "@%s", luaL_checkstring(L, 1));

    lua_pushvalue(L, 3);               /* file text env name env   */
    /* The registry is the operator's own, and names what may be many. */
    if (loading_of(L)->source != NULL)
        lua_env_load_upto(L, name, text, len, REGISTRY_MAX);
    else
        lua_env_load(L, name, text, len);
    /* file text env name chunk */
    lua_call(L, 0, 1);
    return 1;
}

/* run(file, text, env) -> true, value | false, message */
static int host_run(lua_State *L)
{
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_settop(L, 3);
    lua_pushcfunction(L, safe_pcall);
    lua_insert(L, 1);                  /* pcall file text env      */
    lua_pushcfunction(L, compile_and_run);
    lua_insert(L, 2);                  /* pcall run file text env  */
    lua_call(L, 4, LUA_MULTRET);
    return lua_gettop(L);
}

static void note_wanted(struct loading *loading, enum lua_loaded wants, const char *name)
{
    size_t len = strlen(name);

    if (loading->wants != LUA_LOADED || len >= sizeof loading->wanted)
        return;
    memcpy(loading->wanted, name, len + 1);
    loading->wants = wants;
}

static int push_source(lua_State *L, const struct lua_source *source)
{
    lua_pushlstring(L, source->name.at, source->name.len);
    lua_pushlstring(L, source->text.at, source->text.len);
    return 2;
}

/* policy(id) -> file, text of the policy that is extended. The bundle holds
 * them in order, what is extended before what extends it, so the one before the
 * file that asks is meant; each is given out under the id it was asked for. */
static int host_policy(lua_State *L)
{
    struct loading *loading = loading_of(L);
    const char *id = luaL_checkstring(L, 1);

    for (size_t i = 0; loading->load != NULL && i + 1 < loading->load->file_count; i++) {
        const struct lua_source *file = &loading->load->files[i];
        const char *cut = memchr(file->name.at, ' ', file->name.len);
        struct lua_source plain = *file;

        /* "id file": a base is named with the id it stands for. */
        if (cut == NULL ||
            !str_equal((struct str){file->name.at, (size_t)(cut - file->name.at)}, str_of(id)))
            continue;
        plain.name.at = cut + 1;
        plain.name.len = file->name.len - (size_t)(cut + 1 - file->name.at);
        return push_source(L, &plain);
    }
    note_wanted(loading, LUA_NEEDS_BASE, id);
    return 0;
}

/* Pushes a sealed environment of the words in a field of the prelude. */
static void push_environment_of(lua_State *L, const char *words, enum lua_profile profile)
{
    luaL_checkstack(L, 20, NULL);
    push_key(L, &prelude_key);                      /* prelude       */
    lua_getfield(L, -1, words);                     /* prelude words */
    lua_remove(L, -2);                              /* words         */
    lua_env_policy(L, profile, true);               /* env           */
}

static void push_environment(lua_State *L, const char *words)
{
    push_environment_of(L, words, LUA_PROFILE_STRICT);
}

const struct lua_source *lua_load_module(const struct lua_load *load, struct str name)
{
    for (size_t i = 0; load != NULL && i < load->module_count; i++)
        if (str_equal(load->modules[i].name, name))
            return &load->modules[i];
    return NULL;
}

/* module(name) -> file, text of a payer's own module */
static int host_module(lua_State *L)
{
    struct loading *loading = loading_of(L);
    const char *name = luaL_checkstring(L, 1);
    const struct lua_source *module = lua_load_module(loading->load, str_of(name));

    if (module != NULL)
        return push_source(L, module);
    note_wanted(loading, LUA_NEEDS_MODULE, name);
    return 0;
}

/* environment(module) -> the sealed environment of a payer's own module */
static int host_environment(lua_State *L)
{
    const struct lua_source *module =
        lua_load_module(loading_of(L)->load, str_of(luaL_checkstring(L, 1)));

    push_environment_of(L, "words", module != NULL && module->vouched ? LUA_PROFILE_LIBRARY
                                                                      : LUA_PROFILE_STRICT);
    return 1;
}

static const luaL_Reg host_functions[] = {
    {"environment", host_environment}, {"here", host_here}, {"module", host_module},
    {"policy", host_policy},           {"run", host_run},   {NULL, NULL},
};

/* ---- booting ---------------------------------------------------------------- */

/* Pushes the chunk of a file of the prelude: compiled with the program, or from
 * the texts of another prelude. */
static void push_chunk(lua_State *L, const struct embedded_file *texts, const char *name)
{
    const struct embedded_code *code = embedded_code;

    for (; texts != NULL && texts->name != NULL; texts++) {
        if (strcmp(texts->name, name) != 0)
            continue;
        lua_pushfstring(L, "=prelude/%s", name);    /* name        */
        lua_env_private(L);                         /* name env    */
        lua_env_load(L, lua_tostring(L, -2), texts->text, texts->len);
        lua_remove(L, -2);                          /* chunk       */
        return;
    }
    while (code->name != NULL && strcmp(code->name, name) != 0)
        code++;
    if (code->name == NULL ||
        luaL_loadbufferx(L, (const char *)code->bytes, code->len, name, "b") != LUA_OK)
        luaL_error(L, "there is no 'prelude/%s'", name);
    lua_env_private(L);                             /* chunk env   */
    lua_setupvalue(L, -2, 1);                       /* chunk       */
}

/* Adds one file to host.modules on top. The file of the code grammar gives a
 * function that is called with lpeg. */
static void add_module(lua_State *L, const struct embedded_file *texts, const char *name)
{
    if (strcmp(name, "prelude") == 0)
        return;
    push_chunk(L, texts, name);                     /* modules chunk */
    if (strcmp(name, "code_expression") == 0)
        lua_call(L, 0, 1);                          /* modules function */
    lua_setfield(L, -2, name);
}

/* Fills host.modules with the chunks of all files but the prelude itself. */
static void push_modules(lua_State *L, const struct embedded_file *texts)
{
    lua_newtable(L);                                /* modules     */
    for (const struct embedded_file *text = texts; text != NULL && text->name != NULL; text++)
        add_module(L, texts, text->name);
    for (const struct embedded_code *code = embedded_code; texts == NULL && code->name != NULL;
         code++)
        add_module(L, NULL, code->name);
}

static int boot(lua_State *L)
{
    const struct embedded_file *texts = lua_touserdata(L, 1);

    luaL_checkstack(L, 20, NULL);
    lua_gc(L, LUA_GCSTOP); /* all of it stays: saving collects the rest */
    lua_settop(L, 0);
    luaL_newlib(L, host_functions);                 /* host          */
    lua_env_private(L);
    lua_getfield(L, -1, "lpeg");
    lua_setfield(L, 1, "lpeg");
    lua_settop(L, 1);
    push_modules(L, texts);
    lua_setfield(L, 1, "modules");
    push_chunk(L, texts, "prelude");                /* host chunk    */
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);                              /* host prelude  */
    lua_getfield(L, 1, "modules");
    lua_getfield(L, -1, "code_expression");
    lua_getfield(L, 1, "lpeg");
    lua_call(L, 1, 1);                              /* ... grammar   */
    lua_setfield(L, 2, "code_expression");
    lua_settop(L, 2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &prelude_key);
    lua_settop(L, 0);
    lua_gc(L, LUA_GCRESTART);
    /* Percent: a load ends before its garbage would fill the box. */
    lua_gc(L, LUA_GCINC, 800, 0, 0);
    return 0;
}

static struct lua_limits load_limits(const char *subject)
{
    struct lua_limits limits = lua_limits_default;

    limits.time_us = 2000000;
    limits.loading = true;
    limits.subject = subject;
    return limits;
}

bool lua_policy_boot(struct lua_box *box, const struct embedded_file *texts, struct err *err)
{
    struct lua_limits limits = load_limits("prelude");

    limits.time_us = 20000000; /* it is our own, and a checker is slow; the host keeps time */
    return lua_box_fresh(box, err) &&
           lua_box_enter(box, boot, (void *)(uintptr_t)texts, &limits, err);
}

/* ---- loading ----------------------------------------------------------------- */

/* Copies the string at index out of the arena. */
static void copy_out(lua_State *L, int index, struct buf *out)
{
    size_t len = 0;
    const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &len) : "";

    host_enter();
    buf_reset(out);
    buf_put(out, text, len);
    host_leave();
}

/* Pushes a JSON value as a Lua value; objects and arrays become tables. */
static void push_json(lua_State *L, yyjson_val *json)
{
    size_t i, count;
    yyjson_val *key, *item;

    luaL_checkstack(L, 4, "the registry entry is nested too deeply");
    switch (yyjson_get_type(json)) {
    case YYJSON_TYPE_STR:
        lua_pushlstring(L, yyjson_get_str(json), yyjson_get_len(json));
        break;
    case YYJSON_TYPE_NUM:
        if (yyjson_is_int(json))
            lua_pushinteger(L, yyjson_get_sint(json));
        else
            lua_pushnumber(L, yyjson_get_num(json));
        break;
    case YYJSON_TYPE_BOOL:
        lua_pushboolean(L, yyjson_get_bool(json));
        break;
    case YYJSON_TYPE_ARR:
        lua_newtable(L);
        yyjson_arr_foreach(json, i, count, item) {
            push_json(L, item);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    case YYJSON_TYPE_OBJ:
        lua_newtable(L);
        yyjson_obj_foreach(json, i, count, key, item) {
            lua_pushlstring(L, yyjson_get_str(key), yyjson_get_len(key));
            push_json(L, item);
            lua_rawset(L, -3);
        }
        break;
    default:
        lua_pushnil(L);
        break;
    }
}

/* Pushes the options of prelude.load: what the registry entry overrides. */
static void push_options(lua_State *L, yyjson_val *entry)
{
    static const char *const as[] = {"source", "title", NULL};

    lua_newtable(L);                                /* options       */
    push_environment(L, "words");
    lua_setfield(L, -2, "env");
    if (entry == NULL)
        return;
    push_json(L, yyjson_obj_get(entry, "parameters"));
    lua_setfield(L, -2, "parameters");
    lua_newtable(L);                                /* options as    */
    for (int i = 0; as[i] != NULL; i++) {
        push_json(L, yyjson_obj_get(entry, as[i]));
        lua_setfield(L, -2, as[i]);
    }
    lua_setfield(L, -2, "as");
}

/* What load and registry_finish answer: JSON, or nil and the slips. */
static void take_result(lua_State *L, struct loading *loading)
{
    if (lua_type(L, -2) == LUA_TSTRING) {
        copy_out(L, -2, loading->out);
        loading->loaded = LUA_LOADED;
    } else {
        copy_out(L, -1, loading->out);
        loading->loaded = LUA_REJECTED;
    }
    if (loading->wants != LUA_LOADED) {
        loading->loaded = loading->wants;
        host_enter();
        buf_reset(loading->out);
        buf_puts(loading->out, loading->wanted);
        host_leave();
    }
}

struct load_args {
    struct loading *loading;
    yyjson_val *entry;
};

static int load_policy(lua_State *L)
{
    struct load_args *args = lua_touserdata(L, 1);
    struct loading *loading = args->loading;
    const struct lua_load *load = loading->load;

    luaL_checkstack(L, 20, NULL);
    set_loading(L, loading);
    push_key(L, &prelude_key);                      /* .. prelude    */
    lua_getfield(L, -1, "load");
    push_source(L, &load->files[load->file_count - 1]);
    push_options(L, args->entry);                   /* .. load file text options */
    lua_call(L, 3, 2);
    take_result(L, loading);
    set_loading(L, NULL);
    lua_settop(L, 0);
    return 0;
}

bool lua_policy_load(struct lua_box *box, const struct lua_load *load, struct buf *out,
                     enum lua_loaded *loaded, struct err *err)
{
    char subject[256];
    const struct lua_source *file = &load->files[load->file_count - 1];
    struct lua_limits limits;
    struct loading loading = {.load = load, .out = out};
    yyjson_doc *doc =
        load->entry.len == 0 ? NULL : yyjson_read(load->entry.at, load->entry.len, 0);
    struct load_args args = {&loading, yyjson_doc_get_root(doc)};
    size_t len = file->name.len < sizeof subject - 1 ? file->name.len : sizeof subject - 1;
    bool ok;

    memcpy(subject, file->name.at, len);
    subject[len] = '\0';
    limits = load_limits(subject);
    if (load->time_us > 0)
        limits.time_us = load->time_us;
    buf_reset(out);
    ok = lua_box_enter(box, load_policy, &args, &limits, err);
    yyjson_doc_free(doc);
    *loaded = loading.loaded;
    if (ok && out->failed)
        return err_set(err, ERR_LIMIT, "E-LIMIT-RESULT", "%s: the policy's tree is too large",
                       subject);
    return ok;
}

static int load_registry(lua_State *L)
{
    struct loading *loading = lua_touserdata(L, 1);

    luaL_checkstack(L, 20, NULL);
    set_loading(L, loading);
    push_key(L, &prelude_key);                      /* .. prelude    */
    lua_getfield(L, -1, "registry_begin");
    push_source(L, loading->source);
    lua_call(L, 2, 0);
    lua_pushcfunction(L, host_run);
    push_source(L, loading->source);                /* .. prelude run file text */
    push_environment(L, "registry_words");
    lua_call(L, 3, 2);                              /* .. prelude ok value */
    if (!lua_toboolean(L, -2)) {
        lua_getfield(L, -3, "registry_fault");
        lua_pushvalue(L, -2);
        lua_call(L, 1, 0);
    }
    lua_getfield(L, -3, "registry_finish");
    lua_call(L, 0, 2);
    take_result(L, loading);
    set_loading(L, NULL);
    lua_settop(L, 0);
    return 0;
}

bool lua_registry_load(struct lua_box *box, const struct lua_source *source, struct buf *out,
                       enum lua_loaded *loaded, struct err *err)
{
    struct lua_limits limits = load_limits("registry.lua");
    struct loading loading = {.source = source, .out = out};
    bool ok;

    limits.memory = 0; /* all there is: entries may come of a loop */
    if (source->text.len > REGISTRY_STEP)
        limits.time_us *= source->text.len / REGISTRY_STEP;
    buf_reset(out);
    ok = lua_box_enter(box, load_registry, &loading, &limits, err);
    *loaded = loading.loaded;
    if (ok && out->failed)
        return err_set(err, ERR_LIMIT, "E-LIMIT-RESULT", "registry.lua: too large");
    return ok;
}

/* ---- code expressions ---------------------------------------------------------- */

static void put_item(lua_State *L, struct buf *out, bool first)
{
    static const char *const names[] = {"from", "op", "system", "to", NULL};

    host_enter();
    buf_puts(out, first ? "{" : ",{");
    host_leave();
    lua_getfield(L, -1, "minus");
    host_enter();
    buf_puts(out, lua_toboolean(L, -1) ? "\"minus\":true" : "\"minus\":false");
    host_leave();
    lua_pop(L, 1);
    for (int i = 0; names[i] != NULL; i++) {
        size_t len;
        const char *text;

        lua_getfield(L, -1, names[i]);
        text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
        host_enter();
        buf_printf(out, ",\"%s\":", names[i]);
        if (text == NULL)
            buf_puts(out, "null");
        else
            buf_put_json(out, text, len);
        host_leave();
        lua_pop(L, 1);
    }
    host_enter();
    buf_putc(out, '}');
    host_leave();
}

static int parse_codes(lua_State *L)
{
    struct loading *loading = lua_touserdata(L, 1);
    lua_Integer count;

    luaL_checkstack(L, 20, NULL);
    push_key(L, &prelude_key);
    lua_getfield(L, -1, "code_expression");
    lua_getfield(L, -1, "parse");
    lua_pushlstring(L, loading->text.at, loading->text.len);
    lua_call(L, 1, 2);                              /* .. items wrong */
    if (lua_type(L, -2) != LUA_TTABLE) {
        loading->failed = true;
        if (lua_type(L, -1) == LUA_TTABLE) {
            lua_rawgeti(L, -1, 1);
            lua_replace(L, -2);
        }
        copy_out(L, -1, loading->out);
        lua_settop(L, 0);
        return 0;
    }
    lua_pop(L, 1);                                  /* .. items       */
    count = (lua_Integer)lua_rawlen(L, -1);
    host_enter();
    buf_putc(loading->out, '[');
    host_leave();
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        put_item(L, loading->out, i == 1);
        lua_pop(L, 1);
    }
    host_enter();
    buf_putc(loading->out, ']');
    host_leave();
    lua_settop(L, 0);
    return 0;
}

bool lua_codes_parse(struct lua_box *box, struct str text, struct buf *out, struct err *err)
{
    struct lua_limits limits = lua_limits_default;
    struct loading loading = {.text = text, .out = out};

    limits.subject = "code expression";
    buf_reset(out);
    if (!utf8_valid(text.at, text.len)) /* what is wrong will be quoted */
        return err_set(err, ERR_USAGE, "E-CODES", "a code expression is text in UTF-8");
    if (!lua_box_enter(box, parse_codes, &loading, &limits, err))
        return false;
    if (loading.failed)
        return err_set(err, ERR_USAGE, "E-CODES", "%s", buf_cstr(out));
    return true;
}
