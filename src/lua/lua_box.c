/*
 * lua_box.c - opening, entering, saving and restoring the one interpreter.
 */
#include "lua/lua_box.h"

#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "lua/lua_env.h"
#include "lua/lua_inside.h"

const struct lua_limits lua_limits_default = {
    .time_us = 250000, .memory = 32u << 20, .host_calls = 20000, .trace = 64u << 10};

/* Memory for the interpreter: only ever from the arena. */
static void *box_alloc(void *user, void *block, size_t old_size, size_t new_size)
{
    struct lua_box *box = user;
    void *got = NULL;

    if (new_size > 0 && box->fail_after > 0 &&
        (block == NULL || new_size > old_size) && --box->fail_after == 0)
        box->fail_after = 1;
    else
        got = arena_resize(&box->arena, block, block == NULL ? 0 : old_size,
                           new_size);
    /* The stack is gone when the error arrives, so look at it here. */
    if (got == NULL && new_size > 0 && box->running)
        box_place(box->L, &box->place);
    return got;
}

/* An error outside every protected call: only our own mistake can lead here. */
static int on_panic(lua_State *L)
{
    struct lua_box *box = box_of(L);

    if (!box->running)
        abort();
    box->running = 0;
    siglongjmp(box->out, OUT_PANIC);
}

struct lua_box *box_of(lua_State *L)
{
    void *box;

    (void)lua_getallocf(L, &box);
    return box;
}

void box_raise_stop(lua_State *L, enum lua_stop stop)
{
    struct lua_box *box = box_of(L);

    if (box->stop == LUA_STOP_NONE) {
        box->stop = stop;
        box_place(L, &box->place);
    }
    lua_pushlightuserdata(L, NULL);
    lua_error(L);
    abort(); /* lua_error does not return, but says nothing about it */
}

bool lua_box_open(struct lua_box **box, const struct lua_box_options *options,
                  struct err *err)
{
    struct lua_box *made = calloc(1, sizeof *made);
    size_t arena = options->arena_size == 0 ? 32u << 20 : options->arena_size;
    size_t images = options->image_space == 0 ? 16u << 20 : options->image_space;

    if (made == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY", "out of memory");
    made->prelude = options->prelude;
    made->limits = lua_limits_default;
    if (!arena_map(&made->arena, arena, options->slot, err) ||
        !image_store_map(&made->images, images, err) ||
        !box_trace_open(made, err) || !box_timer_open(made, err)) {
        lua_box_close(made);
        return false;
    }
    *box = made;
    return true;
}

bool lua_box_after_fork(struct lua_box *box, struct err *err)
{
    box->timer_made = false; /* timers stay with the parent */
    return box_timer_open(box, err);
}

void lua_box_close(struct lua_box *box)
{
    if (box == NULL)
        return;
    assert(!box->running);
    box_timer_close(box);
    image_store_unmap(&box->images);
    box_trace_close(box);
    arena_unmap(&box->arena);
    free(box);
}

static int build_environment(lua_State *L)
{
    lua_env_open(L);
    return 0;
}

bool lua_box_fresh(struct lua_box *box, struct err *err)
{
    struct lua_limits limits = {.time_us = 2000000, .loading = true};

    assert(!box->running && !box->begun);
    box->L = NULL;
    arena_clear(&box->arena);
    box->L = lua_newstate(box_alloc, box);
    if (box->L == NULL)
        return err_set(err, ERR_MEMORY, "E-MEMORY",
                       "the arena is too small for an interpreter");
    arena_set_root(&box->arena, box->L);
    lua_atpanic(box->L, on_panic);
    return lua_box_enter(box, build_environment, NULL, &limits, err);
}

void lua_box_begin(struct lua_box *box, const struct lua_limits *limits)
{
    assert(!box->running && !box->begun);
    box->limits = *limits;
    box->calls_left = limits->host_calls;
    box->stop = LUA_STOP_NONE;
    box->place = (struct place){"", 0};
    lua_box_forget_trace(box);
    arena_set_limit(&box->arena, limits->memory);
    box_timer_start(box);
}

void lua_box_end(struct lua_box *box)
{
    assert(!box->running);
    box_timer_stop(box);
}

/* Keeps the text of the error on top of the stack; reads it raw. */
static void keep_message(struct lua_box *box, lua_State *L)
{
    if (box->stop != LUA_STOP_NONE)
        return; /* whoever noted the limit has said what there is to say */
    if (lua_type(L, -1) == LUA_TSTRING) {
        size_t len;
        const char *text = lua_tolstring(L, -1, &len);

        if (len >= sizeof box->message)
            len = sizeof box->message - 1;
        memcpy(box->message, text, len);
        box->message[len] = '\0';
        for (size_t i = 0; i < len; i++)
            if (box->message[i] == '\0')
                box->message[i] = '?';
    } else {
        snprintf(box->message, sizeof box->message, "error object of type %s",
                 lua_typename(L, lua_type(L, -1)));
    }
}

/* Called with the error object while the stack still stands. */
static int note_place(lua_State *L)
{
    struct lua_box *box = box_of(L);

    if (box->stop == LUA_STOP_NONE)
        box_place(L, &box->place);
    return 1;
}

/* The one protected call of the core, itself inside another one. */
static int enter_protected(lua_State *L)
{
    struct lua_box *box = box_of(L);
    int status;

    lua_pushcfunction(L, note_place);  /* work args note           */
    lua_insert(L, 1);                  /* note work args           */
    status = lua_pcall(L, 1, 0, 1);    /* note error?              */
    if (status == LUA_OK)
        return 0;
    box->failed = true;
    if (status == LUA_ERRMEM && box->stop == LUA_STOP_NONE)
        box->stop = LUA_STOP_MEMORY;
    keep_message(box, L);
    return 0;
}

static void run(struct lua_box *box, lua_box_work *work, void *args)
{
    lua_State *L = box->L;

    lua_pushcfunction(L, enter_protected);
    lua_pushcfunction(L, work);
    lua_pushlightuserdata(L, args);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        box->failed = true;
        if (box->stop == LUA_STOP_NONE)
            box->stop = LUA_STOP_MEMORY; /* nothing else raises out there */
        lua_settop(L, 0);
    }
}

