/*
 * audit.h - the command `rubric audit`, and the hidden `rubric canonical-json`.
 */
#ifndef RUBRIC_CLI_AUDIT_H
#define RUBRIC_CLI_AUDIT_H

#include "cli/options.h"

/* argv[0] is the name of the command; returns the exit status. */
extern const struct command *const audit_words[]; /* ended by NULL */
int cli_audit(int argc, char **argv);
int cli_canonical_json(int argc, char **argv);

#endif
