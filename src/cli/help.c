/*
 * help.c - rubric help: the commands, by who uses them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/commands.h"
#include "base/nearest.h"

static const struct {
    enum command_group group;
    const char *title;
} groups[] = {
    {GROUP_REVIEWER, "for reviewers"},
    {GROUP_AUTHOR, "for policy authors and QA"},
    {GROUP_OPERATOR, "for operators and auditors"},
    {GROUP_ANY, "about rubric"},
};

static void print_group(enum command_group group)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (command_table[i]->group == group)
            printf("  %-12s %s\n", command_table[i]->name, command_table[i]->line);
    }
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    }
    return NULL;
}

static int no_such_command(const char *name)
{
    struct nearest nearest = {name, NULL, 0};
    struct err err;

    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (command_table[i]->group != GROUP_HIDDEN)
            nearest_offer(&nearest, command_table[i]->name);
    }
    err_set(&err, ERR_USAGE, "E-COMMAND", "there is no command '%s'", name);
    if (nearest.best != NULL)
        err_help(&err, "did you mean 'rubric %s'? 'rubric help' lists all", nearest.best);
    else
        err_help(&err, "'rubric help' lists the commands");
    err_print(&err);
    return err_exit_status(err.kind);
}

static void print_commands(void)
{
    puts("rubric: medical necessity policies as scripts, with an answer that can be checked\n\n"
         "usage: rubric COMMAND [options] ...");
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        printf("\n%s:\n", groups[i].title);
        print_group(groups[i].group);
    }
    puts("\n'rubric COMMAND --help' says more about one of them.");
}

static int help_run(int argc, char **argv)
{
    int operands = 0, status = 0;
    const struct command *command;
    char help[] = "--help";

    if (!options_parse(&help_command, argc, argv, NULL, &operands, &status))
        return status;
    if (operands == 0) {
        print_commands();
        return 0;
    }
    command = find(argv[0]);
    if (command == NULL)
        return no_such_command(argv[0]);
    return command->run(2, (char *[]){argv[0], help, NULL});
}

static const struct option_row help_rows[] = {OPTIONS_END};

const struct command help_command = {
    .name = "help",
    .group = GROUP_ANY,
    .line = "list the commands, or say more about one",
    .usage = "[COMMAND]",
    .example = "rubric help review\n",
    .exits = "0  it was shown\n" EXITS_USAGE,
    .operands = "",
    .options = help_rows,
    .run = help_run,
};

const char *command_word(const struct command *command)
{
    const char *space = strrchr(command->name, ' ');

    return space == NULL ? command->name : space + 1;
}

void command_each(void (*put)(const struct command *command))
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        const struct command *const *words = command_table[i]->words;

        if (command_table[i]->group == GROUP_HIDDEN)
            continue;
        if (words == NULL)
            put(command_table[i]);
        for (size_t k = 0; words != NULL && words[k] != NULL; k++)
            put(words[k]);
    }
}

int command_run(int argc, char **argv)
{
    const struct command *command;

    if (argc > 2 && strcmp(argv[1], "--no-landlock") == 0) { /* open.h */
        setenv("RUBRIC_NO_LANDLOCK", "1", 1);
        argv++;
        argc--;
    }
    if (argc < 2) {
        print_commands();
        return err_exit_status(ERR_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_commands();
        return 0;
    }
    command = find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
    if (command == NULL)
        return no_such_command(argv[1]);
    return command->run(argc - 1, argv + 1);
}
