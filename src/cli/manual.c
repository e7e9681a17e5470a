/*
 * manual.c - the manual page, from the tables of the commands.
 */
#include <stdio.h>
#include <string.h>

#include "base/build_id.h"
#include "cli/commands.h"

/* Text of a line for roff: no control line, no escape, no hyphenated option. */
static void put_roff(const char *text, size_t len)
{
    if (len > 0 && (text[0] == '.' || text[0] == '\''))
        fputs("\\&", stdout);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\')
            fputs("\\e", stdout);
        else if (text[i] == '-')
            fputs("\\-", stdout);
        else
            putchar(text[i]);
    }
}

static void put_text(const char *text)
{
    put_roff(text, strlen(text));
    putchar('\n');
}

/* Lines as they are, without filling. */
static void put_lines(const char *lines)
{
    puts(".nf");
    for (const char *at = lines; *at != '\0';) {
        size_t len = strcspn(at, "\n");

        put_roff(at, len);
        putchar('\n');
        at += len + (at[len] == '\n');
    }
    puts(".fi");
}

static void put_option(const struct option_row *row)
{
    fputs(".TP\n\\fB", stdout);
    if (row->letter != 0)
        printf("\\-%c\\fR, \\fB", row->letter);
    fputs("\\-\\-", stdout);
    put_roff(row->name, strlen(row->name));
    fputs("\\fR", stdout);
    if (row->word != NULL) {
        fputs(" \\fI", stdout);
        put_roff(row->word, strlen(row->word));
        fputs("\\fR", stdout);
    }
    putchar('\n');
    put_text(row->help);
}

static void put_command(const struct command *command)
{
    printf(".SS rubric %s %s\n", command->name, command->usage);
    put_text(command->line);
    if (command->options != NULL) {
        for (const struct option_row *row = command->options; row->kind != OPTION_END; row++)
            put_option(row);
    }
    puts(".PP\nExample:");
    put_lines(command->example);
    puts(".PP\nExit status:");
    put_lines(command->exits);
}

static int manual_run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf(".TH RUBRIC 1 \"\" \"rubric %s\"\n", rubric_version);
    puts(".SH NAME\nrubric \\- medical necessity policies as scripts\n"
         ".SH SYNOPSIS\n.B rubric\n.I command\n[options] ...\n.SH COMMANDS");
    command_each(put_command);
    puts(".SH ENVIRONMENT\n"
         ".TP\n.B RUBRIC_HOME\nthe home folder, unless \\-\\-home names another\n"
         ".TP\n.B RUBRIC_NO_LANDLOCK\n1 starts workers on a kernel without Landlock too, as "
         "\\-\\-no\\-landlock before the command does\n"
         ".TP\n.B XDG_DATA_HOME\nwhere the home folder 'rubric' is, unless RUBRIC_HOME is set\n"
         ".TP\n.B RUBRIC_POLICIES\nthe policies folder, unless \\-\\-policies names another\n"
         ".TP\n.B NO_COLOR\nset and not empty: no colour, unless \\-\\-color=always");
    return 0;
}

const struct command manual_command = {
    .name = "manual",
    .group = GROUP_HIDDEN,
    .line = "print the manual page",
    .usage = "",
    .example = "rubric manual | man -l -\n",
    .exits = "0  it was printed\n",
    .operands = "",
    .run = manual_run,
};
