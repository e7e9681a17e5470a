/*
 * import_icd10.c - the ICD-10-CM order file of the National Center for Health
 * Statistics: icd10cm_order_2026.txt, icd10cm-order-April-2025.txt.
 *
 * Fixed columns: order number 1-5, code 7-13, flag 15 (1 is billable), short
 * description 17-76, long description from 78. The file is a walk through the
 * tree of codes, and everything else here relies on that, so it is checked: a
 * shuffled or cut file fails at its line.
 */
#include <stdlib.h>
#include <string.h>

#include "codes/import.h"

#define ROWS_OF_A_FULL_FILE 60000

static int digits5(struct str line)
{
    int value = 0;

    for (size_t i = 0; i < 5; i++) {
        if (i >= line.len || line.at[i] < '0' || line.at[i] > '9')
            return -1;
        value = value * 10 + (line.at[i] - '0');
    }
    return value;
}

static bool looks_like_row(struct str line)
{
    return line.len >= 77 && digits5(line) >= 0 && line.at[5] == ' ' && line.at[13] == ' ' &&
           line.at[15] == ' ' && (line.at[14] == '0' || line.at[14] == '1');
}

static bool recognises(const struct import_file *file)
{
    struct lines lines;
    struct str line;
    int good = 0, seen = 0;

    if (file->bytes == NULL)
        return false;
    lines_start(&lines, file);
    while (seen < 20 && lines_next(&lines, &line)) {
        seen++;
        good += looks_like_row(line);
    }
    return good > 0 && good * 2 >= seen;
}

/* What is checked from row to row. */
struct walk {
    int number;          /* order number of the row before */
    size_t depth;        /* of open */
    code_key open[9];    /* the ancestors of the row before, and itself */
    bool billable[9];
    bool header_open;    /* the row before was a header: a child must follow */
    size_t header_line;
};

static bool check_order(struct import *import, struct walk *walk, struct str line, size_t number,
                        struct err *err)
{
    int order = digits5(line);

    if (walk->number != 0 && order != walk->number + 1)
        return import_wrong(import, number, err,
                            "order number %05d follows %05d: the file is %s", order, walk->number,
                            order > walk->number ? "missing rows" : "not in its order");
    walk->number = order;
    return true;
}

/* Keeps the run of ancestors, and refuses what is not a walk through a tree. */
static bool check_tree(struct import *import, struct walk *walk, code_key key, bool billable,
                       size_t line, struct err *err)
{
    char text[CODE_TEXT], above[CODE_TEXT];

    code_unpack(key, text);
    while (walk->depth > 0 && !code_key_under(key, walk->open[walk->depth - 1]))
        walk->depth--;
    if (walk->header_open &&
        (walk->depth == 0 || walk->open[walk->depth - 1] != walk->open[8]))
        return import_wrong(import, walk->header_line, err,
                            "a header (flag 0) without any code below it");
    if (walk->depth == 0 && code_key_len(key) != 3)
        return import_wrong(import, line, err, "%s has no category above it", text);
    if (walk->depth > 0 && walk->open[walk->depth - 1] == key)
        return import_wrong(import, line, err, "%s stands here a second time", text);
    if (walk->depth > 0 && walk->billable[walk->depth - 1]) {
        code_unpack(walk->open[walk->depth - 1], above);
        return import_wrong(import, line, err, "%s stands below %s, which is billable", text,
                            above);
    }
    walk->open[walk->depth] = key;
    walk->billable[walk->depth++] = billable;
    walk->open[8] = key;
    walk->header_open = !billable;
    walk->header_line = line;
    return true;
}

static void clean_row(struct import *import, struct str line, size_t number,
                      struct import_code *code)
{
    struct str brief = {line.at + 16, line.len < 76 ? line.len - 16 : 60};
    struct str full = {line.at + 77, line.len - 77};

    for (size_t i = 16; i < line.len; i++) {
        if ((unsigned char)line.at[i] >= 0x7F) {
            import_odd(import, number, "a title holds letters outside ASCII");
            break;
        }
    }
    code->brief = import_clean(import, brief);
    code->full = import_clean(import, full);
}

static bool read_row(struct import *import, struct walk *walk, struct str line, size_t number,
                     struct err *err)
{
    struct import_code code = {.from = DAY_MIN, .to = DAY_MAX};
    int system = CODE_SYSTEM_ICD10CM;
    size_t len = 7;

    if (line.len < 78)
        return import_wrong(import, number, err, "the row ends after %zu characters, before its "
                            "long description at 78", line.len);
    if (digits5(line) < 0)
        return import_wrong(import, number, err, "no order number in columns 1-5");
    if (line.at[5] != ' ' || line.at[13] != ' ' || line.at[15] != ' ' || line.at[76] != ' ')
        return import_wrong(import, number, err, "columns 6, 14, 16 and 77 must be blank");
    if (line.at[14] != '0' && line.at[14] != '1')
        return import_wrong(import, number, err, "column 15 must be 0 or 1");
    while (len > 0 && line.at[6 + len - 1] == ' ')
        len--;
    code.key = memchr(line.at + 6, '.', 7) == NULL ? code_normal(&system, line.at + 6, len) : 0;
    if (code.key == 0)
        return import_wrong(import, number, err, "'%.*s' in columns 7-13 is not a code",
                            (int)len, line.at + 6);
    code.billable = line.at[14] == '1';
    if (!check_order(import, walk, line, number, err) ||
        !check_tree(import, walk, code.key, code.billable, number, err))
        return false;
    clean_row(import, line, number, &code);
    if (code.full.len == 0)
        return import_wrong(import, number, err, "the long description is empty");
    import_add_code(import, &code);
    return true;
}

/* ---- once the whole file is read ----------------------------------------------- */

