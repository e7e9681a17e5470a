/*
 * import_sheet.c - the HCPCS Level II workbook as separated text; see
 * import_sheet.h. The same fields as those of the fixed-width file, under the
 * names of the published header; a row of record 4 or 8 continues the title of
 * the row before, in years that still had them.
 */
#include "codes/import_sheet.h"

#include <string.h>

#include "codes/csv.h"

#define HEADER_WITHIN 40 /* records: a disclaimer may stand before it */

struct sheet {
    struct csv csv;
    int code, record, title, brief, added, ended, after, coverage;
};

static bool find_header(struct sheet *sheet, struct import *import,
                        const struct import_file *file)
{
    struct str text = csv_text_of(file);
    size_t seen = text.len < 8192 ? text.len : 8192;
    bool tabs = memchr(text.at, '\t', seen) != NULL && memchr(text.at, ',', seen) == NULL;

    csv_start(&sheet->csv, import, text, tabs ? '\t' : ',');
    for (int i = 0; i < HEADER_WITHIN && csv_next(&sheet->csv); i++) {
        sheet->code = csv_column(&sheet->csv, "HCPC|HCPCS");
        sheet->title = csv_column(&sheet->csv, "LONG DESCRIPTION");
        sheet->record = csv_column(&sheet->csv, "RECID|RIC");
        if (sheet->code < 0 || sheet->title < 0 || sheet->record < 0)
            continue;
        sheet->brief = csv_column(&sheet->csv, "SHORT DESCRIPTION");
        sheet->added = csv_column(&sheet->csv, "ADD DT|ADD DATE");
        sheet->ended = csv_column(&sheet->csv, "TERM DT|TERM DATE");
        sheet->after = csv_column(&sheet->csv, "XREF1");
        sheet->coverage = csv_column(&sheet->csv, "COV");
        return true;
    }
    return false;
}

bool import_sheet_is(const struct import_file *file)
{
    struct import import = {.file = file};
    struct sheet sheet;
    bool is;

    if (file->bytes == NULL || memmem(file->bytes, file->len < 65536 ? file->len : 65536,
                                      "LONG DESCRIPTION", 16) == NULL)
        return false;
    pool_init(&import.pool);
    is = find_header(&sheet, &import, file);
    pool_free(&import.pool);
    return is;
}

/* A day that a workbook holds as its serial number, in a cell without the format of
 * dates: 45292 is 1 January 2024. The table begins in 1982. */
static bool serial_day(struct import *import, const struct sheet *sheet, struct str text,
                       day_t *day)
{
    day_t serial = 0;
    char shown[CIVIL_TEXT];

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        serial = serial * 10 + (text.at[i] - '0');
    }
    if (text.len != 5 || serial < 29221 || serial > 73050) /* 1980 to 2099 */
        return false;
    *day = civil_day(1899, 12, 30) + serial;
    civil_format(*day, shown);
    import_odd(import, sheet->csv.line, "the date %.*s was read as %s", (int)text.len, text.at,
               shown);
    return true;
}

static bool read_date(struct import *import, struct sheet *sheet, int column, const char *what,
                      day_t *day, struct err *err)
{
    struct str text = csv_field(&sheet->csv, column);

    return text.len == 0 || import_day(text, day) || serial_day(import, sheet, text, day) ||
           import_wrong(import, sheet->csv.line, err, "the %s is no date", what);
}

static bool read_key(struct import *import, struct sheet *sheet, bool modifier, code_key *key,
                     struct err *err)
{
    struct str text = csv_field(&sheet->csv, sheet->code);
    int system = modifier ? CODE_SYSTEM_MODIFIER : CODE_SYSTEM_HCPCS;

    *key = code_normal(&system, text.at, text.len);
    if (*key != 0 && system != CODE_SYSTEM_CPT)
        return true;
    import_wrong(import, sheet->csv.line, err,
                 *key == 0 ? "'%.*s' is not a code" : "%.*s is a CPT number, which no HCPCS "
                                                      "Level II file holds",
                 (int)(text.len > 20 ? 20 : text.len), text.at);
    if (*key != 0)
        err_help(err, "a licensed CPT file is imported with --as cpt");
    return false;
}

/* A row that continues the title of the code before it. */
static bool continue_title(struct import *import, struct sheet *sheet, struct err *err)
{
    struct import_code *codes = import->codes.data;
    struct str more = csv_field(&sheet->csv, sheet->title);
    struct import_code *last = import->codes.count == 0 ? NULL : &codes[import->codes.count - 1];
    const char *joined;

    if (last == NULL)
        return import_wrong(import, sheet->csv.line, err, "a continuation before the first code");
    joined = import_text(import, "%.*s %.*s", (int)last->full.len, last->full.at, (int)more.len,
                         more.at);
    last->full = str_of(joined);
    return true;
}

static bool read_row(struct import *import, struct sheet *sheet, uint32_t release, bool modifier,
                     size_t *terminated, struct err *err)
{
    struct import_code code = {.release = release, .billable = true, .from = DAY_MIN,
                               .to = DAY_MAX};
    struct str after = csv_field(&sheet->csv, sheet->after);
    struct str coverage = csv_field(&sheet->csv, sheet->coverage);
    int system = CODE_SYSTEM_HCPCS;

    if (!read_key(import, sheet, modifier, &code.key, err) ||
        !read_date(import, sheet, sheet->added, "date added", &code.from, err) ||
        !read_date(import, sheet, sheet->ended, "termination date", &code.to, err))
        return false;
    code.full = csv_field(&sheet->csv, sheet->title);
    code.brief = csv_field(&sheet->csv, sheet->brief);
    if (code.full.len == 0)
        return import_wrong(import, sheet->csv.line, err, "the long description is empty");
    if (coverage.len == 1)
        code.more = str_of(import_text(import, "coverage %c", coverage.at[0]));
    if (code.to != DAY_MAX) {
        struct import_successor successor = {release, code.key,
                                             code_normal(&system, after.at, after.len),
                                             code.to + 1};

        (*terminated)++;
        if (successor.successor != 0 && !modifier)
            vector_put(&import->successors, &successor, sizeof successor);
    }
    import_add_code(import, &code);
    return true;
}

bool import_sheet_read(struct import *import, uint32_t procedures, uint32_t modifiers,
                       size_t *modifiers_read, size_t *terminated, struct err *err)
{
    struct sheet sheet;

    if (!find_header(&sheet, import, import->file))
        return import_wrong(import, 0, err, "no header of a HCPCS workbook in it");
    import->skipped = sheet.csv.line;
    while (csv_next(&sheet.csv)) {
        struct str record = csv_field(&sheet.csv, sheet.record);
        char kind = record.len == 1 ? record.at[0] : '\0';
        bool modifier = kind == '7';
        bool done;

        if (csv_is_blank(&sheet.csv)) {
            import->skipped++;
            continue;
        }
        if (kind == '4' || kind == '8')
            done = continue_title(import, &sheet, err);
        else if (kind == '3' || modifier)
            done = read_row(import, &sheet, modifier ? modifiers : procedures, modifier,
                            terminated, err);
        else
            done = import_wrong(import, sheet.csv.line, err,
                                "the record id is not 3, 4, 7 or 8");
        if (!done)
            return false;
        *modifiers_read += modifier;
    }
    import->lines = sheet.csv.next_line - 1;
    if (sheet.csv.slip != NULL)
        return import_wrong(import, sheet.csv.line, err, "%s", sheet.csv.slip);
    return true;
}
