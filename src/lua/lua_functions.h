/*
 * lua_functions.h - the interpreter in which function criteria are called.
 *
 * A policy is declared in the prelude's interpreter, a megabyte with all words
 * and the catalogue. To be called per request its functions need none of that:
 * the policy is run once more in a new interpreter, in which every word of the
 * language is a dummy and only `criterion` looks for functions. What is left is
 * small, so that restoring it takes microseconds.
 *
 * After that run the dummies are dead: a function that uses one gets an error.
 */
#ifndef RUBRIC_LUA_LUA_FUNCTIONS_H
#define RUBRIC_LUA_LUA_FUNCTIONS_H

#include "judge/eval.h"
#include "lua/lua_policy.h"

/* Makes a fresh state with the functions of the policy and nothing else; then
 * lua_functions_call() works there and in its image. False: a function was not
 * found in the second run, or the run failed; the box then holds nothing. */
MUST_CHECK bool lua_functions_load(struct lua_box *box, const struct lua_load *load,
                                   const struct policy *policy, struct err *err);

/* Calls function number index; the shape of function_call. */
MUST_CHECK bool lua_functions_call(struct lua_box *box, struct eval *eval, size_t index,
                                   struct function_word *word, struct err *err);

#endif
