/*
 * codes_show.c - rubric codes show and search: one code on a day, and codes by
 * the words of their titles.
 */
#include <yyjson.h>
#include <string.h>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/page.h"
#include "codes/codes_notes.h"

struct show_options {
    const char *on, *system, *home, *policies;
    int color;
    bool json, brief;
};

static const struct option_row show_rows[] = {
    {OPTION_TEXT, 0, "on", "DATE", "the day asked about; today if not given",
     OPTION_AT(struct show_options, on)},
    {OPTION_TEXT, 0, "system", "NAME", "the code system, where the shape does not tell it",
     OPTION_AT(struct show_options, system)},
    {OPTION_FLAG, 'b', "brief", NULL, "leave out children, notes and policies",
     OPTION_AT(struct show_options, brief)},
    OPTION_JSON(struct show_options),
    OPTION_COLOR(struct show_options),
    OPTION_HOME(struct show_options),
    OPTION_POLICIES(struct show_options),
    OPTIONS_END,
};

#define CHILDREN_MOST 60
#define LABEL_COLUMN 12

/* One code with all that is shown about it. */
struct shown {
    const struct show_options *options;
    struct codes *codes;
    struct code_entry entry;
    struct err err; /* kind ERR_NONE: billable */
    day_t day;
    char path[4096]; /* of codes.db; "" if there is none */
    struct code_entry children[CHILDREN_MOST];
    size_t child_count;
    struct buf policies; /* JSON strings */
};

static bool add_child(void *context, const struct code_entry *entry)
{
    struct shown *shown = context;

    if (shown->child_count < CHILDREN_MOST)
        shown->children[shown->child_count] = *entry;
    shown->child_count++;
    return true;
}

static void put_span(char *text, size_t size, const struct code_entry *entry)
{
    char from[CIVIL_TEXT] = "always", to[CIVIL_TEXT] = "now";

    if (entry->from != DAY_MIN)
        civil_format(entry->from, from);
    if (entry->to != DAY_MAX)
        civil_format(entry->to, to);
    snprintf(text, size, "%s to %s", from, to);
}

static void say_code(struct shown *shown, struct page *page, const char *label,
                     const struct code_entry *entry)
{
    char code[CODE_SHOWN], title[2048];

    code_show(entry->system, entry->key, code);
    codes_title(shown->codes, entry, title, sizeof title);
    page_label(page, STYLE_FAINT, label, LABEL_COLUMN);
    page_label(page, STYLE_PLAIN, code, LABEL_COLUMN + 9);
    page_quote(page, str_of(title));
    if (entry->status != CODE_BILLABLE && entry->status != CODE_HEADER)
        page_say(page, " (%s)", code_status_word(entry->status));
    page_end(page, STYLE_PLAIN, LABEL_COLUMN + 9);
}

static void say_line(struct page *page, const char *label, const char *text)
{
    page_label(page, STYLE_FAINT, label, LABEL_COLUMN);
    page_quote(page, str_of(text));
    page_end(page, STYLE_PLAIN, LABEL_COLUMN);
}

struct noting {
    struct page *page;
    struct buf *json;
    size_t count;
};

static void say_note(void *context, const char *place, const char *kind, const char *text)
{
    struct noting *noting = context;
    char label[64];

    if (noting->json != NULL) {
        buf_puts(noting->json, noting->count++ > 0 ? ",{\"at\":" : "{\"at\":");
        buf_put_json(noting->json, place, strlen(place));
        buf_puts(noting->json, ",\"kind\":");
        buf_put_json(noting->json, kind, strlen(kind));
        buf_puts(noting->json, ",\"text\":");
        buf_put_json(noting->json, text, strlen(text));
        buf_putc(noting->json, '}');
        return;
    }
    snprintf(label, sizeof label, "  %s", noting->count++ == 0 ? "notes" : "");
    page_label(noting->page, STYLE_FAINT, label, LABEL_COLUMN);
    page_quote(noting->page, str_of(kind));
    page_say(noting->page, " (%s): ", place);
    page_quote(noting->page, str_of(text));
    page_end(noting->page, STYLE_PLAIN, LABEL_COLUMN + 2);
}

static void say_details(struct shown *shown, struct page *page)
{
    const struct code_entry *entry = &shown->entry;
    const char *second, *region = code_region(entry, &second), *side = code_laterality(entry);
    struct code_entry above = *entry;
    char text[256], after[CODE_SHOWN];

    put_span(text, sizeof text, entry);
    say_line(page, "  valid", text);
    snprintf(text, sizeof text, "%s%s", entry->release,
             entry->starter ? ", built in; import the full table for more" : "");
    say_line(page, "  table", text);
    if (side != NULL)
        say_line(page, "  side", side);
    if (region != NULL) {
        snprintf(text, sizeof text, "%s%s%s", region, second == NULL ? "" : " to ",
                 second == NULL ? "" : second);
        say_line(page, "  region", text);
    }
    if (entry->successor != 0) {
        code_show(entry->system, entry->successor, after);
        say_line(page, "  successor", after);
    }
    for (int i = 0; i < 7 && codes_parent(shown->codes, &above, shown->day, &above); i++)
        say_code(shown, page, i == 0 ? "  above" : "", &above);
}