/* A script may write any text; what a limit or a worker's death is called, only
 * the host says. */
static bool code_allowed(const char *code)
{
    static const char *const ours[] = {"E-NAME",   "E-READS",  "E-RESULT",
                                       "E-SEALED", "E-SYNTAX", NULL};

    for (int i = 0; ours[i] != NULL; i++)
        if (strcmp(code, ours[i]) == 0)
            return true;
    return code[0] == 'P' && code[1] != '\0' &&
           strspn(code + 1, "0123456789") == strlen(code + 1);
}

/* Takes a trailing " [CODE]" or " (CODE)" off a line. */
static void take_code(char *text, char *code, size_t size)
{
    size_t len = strlen(text);
    char last = len > 0 ? text[len - 1] : '\0';
    char *open = strrchr(text, last == ')' ? '(' : '[');

    snprintf(code, size, "E-LUA");
    if ((last != ']' && last != ')') || open == NULL || open == text ||
        (size_t)(text + len - open) > size)
        return;
    text[len - 1] = '\0';
    if (!code_allowed(open + 1)) {
        text[len - 1] = last;
        return;
    }
    snprintf(code, size, "%s", open + 1);
    while (open > text && open[-1] == ' ')
        open--;
    *open = '\0';
}

/* "text [CODE]\n  help: what to do" becomes the three parts of an err. */
static void split_message(const struct lua_box *box, char *text, struct err *err)
{
    char code[sizeof err->code];
    char *help = strchr(text, '\n');

    if (help != NULL)
        *help++ = '\0';
    take_code(text, code, sizeof code);
    /* A message that names no line gets the one that raised it. */
    if (box->place.line > 0 && strstr(text, ".lua:") == NULL)
        err_set(err, ERR_POLICY, code, "%s:%d: %s", box->place.file,
                box->place.line, text);
    else
        err_set(err, ERR_POLICY, code, "%s", text);
    if (help == NULL)
        return;
    help += strspn(help, " ");
    if (strncmp(help, "help: ", 6) == 0)
        help += 6;
    err_help(err, "%s", help);
}

/* Bytes that are not UTF-8 do not leave the box. */
static void clean_utf8(char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len;) {
        uint32_t point;
        size_t step = utf8_decode(text + at, len - at, &point);

        if (step == 1 && (unsigned char)text[at] >= 0x80)
            text[at] = '?';
        at += step;
    }
}

/* Where a function was called for a request it is named, by its first line: an
 * answer must be the same bytes when it is computed again, and neither the
 * instruction nor the kind of the end is the same twice. lua_box_trace() has both. */
static void explain_time(struct lua_box *box, const char *file, struct err *err)
{
    unsigned limit_ms = (unsigned)((box->limits.time_us + 999) / 1000);
    const char *limit = box->limits.loading ? "load_ms" : "time_ms";

    if (box->home.line > 0)
        err_set(err, ERR_LIMIT, "E-LIMIT-TIME",
                "%s:%d: stopped: %u ms were not enough (limit time_ms = %u)",
                box->home.file, box->home.line, limit_ms, limit_ms);
    else if (box->stop == LUA_STOP_TIME && box->place.line > 0)
        err_set(err, ERR_LIMIT, "E-LIMIT-TIME",
                "%s:%d: stopped: %u ms were not enough (limit %s = %u)",
                file, box->place.line, limit_ms, limit, limit_ms);
    else
        err_set(err, ERR_LIMIT, "E-LIMIT-TIME",
                "%s: stopped inside a library call: %u ms were not enough (limit %s = %u)",
                file, limit_ms, limit, limit_ms);
}

