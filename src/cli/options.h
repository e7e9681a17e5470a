/*
 * options.h - what a command is called, what it accepts, and how it says so.
 *
 * Each command describes itself in one struct command, with one table of its
 * options. Parsing, --help, `rubric help`, the shell completions and the manual
 * page are all read from these tables, so they cannot disagree.
 *
 * Accepted forms: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, flags joined as
 * -ab, options after operands, and -- to end the options. A lone - is an operand.
 * No name may be shortened: a script must not change its meaning with a release.
 */
#ifndef RUBRIC_CLI_OPTIONS_H
#define RUBRIC_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_kind {
    OPTION_END = 0, /* ends the table */
    OPTION_FLAG,    /* the field is a bool, set to true */
    OPTION_TEXT,    /* the field is a const char *, borrowed from argv */
    OPTION_CHOICE,  /* the field is an int: the place in choices, 0 the first */
    OPTION_NUMBER   /* the field is a long, from 0 to a thousand million */
};

struct option_row {
    enum option_kind kind;
    char letter;      /* short name, or 0 */
    const char *name; /* long name, without the dashes */
    const char *word; /* what the value is, as "DIR"; for a choice "a|b|c" */
    const char *help; /* one line, lower case */
    size_t field;     /* where in the options struct of the command it goes */
};

#define OPTION_AT(type, member) offsetof(type, member)
#define OPTIONS_END {OPTION_END, 0, NULL, NULL, NULL, 0}

/* The options that several commands share, so that they mean the same everywhere. */
#define OPTION_HOME(type) \
    {OPTION_TEXT, 0, "home", "DIR", "the home folder", OPTION_AT(type, home)}
#define OPTION_POLICIES(type) \
    {OPTION_TEXT, 0, "policies", "DIR", "the policies folder", OPTION_AT(type, policies)}
#define OPTION_JSON(type) \
    {OPTION_FLAG, 0, "json", NULL, "print JSON, one object a line", OPTION_AT(type, json)}
#define OPTION_COLOR(type)                                                            \
    {OPTION_CHOICE, 0, "color", "auto|always|never", "colour the answer on a terminal", \
     OPTION_AT(type, color)}
#define OPTION_AS_OF(type)                                                  \
    {OPTION_TEXT, 0, "as-of", "DATE",                                       \
     "YYYY-MM-DD for asOf; dates of service stay", OPTION_AT(type, as_of)}

enum command_group {
    GROUP_REVIEWER,
    GROUP_AUTHOR,
    GROUP_OPERATOR,
    GROUP_ANY,   /* help, version, completion */
    GROUP_HIDDEN /* works, but is not listed */
};

struct command {
    const char *name;
    enum command_group group;
    const char *line;     /* one sentence, lower case, no full stop */
    const char *usage;    /* what follows "rubric NAME" */
    const char *example;  /* one complete example: lines to type, ended by \n */
    const char *exits;    /* lines "0  meaning", ended by \n */
    const char *operands; /* for completion: "file", "folder", or words "show list" */
    const struct option_row *options; /* NULL: the command reads argv itself */
    const struct command *const *words; /* the commands behind this one, as "audit show",
                                           ended by NULL; or NULL */
    int (*run)(int argc, char **argv);
};

/* Reads argv[1] onward into the options struct at target, which the caller has
 * zeroed (NULL if there are no options), and moves the operands to argv[0]
 * onward, in order. Returns true when the command is to go on; else *status is
 * the exit status (0 after --help, 2 after a mistake that was reported). */
bool options_parse(const struct command *command, int argc, char **argv, void *target,
                   int *operands, int *status);

/* Writes what --help shows. */
void options_help(const struct command *command, FILE *out);

/* Reports a mistake on the command line, with a pointer to --help; returns 2. */
int options_wrong(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
