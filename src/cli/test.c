/*
 * test.c - rubric test: runs the specs that lie beside the policies.
 *
 * busted runs them under the machine's own Lua 5.4; the module rubric.testing
 * starts this very program and asks it, so that two Luas never meet in one
 * process. For --coverage that module also writes down what it asked; when busted
 * is through, all of it is judged once more and looked at (coverage.h).
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/coverage.h"
#include "cli/home.h"
#include "cli/open.h"
#include "cli/output.h"

#define LUA "lua5.4"
#define ARGS_MAX 64

struct test_options {
    const char *home, *policies, *filter, *output;
    bool coverage, json;
};

static const struct option_row test_rows[] = {
    {OPTION_TEXT, 0, "filter", "PATTERN", "run only tests whose name matches this Lua pattern",
     OPTION_AT(struct test_options, filter)},
    {OPTION_TEXT, 'o', "output", "FORM", "how busted reports: utfTerminal, TAP, json, junit",
     OPTION_AT(struct test_options, output)},
    {OPTION_FLAG, 0, "coverage", NULL, "then say what of the policies no test has seen",
     OPTION_AT(struct test_options, coverage)},
    {OPTION_FLAG, 0, "json", NULL, "print the coverage as JSON, busted on standard error",
     OPTION_AT(struct test_options, json)},
    OPTION_HOME(struct test_options),
    OPTION_POLICIES(struct test_options),
    OPTIONS_END,
};

/* Looks for the testing module beside the program: a build, then an install. */
static bool find_module(char *folder, char *program, struct err *err)
{
    static const char *const beside[] = {"lib/lua", "../lib/rubric/lua"};
    ssize_t len = readlink("/proc/self/exe", program, PATH_MAX - 1);
    char *slash;

    if (len <= 0)
        return err_errno(err, ERR_STORE, "E-TEST", "this program cannot find itself");
    program[len] = '\0';
    slash = strrchr(program, '/');
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        char probe[PATH_MAX + 64];

        snprintf(probe, sizeof probe, "%.*s/%s/rubric/testing.lua", (int)(slash - program),
                 program, beside[i]);
        if (access(probe, R_OK) != 0)
            continue;
        snprintf(folder, PATH_MAX, "%.*s/%s", (int)(slash - program), program, beside[i]);
        return true;
    }
    err_set(err, ERR_STORE, "E-TEST", "the module rubric.testing is not beside this program");
    return err_help(err, "run 'make' in the checkout, or install rubric again");
}

/* Puts folder/?.lua (or .so) before what a Lua path variable says. */
static bool set_lua_path(const char *name, const char *folder, const char *pattern)
{
    const char *old = getenv(name);
    char *value;
    bool set;

    if (asprintf(&value, "%s/%s;%s", folder, pattern, old != NULL ? old : ";") < 0)
        return false;
    set = setenv(name, value, 1) == 0;
    free(value);
    return set;
}

static bool set_environment(const struct test_options *options, struct err *err)
{
    char folder[PATH_MAX], program[PATH_MAX], policies[PATH_MAX];

    if (!find_module(folder, program, err) ||
        !policies_find(options->policies, policies, sizeof policies, err))
        return false;
    if (set_lua_path("LUA_PATH", folder, "?.lua") && set_lua_path("LUA_CPATH", folder, "?.so") &&
        setenv("RUBRIC", program, 1) == 0 && setenv("RUBRIC_POLICIES", policies, 1) == 0)
        return true;
    return err_errno(err, ERR_MEMORY, "E-TEST", "the environment cannot be set");
}

struct arguments {
    char *list[ARGS_MAX + 1]; /* ended by NULL; each is owned */
    size_t count;
    bool failed;
};

static void add_argument(struct arguments *arguments, const char *option, const char *value)
{
    char *text;

    if (value == NULL)
        return;
    if (arguments->count == ARGS_MAX || asprintf(&text, "%s%s", option, value) < 0)
        arguments->failed = true;
    else
        arguments->list[arguments->count++] = text;
}

static bool busted_arguments(const struct test_options *options, int count, char **paths,
                             struct arguments *arguments)
{
    add_argument(arguments, "busted", "");
    add_argument(arguments, "--lua=", LUA);
    add_argument(arguments, "--pattern=", "_spec%.lua$");
    add_argument(arguments, "--helper=", "rubric.testing");
    add_argument(arguments, "--filter=", options->filter);
    add_argument(arguments, "--output=", options->output);
    if (count == 0)
        add_argument(arguments, "", getenv("RUBRIC_POLICIES"));
    for (int i = 0; i < count; i++)
        add_argument(arguments, "", paths[i]);
    return !arguments->failed;
}

