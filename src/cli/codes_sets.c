/*
 * codes_sets.c - rubric codes expand and check: sets of codes in words.
 */
#include <limits.h>
#include <string.h>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"

struct set_options {
    const char *on, *home;
    bool json, count, all;
};

static const struct option_row expand_rows[] = {
    {OPTION_TEXT, 0, "on", "DATE", "the day asked about; today if not given",
     OPTION_AT(struct set_options, on)},
    {OPTION_FLAG, 'a', "all", NULL, "the headers too, which no set matches by themselves",
     OPTION_AT(struct set_options, all)},
    {OPTION_FLAG, 'c', "count", NULL, "print only how many there are",
     OPTION_AT(struct set_options, count)},
    OPTION_JSON(struct set_options),
    OPTION_HOME(struct set_options),
    OPTIONS_END,
};

/* What both words need: the tables, and the items of the expression. */
struct asked {
    struct set_options options;
    struct codes *codes;
    struct pool pool;
    struct codeset_item *items;
    size_t count;
    day_t day;
    struct page page;
    size_t seen, headers;
};

static bool ask(const struct command *command, int argc, char **argv, struct asked *asked,
                int *status)
{
    int operands = 0;
    struct err err;

    if (!options_parse(command, argc, argv, &asked->options, &operands, status) ||
        !codes_day(command, asked->options.on, &asked->day, status))
        return false;
    if (operands != 1) {
        *status = options_wrong(command, "one expression is wanted, in quotes: 'M54.1*, G89.4'");
        return false;
    }
    if (!codes_open_home(asked->options.home, &asked->codes, status))
        return false;
    pool_init(&asked->pool);
    if (codes_parse(asked->options.home, argv[0], &asked->pool, &asked->items, &asked->count,
                    &err))
        return true;
    *status = open_failed(&err);
    pool_free(&asked->pool);
    codes_close(asked->codes);
    return false;
}

static void done_asking(struct asked *asked)
{
    pool_free(&asked->pool);
    codes_close(asked->codes);
}

static bool say_member(void *context, const struct code_entry *entry)
{
    struct asked *asked = context;
    char code[CODE_SHOWN], title[2048];
    struct buf out = BUF_INIT;

    asked->seen++;
    asked->headers += entry->status == CODE_HEADER;
    if (asked->options.count)
        return true;
    if (asked->options.json) {
        codes_put_entry(asked->codes, entry, &out);
        buf_putc(&out, '}');
        output_line(&out);
        buf_free(&out);
        return true;
    }
    code_show(entry->system, entry->key, code);
    codes_title(asked->codes, entry, title, sizeof title);
    page_label(&asked->page, STYLE_STRONG, code, 9);
    page_quote(&asked->page, str_of(title));
    if (entry->status != CODE_BILLABLE)
        page_say(&asked->page, " (%s)", code_status_word(entry->status));
    page_end(&asked->page, STYLE_PLAIN, 9);
    return true;
}

static void say_count(const struct asked *asked)
{
    if (asked->options.json && asked->options.all)
        printf("{\"billable\":%zu,\"count\":%zu,\"headers\":%zu}\n",
               asked->seen - asked->headers, asked->seen, asked->headers);
    else if (asked->options.json)
        printf("{\"count\":%zu}\n", asked->seen);
    else if (asked->options.all)
        printf("%zu, %zu of them headers\n", asked->seen, asked->headers);
    else
        printf("%zu\n", asked->seen);
}

static int expand_run(int argc, char **argv)
{
    struct asked asked = {0};
    struct codeset *set;
    struct err err;
    int status = 0;

    if (!ask(&codes_expand_command, argc, argv, &asked, &status))
        return status;
    set = codeset_compile(&asked.pool, asked.codes, asked.items, asked.count, &err);
    if (set == NULL) {
        err.kind = err.kind == ERR_POLICY ? ERR_USAGE : err.kind;
        status = open_failed(&err);
    } else {
        page_init(&asked.page, stdout, COLOR_AUTO);
        (asked.options.all ? codeset_each_row : codeset_each)(set, asked.day, say_member, &asked);
        page_free(&asked.page);
        if (asked.options.count)
            say_count(&asked);
        if (asked.seen == 0)
            fputs("no code of a loaded table is in it\n", stderr);
    }
    done_asking(&asked);
    return status;
}

const struct command codes_expand_command = {
    .name = "codes expand",
    .group = GROUP_AUTHOR,
    .line = "list the codes of an expression on a day, in tabular order",
    .usage = "[options] EXPRESSION",
    .example = "rubric codes expand 'M54.1*, minus M54.10' --on 2026-03-10\n",
    .exits = "0  it was listed\n2  the command line or the expression is wrong\n" EXITS_MACHINE,
    .operands = "",
    .options = expand_rows,
    .run = expand_run,
};

/* ---- check ------------------------------------------------------------------------- */

static const struct option_row check_rows[] = {
    {OPTION_TEXT, 0, "on", "DATE", "the day asked about; today if not given",
     OPTION_AT(struct set_options, on)},
    OPTION_JSON(struct set_options),
    OPTION_HOME(struct set_options),
    OPTIONS_END,
};

static void say_complaint(void *context, size_t item, const struct err *err)
{
    struct asked *asked = context;
    struct buf out = BUF_INIT;

    asked->seen++;
    if (asked->options.json) {
        buf_printf(&out, "{\"item\":%zu,", item + 1);
        codes_put_error(err, &out);
        buf_putc(&out, '}');
        output_line(&out);
        buf_free(&out);
        return;
    }
    page_quote(&asked->page, str_of(err->text));
    page_end(&asked->page, STYLE_BAD, 0);
    if (err->help[0] != '\0') {
        page_label(&asked->page, STYLE_PLAIN, "", 2);
        page_quote(&asked->page, str_of(err->help));
        page_end(&asked->page, STYLE_PLAIN, 2);
    }
    printf("  (%s)\n", err->code);
}

static int check_run(int argc, char **argv)
{
    struct asked asked = {0};
    char on[CIVIL_TEXT];
    int status = 0;

    if (!ask(&codes_check_command, argc, argv, &asked, &status))
        return status;
    page_init(&asked.page, stdout, COLOR_AUTO);
    codeset_check(asked.codes, asked.items, asked.count, asked.day, say_complaint, &asked);
    page_free(&asked.page);
    civil_format(asked.day, on);
    if (asked.seen == 0 && !asked.options.json)
        printf("%zu item%s, nothing wrong on %s\n", asked.count, asked.count == 1 ? "" : "s", on);
    done_asking(&asked);
    return asked.seen == 0 ? 0 : 1;
}

const struct command codes_check_command = {
    .name = "codes check",
    .group = GROUP_AUTHOR,
    .line = "say what is wrong with an expression on a day",
    .usage = "[options] EXPRESSION",
    .example = "rubric codes check 'M54.5, M54.1*' --on 2026-03-10\n",
    .exits = "0  nothing is wrong\n1  something is\n"
             "2  the command line or the expression is wrong\n" EXITS_MACHINE,
    .operands = "",
    .options = check_rows,
    .run = check_run,
};
