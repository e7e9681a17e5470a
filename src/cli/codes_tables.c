/*
 * codes_tables.c - rubric codes import, releases, drop and diff: the tables of
 * the home folder.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/sha256.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"
#include "codes/codes_releases.h"
#include "codes/codes_swap.h"

/* ---- import ------------------------------------------------------------------------ */

struct import_run_options {
    const char *effective, *kind, *system, *label, *home;
    bool json, dry_run;
    struct buf held; /* JSON of the files read: said when all of them are loaded */
};

static const struct option_row import_rows[] = {
    {OPTION_FLAG, 'n', "dry-run", NULL, "read and check everything, change nothing",
     OPTION_AT(struct import_run_options, dry_run)},
    {OPTION_TEXT, 0, "effective", "DATE", "the first day the release is valid, where the name "
     "of the file does not say it", OPTION_AT(struct import_run_options, effective)},
    {OPTION_TEXT, 0, "as", "KIND", "what the file is, where it is not recognised",
     OPTION_AT(struct import_run_options, kind)},
    {OPTION_TEXT, 0, "system", "NAME", "the code system of a table of own codes",
     OPTION_AT(struct import_run_options, system)},
    {OPTION_TEXT, 0, "label", "TEXT", "what the release is called, instead of its own name",
     OPTION_AT(struct import_run_options, label)},
    OPTION_JSON(struct import_run_options),
    OPTION_HOME(struct import_run_options),
    OPTIONS_END,
};

static void say_waited(void)
{
    fputs("another change of the code tables is running: waiting for it\n", stderr);
}

static const char *const result_words[] = {"added", "in place of the one loaded",
                                           "loaded already"};

static void put_member(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, "\"%s\":", name);
    buf_put_json(out, text, strlen(text));
}

static void report_json(const struct import *import, enum swap_result result, bool dry,
                        struct buf *out)
{
    char hex[SHA256_HEX];

    sha256_hex(import->file->sha256, hex);
    buf_puts(out, out->len > 0 ? "\n{" : "{");
    put_member(out, "file", import->file->name);
    buf_putc(out, ',');
    put_member(out, "sha256", hex);
    buf_putc(out, ',');
    put_member(out, "what", import->what);
    buf_putc(out, ',');
    put_member(out, "result", dry ? "checked" : result_words[result]);
    buf_printf(out, ",\"lines\":%zu,\"read\":%zu,\"skipped\":%zu,\"odd_count\":%zu,\"odd\":[",
               import->lines, import->read, import->skipped, import->odd_count);
    for (size_t i = 0; i < import->odd_count && i < IMPORT_ODD_KEPT; i++) {
        buf_printf(out, "%s{\"line\":%zu,", i > 0 ? "," : "", import->odd[i].line);
        put_member(out, "text", import->odd[i].text);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
    if (import->summary != NULL) {
        buf_putc(out, ',');
        put_member(out, "summary", import->summary);
    }
    buf_putc(out, '}');
}

static void report(const struct import *import, enum swap_result result, bool dry)
{
    struct page page;

    page_init(&page, stdout, COLOR_AUTO);
    page_quote(&page, str_of(import->file->name));
    page_say(&page, ": ");
    page_quote(&page, str_of(import->what));
    page_say(&page, ", %s", dry ? "checked, not kept" : result_words[result]);
    page_end(&page, STYLE_STRONG, 0);
    if (import->summary != NULL) {
        page_label(&page, STYLE_PLAIN, "", 2);
        page_quote(&page, str_of(import->summary));
        page_end(&page, STYLE_PLAIN, 2);
    }
    page_label(&page, STYLE_PLAIN, "", 2);
    page_say(&page, "%zu lines, %zu records read, %zu skipped, %zu odd", import->lines,
             import->read, import->skipped, import->odd_count);
    page_end(&page, STYLE_PLAIN, 2);
    for (size_t i = 0; i < import->odd_count && i < IMPORT_ODD_KEPT; i++) {
        page_label(&page, STYLE_PLAIN, "", 4);
        if (import->odd[i].line > 0)
            page_say(&page, "line %zu: ", import->odd[i].line);
        page_quote(&page, str_of(import->odd[i].text));
        page_end(&page, STYLE_PLAIN, 6);
    }
    if (import->odd_count > IMPORT_ODD_KEPT)
        printf("    and %zu more\n", import->odd_count - IMPORT_ODD_KEPT);
    page_free(&page);
}

static bool import_file(struct codes_swap *swap, const struct import_file *file,
                        struct import_run_options *run,
                        const struct import_options *options, struct err *err)
{
    struct import import;
    enum swap_result result = SWAP_ADDED;
    bool done = import_read(file, options, &import, err) &&
                codes_swap_store(swap, &import, &result, err) &&
                codes_swap_compare(swap, &import, err);

    if (done && run->json)
        report_json(&import, result, run->dry_run, &run->held);
    else if (done)
        report(&import, result, run->dry_run);
    import_free(&import);
    return done;
}

/* A file, or all that an archive holds. */
static bool import_one(struct codes_swap *swap, const char *path,
                       struct import_run_options *run, const struct import_options *options,
                       struct err *err)
{
    struct import_file file;
    struct import_files files;
    const struct import_file *all;
    bool done;