static int by_key(const void *left, const void *right)
{
    const struct import_code *const *a = left, *const *b = right;

    return (*a)->key < (*b)->key ? -1 : (*a)->key > (*b)->key;
}

/* No code twice, however far apart: the walk sees only neighbours. */
static bool check_unique(struct import *import, struct err *err)
{
    const struct import_code *codes = import->codes.data;
    const struct import_code **sorted = malloc((import->codes.count + 1) * sizeof *sorted);
    bool unique = true;
    char text[CODE_TEXT];

    if (sorted == NULL)
        return err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the codes");
    for (size_t i = 0; i < import->codes.count; i++)
        sorted[i] = &codes[i];
    qsort(sorted, import->codes.count, sizeof *sorted, by_key);
    for (size_t i = 1; i < import->codes.count && unique; i++) {
        if (sorted[i]->key != sorted[i - 1]->key)
            continue;
        code_unpack(sorted[i]->key, text);
        unique = import_wrong(import, (size_t)(sorted[i] - codes) + 1, err,
                              "%s stands in the file twice", text);
    }
    free(sorted);
    return unique;
}

/* Splits of codes that are known: the year a file claims must fit them. */
static const struct {
    const char *code;
    int year, month; /* billable before this day, a header from it on */
} splits[] = {
    {"M5012", 2016, 10}, {"M4806", 2017, 10}, {"M545", 2021, 10}, {"M5136", 2024, 10},
    {"M5137", 2024, 10},
};

static bool check_year(struct import *import, bool sure, day_t from, struct err *err)
{
    const struct import_code *codes = import->codes.data;
    char on[CIVIL_TEXT], text[CODE_SHOWN];

    civil_format(from, on);
    for (size_t k = 0; k < sizeof splits / sizeof splits[0]; k++) {
        code_key key = code_pack(splits[k].code, strlen(splits[k].code));
        bool split = from >= civil_day(splits[k].year, splits[k].month, 1);

        for (size_t i = 0; i < import->codes.count; i++) {
            if (codes[i].key != key || codes[i].billable != split)
                continue;
            code_show(CODE_SYSTEM_ICD10CM, key, text);
            if (sure) {
                import_odd(import, i + 1, "%s is %s here, which does not fit %s", text,
                           split ? "billable" : "a header", on);
                continue;
            }
            import_wrong(import, i + 1, err,
                         "the name says %s, but %s is %s, as it was %s %d-%02d-01", on, text,
                         split ? "billable" : "a header", split ? "before" : "from",
                         splits[k].year, splits[k].month);
            return err_help(err, "is this the file of another year? Say which: "
                                 "`rubric codes import --effective YYYY-MM-DD FILE`");
        }
    }
    return true;
}

static bool check_complete(struct import *import, struct walk *walk, struct err *err)
{
    const struct import_code *codes = import->codes.data;
    size_t count = import->codes.count;
    char text[CODE_SHOWN];

    if (count == 0)
        return import_wrong(import, 0, err, "no row of an order file in it");
    if (walk->header_open)
        return import_wrong(import, walk->header_line, err,
                            "the file ends with a header: it is cut off");
    code_show(CODE_SYSTEM_ICD10CM, codes[count - 1].key, text);
    if (count > ROWS_OF_A_FULL_FILE / 12 && text[0] < 'U')
        return import_wrong(import, import->lines, err,
                            "the file ends at %s, in the middle of the classification: it is "
                            "cut off", text);
    if (count < ROWS_OF_A_FULL_FILE)
        import_odd(import, 0, "only %zu rows: a full release has more than 90,000", count);
    return true;
}

static bool find_date(struct import *import, const struct import_options *options, day_t *from,
                      struct err *err)
{
    int year = 0, month = 0;
    bool named = import_year_month(import->file->name, &year, &month);
    day_t day = !named     ? 0
                : month > 0 ? civil_day(year, month, 1)
                            : civil_day(year - 1, 10, 1);

    return import_from(import, options, named, day, from, err);
}

static bool reads(const struct import_options *options, struct import *import, struct err *err)
{
    struct import_release release = {"icd-10-cm", "icd-10-cm", NULL, 0, 0, true, 0};
    struct walk walk = {0};
    struct lines lines;
    struct str line;
    int year, month, dom;
    size_t billable = 0;

    if (!find_date(import, options, &release.from, err))
        return false;
    lines_start(&lines, import->file);
    while (lines_next(&lines, &line)) {
        import->lines++;
        if (line.len == 0 && lines.at == lines.end) {
            import->skipped++;
            continue;
        }
        if (!read_row(import, &walk, line, lines.number, err))
            return false;
    }
    if (!lines_ended(&lines, import, err) || !import_whole(import, err) ||
        !check_complete(import, &walk, err) || !check_unique(import, err) ||
        !check_year(import, options->dated, release.from, err))
        return false;
    civil_parts(release.from, &year, &month, &dom);
    release.label = options->label != NULL
                        ? options->label
                        : month == 10 ? import_text(import, "FY%d", year + 1)
                                      : import_text(import, "FY%d-%02d",
                                                    month > 10 ? year + 1 : year, month);
    for (size_t i = 0; i < import->codes.count; i++)
        billable += ((const struct import_code *)import->codes.data)[i].billable;
    import_add_release(import, &release);
    import->what = import_text(import, "ICD-10-CM order file, %s", release.label);
    import->summary = import_text(import, "%zu codes: %zu billable, %zu headers",
                                  import->codes.count, billable,
                                  import->codes.count - billable);
    return true;
}

const struct importer import_icd10_order = {
    "icd-10-cm", "ICD-10-CM order file (icd10cm_order_YYYY.txt)", recognises, reads};