static void say_more(struct shown *shown, struct page *page)
{
    struct noting noting = {page, NULL, 0};
    yyjson_doc *doc;
    size_t i, count;
    yyjson_val *one;
    struct buf list = BUF_INIT;

    for (size_t k = 0; k < shown->child_count && k < CHILDREN_MOST; k++)
        say_code(shown, page, k == 0 ? "  below" : "", &shown->children[k]);
    if (shown->child_count > CHILDREN_MOST) {
        char text[64];

        snprintf(text, sizeof text, "and %zu more", shown->child_count - CHILDREN_MOST);
        say_line(page, "", text);
    }
    codes_notes_each(shown->path, shown->entry.key, shown->day, say_note, &noting);
    buf_printf(&list, "[%s]", buf_cstr(&shown->policies));
    doc = yyjson_read(list.data, list.len, YYJSON_READ_NOFLAG);
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, one)
        say_line(page, i == 0 ? "  policies" : "", yyjson_get_str(one));
    yyjson_doc_free(doc);
    buf_free(&list);
}

static void say_status(struct shown *shown, struct page *page, const char *given)
{
    char on[CIVIL_TEXT], code[CODE_SHOWN] = "", title[2048] = "";
    bool good = shown->entry.status == CODE_BILLABLE;

    civil_format(shown->day, on);
    if (shown->entry.key != 0)
        code_show(shown->entry.system, shown->entry.key, code);
    codes_title(shown->codes, &shown->entry, title, sizeof title);
    page_label(page, STYLE_STRONG, code, title[0] == '\0' ? 0 : 9);
    page_quote(page, str_of(code[0] == '\0' ? given : title));
    page_end(page, STYLE_STRONG, 9);
    page_label(page, STYLE_PLAIN, "", 2);
    page_say(page, "%s%s%s on %s", codes_system_name(shown->codes, shown->entry.system),
             shown->entry.system == CODE_SYSTEM_NONE ? "" : ", ",
             code_status_word(shown->entry.status), on);
    page_end(page, good ? STYLE_GOOD : STYLE_BAD, 2);
    if (!good) {
        page_label(page, STYLE_PLAIN, "", 2);
        page_quote(page, str_of(shown->err.text));
        page_end(page, STYLE_PLAIN, 2);
        page_label(page, STYLE_PLAIN, "", 2);
        page_quote(page, str_of(shown->err.help));
        page_end(page, STYLE_PLAIN, 2);
    }
}

static void write_json(struct shown *shown)
{
    struct buf out = BUF_INIT;
    struct noting noting = {NULL, &out, 0};
    struct code_entry above = shown->entry;

    codes_put_entry(shown->codes, &shown->entry, &out);
    buf_puts(&out, ",\"billable\":");
    buf_puts(&out, shown->entry.status == CODE_BILLABLE ? "true" : "false");
    buf_puts(&out, ",\"above\":[");
    for (int i = 0; codes_parent(shown->codes, &above, shown->day, &above); i++) {
        buf_puts(&out, i > 0 ? "," : "");
        codes_put_entry(shown->codes, &above, &out);
        buf_putc(&out, '}');
    }
    buf_puts(&out, "],\"below\":[");
    for (size_t i = 0; i < shown->child_count && i < CHILDREN_MOST; i++) {
        buf_puts(&out, i > 0 ? "," : "");
        codes_put_entry(shown->codes, &shown->children[i], &out);
        buf_putc(&out, '}');
    }
    buf_puts(&out, "],\"notes\":[");
    if (!shown->options->brief)
        codes_notes_each(shown->path, shown->entry.key, shown->day, say_note, &noting);
    buf_printf(&out, "],\"policies\":[%s]", buf_cstr(&shown->policies));
    if (shown->entry.status != CODE_BILLABLE) {
        buf_putc(&out, ',');
        codes_put_error(&shown->err, &out);
    }
    buf_putc(&out, '}');
    output_line(&out);
    buf_free(&out);
}

static void find_more(struct shown *shown)
{
    struct code_entry *entry = &shown->entry;

    if (shown->options->brief || entry->key == 0)
        return;
    if (entry->row != UINT32_MAX)
        codes_children(shown->codes, entry, shown->day, add_child, shown);
    codes_policies(shown->options->home, shown->options->policies, shown->codes, entry,
                   shown->day, &shown->policies);
}

/* 0 if a table knows the code, in whatever state; 4 if it stands nowhere. */
static int show_one(struct shown *shown, const char *given)
{
    struct str system = str_of(shown->options->system);
    struct page page;

    shown->err.kind = ERR_NONE;
    shown->child_count = 0;
    buf_reset(&shown->policies);
    codes_status(shown->codes, system, str_of(given), shown->day, &shown->entry);
    (void)codes_explain(shown->codes, system, str_of(given), shown->day, &shown->err);
    find_more(shown);
    if (shown->options->json) {
        write_json(shown);
    } else {
        page_init(&page, stdout, (enum page_color)shown->options->color);
        say_status(shown, &page, given);
        if (shown->entry.row != UINT32_MAX)
            say_details(shown, &page);
        if (!shown->options->brief)
            say_more(shown, &page);
        page_free(&page);
    }
    return shown->entry.status == CODE_MALFORMED || shown->entry.status == CODE_UNKNOWN ? 4 : 0;
}

