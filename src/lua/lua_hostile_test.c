/*
 * lua_hostile_test.c - every script of tests/sandbox/hostile ends as it says,
 * and leaves nothing behind.
 *
 * A script's second line says what is expected: one or more of an error's code
 * or "harmless RESULT" (an extended regular expression), separated by '|'. The
 * line "-- profile: library" gives it the library profile. After each script
 * the image is restored; then the arena must have the bytes it had before, and
 * a fixed script must see what it saw in the first place.
 */
#include <dirent.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/escape.h"
#include "lua/lua_box.h"
#include "lua/lua_try.h"

#define FOLDER "tests/sandbox/hostile/"

struct hall {
    struct lua_box *box;
    struct lua_image *image;
    uint64_t hash;
    char first_look[1024];
};

/* Looks at everything that an earlier script may have marked. */
static const char look[] =
    "local seen = {}\n"
    "local function walk(name, t)\n"
    "  for _, k in ipairs { 'planted', 'upper', 'P', 'abs', 'alpha', 1 } do\n"
    "    local v = type(t) == 'table' and rawlen(t) or ''\n"
    "    seen[#seen + 1] = name .. k .. v\n"
    "  end\n"
    "end\n"
    "walk('string', string) walk('math', math) walk('table', table)\n"
    "walk('utf8', utf8) walk('lpeg', lpeg)\n"
    "return table.concat(seen, ' ') .. ('ab'):upper() .. math.abs(-1)\n"
    "  .. lpeg.P('a'):match('a') .. tostring(lpeg.locale().alpha) .. tostring(string)\n";

/* A script that is to run out of time gets little; all others get plenty, so
 * that a busy machine does not change how they end. */
static struct lua_limits limits_for(const char *text)
{
    struct lua_limits limits = lua_limits_default;
    const char *line = strchr(text, '\n');
    bool in_time = line == NULL || strncmp(line, "\n-- expect: E-LIMIT-TIME", 24) != 0;

    limits.time_us = in_time ? 5000000 : 100000;
    if (in_time && getenv("RUNNER") != NULL)
        limits.time_us = 200000000; /* under a checker */
    limits.memory = 8u << 20;
    limits.subject = "cms/x.lua";
    return limits;
}

/* Runs a script in a restored interpreter. */
static bool run(struct hall *hall, const char *text, size_t len, bool vouched,
                struct buf *result, struct err *err)
{
    struct lua_limits limits = limits_for(text);

    buf_reset(result);
    lua_box_restore(hall->box, hall->image);
    return lua_try(hall->box, "cms/x.lua", text, len, vouched, &limits, result, err);
}

