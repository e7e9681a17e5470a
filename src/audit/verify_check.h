/*
 * verify_check.h - the checks of rubric-verify.
 *
 * Each takes a path and answers with an exit status, after one line that says
 * what was accepted, or why not.
 */
#ifndef RUBRIC_AUDIT_VERIFY_CHECK_H
#define RUBRIC_AUDIT_VERIFY_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/note.h"
#include "base/buf.h"
#include "base/err.h"

enum { CHECK_ACCEPTED = 0, CHECK_REJECTED = 1, CHECK_UNUSABLE = 2 };
#define CHECK_KEYS 16

struct check {
    struct note_key key[CHECK_KEYS]; /* trusted */
    size_t key_count;
    bool has_leaf;
    struct tree_hash leaf;
    struct buf old; /* a checkpoint that was kept */
    bool quiet;
    bool told; /* something was said on standard error */
};

/* Takes one option with its value; false after saying why not. */
bool check_option(struct check *check, const char *name, const char *value);
void check_free(struct check *check);

int check_proof(struct check *check, const char *path);
int check_consistency(struct check *check, const char *path);
int check_note(struct check *check, const char *path);
int check_package(struct check *check, const char *path);
int check_tiles(struct check *check, const char *path);

/* Says the line unless it is to be quiet; returns the status. */
int check_accept(struct check *check, const char *format, ...) PRINTF_LIKE(2, 3);
/* Rejected if the input was whole but wrong, unusable if it could not be read. */
int check_refuse(struct check *check, const struct err *err);
int check_reject(struct check *check, const char *format, ...) PRINTF_LIKE(2, 3);
int check_unusable(struct check *check, const char *format, ...) PRINTF_LIKE(2, 3);

/* Is this a checkpoint signed by a trusted key? Without a key nothing is. */
bool check_signed(struct check *check, const char *bytes, size_t len,
                  struct checkpoint *out, struct err *err);

#endif
