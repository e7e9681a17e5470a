/*
 * lua_try.h - running a text that knows no word of the policy language.
 *
 * For `rubric doctor`, for measurements and for tests of the walls: what a
 * hostile text can do does not depend on the words.
 */
#ifndef RUBRIC_LUA_TRY_H
#define RUBRIC_LUA_TRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "lua/lua_box.h"

/* Runs text as the policy file `name` (no path, "x.lua") in the environment of
 * a policy without words, in the state that the box has now; vouched: in the
 * library profile. Appends what it returned, as text. */
MUST_CHECK bool lua_try(struct lua_box *box, const char *name, const char *text,
                        size_t len, bool vouched,
                        const struct lua_limits *limits, struct buf *result,
                        struct err *err);

#endif
