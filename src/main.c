/*
 * main.c - finds the command, nothing else.
 */
#include "cli/audit.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/output.h"

/* These only choose among the commands behind them. */
static const struct command codes_command = {
    .name = "codes",
    .group = GROUP_REVIEWER,
    .line = "look up codes and code sets, and import code tables",
    .usage = "WORD ...",
    .example = "rubric codes show M54.16\n",
    .exits = "0  it was shown\n" EXITS_USAGE "4  a code table cannot be read\n" EXITS_MACHINE,
    .operands = "",
    .words = codes_words,
    .run = cli_codes,
};
static const struct command audit_command = {
    .name = "audit",
    .group = GROUP_OPERATOR,
    .line = "verify the audit log and show what it holds",
    .usage = "WORD ...",
    .example = "rubric audit verify\n",
    .exits = "0  it verifies\n1  it does not\n" EXITS_USAGE EXITS_MACHINE,
    .operands = "",
    .words = audit_words,
    .run = cli_audit,
};
static const struct command canonical_command = {
    .name = "canonical-json",
    .group = GROUP_HIDDEN,
    .operands = "file",
    .run = cli_canonical_json,
};
const struct command *const command_table[] = {
    &review_command,    &which_command, &codes_command,  &check_command, &policy_command,
    &test_command,      &batch_command, &replay_command, &audit_command, &doctor_command,
    &canonical_command, &keep_command,  &manual_command, &help_command,  &completion_command,
    &version_command,   NULL,
};

int main(int argc, char **argv)
{
    output_begin();
    return output_end(command_run(argc, argv));
}
