/*
 * print_problems.c - what is wrong with a case or a policy.
 */
#include "cli/print_problems.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/escape.h"
#include "cli/json_view.h"

static void put_text(FILE *out, struct str text)
{
    if (text.len > 0)
        escape_terminal(out, text.at, text.len);
}

static void put_number(FILE *out, yyjson_val *object, const char *key)
{
    yyjson_val *number = view_at(object, key);

    if (yyjson_is_int(number) && yyjson_get_sint(number) > 0)
        fprintf(out, ":%" PRId64, yyjson_get_sint(number));
}

/* "FILE:LINE:COLUMN: POINTER: TEXT", then help and code, in the form of err_print(). */
static void put_problem(FILE *out, struct str file, const char *kind, yyjson_val *problem)
{
    struct str pointer = view_text(problem, "pointer");

    put_text(out, file);
    put_number(out, problem, "line");
    put_number(out, problem, "column");
    fprintf(out, ": %s", kind);
    if (pointer.len > 0) {
        put_text(out, pointer);
        fputs(": ", out);
    }
    put_text(out, view_text(problem, "text"));
    if (view_text(problem, "help").len > 0) {
        fputs("\n  help: ", out);
        put_text(out, view_text(problem, "help"));
    }
    if (view_text(problem, "code").len > 0) {
        fputs("\n  (", out);
        put_text(out, view_text(problem, "code"));
        fputc(')', out);
    }
    fputc('\n', out);
}

int print_problems(const char *name, const struct buf *json, const struct err *err)
{
    yyjson_doc *doc = json->len == 0 ? NULL : yyjson_read(json->data, json->len, 0);
    yyjson_val *report = err->kind == ERR_INPUT ? yyjson_doc_get_root(doc) : NULL;
    uint64_t total = yyjson_get_uint(view_at(report, "more"));
    struct err summary = *err;
    size_t i, count;
    yyjson_val *problem;

    yyjson_arr_foreach(view_at(report, "problems"), i, count, problem)
        put_problem(stderr, str_of(name), "", problem);
    total += view_count(report, "problems");
    if (total > 0)
        err_set(&summary, ERR_INPUT, err->code, "case '%s' has %" PRIu64 " problem%s: not judged",
                name, total, total == 1 ? "" : "s");
    err_print(&summary);
    yyjson_doc_free(doc);
    return err_exit_status(summary.kind);
}

static void put_file(yyjson_val *file, bool quiet)
{
    struct str name = view_text(file, "file");
    size_t i, count;
    yyjson_val *problem;

    yyjson_arr_foreach(view_at(file, "errors"), i, count, problem)
        put_problem(stdout, name, "", problem);
    yyjson_arr_foreach(view_at(file, "warnings"), i, count, problem)
        put_problem(stdout, name, "warning: ", problem);
    if (quiet || view_count(file, "errors") > 0)
        return;
    put_text(stdout, name);
    fputs(": ok", stdout);
    if (view_text(file, "policy").len > 0) {
        fputs(", ", stdout);
        put_text(stdout, view_text(file, "policy"));
        putchar(' ');
        put_text(stdout, view_text(file, "version"));
    }
    putchar('\n');
}

static void put_count(size_t count, const char *one, const char *many)
{
    printf("%zu %s", count, count == 1 ? one : many);
}

void print_check(yyjson_val *report, bool quiet)
{
    size_t errors = 0, warnings = 0;
    size_t i, count;
    yyjson_val *file;

    yyjson_arr_foreach(view_at(report, "files"), i, count, file) {
        put_file(file, quiet);
        errors += view_count(file, "errors");
        warnings += view_count(file, "warnings");
    }
    if (quiet)
        return;
    put_count(count, "file", "files");
    fputs(", ", stdout);
    put_count(errors, "error", "errors");
    fputs(", ", stdout);
    put_count(warnings, "warning", "warnings");
    putchar('\n');
}
