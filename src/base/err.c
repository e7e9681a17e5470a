/*
 * err.c - filling and showing struct err; see err.h for the rules.
 */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

/* Cuts a text that did not fit at the last whole UTF-8 character. */
static void end_whole(char *text, size_t size, int wanted)
{
    size_t end = size - 1;
    size_t last = end;
    size_t step;
    uint32_t point;

    if (wanted < 0)
        text[0] = '\0';
    if (wanted < 0 || (size_t)wanted < size)
        return;
    do
        last--;
    while (last > 0 && end - last < 4 && ((unsigned char)text[last] & 0xC0) == 0x80);
    step = utf8_decode(text + last, end - last, &point);
    if ((unsigned char)text[last] >= 0x80 && (step == 1 || last + step != end))
        text[last] = '\0';
}

bool err_set(struct err *err, enum err_kind kind, const char *code,
             const char *format, ...)
{
    va_list args;
    int wanted;

    if (err == NULL)
        return false;
    err->kind = kind;
    snprintf(err->code, sizeof err->code, "%s", code == NULL ? "" : code);
    va_start(args, format);
    wanted = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    end_whole(err->text, sizeof err->text, wanted);
    err->help[0] = '\0';
    return false;
}

bool err_help(struct err *err, const char *format, ...)
{
    va_list args;
    int wanted;

    if (err == NULL)
        return false;
    va_start(args, format);
    wanted = vsnprintf(err->help, sizeof err->help, format, args);
    va_end(args);
    end_whole(err->help, sizeof err->help, wanted);
    return false;
}

bool err_errno(struct err *err, enum err_kind kind, const char *code,
               const char *what)
{
    int number = errno;

    return err_set(err, kind, code, "%s: %s", what, strerror(number));
}

void err_print(const struct err *err)
{
    fputs("rubric: ", stderr);
    escape_terminal(stderr, err->text, strlen(err->text));
    fputc('\n', stderr);
    if (err->help[0] != '\0') {
        fputs("  help: ", stderr);
        escape_terminal(stderr, err->help, strlen(err->help));
        fputc('\n', stderr);
    }
    if (err->code[0] != '\0')
        fprintf(stderr, "  (%s)\n", err->code);
}

int err_exit_status(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return 0;
    case ERR_TAMPER:
        return 1;
    case ERR_USAGE:
        return 2;
    case ERR_POLICY:
        return 3;
    case ERR_INPUT:
        return 4;
    case ERR_MEMORY:
    case ERR_STORE:
    case ERR_LIMIT:
    case ERR_WORKER:
        return 5;
    case ERR_LOG:
        return 74;
    case ERR_ROLLBACK:
        return 75;
    }
    return 5;
}