    if (isatty(STDERR_FILENO))
        fprintf(stderr, "reading %s ...\n", path);
    if (!import_file_read(path, &file, err))
        return false;
    done = import_files_of(&file, options, &files, err);
    all = files.files.data;
    for (size_t i = 0; done && i < files.files.count; i++)
        done = import_file(swap, &all[i], run, options, err);
    if (done && files.unpacked && all[0].name != file.name && !run->json)
        printf("%s: %zu file%s taken out, %zu passed over\n", file.name, files.files.count,
               files.files.count == 1 ? "" : "s", files.passed);
    import_files_free(&files);
    import_file_free(&file);
    return done;
}

static bool import_all(struct codes_swap *swap, int count, char **paths,
                       struct import_run_options *run, const struct import_options *options,
                       struct err *err)
{
    struct timespec start, end;
    size_t size = 0;
    double seconds;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < count; i++) {
        if (!import_one(swap, paths[i], run, options, err))
            return false;
    }
    if (isatty(STDERR_FILENO))
        fputs("making the index ...\n", stderr);
    if (!(run->dry_run ? codes_swap_try(swap, &size, err) : codes_swap_commit(swap, &size, err)))
        return false;
    clock_gettime(CLOCK_MONOTONIC, &end);
    seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    if (run->json)
        output_line(&run->held);
    else
        printf("%s in %.2f s; the index takes %.1f MB\n",
               run->dry_run ? "checked, nothing changed," : "done", seconds,
               (double)size / 1e6);
    return true;
}

static int import_run(int argc, char **argv)
{
    struct import_run_options run = {0};
    struct import_options options = {0};
    struct codes_swap *swap = NULL;
    int operands = 0, status = 0;
    char path[PATH_MAX];
    struct err err;
    bool done;

    if (!options_parse(&codes_import_command, argc, argv, &run, &operands, &status))
        return status;
    if (operands == 0)
        return options_wrong(&codes_import_command, "no file was named");
    options.kind = run.kind;
    options.system = run.system;
    options.label = run.label;
    if (run.system != NULL && run.kind == NULL)
        options.kind = "own";
    options.dated = run.effective != NULL;
    if (options.dated && !civil_parse_day(run.effective, strlen(run.effective), &options.from))
        return options_wrong(&codes_import_command, "'--effective' takes a day as 2025-10-01, "
                             "not '%s'", run.effective);
    done = codes_home(run.home, true, path, sizeof path, &err) &&
           codes_swap_begin(path, say_waited, &swap, &err) &&
           import_all(swap, operands, argv, &run, &options, &err);
    codes_swap_end(swap);
    buf_free(&run.held);
    if (!done && err.help[0] == '\0')
        err_help(&err, "nothing was changed: no file of the command is loaded");
    return done ? 0 : open_failed(&err);
}

const struct command codes_import_command = {
    .name = "codes import",
    .group = GROUP_OPERATOR,
    .line = "read code tables as their publishers ship them",
    .usage = "[options] FILE...",
    .example = "rubric codes import icd10cm_order_2026.txt HCPC2026_JAN_ANWEB.txt\n",
    .exits = "0  all files are loaded\n" EXITS_USAGE
             "4  a file cannot be read: nothing was changed\n" EXITS_MACHINE,
    .operands = "file",
    .options = import_rows,
    .run = import_run,
};

/* ---- releases ----------------------------------------------------------------------- */

struct tables_options {
    const char *home;
    bool json, sets, verify;
};

static const struct option_row releases_rows[] = {
    {OPTION_FLAG, 0, "sets", NULL, "list the value sets too",
     OPTION_AT(struct tables_options, sets)},
    {OPTION_FLAG, 0, "verify", NULL, "compare the index with its hash",
     OPTION_AT(struct tables_options, verify)},
    OPTION_JSON(struct tables_options),
    OPTION_HOME(struct tables_options),
    OPTIONS_END,
};

struct listing {
    const struct tables_options *options;
    struct page page;
    size_t count;
};

/* A file of several tables has more records than any of them. */
static long long records_of(const struct codes_release *release)
{
    return release->codes > 0 ? release->codes : release->rows;
}