static int show_run(int argc, char **argv)
{
    struct show_options options = {0};
    struct shown shown = {.options = &options, .policies = BUF_INIT};
    int operands = 0, status = 0;
    struct err err;

    if (!options_parse(&codes_show_command, argc, argv, &options, &operands, &status) ||
        !codes_day(&codes_show_command, options.on, &shown.day, &status))
        return status;
    if (operands == 0)
        return options_wrong(&codes_show_command, "no code was named");
    if (!codes_home(options.home, false, shown.path, sizeof shown.path, &err))
        return open_failed(&err);
    if (!codes_open_home(options.home, &shown.codes, &status))
        return status;
    for (int i = 0; i < operands; i++) {
        if (i > 0 && !options.json)
            putchar('\n');
        status = output_worse(status, show_one(&shown, argv[i]));
    }
    buf_free(&shown.policies);
    codes_close(shown.codes);
    return status;
}

const struct command codes_show_command = {
    .name = "codes show",
    .group = GROUP_REVIEWER,
    .line = "say what a code was on a day, and what stands above and below it",
    .usage = "[options] CODE...",
    .example = "rubric codes show M54.5 --on 2026-03-10\n",
    .exits = "0  a table knows the code, or none that is loaded could\n" EXITS_USAGE
             "4  there is no such code\n" EXITS_MACHINE,
    .operands = "",
    .options = show_rows,
    .run = show_run,
};

/* ---- search ---------------------------------------------------------------------- */

struct search_options {
    const char *on, *home;
    long most;
    bool json, all;
};

static const struct option_row search_rows[] = {
    {OPTION_TEXT, 0, "on", "DATE", "the day asked about; today if not given",
     OPTION_AT(struct search_options, on)},
    {OPTION_FLAG, 'a', "all", NULL, "headers and codes of other days too",
     OPTION_AT(struct search_options, all)},
    {OPTION_NUMBER, 'n', "most", "COUNT", "show no more than this; 40 if not given",
     OPTION_AT(struct search_options, most)},
    OPTION_JSON(struct search_options),
    OPTION_HOME(struct search_options),
    OPTIONS_END,
};

struct searching {
    const struct search_options *options;
    struct codes *codes;
    struct page page;
    long found;
};

static bool say_found(void *context, const struct code_entry *entry)
{
    struct searching *searching = context;
    char code[CODE_SHOWN], title[2048];
    struct buf out = BUF_INIT;

    if (!searching->options->all && entry->status != CODE_BILLABLE)
        return true;
    if (searching->found++ == searching->options->most)
        return false;
    if (searching->options->json) {
        codes_put_entry(searching->codes, entry, &out);
        buf_putc(&out, '}');
        output_line(&out);
        buf_free(&out);
        return true;
    }
    code_show(entry->system, entry->key, code);
    codes_title(searching->codes, entry, title, sizeof title);
    page_label(&searching->page, STYLE_STRONG, code, 9);
    page_quote(&searching->page, str_of(title));
    if (entry->status != CODE_BILLABLE)
        page_say(&searching->page, " (%s)", code_status_word(entry->status));
    page_end(&searching->page, STYLE_PLAIN, 9);
    return true;
}

static int search_run(int argc, char **argv)
{
    struct search_options options = {0};
    struct searching searching = {.options = &options};
    int operands = 0, status = 0;
    day_t day;

    if (!options_parse(&codes_search_command, argc, argv, &options, &operands, &status) ||
        !codes_day(&codes_search_command, options.on, &day, &status))
        return status;
    if (operands == 0)
        return options_wrong(&codes_search_command, "no word to search for was given");
    if (options.most == 0)
        options.most = 40;
    if (!codes_open_home(options.home, &searching.codes, &status))
        return status;
    page_init(&searching.page, stdout, COLOR_AUTO);
    codes_search(searching.codes, (const char *const *)argv, (size_t)operands, day, say_found,
                 &searching);
    page_free(&searching.page);
    if (searching.found > options.most)
        fprintf(stderr, "more were found: add a word, or --most COUNT\n");
    if (searching.found == 0)
        fprintf(stderr, "no title holds %s\n", operands == 1 ? "that word" : "all those words");
    codes_close(searching.codes);
    return searching.found == 0 ? 1 : 0;
}

const struct command codes_search_command = {
    .name = "codes search",
    .group = GROUP_REVIEWER,
    .line = "find codes by the words of their titles",
    .usage = "[options] WORD...",
    .example = "rubric codes search radiculopathy lumbar\n",
    .exits = "0  something was found\n1  nothing was\n" EXITS_USAGE EXITS_MACHINE,
    .operands = "",
    .options = search_rows,
    .run = search_run,
};
