/*
 * options.c - reads a command line by its table.
 */
#include "cli/options.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/nearest.h"

#define NUMBER_MAX 1000000000L

struct reader {
    const struct command *command;
    char *target; /* not NULL if the table has an option */
    char **argv;
    int argc;
    int at; /* the argument being read */
};

int options_wrong(const struct command *command, const char *format, ...)
{
    struct err err;
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(&err, ERR_USAGE, "E-USAGE", "%s", text);
    err_help(&err, "see 'rubric %s --help'", command->name);
    err_print(&err);
    return err_exit_status(ERR_USAGE);
}

static void wrong_name(const struct command *command, const char *name, size_t len)
{
    char word[64];
    struct nearest nearest = {word, NULL, 0};

    snprintf(word, sizeof word, "%.*s", (int)len, name);
    nearest_offer(&nearest, "help");
    for (const struct option_row *row = command->options; row->kind != OPTION_END; row++)
        nearest_offer(&nearest, row->name);
    if (nearest.best != NULL)
        options_wrong(command, "there is no option '--%s': did you mean '--%s'?", word,
                      nearest.best);
    else
        options_wrong(command, "there is no option '--%s'", word);
}

static bool choose(const struct command *command, const struct option_row *row,
                   const char *value, int *choice)
{
    size_t len = strlen(value);
    const char *at = row->word;

    for (int i = 0;; i++) {
        size_t step = strcspn(at, "|");

        if (step == len && strncmp(at, value, len) == 0) {
            *choice = i;
            return true;
        }
        if (at[step] == '\0')
            break;
        at += step + 1;
    }
    options_wrong(command, "'--%s' is one of %s, not '%s'", row->name, row->word, value);
    return false;
}

static bool number(const struct command *command, const struct option_row *row,
                   const char *value, long *field)
{
    char *end;
    long read;

    errno = 0;
    read = strtol(value, &end, 10);
    if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 &&
        read <= NUMBER_MAX) {
        *field = read;
        return true;
    }
    options_wrong(command, "'--%s' takes a number, not '%s'", row->name, value);
    return false;
}

/* Stores one option; value is NULL for a flag. */
static bool store(struct reader *reader, const struct option_row *row, const char *value)
{
    void *field = reader->target + row->field;

    assert(row->kind != OPTION_END);
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_TEXT:
        *(const char **)field = value;
        return true;
    case OPTION_CHOICE:
        return choose(reader->command, row, value, field);
    case OPTION_NUMBER:
        return number(reader->command, row, value, field);
    case OPTION_END:
        break;
    }
    return false;
}

/* The value of an option: what follows in the same argument, or the next one. */
static const char *value_of(struct reader *reader, const struct option_row *row,
                            const char *joined)
{
    if (joined != NULL)
        return joined;
    if (reader->at + 1 < reader->argc && strncmp(reader->argv[reader->at + 1], "--", 2) != 0)
        return reader->argv[++reader->at];
    options_wrong(reader->command, "'--%s' needs a value: %s", row->name, row->word);
    return NULL;
}

static bool read_long(struct reader *reader, const char *name)
{
    size_t len = strcspn(name, "=");
    const char *joined = name[len] == '=' ? name + len + 1 : NULL;
    const struct option_row *row = reader->command->options;
    const char *value = NULL;

    while (row->kind != OPTION_END &&
           (strlen(row->name) != len || strncmp(row->name, name, len) != 0))
        row++;
    if (row->kind == OPTION_END) {
        wrong_name(reader->command, name, len);
        return false;
    }
    if (row->kind == OPTION_FLAG && joined != NULL) {
        options_wrong(reader->command, "'--%s' takes no value", row->name);
        return false;
    }
    if (row->kind != OPTION_FLAG) {
        value = value_of(reader, row, joined);
        if (value == NULL)
            return false;
    }
    return store(reader, row, value);
}

/* Reads the letters behind one dash: flags, and at most one option with a value. */
static bool read_letters(struct reader *reader, const char *letters)
{
    for (const char *at = letters; *at != '\0'; at++) {
        const struct option_row *row = reader->command->options;
        const char *value;

        while (row->kind != OPTION_END && row->letter != *at)
            row++;
        if (row->kind == OPTION_END) {
            options_wrong(reader->command, "there is no option '-%c'", *at);
            return false;
        }
        if (row->kind == OPTION_FLAG) {
            if (!store(reader, row, NULL))
                return false;
            continue;
        }
        value = value_of(reader, row, at[1] != '\0' ? at + 1 : NULL);
        return value != NULL && store(reader, row, value);
    }
    return true;
}

static bool asks_help(const char *arg)
{
    return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

bool options_parse(const struct command *command, int argc, char **argv, void *target,
                   int *operands, int *status)
{
    struct reader reader = {command, target, argv, argc, 1};
    bool ended = false;

    assert(command->options != NULL);
    *operands = 0;
    for (; reader.at < argc; reader.at++) {
        char *arg = argv[reader.at];

        if (ended || arg[0] != '-' || arg[1] == '\0') {
            argv[(*operands)++] = arg;
        } else if (strcmp(arg, "--") == 0) {
            ended = true;
        } else if (asks_help(arg)) {
            options_help(command, stdout);
            *status = 0;
            return false;
        } else if (!(arg[1] == '-' ? read_long(&reader, arg + 2)
                                   : read_letters(&reader, arg + 1))) {
            *status = err_exit_status(ERR_USAGE);
            return false;
        }
    }
    return true;
}

/* "-p, --policy ID|FILE", as far as it fits. */
static int option_form(const struct option_row *row, char *form, size_t size)
{
    char letter[8] = "    ";

    if (row->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    return snprintf(form, size, "%s--%s%s%s", letter, row->name,
                    row->word != NULL ? " " : "", row->word != NULL ? row->word : "");
}

static void indent_lines(FILE *out, const char *lines)
{
    for (const char *at = lines; *at != '\0';) {
        size_t len = strcspn(at, "\n");

        fprintf(out, "  %.*s\n", (int)len, at);
        at += len + (at[len] == '\n');
    }
}

void options_help(const struct command *command, FILE *out)
{
    static const struct option_row help = {OPTION_FLAG, 'h', "help", NULL,
                                           "show this text", 0};
    char form[96];
    int widest = option_form(&help, form, sizeof form);

    for (const struct option_row *row = command->options; row->kind != OPTION_END; row++) {
        int width = option_form(row, form, sizeof form);

        widest = width > widest ? width : widest;
    }
    fprintf(out, "rubric %s: %s\n\nusage: rubric %s %s\n\noptions:\n", command->name,
            command->line, command->name, command->usage);
    for (const struct option_row *row = command->options; row->kind != OPTION_END; row++) {
        option_form(row, form, sizeof form);
        fprintf(out, "  %-*s  %s\n", widest, form, row->help);
    }
    option_form(&help, form, sizeof form);
    fprintf(out, "  %-*s  %s\n", widest, form, help.help);
    fprintf(out, "\nexample:\n");
    indent_lines(out, command->example);
    fprintf(out, "\nexit status:\n");
    indent_lines(out, command->exits);
}
