/*
 * loaded.h - what loading gave, kept in the home folder for the next process.
 *
 * Running a policy's declarations takes longer than judging a case, and gives
 * the same bytes each time: a worker's answer is kept under the hash of what it
 * was asked, this program's build included. What is kept is trusted as the
 * signing key beside it is; a replay runs everything anew and would show it. Of
 * the shipped policies the build keeps the same beside the program.
 */
#ifndef RUBRIC_HOST_LOADED_H
#define RUBRIC_HOST_LOADED_H

#include "base/buf.h"

/* What was kept, into *answer; false, with *answer empty, if there is nothing
 * that is whole. key: 64 hexadecimal digits. */
bool loaded_find(const char *home, const char *key, struct buf *answer);

/* Keeps it if that can be done; nobody waits for it to reach the disk. */
void loaded_keep(const char *home, const char *key, const struct buf *answer);

#endif
