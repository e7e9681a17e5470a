/*
 * verify_main.c - rubric-verify: checks what a log handed out, without the log.
 *
 * No database, no Lua, no network; it links with the tree, the notes and the
 * proofs only, so that an auditor can read all of it. Exit status: 0 accepted,
 * 1 rejected, 2 the input cannot be used.
 */
#include <stdio.h>
#include <string.h>

#include "audit/verify_check.h"

static const char help[] =
    "rubric-verify: check what an audit log handed out, without the log\n"
    "\n"
    "usage: rubric-verify COMMAND [options] FILE\n"
    "\n"
    "  proof FILE         a .tlog-proof file; needs --core or --leaf, and --vkey\n"
    "  proof FILE.json    raw: {\"leafIdx\",\"treeSize\",\"root\",\"leafHash\",\"proof\"}\n"
    "  consistency FILE   {\"size1\",\"size2\",\"root1\",\"root2\",\"proof\"}, hashes in base64\n"
    "  package FILE.tar   a record with its proof and its opened fields\n"
    "  tiles FOLDER       a whole log as static files (C2SP tlog-tiles)\n"
    "  note FILE          a signed checkpoint\n"
    "\n"
    "options:\n"
    "  --vkey KEY|FILE    a public key that you trust; may be repeated\n"
    "  --core FILE        the record that the proof is about\n"
    "  --leaf HEX         or its leaf hash\n"
    "  --old FILE         a checkpoint that you kept: it must be the proof's older one\n"
    "  --quiet            say nothing, only set the exit status\n"
    "\n"
    "example:\n"
    "  rubric-verify package --vkey vkey.txt 12.tar\n"
    "\n"
    "exit status: 0 accepted, 1 rejected, 2 the input cannot be used\n";

static int say_usage(void)
{
    fputs(help, stderr);
    return CHECK_UNUSABLE;
}

static bool read_options(int argc, char **argv, struct check *check, const char **file)
{
    *file = NULL;
    for (int i = 2; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (strcmp(argv[i], "--quiet") == 0) {
            check->quiet = true;
        } else if (strncmp(argv[i], "--", 2) != 0 && *file == NULL) {
            *file = argv[i];
        } else if (value == NULL || !check_option(check, argv[i], value)) {
            return false;
        } else {
            i++;
        }
    }
    return *file != NULL;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct check *check, const char *path);
    } commands[] = {
        {"proof", check_proof},     {"consistency", check_consistency},
        {"package", check_package}, {"tiles", check_tiles},
        {"note", check_note},
    };
    struct check check = {.quiet = false};
    const char *file;
    int status;

    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(help, stdout);
        return CHECK_ACCEPTED;
    }
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        if (!read_options(argc, argv, &check, &file))
            return check.told ? CHECK_UNUSABLE : say_usage();
        status = commands[i].run(&check, file);
        check_free(&check);
        return status;
    }
    return say_usage();
}
