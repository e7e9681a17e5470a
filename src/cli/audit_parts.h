/*
 * audit_parts.h - what the files of `rubric audit` share.
 */
#ifndef RUBRIC_CLI_AUDIT_PARTS_H
#define RUBRIC_CLI_AUDIT_PARTS_H

#include "audit/audit.h"
#include "cli/commands.h"
#include "cli/options.h"

extern const struct command audit_verify_command;
extern const struct command audit_show_command;
extern const struct command audit_list_command;
extern const struct command audit_prove_command;
extern const struct command audit_consistency_command;
extern const struct command audit_checkpoint_command;
extern const struct command audit_anchor_command;
extern const struct command audit_add_command;
extern const struct command audit_export_command;
extern const struct command audit_erase_command;
extern const struct command audit_hold_command;
extern const struct command audit_retention_command;
extern const struct command audit_prune_command;
extern const struct command audit_key_command;
extern const struct command audit_rollback_command;

#define OPTION_ACTOR(type)                                                         \
    {OPTION_TEXT, 0, "actor", "NAME", "who does this; the default is your user number", \
     OPTION_AT(type, actor)}

#define EXITS_AUDIT                                                            \
    "0  it was done\n1  the log contradicts itself\n2  the command line is wrong\n" \
    "4  there is no such entry, field or file\n5  the log or the machine failed\n" EXITS_LOG

/* Opens the log of the home folder; on failure says why and sets *status. */
bool audit_cli_open(const char *home, bool read_only, struct audit **audit, int *status);
/* Who acts: the name given, or "uid-1000". memory has room for the latter. */
struct audit_actor audit_cli_actor(const char *name, char memory[32]);
/* Reads an index or a size; on failure says so and returns false. */
bool audit_cli_number(const struct command *command, const char *what, const char *text,
                      uint64_t *number);
/* Prints the error and returns its exit status. */
int audit_cli_failed(const struct err *err);
/* Splits "a,b,c" into words; list has room for 17, the last is NULL. The words
 * lie in memory, which holds a copy of text. False if there are too many. */
bool audit_cli_words(const char *text, char *memory, size_t room, const char *list[17]);
/* How the answers of a log were, computed again (V9). */
struct audit_replayed {
    uint64_t same, different, erased, failed;
    uint64_t unchecked; /* made at a level that this program does not compute */
};
struct verify_finding;
/* Who is told of each difference, as of a violation. */
struct audit_replay_told {
    void (*tell)(void *context, const struct verify_finding *finding);
    void *context;
};
/* Computes every answer of the home's log again. False, reported and with
 * *status set, if the log or the host cannot be opened. */
bool audit_cli_replay(const char *home, const char *policies,
                      const struct audit_replay_told *told, struct audit_replayed *replayed,
                      int *status);
/* One line for people or one object for programs about a record just made. */
void audit_cli_done(const struct audit_receipt *receipt, bool json, const char *line);
/* Writes the buffer to a file, or to standard output if path is NULL or "-". */
int audit_cli_write(const char *path, const struct buf *bytes);

#endif