static void list_release_json(const struct codes_release *release)
{
    struct buf out = BUF_INIT;
    char hex[SHA256_HEX], from[CIVIL_TEXT];

    sha256_hex(release->sha256, hex);
    buf_printf(&out, "{\"id\":%lld,", (long long)release->id);
    put_member(&out, "table", release->table);
    buf_putc(&out, ',');
    put_member(&out, "label", release->label);
    if (release->from != DAY_MIN) {
        civil_format(release->from, from);
        buf_putc(&out, ',');
        put_member(&out, "from", from);
    }
    buf_printf(&out, ",\"records\":%lld,", records_of(release));
    if (release->codes > 0)
        buf_printf(&out, "\"billable\":%lld,\"headers\":%lld,", (long long)release->billable,
                   (long long)(release->codes - release->billable));
    put_member(&out, "source", release->source);
    buf_putc(&out, ',');
    put_member(&out, "sha256", hex);
    buf_putc(&out, ',');
    put_member(&out, "imported", release->imported_at);
    buf_putc(&out, '}');
    output_line(&out);
    buf_free(&out);
}

static void list_release(void *context, const struct codes_release *release)
{
    struct listing *listing = context;
    char from[CIVIL_TEXT] = "always", hex[SHA256_HEX];

    listing->count++;
    if (listing->options->json) {
        list_release_json(release);
        return;
    }
    if (release->from != DAY_MIN)
        civil_format(release->from, from);
    sha256_hex(release->sha256, hex);
    page_cell(&listing->page, str_of(release->table), 19);
    page_cell(&listing->page, str_of(release->label), 35);
    page_cell(&listing->page, str_of(from), 47);
    page_say(&listing->page, "%lld records, ", records_of(release));
    if (release->codes > release->billable)
        page_say(&listing->page, "%lld billable, %lld headers, ", (long long)release->billable,
                 (long long)(release->codes - release->billable));
    page_quote(&listing->page, str_of(release->source));
    page_say(&listing->page, " %.12s", hex);
    page_end(&listing->page, STYLE_PLAIN, 47);
}

static void list_set(void *context, const char *name, const char *title, const char *note,
                     int64_t items)
{
    struct listing *listing = context;
    struct buf out = BUF_INIT;

    if (listing->options->json) {
        buf_putc(&out, '{');
        put_member(&out, "set", name);
        buf_putc(&out, ',');
        put_member(&out, "title", title);
        buf_putc(&out, ',');
        put_member(&out, "note", note);
        buf_printf(&out, ",\"items\":%lld}", (long long)items);
        output_line(&out);
        buf_free(&out);
        return;
    }
    page_say(&listing->page, "set:");
    page_quote(&listing->page, str_of(name));
    page_say(&listing->page, "  %lld items  ", (long long)items);
    page_quote(&listing->page, str_of(title));
    page_end(&listing->page, STYLE_PLAIN, 0);
    if (note[0] != '\0') {
        page_label(&listing->page, STYLE_FAINT, "", 4);
        page_quote(&listing->page, str_of(note));
        page_end(&listing->page, STYLE_FAINT, 4);
    }
}

static bool verify_index(const char *home, int *status)
{
    struct codes *codes;
    struct err err;
    bool good;

    if (!codes_open_home(home, &codes, status))
        return false;
    good = codes_verify(codes, &err);
    codes_close(codes);
    if (!good)
        *status = open_failed(&err);
    else
        puts("the index is whole");
    return good;
}