static int open_hall(void **state)
{
    static struct hall hall;
    struct lua_box_options options = {0};
    struct buf result = BUF_INIT;
    struct err err;

    if (!lua_box_open(&hall.box, &options, &err) || !lua_box_fresh(hall.box, &err) ||
        !lua_box_save(hall.box, &hall.image, &err))
        return -1;
    lua_box_restore(hall.box, hall.image);
    hall.hash = lua_box_hash(hall.box);
    if (!run(&hall, look, sizeof look - 1, false, &result, &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    snprintf(hall.first_look, sizeof hall.first_look, "%s", buf_cstr(&result));
    buf_free(&result);
    *state = &hall;
    return 0;
}

static int close_hall(void **state)
{
    struct hall *hall = *state;

    lua_box_close(hall->box);
    return 0;
}

static bool matches(const char *pattern, const char *text)
{
    char anchored[512];
    regex_t regex;
    bool match;

    snprintf(anchored, sizeof anchored, "^%s$", pattern);
    if (regcomp(&regex, anchored, REG_EXTENDED | REG_NOSUB) != 0)
        fail_msg("not a pattern: %s", pattern);
    match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return match;
}

/* One of the expectations holds. */
static bool as_expected(char *expected, bool ok, const char *result,
                        const struct err *err)
{
    for (char *one = strtok(expected, "|"); one != NULL; one = strtok(NULL, "|")) {
        if (strncmp(one, "harmless ", 9) == 0) {
            if (ok && matches(one + 9, result))
                return true;
        } else if (!ok && strcmp(one, err->code) == 0) {
            return true;
        }
    }
    return false;
}

static void check_error(const char *name, const struct err *err)
{
    bool limit = strncmp(err->code, "E-LIMIT-", 8) == 0;

    if (!utf8_valid(err->text, strlen(err->text)))
        fail_msg("%s: the error is not UTF-8", name);
    if (strncmp(err->text, "cms/x.lua", 9) != 0 && strcmp(err->code, "P999") != 0)
        fail_msg("%s: the error names no place: %s", name, err->text);
    if (strstr(err->text, "0x") != NULL || strchr(err->text, '/') != err->text + 3)
        fail_msg("%s: an address or a path: %s", name, err->text);
    if (limit != (err->kind == ERR_LIMIT))
        fail_msg("%s: kind and code differ", name);
}

static void check_nothing_left(struct hall *hall, const char *name)
{
    struct buf result = BUF_INIT;
    struct err err;

    lua_box_restore(hall->box, hall->image);
    if (lua_box_hash(hall->box) != hall->hash)
        fail_msg("%s: the arena differs afterwards", name);
    if (!run(hall, look, sizeof look - 1, false, &result, &err))
        fail_msg("%s: then: %s", name, err.text);
    if (strcmp(buf_cstr(&result), hall->first_look) != 0)
        fail_msg("%s: left something behind: %s", name, buf_cstr(&result));
    buf_free(&result);
}

static void check_script(struct hall *hall, const char *name, const char *text,
                         size_t len)
{
    struct buf result = BUF_INIT;
    struct err err = {0};
    const char *line = strstr(text, "-- expect: ");
    char expected[256];
    bool ok;

    if (line == NULL)
        fail_msg("%s: expects nothing", name);
    line += strlen("-- expect: ");
    snprintf(expected, sizeof expected, "%.*s", (int)strcspn(line, "\n"), line);
    ok = run(hall, text, len, strstr(text, "-- profile: library") != NULL, &result,
             &err);
    if (!as_expected(expected, ok, buf_cstr(&result), &err))
        fail_msg("%s: %s %s %s", name, ok ? "answered" : "ended with",
                 ok ? buf_cstr(&result) : err.code, err.text);
    if (!ok && strcmp(err.code, "P999") != 0)
        check_error(name, &err);
    check_nothing_left(hall, name);
    buf_free(&result);
}

static void each_script_ends_as_it_says(void **state)
{
    struct dirent **names;
    int count = scandir(FOLDER, &names, NULL, alphasort);
    int checked = 0;

    for (int i = 0; i < count; i++) {
        char path[512];
        static char text[64 << 10];
        FILE *file;
        size_t len;

        if (strstr(names[i]->d_name, ".lua") != NULL) {
            snprintf(path, sizeof path, FOLDER "%s", names[i]->d_name);
            file = fopen(path, "r");
            assert_non_null(file);
            len = fread(text, 1, sizeof text - 1, file);
            fclose(file);
            text[len] = '\0';
            check_script(*state, names[i]->d_name, text, len);
            checked++;
        }
        free(names[i]);
    }
    assert_true(checked >= 90);
    free(names);
}

/* What cannot stand in a source file. */
static void odd_texts_are_errors(void **state)
{
    static const char *const texts[] = {"\x1bLua\x54\x00\x19\x93\r\n\x1a\n", "return '\xff'\0x",
                                        "\xef\xbb\xbfreturn 1 +", "#!/bin/sh\n@", "--[["};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf result = BUF_INIT;
        struct err err = {0};
        size_t len = i == 1 ? 12 : strlen(texts[i]);

        assert_false(run(*state, texts[i], len, false, &result, &err));
        assert_string_equal(err.code, "E-SYNTAX");
        check_nothing_left(*state, texts[i]);
        buf_free(&result);
    }
}

static void a_large_source_is_refused(void **state)
{
    size_t len = (512u << 10) + 1;
    char *text = calloc(1, len + 1);
    struct buf result = BUF_INIT;
    struct err err = {0};

    memset(text, ' ', len);
    assert_false(run(*state, text, len, false, &result, &err));
    assert_string_equal(err.text, "cms/x.lua: the source is larger than 512 KiB");
    assert_true(run(*state, text, len - 1, false, &result, &err));
    buf_free(&result);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_script_ends_as_it_says),
        cmocka_unit_test(odd_texts_are_errors),
        cmocka_unit_test(a_large_source_is_refused),
    };

    return cmocka_run_group_tests(tests, open_hall, close_hall);
}
