/*
 * audit.h - the command `rubric audit`, and the hidden `rubric canonical-json`.
 */
#ifndef RUBRIC_CLI_AUDIT_H
#define RUBRIC_CLI_AUDIT_H

/* argv[0] is the name of the command; returns the exit status. */
int cli_audit(int argc, char **argv);
int cli_canonical_json(int argc, char **argv);

#endif
