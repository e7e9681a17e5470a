/*
 * err.h - how any function of the core says that it could not.
 *
 * A function that can fail returns bool (or a pointer) and takes a struct err
 * as its last argument. On failure the struct is filled; on success it is
 * untouched. The texts are fixed arrays, so that running out of memory can
 * still be reported. Texts never contain a patient's values.
 */
#ifndef RUBRIC_BASE_ERR_H
#define RUBRIC_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MUST_CHECK
#define PRINTF_LIKE(fmt, args)
#endif

/* What the caller does next decides the kind, not the module it came from. */
enum err_kind {
    ERR_NONE = 0,
    ERR_MEMORY, /* not enough memory: retry elsewhere */
    ERR_USAGE,  /* the command line is wrong: tell the user, exit 2 */
    ERR_POLICY, /* a policy does not load: tell its author, exit 3 */
    ERR_INPUT,  /* a case or code table cannot be read: tell the user, exit 4 */
    ERR_STORE,  /* disk, database or machine failed: tell operations, exit 5 */
    ERR_TAMPER, /* stored bytes contradict each other: stop, tell a human, exit 1 */
    ERR_LIMIT,  /* a limit of the sandbox was hit: the answer is refer */
    ERR_WORKER, /* a worker died or broke the protocol: replace it */
    ERR_LOG,     /* a write, sync or signature of the log failed: nothing is
                    answered any more, exit 74 */
    ERR_ROLLBACK /* the log does not fit its anchor: refuse to start, exit 75 */
};

struct err {
    enum err_kind kind;
    char code[24];   /* stable and searchable, as "E-NAME" or "P014"; may be "" */
    char text[1024]; /* what went wrong first, lower case, no full stop */
    char help[512];  /* the next step; may be "" */
};

/* Fills err and returns false, so that a caller may `return err_set(...)`.
 * err may be NULL: then nobody wants to know. */
bool err_set(struct err *err, enum err_kind kind, const char *code,
             const char *format, ...) PRINTF_LIKE(4, 5);

/* Adds the help line to an error that was just set; returns false. */
bool err_help(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Fills err from errno after a failed call on the thing named what. */
bool err_errno(struct err *err, enum err_kind kind, const char *code,
               const char *what);

/* Writes "rubric: TEXT\n  help: HELP\n  (CODE)\n" to standard error, with
 * control characters escaped. */
void err_print(const struct err *err);

/* The exit status of the command line for this kind (docs/reviewers.md). */
int err_exit_status(enum err_kind kind);

#endif
