/*
 * home.h - where rubric keeps what it must not lose, and where policies lie.
 *
 * The home folder holds the code tables, the cases, the audit log and its keys.
 * It is made at first use, readable by its owner only. The policies folder is
 * read-only to rubric and is only looked for.
 */
#ifndef RUBRIC_CLI_HOME_H
#define RUBRIC_CLI_HOME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Finds the home folder: option if it is not NULL, else RUBRIC_HOME, else
 * XDG_DATA_HOME/rubric, else ~/.local/share/rubric. With create it is made if
 * it is missing (mode 0700) and must be writable with room left; without, it
 * must be there and readable. Writes its path, ended by NUL. */
MUST_CHECK bool home_find(const char *option, bool create, char *path, size_t size,
                          struct err *err);

/* Finds the policies folder: option, else RUBRIC_POLICIES, else next to the
 * program: ../share/rubric/policies, ../policies, ../../policies. */
MUST_CHECK bool policies_find(const char *option, char *path, size_t size,
                              struct err *err);

/* Finds the folder that holds loaded/, what loading the shipped policies gave, next
 * to the program: ../share/rubric, or its own. False: there is none. */
bool shipped_find(char *path, size_t size);

#endif
