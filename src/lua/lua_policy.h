/*
 * lua_policy.h - policies in the box: from source text to a tree.
 *
 * For rooms that may not include lua.h. Everything returns; nothing here jumps.
 */
#ifndef RUBRIC_LUA_LUA_POLICY_H
#define RUBRIC_LUA_LUA_POLICY_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "lua/lua_box.h"

struct lua_source {
    struct str name; /* as the registry names it: "cms/epidural-injections.lua" */
    struct str text;
    bool vouched; /* a module that the operator vouched for: it may catch errors */
};

struct lua_load {
    const struct lua_source *files; /* what is extended first, the policy last */
    size_t file_count;
    const struct lua_source *modules; /* what `require` finds, by module name */
    size_t module_count;
    struct str entry; /* the registry entry as JSON, for parameters; may be absent */
    uint64_t time_us; /* for each of the two runs; 0: two seconds */
};

enum lua_loaded {
    LUA_LOADED,      /* out holds the tree */
    LUA_REJECTED,    /* out holds the errors, a JSON array */
    LUA_NEEDS_BASE,  /* out holds the id of the policy that is extended */
    LUA_NEEDS_MODULE /* out holds the name of the module */
};

/* Makes a fresh state with the prelude in it: the one of this program, or (for a
 * replay) the texts of another, ended by an entry without a name. */
MUST_CHECK bool lua_policy_boot(struct lua_box *box, const struct embedded_file *texts,
                                struct err *err);

/* The module of that name, or NULL. */
const struct lua_source *lua_load_module(const struct lua_load *load, struct str name);

/* Loads a policy into a box that was just booted (or restored to that).
 * out is reset first and must be fixed memory. False: a limit or our own fault. */
MUST_CHECK bool lua_policy_load(struct lua_box *box, const struct lua_load *load,
                                struct buf *out, enum lua_loaded *loaded, struct err *err);

/* Runs registry.lua: LUA_LOADED with its JSON, or LUA_REJECTED. */
MUST_CHECK bool lua_registry_load(struct lua_box *box, const struct lua_source *source,
                                  struct buf *out, enum lua_loaded *loaded, struct err *err);

/* Parses a code expression: the items as a JSON array, or false with what is
 * wrong and where. */
MUST_CHECK bool lua_codes_parse(struct lua_box *box, struct str text, struct buf *out,
                                struct err *err);

#endif