static void free_arguments(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->list[i]);
    arguments->count = 0;
}

/* Becomes busted; returns only if that could not be. */
static int run_busted(struct arguments *arguments)
{
    struct err err;

    fflush(stdout);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execvp(arguments->list[0], arguments->list);
    err_set(&err, ERR_STORE, "E-TEST", "busted cannot be run: %s", strerror(errno));
    err_help(&err, "install busted and %s; in a checkout 'scripts/bootstrap' does it", LUA);
    return open_failed(&err);
}

/* Runs busted in a process of its own; its exit status. */
static int wait_for_busted(const struct test_options *options, struct arguments *arguments)
{
    pid_t child;
    struct err err;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (options->json)
            dup2(STDERR_FILENO, STDOUT_FILENO);
        _exit(run_busted(arguments));
    }
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            child = -1;
    }
    if (child < 0) {
        err_errno(&err, ERR_STORE, "E-TEST", "busted cannot be waited for");
        return open_failed(&err);
    }
    if (WIFEXITED(status))
        return WEXITSTATUS(status) > 1 ? WEXITSTATUS(status) : WEXITSTATUS(status) != 0;
    return 1;
}

static bool show_coverage(const struct test_options *options, const struct coverage *coverage,
                          struct err *err)
{
    struct buf json = BUF_INIT;
    struct page page;

    if (options->json) {
        coverage_json(&json, coverage);
        output_line(&json);
        buf_free(&json);
        return output_flush(err);
    }
    page_init(&page, stdout, COLOR_AUTO);
    coverage_print(&page, coverage);
    page_free(&page);
    return output_flush(err);
}

/* Looks at what was asked, and reports it. */
static int report(const struct test_options *options, int fd, int count, char **paths)
{
    const struct open_options open = {options->home, options->policies, false, 1};
    struct coverage coverage;
    struct opened opened;
    struct err err;
    int status;

    if (!open_host(&open, &opened, &status))
        return status;
    if (!coverage_open(&coverage, opened.host, opened.policies, &err)) {
        host_close(opened.host);
        return open_failed(&err);
    }
    status = 0;
    if (coverage_read(&coverage, fd, &err)) {
        coverage_want(&coverage, paths, count);
        if (!show_coverage(options, &coverage, &err))
            status = open_failed(&err);
        else if (!coverage_whole(&coverage))
            status = 1;
    } else {
        status = open_failed(&err);
    }
    coverage_close(&coverage);
    host_close(opened.host);
    return status;
}

static int run_covered(const struct test_options *options, struct arguments *arguments,
                       int count, char **paths)
{
    const char *folder = getenv("TMPDIR");
    char asked[PATH_MAX];
    int fd, status, covered;
    struct err err;

    snprintf(asked, sizeof asked, "%s/rubric-coverage-XXXXXX",
             folder == NULL || folder[0] == '\0' ? "/tmp" : folder);
    fd = mkstemp(asked);
    if (fd < 0 || setenv("RUBRIC_COVERAGE", asked, 1) != 0) {
        err_errno(&err, ERR_STORE, "E-TEST", "a file for the coverage");
        return open_failed(&err);
    }
    status = wait_for_busted(options, arguments);
    unlink(asked);
    covered = status > 1 ? 0 : report(options, fd, count, paths);
    close(fd);
    return output_worse(status, covered);
}

static int test_run(int argc, char **argv)
{
    struct test_options options = {0};
    struct arguments arguments = {{NULL}, 0, false};
    int operands = 0, status = 0;
    struct err err;

    if (!options_parse(&test_command, argc, argv, &options, &operands, &status))
        return status;
    if (options.json && !options.coverage)
        return options_wrong(&test_command, "'--json' goes with '--coverage'; busted has "
                                            "'--output json'");
    if (!set_environment(&options, &err))
        return open_failed(&err);
    if (busted_arguments(&options, operands, argv, &arguments))
        status = options.coverage ? run_covered(&options, &arguments, operands, argv)
                                  : run_busted(&arguments);
    else
        status = options_wrong(&test_command, "too many paths: name their folder instead");
    free_arguments(&arguments);
    return status;
}

const struct command test_command = {
    .name = "test",
    .group = GROUP_AUTHOR,
    .line = "run the specs beside the policies with busted",
    .usage = "[options] [PATH...]      (the policies folder without PATH)",
    .example = "rubric test --coverage policies/cms\n",
    .exits = "0  every test passed\n1  a test failed, or with --coverage something is lacking\n"
             EXITS_USAGE EXITS_POLICY
             "5  busted or the testing module is missing\n",
    .operands = "file",
    .options = test_rows,
    .run = test_run,
};
