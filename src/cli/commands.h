/*
 * commands.h - the commands, one struct each; main.c lists them.
 */
#ifndef RUBRIC_CLI_COMMANDS_H
#define RUBRIC_CLI_COMMANDS_H

#include "cli/options.h"

extern const struct command review_command;
extern const struct command which_command;
extern const struct command batch_command;
extern const struct command check_command;
extern const struct command policy_command;
extern const struct command test_command;
extern const struct command replay_command;
extern const struct command version_command;

extern const struct command help_command;
extern const struct command completion_command;
extern const struct command manual_command;
extern const struct command keep_command;

/* All commands, ended by NULL; main.c defines it. */
extern const struct command *const command_table[];

/* Calls put for each command that is shown: those with words are left out, and
 * the commands behind them come instead. */
void command_each(void (*put)(const struct command *command));
/* What is typed last of its name: "show" of "audit show". */
const char *command_word(const struct command *command);

/* Runs the command that argv[1] names, with argv[1] as its argv[0]. */
int command_run(int argc, char **argv);

/* The exit statuses that every command shares, for the tables. */
#define EXITS_USAGE "2  the command line is wrong\n"
#define EXITS_POLICY "3  a policy does not load\n"
#define EXITS_CASE "4  a case cannot be read\n"
#define EXITS_MACHINE "5  the home folder or the machine failed\n"
#define EXITS_LOG                                                      \
    "74  the log cannot be written or signed: nothing was answered\n" \
    "75  the log does not fit its anchor: nothing is answered\n"

#endif
