/*
 * import_addenda.c - the ICD-10-CM addenda: icd10cm_order_addenda_2026.txt, and
 * icd10cm_codes_addenda_2026.txt, which has no flag.
 *
 * They say what a release changed: "Add:", "Delete:", "Revise from:", "Revise
 * to:", each with flag, code and titles. The order file alone decides which codes
 * there are; the addenda are kept as notes and compared with what two loaded
 * releases differ by (codes_addenda.h). Lines of other shape are counts and
 * headings. Where a change has the same code under Delete and Add, it became a
 * header, or ceased to be one.
 */
#include <string.h>

#include "codes/import.h"

static const struct {
    const char *label;
    const char *kind;
} labels[] = {{"Add:", "added"},
              {"Delete:", "deleted"},
              {"Revise from:", "revised from"},
              {"Revise to:", "revised to"}};

struct change {
    const char *kind;
    char flag; /* '0', '1', or '\0' where there is none */
    code_key key;
    struct str title;
};

static struct str skip_blanks(struct str text)
{
    while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t')) {
        text.at++;
        text.len--;
    }
    return text;
}

/* Takes the next word off a text. */
static struct str take_word(struct str *text)
{
    struct str word = skip_blanks(*text);
    size_t len = 0;

    while (len < word.len && word.at[len] != ' ' && word.at[len] != '\t')
        len++;
    text->at = word.at + len;
    text->len = word.len - len;
    word.len = len;
    return word;
}

/* True if the line begins with a label; the rest of it is set. */
static bool labelled(struct str line, struct change *change, struct str *rest)
{
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t len = strlen(labels[i].label);

        if (line.len < len || strncasecmp(line.at, labels[i].label, len) != 0)
            continue;
        change->kind = labels[i].kind;
        *rest = (struct str){line.at + len, line.len - len};
        return true;
    }
    return false;
}

static bool read_change(struct str line, struct change *change)
{
    int system = CODE_SYSTEM_ICD10CM;
    struct str rest, word;

    *change = (struct change){0};
    if (!labelled(line, change, &rest))
        return false;
    word = take_word(&rest);
    if (word.len == 1 && (word.at[0] == '0' || word.at[0] == '1')) {
        change->flag = word.at[0];
        word = take_word(&rest);
    }
    change->key = word.len >= 3 ? code_normal(&system, word.at, word.len) : 0;
    change->title = skip_blanks(rest);
    return true;
}

static bool recognises(const struct import_file *file)
{
    struct change change;
    struct lines lines;
    struct str line;

    if (file->bytes == NULL || !import_name_has(file->name, "addenda"))
        return false;
    lines_start(&lines, file);
    for (int i = 0; i < 200 && lines_next(&lines, &line); i++) {
        if ((read_change(line, &change) && change.key != 0) ||
            (line.len > 10 && memmem(line.at, line.len, "icd10cm", 7) != NULL))
            return true;
    }
    return false;
}

/* The short and the long title stand in columns; the long one is kept. */
static struct str long_title(struct str title)
{
    for (size_t i = 60; i + 1 < title.len; i++) {
        if (title.at[i] == ' ' && title.at[i + 1] != ' ')
            return (struct str){title.at + i + 1, title.len - i - 1};
    }
    return title;
}

static void add_change(struct import *import, const struct change *change)
{
    char code[CODE_TEXT];
    struct str title = import_clean(import, change->flag != '\0' ? long_title(change->title)
                                                                 : change->title);
    struct import_note note = {0, NULL, change->kind, {NULL, 0}};

    code_unpack(change->key, code);
    note.place = import_text(import, "%s", code);
    note.text = str_of(import_text(import, "%c %.*s", change->flag == '\0' ? '1' : change->flag,
                                   (int)title.len, title.at));
    vector_put(&import->notes, &note, sizeof note);
    import->read++;
}

static bool read_lines(struct import *import, bool *flags, struct err *err)
{
    struct change change;
    struct lines lines;
    struct str line;

    lines_start(&lines, import->file);
    while (lines_next(&lines, &line)) {
        import->lines++;
        if (!read_change(line, &change)) {
            import->skipped++;
            continue;
        }
        if (change.key == 0)
            return import_wrong(import, lines.number, err, "no code stands behind the label");
        if (change.title.len == 0)
            return import_wrong(import, lines.number, err, "no title stands behind the code");
        *flags |= change.flag != '\0';
        add_change(import, &change);
    }
    return lines_ended(&lines, import, err);
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"icd-10-cm-addenda", NULL, NULL, 0, 0, false, 0};
    int year, month, dom;
    bool named = import_year_month(import->file->name, &year, &month), flags = false;

    if (!import_from(import, options, named,
                     !named ? 0 : month > 0 ? civil_day(year, month, 1)
                                            : civil_day(year - 1, 10, 1),
                     &release.from, err) ||
        !read_lines(import, &flags, err))
        return false;
    civil_parts(release.from, &year, &month, &dom);
    release.part = flags || import_name_has(import->file->name, "order") ? 0 : 1;
    release.label = options->label != NULL ? options->label
                    : month == 10 ? import_text(import, "FY%d addenda", year + 1)
                                  : import_text(import, "FY%d-%02d addenda",
                                                month > 10 ? year + 1 : year, month);
    import_add_release(import, &release);
    import->what = import_text(import, "ICD-10-CM addenda, %s", release.label);
    return true;
}

const struct importer import_icd10_addenda = {
    "icd-10-cm-addenda", "ICD-10-CM addenda (icd10cm_order_addenda_YYYY.txt)", recognises, reads};
