/*
 * audit.c - rubric audit: finds the subcommand; and what they share.
 */
#include "cli/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/files.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/nearest.h"
#include "cli/audit_parts.h"
#include "cli/home.h"

const struct command *const audit_words[] = {
    &audit_verify_command,  &audit_show_command,       &audit_list_command,
    &audit_prove_command,   &audit_consistency_command, &audit_checkpoint_command,
    &audit_anchor_command,  &audit_export_command,     &audit_erase_command,
    &audit_hold_command,    &audit_retention_command,  &audit_prune_command,
    &audit_key_command,     &audit_add_command,        &audit_rollback_command,
    NULL,
};

/* The names are "audit verify" and so on: what stands behind the space. */
static const char *short_name(const struct command *command)
{
    return strchr(command->name, ' ') + 1;
}

static int list_subcommands(FILE *out)
{
    fputs("rubric audit: the log of every answer: check it, read it, prove from it\n\n"
          "usage: rubric audit COMMAND ...\n\ncommands:\n", out);
    for (size_t i = 0; audit_words[i] != NULL; i++)
        fprintf(out, "  %-16s %s\n", short_name(audit_words[i]), audit_words[i]->line);
    fputs("\n'rubric audit COMMAND --help' shows options and an example.\n", out);
    return 0;
}

static int unknown(const char *name)
{
    struct nearest nearest = {name, NULL, 0};
    struct err err;

    for (size_t i = 0; audit_words[i] != NULL; i++)
        nearest_offer(&nearest, short_name(audit_words[i]));
    err_set(&err, ERR_USAGE, "E-USAGE", "'rubric audit' has no command '%s'", name);
    if (nearest.best != NULL)
        err_help(&err, "did you mean 'rubric audit %s'?", nearest.best);
    else
        err_help(&err, "see 'rubric audit --help'");
    return audit_cli_failed(&err);
}

int cli_audit(int argc, char **argv)
{
    if (argc < 2) {
        list_subcommands(stderr);
        return err_exit_status(ERR_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return list_subcommands(stdout);
    for (size_t i = 0; audit_words[i] != NULL; i++) {
        if (strcmp(argv[1], short_name(audit_words[i])) == 0)
            return audit_words[i]->run(argc - 1, argv + 1);
    }
    return unknown(argv[1]);
}

int audit_cli_failed(const struct err *err)
{
    err_print(err);
    return err_exit_status(err->kind);
}

bool audit_cli_open(const char *home, bool read_only, struct audit **audit, int *status)
{
    struct audit_options options = {.read_only = read_only,
                                    .anchor_file = getenv("RUBRIC_ANCHOR")};
    char path[4096];
    struct err err;

    if (home_find(home, !read_only, path, sizeof path, &err) &&
        audit_open(path, &options, audit, &err))
        return true;
    *status = audit_cli_failed(&err);
    return false;
}

struct audit_actor audit_cli_actor(const char *name, char memory[32])
{
    struct audit_actor actor = {"user", name, NULL};

    if (name == NULL) {
        snprintf(memory, 32, "uid-%lu", (unsigned long)getuid());
        actor.id = memory;
    }
    return actor;
}

bool audit_cli_number(const struct command *command, const char *what, const char *text,
                      uint64_t *number)
{
    char *end;

    *number = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && strlen(text) < 19)
        return true;
    options_wrong(command, "the %s is a number, not '%s'", what, text);
    return false;
}

bool audit_cli_words(const char *text, char *memory, size_t room, const char *list[17])
{
    size_t count = 0;

    if (strlen(text) >= room)
        return false;
    strcpy(memory, text);
    for (char *word = strtok(memory, ","); word != NULL; word = strtok(NULL, ",")) {
        if (count == 16)
            return false;
        list[count++] = word;
    }
    list[count] = NULL;
    return count > 0;
}

void audit_cli_done(const struct audit_receipt *receipt, bool json, const char *line)
{
    struct buf out = BUF_INIT;

    if (json) {
        audit_receipt_json(&out, receipt);
        puts(buf_cstr(&out));
    } else {
        printf("%s; entry %" PRIu64 " of ", line, receipt->index);
        escape_terminal(stdout, receipt->origin, strlen(receipt->origin));
        putchar('\n');
    }
    buf_free(&out);
}

int audit_cli_write(const char *path, const struct buf *bytes)
{
    struct err err;

    if (path == NULL || strcmp(path, "-") == 0) {
        fwrite(bytes->data, 1, bytes->len, stdout);
        return 0;
    }
    return file_write(path, bytes->data, bytes->len, 0600, &err) ? 0 : audit_cli_failed(&err);
}