static int releases_run(int argc, char **argv)
{
    struct tables_options options = {0};
    struct listing listing = {.options = &options};
    int operands = 0, status = 0;
    char path[PATH_MAX];
    struct err err;
    bool done;

    if (!options_parse(&codes_releases_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands > 0)
        return options_wrong(&codes_releases_command, "nothing is expected after 'releases'");
    if (!codes_home(options.home, false, path, sizeof path, &err))
        return open_failed(&err);
    page_init(&listing.page, stdout, COLOR_AUTO);
    done = codes_releases_each(path, list_release, &listing, &err) &&
           (!options.sets || codes_sets_each(path, list_set, &listing, &err));
    page_free(&listing.page);
    if (!done)
        return open_failed(&err);
    if (listing.count == 0 && !options.json)
        puts("no table is imported: the built-in starter table answers alone");
    if (options.verify)
        (void)verify_index(options.home, &status);
    return status;
}

const struct command codes_releases_command = {
    .name = "codes releases",
    .group = GROUP_OPERATOR,
    .line = "list the code tables that are loaded",
    .usage = "[options]",
    .example = "rubric codes releases --sets\n",
    .exits = "0  they were listed\n" EXITS_USAGE "4  the index is damaged\n" EXITS_MACHINE,
    .operands = "",
    .options = releases_rows,
    .run = releases_run,
};

/* ---- drop ------------------------------------------------------------------------------ */

static const struct option_row drop_rows[] = {
    OPTION_HOME(struct tables_options),
    OPTIONS_END,
};

static int drop_run(int argc, char **argv)
{
    struct tables_options options = {0};
    struct codes_swap *swap = NULL;
    int operands = 0, status = 0;
    size_t dropped = 0, all = 0, size;
    char path[PATH_MAX];
    struct err err;
    bool done;

    if (!options_parse(&codes_drop_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands == 0)
        return options_wrong(&codes_drop_command, "no release was named");
    done = codes_home(options.home, true, path, sizeof path, &err) &&
           codes_swap_begin(path, say_waited, &swap, &err);
    for (int i = 0; i < operands && done; i++) {
        done = codes_swap_drop(swap, argv[i], &dropped, &err);
        all += dropped;
    }
    done = done && codes_swap_commit(swap, &size, &err);
    codes_swap_end(swap);
    if (!done)
        return open_failed(&err);
    printf("%zu release%s dropped\n", all, all == 1 ? "" : "s");
    return 0;
}

const struct command codes_drop_command = {
    .name = "codes drop",
    .group = GROUP_OPERATOR,
    .line = "remove releases of code tables",
    .usage = "[options] RELEASE...",
    .example = "rubric codes drop FY2021\n",
    .exits = "0  they are gone\n" EXITS_USAGE "4  there is no such release\n" EXITS_MACHINE,
    .operands = "",
    .options = drop_rows,
    .run = drop_run,
};

/* ---- diff ------------------------------------------------------------------------------ */

static const struct option_row diff_rows[] = {
    OPTION_JSON(struct tables_options),
    OPTION_HOME(struct tables_options),
    OPTIONS_END,
};

struct differing {
    const struct tables_options *options;
    struct page page;
    size_t counts[CHANGE_COUNT];
};

static void say_change(void *context, enum codes_change change, const char *code,
                       const char *before, const char *after)
{
    struct differing *differing = context;
    struct buf out = BUF_INIT;

    differing->counts[change]++;
    if (differing->options->json) {
        buf_putc(&out, '{');
        put_member(&out, "code", code);
        buf_putc(&out, ',');
        put_member(&out, "change", codes_change_words[change]);
        buf_putc(&out, ',');
        put_member(&out, "before", before);
        buf_putc(&out, ',');
        put_member(&out, "after", after);
        buf_putc(&out, '}');
        output_line(&out);
        buf_free(&out);
        return;
    }
    page_label(&differing->page, STYLE_STRONG, codes_change_words[change], 14);
    page_label(&differing->page, STYLE_PLAIN, code, 23);
    page_quote(&differing->page, str_of(after[0] != '\0' ? after : before));
    page_end(&differing->page, STYLE_PLAIN, 23);
    if (change == CHANGE_TITLE) {
        page_label(&differing->page, STYLE_FAINT, "", 14);
        page_label(&differing->page, STYLE_FAINT, "was", 23);
        page_quote(&differing->page, str_of(before));
        page_end(&differing->page, STYLE_FAINT, 23);
    }
}

static int diff_run(int argc, char **argv)
{
    struct tables_options options = {0};
    struct differing differing = {.options = &options};
    int operands = 0, status = 0;
    char path[PATH_MAX];
    size_t all = 0;
    struct err err;
    bool done;

    if (!options_parse(&codes_diff_command, argc, argv, &options, &operands, &status))
        return status;
    if (operands != 2)
        return options_wrong(&codes_diff_command, "two releases are wanted");
    page_init(&differing.page, stdout, COLOR_AUTO);
    done = codes_home(options.home, false, path, sizeof path, &err) &&
           codes_diff(path, argv[0], argv[1], say_change, &differing, &err);
    page_free(&differing.page);
    if (!done)
        return open_failed(&err);
    for (int i = 0; i < CHANGE_COUNT; i++)
        all += differing.counts[i];
    if (!options.json)
        printf("%zu added, %zu removed, %zu now headers, %zu now billable, %zu new titles\n",
               differing.counts[CHANGE_ADDED], differing.counts[CHANGE_REMOVED],
               differing.counts[CHANGE_SPLIT], differing.counts[CHANGE_JOINED],
               differing.counts[CHANGE_TITLE]);
    return all == 0 ? 0 : 1;
}

const struct command codes_diff_command = {
    .name = "codes diff",
    .group = GROUP_OPERATOR,
    .line = "say how the codes of two releases differ",
    .usage = "[options] RELEASE RELEASE",
    .example = "rubric codes diff FY2025 FY2026\n",
    .exits = "0  they are alike\n1  they differ\n" EXITS_USAGE
             "4  there is no such release\n" EXITS_MACHINE,
    .operands = "",
    .options = diff_rows,
    .run = diff_run,
};
