/*
 * doctor.c - `rubric doctor`: tries each wall on this machine and says so.
 */
#include "cli/doctor.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "host/lockdown.h"
#include "host/walls.h"

struct doctor_options {
    bool json;
};

static const struct option_row rows[] = {
    OPTION_JSON(struct doctor_options),
    OPTIONS_END,
};

const struct command doctor_command = {
    .name = "doctor",
    .group = GROUP_OPERATOR,
    .line = "try every wall around a worker on this machine",
    .usage = "[--json]",
    .example = "rubric doctor\n",
    .exits = "0  every needed wall holds\n1  one does not\n" EXITS_USAGE,
    .operands = "",
    .options = rows,
    .run = cli_doctor,
};

static const char *const words[] = {"holds", "absent", "FAILS"};
static const char *const json_words[] = {"holds", "absent", "fails"};

/* A wall that is not needed may be absent: another stands behind it. */
static bool acceptable(const struct wall *wall, const struct wall_result *result)
{
    return result->state == WALL_HOLDS ||
           (result->state == WALL_ABSENT && !wall->needed);
}

static void put_field(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, "\"%s\":", name);
    buf_put_json(out, text, strlen(text));
}

static void print_json(const struct wall *wall, const struct wall_result *result)
{
    struct buf line = BUF_INIT;

    buf_putc(&line, '{');
    put_field(&line, "detail", result->detail);
    buf_printf(&line, ",\"needed\":%s,", wall->needed ? "true" : "false");
    put_field(&line, "state", json_words[result->state]);
    buf_putc(&line, ',');
    put_field(&line, "wall", wall->id);
    buf_putc(&line, ',');
    put_field(&line, "what", wall->what);
    buf_putc(&line, '}');
    output_line(&line);
    buf_free(&line);
}

static void print_head(void)
{
    struct utsname machine;

    if (uname(&machine) == 0)
        printf("%s %s on %s, Landlock %d%s\n\n", machine.sysname, machine.release,
               machine.machine, lockdown_landlock_abi(),
               lockdown_is_checked_build()
                   ? "; a build for tests: system calls are not filtered"
                   : "");
    puts("What a worker must not be able to do, and what happened when it tried:\n");
}

static void print_line(const struct wall *wall, const struct wall_result *result)
{
    printf("  %-6s  %s", words[result->state], wall->what);
    if (result->state != WALL_HOLDS)
        printf(": %s%s", result->detail, wall->needed ? "" : "; another wall stands");
    putchar('\n');
    fflush(stdout);
}

int cli_doctor(int argc, char **argv)
{
    struct doctor_options options = {0};
    int operands = 0;
    int status = 0;
    size_t failed = 0;

    if (!options_parse(&doctor_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands > 0)
        return options_wrong(&doctor_command, "'%s' is not expected", argv[0]);
    if (!options.json)
        print_head();
    /* The children must not inherit lines that are not written yet. */
    fflush(stdout);
    for (size_t i = 0; i < wall_count(); i++) {
        const struct wall *wall = wall_at(i);
        struct wall_result result = wall_try(i);

        failed += !acceptable(wall, &result);
        if (options.json)
            print_json(wall, &result);
        else
            print_line(wall, &result);
        fflush(stdout);
    }
    if (!options.json && failed == 0)
        puts("\nEvery wall that a worker needs holds on this machine.");
    else if (!options.json)
        printf("\n%zu of %zu walls do not hold: see docs/security.md.\n", failed,
               wall_count());
    return failed == 0 ? 0 : 1;
}
