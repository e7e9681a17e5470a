/*
 * policy_aside.h - rubric policy status and rubric policy clear: which policies
 * ended workers, and the operator's word to try one again.
 */
#ifndef RUBRIC_CLI_POLICY_ASIDE_H
#define RUBRIC_CLI_POLICY_ASIDE_H

#include <stdbool.h>

/* True if the words are `status` or `clear ID...`. */
bool policy_aside_words(int count, char **words);
/* Does what they say; returns the exit status. home: --home, or NULL. */
int policy_aside(int count, char **words, const char *home, bool json);

#endif
