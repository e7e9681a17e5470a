/*
 * home_test.c - where the home folder is, how it is made, and why it is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/home.h"

static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/rubric-home-XXXXXX");
    unsetenv("RUBRIC_HOME");
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    unsetenv("RUBRIC_POLICIES");
    return mkdtemp(root) == NULL;
}

static int remove_root(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static const char *below(const char *rest)
{
    static char path[256];

    snprintf(path, sizeof path, "%s%s", root, rest);
    return path;
}

static void finds(const char *option, const char *expected)
{
    char path[256];
    struct err err;
    struct stat there;

    assert_true(home_find(option, true, path, sizeof path, &err));
    assert_string_equal(path, expected);
    assert_int_equal(stat(path, &there), 0);
    assert_true(S_ISDIR(there.st_mode));
    assert_int_equal(there.st_mode & 0777, 0700);
}

static void the_first_that_is_named_wins(void **state)
{
    char expected[256];

    (void)state;
    setenv("HOME", root, 1);
    finds(NULL, below("/.local/share/rubric"));
    snprintf(expected, sizeof expected, "%s", below("/xdg"));
    setenv("XDG_DATA_HOME", expected, 1);
    finds(NULL, below("/xdg/rubric"));
    snprintf(expected, sizeof expected, "%s", below("/env"));
    setenv("RUBRIC_HOME", expected, 1);
    finds(NULL, expected);
    snprintf(expected, sizeof expected, "%s", below("/option/deep"));
    finds(expected, expected);
    setenv("RUBRIC_HOME", "", 1);
    setenv("XDG_DATA_HOME", "not/absolute", 1);
    finds(NULL, below("/.local/share/rubric"));
}

static void fails(const char *option, bool create, enum err_kind kind, const char *text)
{
    char path[256];
    struct err err = {ERR_NONE, "", "", ""};

    assert_false(home_find(option, create, path, sizeof path, &err));
    assert_int_equal(err.kind, kind);
    assert_string_equal(err.text, text);
    assert_string_equal(err.code, "E-HOME");
    assert_true(strstr(err.help, "--home DIR") != NULL);
}

static void what_is_no_folder_is_named(void **state)
{
    char text[512];
    char path[256];
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s", below("/file"));
    file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    snprintf(text, sizeof text, "home '%s' is not a folder", path);
    fails(path, true, ERR_STORE, text);
    strcat(path, "/below");
    snprintf(text, sizeof text, "home folder '%s' cannot be made: Not a directory", path);
    fails(path, true, ERR_STORE, text);
}

static void nothing_is_made_when_nothing_is_to_be_written(void **state)
{
    char text[512];
    char path[256];

    (void)state;
    snprintf(path, sizeof path, "%s", below("/never"));
    snprintf(text, sizeof text, "there is no home folder '%s'", path);
    fails(path, false, ERR_STORE, text);
    assert_int_not_equal(access(path, F_OK), 0);
    fails("", true, ERR_USAGE, "the home folder has no name");
    unsetenv("HOME");
    unsetenv("XDG_DATA_HOME");
    fails(NULL, true, ERR_STORE, "no home folder: HOME is not set");
}

/* /proc takes no folder, whoever asks. */
static void a_folder_that_cannot_be_made_says_why(void **state)
{
    (void)state;
    fails("/proc/rubric", true, ERR_STORE,
          "home folder '/proc/rubric' cannot be made: No such file or directory");
}

static void a_path_that_does_not_fit_is_refused(void **state)
{
    char path[16];
    struct err err;

    (void)state;
    assert_false(home_find("/a/path/longer/than/the/room", true, path, sizeof path, &err));
    assert_string_equal(err.text, "the path of a folder is too long");
}

static void the_policies_folder_must_be_there(void **state)
{
    char path[256], text[512];
    struct err err;

    (void)state;
    assert_true(policies_find(root, path, sizeof path, &err));
    assert_string_equal(path, root);
    setenv("RUBRIC_POLICIES", root, 1);
    assert_true(policies_find(NULL, path, sizeof path, &err));
    assert_string_equal(path, root);
    snprintf(text, sizeof text, "there is no policies folder '%s'", below("/none"));
    assert_false(policies_find(below("/none"), path, sizeof path, &err));
    assert_string_equal(err.text, text);
    assert_int_equal(err.kind, ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_that_is_named_wins, make_root, remove_root),
        cmocka_unit_test_setup_teardown(what_is_no_folder_is_named, make_root, remove_root),
        cmocka_unit_test_setup_teardown(nothing_is_made_when_nothing_is_to_be_written, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_made_says_why, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(a_path_that_does_not_fit_is_refused, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(the_policies_folder_must_be_there, make_root,
                                        remove_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