static void explain_stop(struct lua_box *box, struct err *err)
{
    const char *file = box->place.file;
    char at[sizeof box->place.file + 16];
    size_t mib = arena_limit(&box->arena) >> 20;

    if (*file == '\0')
        file = box->limits.subject == NULL ? "policy" : box->limits.subject;
    if (box->place.line > 0)
        snprintf(at, sizeof at, "%s:%d", file, box->place.line);
    else
        snprintf(at, sizeof at, "%s", file);
    switch (box->stop) {
    case LUA_STOP_MEMORY:
        err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY",
                "%s: stopped: more than %zu MiB of memory (limit memory_mib = %zu)",
                at, mib, mib);
        break;
    case LUA_STOP_CALLS:
        err_set(err, ERR_LIMIT, "E-LIMIT-CALLS",
                "%s: stopped: more than %u calls to the host", at,
                box->limits.host_calls);
        break;
    case LUA_STOP_OUTPUT:
        err_set(err, ERR_LIMIT, "E-LIMIT-OUTPUT",
                "%s: stopped: more than four times the lines that may be traced "
                "(limit trace_kib = %zu)", at, box->limits.trace >> 10);
        break;
    case LUA_STOP_NONE:
    case LUA_STOP_TIME:
    case LUA_STOP_HARD:
        explain_time(box, file, err);
        box_trace_stop(box);
        break;
    }
    err_help(err, box->limits.loading
                      ? "while a policy loads it only declares: look for a loop that does not "
                        "end, or for a table that grows without end"
                      : "the request was answered refer, reason \"policy stopped\"");
}

static bool explain(struct lua_box *box, struct err *err)
{
    clean_utf8(box->message);
    clean_utf8(box->place.file);
    clean_utf8(box->home.file);
    if (box->stop != LUA_STOP_NONE)
        explain_stop(box, err);
    else
        split_message(box, box->message, err);
    return false;
}

/* Runs work under a clock that is already started. */
static void enter_begun(struct lua_box *box, lua_box_work *work, void *args)
{
    if (sigsetjmp(box->out, 0) != 0) {
        box->failed = true;
        if (box->stop == LUA_STOP_NONE)
            box->stop = LUA_STOP_HARD;
        return;
    }
    box->running = 1;
    if (box->soft || box->stop != LUA_STOP_NONE) {
        /* Time ran out between two entries, or a limit was hit in an earlier one:
         * what that left of the interpreter is not for running. */
        box->running = 0;
        box->failed = true;
        if (box->stop == LUA_STOP_NONE)
            box->stop = LUA_STOP_TIME;
        return;
    }
    run(box, work, args);
    box->running = 0;
}

bool lua_box_enter(struct lua_box *box, lua_box_work *work, void *args,
                   const struct lua_limits *limits, struct err *err)
{
    assert(box->L != NULL && !box->running);
    assert(limits != NULL || box->begun);
    if (limits != NULL)
        lua_box_begin(box, limits);
    box->failed = false;
    box->message[0] = '\0';
    box->home = (struct place){"", 0};
    box->guards = 0;
    box_timer_current(box);
    enter_begun(box, work, args);
    box_timer_current(NULL);
    if (limits != NULL)
        lua_box_end(box);
    /* A limit that was hit stands, whatever the script answered after it. */
    if (box->failed || box->stop != LUA_STOP_NONE)
        return explain(box, err);
    return true;
}

enum lua_stop lua_box_stop(const struct lua_box *box)
{
    return box->stop;
}

int lua_box_stop_line(const struct lua_box *box)
{
    return box->place.line;
}

static int collect(lua_State *L)
{
    lua_gc(L, LUA_GCCOLLECT);
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

bool lua_box_save(struct lua_box *box, struct lua_image **image, struct err *err)
{
    struct lua_limits limits = {.time_us = 2000000, .loading = true};

    if (!lua_box_enter(box, collect, NULL, &limits, err))
        return false;
    assert(lua_gettop(box->L) == 0);
    if (arena_used(&box->arena) > LUA_IMAGE_MAX)
        return err_set(err, ERR_LIMIT, "E-LIMIT-MEMORY",
                       "what is kept after loading is larger than %zu MiB", LUA_IMAGE_MAX >> 20);
    arena_set_limit(&box->arena, 0);
    *image = image_save(&box->images, &box->arena);
    if (*image == NULL)
        return err_set(err, ERR_MEMORY, "E-IMAGES",
                       "no room for another image of %zu bytes",
                       arena_used(&box->arena));
    return true;
}

void lua_box_restore(struct lua_box *box, const struct lua_image *image)
{
    assert(!box->running);
    image_restore(&box->arena, image);
    box->L = arena_root(&box->arena);
}

void lua_image_free(struct lua_image *image)
{
    if (image != NULL)
        image_free(image);
}

size_t lua_image_size(const struct lua_image *image)
{
    return image->size;
}

bool lua_box_sound(const struct lua_box *box)
{
    return arena_sound(&box->arena);
}

uint64_t lua_box_hash(const struct lua_box *box)
{
    return arena_hash(&box->arena);
}

void lua_box_fail_after(struct lua_box *box, unsigned n)
{
    box->fail_after = n;
}

void lua_box_abrupt(struct lua_box *box, bool abrupt)
{
    box->abrupt = abrupt;
}
