/*
 * completion.c - what the shells need to know, from the tables of the commands.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

/* The names of these commands with a space between them. */
static void put_names(const struct command *const *commands)
{
    const char *gap = "";

    for (size_t i = 0; commands[i] != NULL; i++) {
        if (commands[i]->group == GROUP_HIDDEN)
            continue;
        printf("%s%s", gap, command_word(commands[i]));
        gap = " ";
    }
}

/* "a|b|c" as "a b c". */
static void put_choices(const char *choices)
{
    for (const char *at = choices; *at != '\0'; at++)
        putchar(*at == '|' ? ' ' : *at);
}

static bool takes_file(const struct option_row *row)
{
    return row->kind == OPTION_TEXT &&
           (strstr(row->word, "DIR") != NULL || strstr(row->word, "FILE") != NULL);
}

/* What may follow each option that takes a value. */
static void bash_values(const struct command *command)
{
    if (command->options == NULL)
        return;
    for (const struct option_row *row = command->options; row->kind != OPTION_END; row++) {
        if (row->kind == OPTION_FLAG)
            continue;
        printf("    '%s --%s'", command->name, row->name);
        if (row->letter != 0)
            printf("|'%s -%c'", command->name, row->letter);
        fputs(") COMPREPLY=($(compgen ", stdout);
        if (row->kind == OPTION_CHOICE) {
            fputs("-W '", stdout);
            put_choices(row->word);
            putchar('\'');
        } else {
            fputs(takes_file(row) ? "-f" : "-W ''", stdout);
        }
        puts(" -- \"$word\")); return ;;");
    }
}

static bool operands_are_files(const struct command *command)
{
    return strcmp(command->operands, "file") == 0 || strcmp(command->operands, "folder") == 0;
}

static void bash_words(const struct command *command)
{
    printf("    '%s')\n        if [[ $word == -* ]]; then\n            words='--help",
           command->name);
    if (command->options != NULL) {
        for (const struct option_row *row = command->options; row->kind != OPTION_END; row++)
            printf(" --%s", row->name);
    }
    puts("'");
    if (operands_are_files(command))
        puts("        else\n            COMPREPLY=($(compgen -f -- \"$word\")); return");
    else
        printf("        else\n            words='%s'\n", command->operands);
    puts("        fi ;;");
}

/* A command with words: the second argument is one of them. */
static void bash_second(void)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (command_table[i]->words == NULL)
            continue;
        printf("    if [[ $command == %s ]]; then\n"
               "        if [[ $COMP_CWORD -eq 2 ]]; then\n"
               "            COMPREPLY=($(compgen -W '", command_table[i]->name);
        put_names(command_table[i]->words);
        puts("' -- \"$word\"))\n            return\n        fi\n"
             "        command=\"$command ${COMP_WORDS[2]}\"\n    fi");
    }
}

static void print_bash(void)
{
    fputs("# completion of rubric for bash; made by 'rubric completion bash'\n"
          "_rubric() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} words=''\n"
          "    local command=${COMP_WORDS[1]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
          "        COMPREPLY=($(compgen -W '",
          stdout);
    put_names(command_table);
    puts("' -- \"$word\"))\n        return\n    fi");
    bash_second();
    puts("    case \"$command $before\" in");
    command_each(bash_values);
    puts("    esac\n    case $command in");
    command_each(bash_words);
    puts("    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
         "complete -o filenames -F _rubric rubric");
}

/* Text inside single quotes and brackets of a zsh specification. */
static void put_zsh(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *at) != NULL)
            printf("\\%c", *at);
        else
            putchar(*at);
    }
}

static void zsh_option(const struct option_row *row)
{
    if (row->letter != 0)
        printf(" \\\n        '(-%c --%s)'{-%c,--%s}'[", row->letter, row->name, row->letter,
               row->name);
    else
        printf(" \\\n        '--%s[", row->name);
    put_zsh(row->help);
    putchar(']');
    if (row->kind == OPTION_CHOICE) {
        fputs(":choice:(", stdout);
        put_choices(row->word);
        putchar(')');
    } else if (row->kind != OPTION_FLAG) {
        printf(":%s:%s", row->word, takes_file(row) ? "_files" : "");
    }
    putchar('\'');
}

static void zsh_command(const struct command *command)
{
    printf("    '%s')\n        _arguments '(-h --help)'{-h,--help}'[show help]'", command->name);
    if (command->options != NULL) {
        for (const struct option_row *row = command->options; row->kind != OPTION_END; row++)
            zsh_option(row);
    }
    if (operands_are_files(command))
        puts(" \\\n        '*:file:_files' ;;");
    else
        printf(" \\\n        '*:word:(%s)' ;;\n", command->operands);
}

/* 'name:what it does' of these commands, a line each. */
static void zsh_described(const struct command *const *commands)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (commands[i]->group == GROUP_HIDDEN)
            continue;
        printf("        '%s:", command_word(commands[i]));
        put_zsh(commands[i]->line);
        puts("'");
    }
}

static void zsh_choose(const struct command *const *commands)
{
    puts("    commands=(");
    zsh_described(commands);
    puts("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n"
         "        return\n    fi\n    shift words\n    (( CURRENT-- ))");
}

static void print_zsh(void)
{
    puts("#compdef rubric\n# completion of rubric for zsh; made by 'rubric completion zsh'\n"
         "_rubric() {\n    local -a commands\n    local command");
    zsh_choose(command_table);
    puts("    command=$words[1]");
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (command_table[i]->words == NULL)
            continue;
        printf("    if [[ $command == %s ]]; then\n", command_table[i]->name);
        zsh_choose(command_table[i]->words);
        puts("    command=\"$command $words[1]\"\n    fi");
    }
    puts("    case $command in");
    command_each(zsh_command);
    puts("    esac\n}\n"
         "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n    _rubric \"$@\"\n"
         "else\n    compdef _rubric rubric\nfi");
}

static int completion_run(int argc, char **argv)
{
    int operands = 0, status = 0;

    if (!options_parse(&completion_command, argc, argv, NULL, &operands, &status))
        return status;
    if (operands == 1 && strcmp(argv[0], "bash") == 0)
        print_bash();
    else if (operands == 1 && strcmp(argv[0], "zsh") == 0)
        print_zsh();
    else
        return options_wrong(&completion_command, "name one shell: bash or zsh");
    return 0;
}

static const struct option_row completion_rows[] = {OPTIONS_END};

const struct command completion_command = {
    .name = "completion",
    .group = GROUP_ANY,
    .line = "print what bash or zsh needs to complete commands and options",
    .usage = "bash | zsh",
    .example = "source <(rubric completion bash)\n",
    .exits = "0  it was printed\n" EXITS_USAGE,
    .operands = "bash zsh",
    .options = completion_rows,
    .run = completion_run,
};
