/*
 * starter.h - the built-in table of codes; see starter.c for what it may hold.
 */
#ifndef RUBRIC_CODES_STARTER_H
#define RUBRIC_CODES_STARTER_H

#include <stdbool.h>
#include <stddef.h>

#include "codes/code_key.h"

#define STARTER_LABEL "starter-2" /* change it with the rows */

struct starter_row {
    int system; /* CODE_SYSTEM_NONE ends the table */
    const char *code;
    bool billable;
    const char *from, *to; /* NULL: always, still */
    const char *successor;
    const char *title;
};

struct starter_set {
    const char *name; /* NULL ends the table */
    const char *title;
    const char *codes; /* ICD-10-CM */
};

extern const struct starter_row starter_rows[];
extern const struct starter_set starter_sets[];

#endif
