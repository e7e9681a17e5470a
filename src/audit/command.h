/*
 * command.h - a program outside that signs, or that keeps an anchor.
 *
 * It is named by its whole path and words behind it, separated by spaces; no
 * shell looks at them. It sees its standard input, output and error and no
 * other file of ours.
 */
#ifndef RUBRIC_AUDIT_COMMAND_H
#define RUBRIC_AUDIT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define COMMAND_TEXT 1024 /* bytes of a command, NUL included */

/* A whole path, then words; no control characters. */
bool command_valid(const char *command);

/* Runs it with these bytes as its input. What it prints is appended to out,
 * which may be NULL: then that is thrown away. False, and it is killed, if it
 * does not end with 0 within ten seconds or prints more than 64 KiB. */
MUST_CHECK bool command_ask(const char *command, const void *input, size_t len,
                            struct buf *out, struct err *err);

#endif
